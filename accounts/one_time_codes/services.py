"""One-time codes: made, sent and checked here for every purpose.

A code is six digits from the system's random source, sent to a contact and kept only as a
keyed hash over the row's id, its purpose, its contact, its person and what it is bound to.
"""

import base64
import binascii
import hmac
import json
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from accounts.models import OneTimeCode, User
from accounts.models.one_time_codes import CodeQuerySet, target_of
from accounts.security.origin import network_hash
from hitouch.core import crypto
from hitouch.core.errors import Refusal
from hitouch.core.outbox import availability
from hitouch.core.outbox import services as outbox
from hitouch.core.web.humanize import wait_text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONTEXT = "accounts.ticket"
LONGEST = 1000


class InvalidCode(Refusal):
    """The digits are not those that were sent."""

    code = "wrong_code"
    status = 422
    field = "code"
    message = "That code is not correct. Check the latest message and try again."


class CodeExpired(Refusal):
    """There is no live code: too old, used already, or never sent."""

    code = "code_expired"
    status = 422
    field = "code"
    message = "That code has expired. Request a new one."


class TooManyWrongCodes(Refusal):
    """Five wrong tries; the code is dead."""

    code = "code_tried_out"
    status = 422
    field = "code"
    message = "Too many wrong attempts. Request a new code."


class TooManyCodes(Refusal):
    """A code was sent a moment ago, or too many in the last hour."""

    code = "too_many_codes"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        words = wait_text(self.retry_after, in_seconds_below=120)
        super().__init__(f"We've already sent a code. You can request another in {words}.")


def issue(
    *,
    purpose: str,
    contact: str,
    user: User | None = None,
    at: datetime,
    ip: str = "",
    bound_to: str = "",
) -> OneTimeCode:
    """Make a code and send it; an older one for the same purpose and contact dies."""
    digits = f"{secrets.randbelow(10**OneTimeCode.DIGITS):0{OneTimeCode.DIGITS}}"
    with transaction.atomic():
        row = _prepare(purpose=purpose, contact=contact, user=user, at=at, ip=ip)
        row.code_hash = row.hash_of(digits, bound_to=bound_to)
        row.save(force_insert=True)
        _send(row, contact, digits, at)
    return row


def issue_decoy(
    *, purpose: str, contact: str, at: datetime, ip: str, template: str = ""
) -> OneTimeCode:
    """Leave the same trace as `issue` with a code nobody can type; tell another thing, or nothing.

    For whom a code would tell too much: the answer, its time and its limits stay the same.
    """
    with transaction.atomic():
        row = _prepare(purpose=purpose, contact=contact, user=None, at=at, ip=ip)
        row.code_hash = row.hash_of(secrets.token_hex(), bound_to="")
        row.save(force_insert=True)
        if template:
            outbox.queue_message(contact=contact, template=template, context={}, at=at)
        else:
            _send(row, contact, "0" * OneTimeCode.DIGITS, at, hushed=True)
    return row


def check(
    *,
    purpose: str,
    contact: str,
    code: str,
    at: datetime,
    bound_to: str = "",
    user: User | None = None,
    code_id: str = "",
) -> OneTimeCode:
    """Count a try, compare, and use the code up; refuses in any other case.

    For somebody who is signed in name the `user`; for anybody else the `code_id` of their
    ticket, so that no stranger uses up their tries.

    Never call it inside a transaction of yours: a refusal would roll the counted try back.
    `durable` makes that an error instead of a hole.
    """
    mine = {"pk": code_id} if code_id else {"user": user} if user else {}
    with transaction.atomic(durable=True):
        row = _count_try(purpose=purpose, contact=contact, at=at, **mine)
    right = hmac.compare_digest(row.code_hash, row.hash_of(code.strip(), bound_to=bound_to))
    if not right or (user is not None and row.user_id != user.pk):
        raise InvalidCode
    if not OneTimeCode.objects.live().filter(pk=row.pk).update(used_at=at, updated_at=at):
        raise CodeExpired
    row.used_at = at
    return row


def check_with_ticket(
    *, purpose: str, ticket: str, code: str, at: datetime
) -> tuple[OneTimeCode, str]:
    """The same for somebody who is not signed in; answers with the row and the contact."""
    try:
        held = read_ticket(ticket, purpose=purpose)
    except InvalidTicket as none:
        raise CodeExpired from none
    row = check(purpose=purpose, contact=held.contact, code=code, at=at, code_id=held.code_id)
    return row, held.contact


def mark_used(*, code_id: str, at: datetime) -> bool:
    """Use up what the right code allowed. False when somebody did so before."""
    used = OneTimeCode.objects.filter(pk=code_id, used_at__isnull=False, spent_at=None)
    return bool(used.update(spent_at=at, updated_at=at))


def invalidate_all(*, user: User, at: datetime) -> int:
    """No code that was sent to the person before opens anything from now on."""
    live = OneTimeCode.objects.live().filter(user=user)
    return live.update(replaced_at=at, updated_at=at)


def sweep(*, at: datetime) -> int:
    """Remove codes that count for nothing any more. Returns how many."""
    return OneTimeCode.objects.filter(sent_at__lt=at - OneTimeCode.KEPT).delete()[0]


def _send(
    row: OneTimeCode, contact: str, digits: str, at: datetime, *, hushed: bool = False
) -> None:
    minutes = OneTimeCode.LIFETIME // timedelta(minutes=1)
    outbox.queue_message(
        contact=contact,
        template="accounts/code",
        text=f"accounts/code_{row.purpose.lower()}",
        context={"code": digits, "purpose": row.purpose, "minutes": minutes},
        at=at,
        good_until=row.expires_at,
        hushed=hushed,
    )


def _count_try(*, purpose: str, contact: str, at: datetime, **mine: object) -> OneTimeCode:
    live = OneTimeCode.objects.live().filter(purpose=purpose, target=target_of(contact), **mine)
    row = live.first()
    if row is None or row.expires_at <= at:
        raise CodeExpired
    open_try = live.filter(pk=row.pk, expires_at__gt=at, tries__lt=OneTimeCode.TRIES)
    if not open_try.update(tries=F("tries") + 1, updated_at=at):
        raise TooManyWrongCodes
    return row


def _prepare(
    *, purpose: str, contact: str, user: User | None, at: datetime, ip: str
) -> OneTimeCode:
    availability.require_channel(contact=contact, at=at)
    target, address = target_of(contact), network_hash(ip)
    _lock(target)
    _lock(address)
    _hold_back(purpose, target, address, at)
    OneTimeCode.objects.live().filter(purpose=purpose, target=target).update(replaced_at=at)
    return OneTimeCode(
        user=user,
        purpose=purpose,
        target=target,
        address=address,
        sent_at=at,
        expires_at=at + OneTimeCode.LIFETIME,
    )


def _hold_back(purpose: str, target: str, address: str, at: datetime) -> None:
    to_target = OneTimeCode.objects.sent_to(target)
    cooldown = timedelta(seconds=_setting("HITOUCH_CODE_COOLDOWN_SECONDS", 60))
    _refuse_after(to_target.filter(purpose=purpose), sends=1, within=cooldown, at=at)
    per_contact = _setting("HITOUCH_CODES_PER_CONTACT_AN_HOUR", 5)
    _refuse_after(to_target, sends=per_contact, within=HOUR, at=at)
    _refuse_after(to_target, sends=settings.HITOUCH_CODES_PER_CONTACT_A_DAY, within=DAY, at=at)
    if address:
        per_address = _setting("HITOUCH_CODES_PER_ADDRESS_AN_HOUR", 5)
        from_address = OneTimeCode.objects.sent_from(address)
        _refuse_after(from_address, sends=per_address, within=HOUR, at=at)


def _setting(name: str, default: int) -> int:
    return int(getattr(settings, name, default))


def _refuse_after(codes: CodeQuerySet, *, sends: int, within: timedelta, at: datetime) -> None:
    """Refuse when the window holds that many already; wait until the oldest of them leaves it."""
    newest = codes.since(at - within).order_by("-sent_at").values_list("sent_at", flat=True)
    sent = list(newest[:sends])
    if len(sent) >= sends:
        raise TooManyCodes(sent[-1] + within - at)


def _lock(name: str) -> None:
    """One send at a time for one contact or one address, until the transaction ends."""
    if name:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(name[:15], 16)])


class InvalidTicket(Exception):
    """Not one of ours, or for another purpose."""


@dataclass(frozen=True)
class CodeTicket:
    """The row of a code and the contact it went to."""

    code_id: str
    contact: str


def issue_ticket(*, code: OneTimeCode, contact: str) -> str:
    """The ticket for a code that was asked for just now."""
    facts = json.dumps([code.purpose, str(code.pk), contact]).encode()
    return base64.urlsafe_b64encode(crypto.seal(facts, context=CONTEXT)).decode()


def read_ticket(text: str, *, purpose: str) -> CodeTicket:
    """Open a ticket for this purpose, or raise `NoTicket`."""
    try:
        sealed = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        made_for, code_id, contact = json.loads(crypto.unseal(sealed, context=CONTEXT))
    except (binascii.Error, crypto.SealBroken, ValueError) as fault:
        raise InvalidTicket from fault
    if made_for != purpose:
        raise InvalidTicket
    return CodeTicket(code_id, contact)
