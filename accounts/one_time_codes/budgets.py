"""How many codes may be sent, counted in their rows: by contact, purpose and requester, by network.

`docs/limits.md` is the same table in prose; each row has a test. The counts are exact because
whatever is counted is locked first, always in the same order.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from accounts.models import OneTimeCode
from accounts.models.one_time_codes import CodeQuerySet
from accounts.one_time_codes.requesters import COUNTED_BY_NETWORK, Identity, Kind
from accounts.security.origin import NetworkHashes
from hitouch.core.crypto import blind_index
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import wait_text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: The share of a network's codes an hour to one contact for which no challenge is solved.
FREE_SHARE_OF_NETWORK = 0.6
#: With solved challenges strangers can have so many times the codes of one contact.
STRANGERS_TIMES = 2


@dataclass(frozen=True)
class NetworkLimits:
    """Codes of one size of network, in multiples of `HITOUCH_CODES_PER_ADDRESS_AN_HOUR`.

    `free` an hour without solving a challenge, `an_hour` and `a_day` at most.
    """

    free: int
    an_hour: int
    a_day: int


#: By IP version. Carriers in India put thousands of customers behind one IPv4 address and give each
#: phone a /64 of IPv6; whoever rents a server has a whole /48 alone. So one IPv4 address gets
#: expensive rather than closed: somebody would close it to all its customers.
NETWORK_LIMITS = {
    4: {"address": NetworkLimits(1, 32, 96), "block": NetworkLimits(8, 32, 96)},
    6: {
        "address": NetworkLimits(1, 4, 12),
        "subnet": NetworkLimits(2, 6, 18),
        "block": NetworkLimits(3, 9, 36),
    },
}


class LimitReason(StrEnum):
    """Which budget is used up, so that no code is sent, or none without a challenge."""

    COOLDOWN = "cooldown"
    CONTACT = "contact"
    ACCOUNT = "account"
    NETWORK = "network"
    SMS = "sms"


SENTENCES = {
    LimitReason.COOLDOWN: "We've already sent a code. You can request another in {wait}.",
    LimitReason.CONTACT: "Too many codes were requested for this contact. "
    "You can request another in {wait}{remedy}.",
    LimitReason.ACCOUNT: "You've requested too many codes. You can request another in {wait}.",
    LimitReason.NETWORK: "Too many codes were requested from your network, which you may share "
    "with other people. Try again in {wait}, or use another network{remedy}.",
}
#: Said to strangers whether the contact has an account or not.
USE_KNOWN_BROWSER = ", or use a browser you've logged in with before"


class TooManyCodes(Refusal):
    """A code was sent less than a minute ago, or too many in the last hour or day."""

    code = "too_many_codes"
    status = 429

    def __init__(
        self, wait: timedelta, reason: LimitReason = LimitReason.COOLDOWN, remedy: str = ""
    ) -> None:
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        self.members = {"reason": str(reason)}
        words = wait_text(self.retry_after, in_seconds_below=120)
        super().__init__(SENTENCES[reason].format(wait=words, remedy=remedy))


@dataclass(frozen=True)
class Pressure:
    """More codes were sent than without a challenge: of what, how many times as many, how long."""

    reason: LimitReason
    ratio: float
    wait: timedelta


@dataclass(frozen=True)
class Limit:
    """At most so many codes in any period of this length."""

    sends: int
    within: timedelta


@dataclass(frozen=True)
class Budget:
    """Codes that are counted together, how many are sent, and how many without a challenge."""

    reason: LimitReason
    codes: CodeQuerySet
    most: tuple[Limit, ...]
    free: tuple[Limit, ...] = ()

    def pressure(self, *, at: datetime, remedy: str) -> Pressure | None:
        """Raise `TooManyCodes` at the limit; None while no challenge is needed."""
        used = self.codes.since(at - DAY).aggregate(
            hour=Count("pk", filter=Q(sent_at__gt=at - HOUR)), day=Count("pk")
        )
        counts = {HOUR: used["hour"], DAY: used["day"]}
        for limit in self.most:
            if counts[limit.within] >= limit.sends:
                raise TooManyCodes(self._wait(limit, at), self.reason, remedy)
        passed = [limit for limit in self.free if counts[limit.within] >= limit.sends]
        if not passed:
            return None
        ratio = max(counts[limit.within] / max(1, limit.sends) for limit in passed)
        return Pressure(self.reason, ratio, max(self._wait(limit, at) for limit in passed))

    def _wait(self, limit: Limit, at: datetime) -> timedelta:
        """Until the oldest of the last codes is out of the period."""
        recent = self.codes.since(at - limit.within).order_by("-sent_at")
        newest = recent.values_list("sent_at", flat=True)[: max(1, limit.sends)]
        return (list(newest) or [at])[-1] + limit.within - at


@dataclass(frozen=True)
class CodeRequest:
    """One request for a code: what is counted."""

    purpose: str
    target: str
    identity: Identity
    networks: NetworkHashes

    @property
    def is_counted_by_network(self) -> bool:
        """Whether its networks' budgets apply."""
        return self.identity.kind in COUNTED_BY_NETWORK


def lock(request: CodeRequest) -> None:
    """Lock what is counted until the transaction ends: contact, requester, then the networks.

    Not the same for all kinds: the owner does not wait for strangers.
    """
    by_network = request.is_counted_by_network
    kind = "network" if by_network else request.identity.kind
    names = [f"{request.target} {request.purpose} {kind}"]
    if kind == Kind.MEMBER:
        names.append(f"{request.identity.key} {request.purpose}")
    if by_network:
        networks = request.networks
        names += [name for name in (networks.block, networks.subnet, networks.address) if name]
    keys = [int(blind_index("code-lock", name)[:15], 16) for name in names]
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def check(request: CodeRequest, *, at: datetime) -> Pressure | None:
    """Raise `TooManyCodes` at a limit. Returns the highest pressure; None if there is none."""
    remedy = _remedy(request)
    _check_cooldown(request, at)
    found = [budget.pressure(at=at, remedy=remedy) for budget in _budgets(request)]
    return max(filter(None, found), key=lambda pressure: pressure.ratio, default=None)


def _remedy(request: CodeRequest) -> str:
    is_sign_up = request.purpose == OneTimeCode.Purpose.SIGN_UP
    return USE_KNOWN_BROWSER if request.is_counted_by_network and not is_sign_up else ""


def _check_cooldown(request: CodeRequest, at: datetime) -> None:
    own = _to_contact(request).filter(requester=request.identity.key)
    cooldown = timedelta(seconds=settings.HITOUCH_CODE_COOLDOWN_SECONDS)
    newest = own.since(at - cooldown).order_by("-sent_at").values_list("sent_at", flat=True).first()
    if newest:
        raise TooManyCodes(newest + cooldown - at)


def _to_contact(request: CodeRequest) -> CodeQuerySet:
    return OneTimeCode.objects.sent_to(request.target, purpose=request.purpose)


def _budgets(request: CodeRequest) -> Iterator[Budget]:
    an_hour = settings.HITOUCH_CODES_PER_CONTACT_AN_HOUR
    usual = (Limit(an_hour, HOUR), Limit(settings.HITOUCH_CODES_PER_CONTACT_A_DAY, DAY))
    to_contact, kind, key = _to_contact(request), request.identity.kind, request.identity.key
    if not request.is_counted_by_network:
        yield Budget(LimitReason.CONTACT, to_contact.filter(requester_kind=kind), usual)
        if kind == Kind.MEMBER:
            mine = OneTimeCode.objects.filter(requester=key, purpose=request.purpose)
            yield Budget(LimitReason.ACCOUNT, mine, usual)
        return
    free = Limit(math.ceil(an_hour * FREE_SHARE_OF_NETWORK), HOUR)
    yield Budget(LimitReason.CONTACT, to_contact.filter(requester=key), usual, (free,))
    if kind == Kind.STRANGER:
        most = tuple(Limit(STRANGERS_TIMES * limit.sends, limit.within) for limit in usual)
        yield Budget(LimitReason.CONTACT, to_contact.filter(requester_kind=kind), most, usual)
    yield from _network_budgets(request.networks)


def _network_budgets(networks: NetworkHashes) -> Iterator[Budget]:
    unit = settings.HITOUCH_CODES_PER_ADDRESS_AN_HOUR
    for name, limits in NETWORK_LIMITS.get(networks.version, {}).items():
        yield Budget(
            LimitReason.NETWORK,
            OneTimeCode.objects.filter(**{name: getattr(networks, name)}),
            (Limit(limits.an_hour * unit, HOUR), Limit(limits.a_day * unit, DAY)),
            (Limit(limits.free * unit, HOUR),),
        )
