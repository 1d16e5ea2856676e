"""One-time codes: issuing, sending, rate-limiting and checking them, and their tickets.

A code is six digits from the system's random source. Only a keyed hash is stored, over the row's
id, purpose, contact, user and what the code is bound to. A ticket is the sealed id of a code, given
to whoever requested it while logged out.
"""

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import OneTimeCode, User
from accounts.models.one_time_codes import target_of
from accounts.one_time_codes import budgets, challenges, requesters, sms_budget
from accounts.one_time_codes.requesters import ANYBODY, Requester
from accounts.security.origin import NetworkHashes, network_hashes
from hitouch.core import crypto, sweeps
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import availability
from hitouch.core.outbox import services as outbox

TICKET_CONTEXT = "accounts.ticket"
MAX_TICKET_LENGTH = 1000


class InvalidCode(Refusal):
    """The digits are not those that were sent."""

    code = "wrong_code"
    status = 422
    field = "code"
    message = "That code is not correct. Check the latest message and try again."


class CodeExpired(Refusal):
    """There is no valid code: too old, already used, or never sent."""

    code = "code_expired"
    status = 422
    field = "code"
    message = "That code has expired. Request a new one."


class TooManyWrongCodes(Refusal):
    """Five wrong attempts; the code is invalid now."""

    code = "code_tried_out"
    status = 422
    field = "code"
    message = "Too many wrong attempts. Request a new code."


class InvalidTicket(Exception):
    """The ticket was not issued by us, or for another purpose."""


@dataclass(frozen=True)
class CodeTicket:
    """The id of a code and the contact it was sent to."""

    code_id: str
    contact: str


def issue(
    *,
    purpose: str,
    contact: str,
    user: User | None = None,
    at: datetime,
    requester: Requester = ANYBODY,
    bound_to: str = "",
) -> OneTimeCode:
    """Create a code and send it; replaces an older one for the same purpose and contact.

    Only one that the same requester asked for is replaced: not the code of somebody else who is
    about to enter it.
    """
    digits = f"{secrets.randbelow(10**OneTimeCode.DIGITS):0{OneTimeCode.DIGITS}}"
    with transaction.atomic():
        row = _new_code(purpose=purpose, contact=contact, user=user, at=at, requester=requester)
        row.code_hash = row.hash_of(digits, bound_to=bound_to)
        row.save(force_insert=True)
        message = _send(row, contact, digits, at)
        _reserve_sms(message, contact, row)
    return row


def issue_decoy(
    *,
    purpose: str,
    contact: str,
    user: User | None = None,
    at: datetime,
    requester: Requester = ANYBODY,
    template: str = "",
) -> OneTimeCode:
    """Write the same rows as `issue`, with a code that cannot be entered, and send no code.

    For contacts without an account: response, timing and limits stay the same, so that nobody
    learns which contacts have one. With a `template` that message is sent instead.
    """
    with transaction.atomic():
        row = _new_code(purpose=purpose, contact=contact, user=user, at=at, requester=requester)
        row.code_hash = row.hash_of(secrets.token_hex(), bound_to="")
        row.save(force_insert=True)
        if template:
            message = outbox.queue_message(contact=contact, template=template, context={}, at=at)
        else:
            message = _send(row, contact, "0" * OneTimeCode.DIGITS, at, suppressed=True)
        _reserve_sms(message, contact, row)
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
    """Count an attempt, compare the code and use it up; any other result is a refusal.

    For a user who is logged in pass `user`; for anybody else pass the `code_id` of their ticket, so
    that others cannot use up their attempts.

    Must not run inside a transaction: a refusal would roll back the counted attempt. `durable`
    raises an error in that case.
    """
    lookup = {"pk": code_id} if code_id else {"user": user} if user else {}
    with transaction.atomic(durable=True):
        row = _count_try(purpose=purpose, contact=contact, at=at, **lookup)
    is_right = hmac.compare_digest(row.code_hash, row.hash_of(code.strip(), bound_to=bound_to))
    if not is_right or (user is not None and row.user_id != user.pk):
        raise InvalidCode
    if not OneTimeCode.objects.live().filter(pk=row.pk).update(used_at=at, updated_at=at):
        raise CodeExpired
    row.used_at = at
    return row


def check_with_ticket(
    *, purpose: str, ticket: str, code: str, at: datetime
) -> tuple[OneTimeCode, str]:
    """Check a code for somebody who is not logged in. Returns the row and the contact."""
    try:
        opened = read_ticket(ticket, purpose=purpose)
    except InvalidTicket as error:
        raise CodeExpired from error
    row = check(purpose=purpose, contact=opened.contact, code=code, at=at, code_id=opened.code_id)
    return row, opened.contact


def is_unused(*, code_id: str) -> bool:
    """Whether the grant of this code can still be used."""
    return OneTimeCode.objects.filter(pk=code_id, used_at__isnull=False, spent_at=None).exists()


def mark_used(*, code_id: str, at: datetime) -> bool:
    """Use up the grant of a code. Returns False if it was used before."""
    used = OneTimeCode.objects.filter(pk=code_id, used_at__isnull=False, spent_at=None)
    return bool(used.update(spent_at=at, updated_at=at))


def invalidate_all(*, user: User, at: datetime) -> int:
    """Invalidate every code that was sent to the user, and every grant that a code has given."""
    codes = OneTimeCode.objects.filter(user=user)
    codes.filter(used_at__isnull=False, spent_at=None).update(spent_at=at, updated_at=at)
    return codes.live().update(replaced_at=at, updated_at=at)


OLD_CODES = sweeps.DeletionSweep(
    name="accounts.old_codes",
    due=lambda now: OneTimeCode.objects.filter(sent_at__lt=now - OneTimeCode.KEPT),
    order=("sent_at", "pk"),
)


def sweep(*, at: datetime) -> int:
    """Delete codes that no limit counts any more. Returns how many."""
    return sweeps.run(OLD_CODES, now=at).done


def issue_ticket(*, code: OneTimeCode, contact: str) -> str:
    """The sealed ticket for a code that has just been requested."""
    facts = json.dumps([code.purpose, str(code.pk), contact]).encode()
    return base64.urlsafe_b64encode(crypto.seal(facts, context=TICKET_CONTEXT)).decode()


def read_ticket(text: str, *, purpose: str) -> CodeTicket:
    """Open a ticket for this purpose; raises `InvalidTicket`."""
    try:
        sealed = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        made_for, code_id, contact = json.loads(crypto.unseal(sealed, context=TICKET_CONTEXT))
    except (binascii.Error, crypto.SealBroken, ValueError) as fault:
        raise InvalidTicket from fault
    if made_for != purpose:
        raise InvalidTicket
    return CodeTicket(code_id, contact)


def _send(
    row: OneTimeCode, contact: str, digits: str, at: datetime, *, suppressed: bool = False
) -> OutboxMessage:
    minutes = OneTimeCode.LIFETIME // timedelta(minutes=1)
    return outbox.queue_message(
        contact=contact,
        template="accounts/code",
        text=f"accounts/code_{row.purpose.lower()}",
        context={"code": digits, "purpose": row.purpose, "minutes": minutes},
        at=at,
        good_until=row.expires_at,
        suppressed=suppressed,
    )


def _reserve_sms(message: OutboxMessage, contact: str, row: OneTimeCode) -> None:
    kind, purpose = row.requester_kind, row.purpose
    sms_budget.reserve(
        message, contact=contact, requester_kind=kind, purpose=purpose, at=row.sent_at
    )


def _count_try(*, purpose: str, contact: str, at: datetime, **lookup: object) -> OneTimeCode:
    live = OneTimeCode.objects.live().filter(purpose=purpose, target=target_of(contact), **lookup)
    newest = live.select_related("user").order_by("-sent_at")
    row = newest.first()  # as the user was before the code is compared
    if row is None or row.expires_at <= at:
        raise CodeExpired
    open_try = live.filter(pk=row.pk, expires_at__gt=at, tries__lt=OneTimeCode.TRIES)
    if not open_try.update(tries=F("tries") + 1, updated_at=at):
        raise TooManyWrongCodes
    return row


def _new_code(
    *, purpose: str, contact: str, user: User | None, at: datetime, requester: Requester
) -> OneTimeCode:
    availability.require_channel(contact=contact, at=at)
    target, networks = target_of(contact), network_hashes(requester.origin.ip)
    identity = requesters.identify(requester, purpose=purpose, contact=contact, account=user, at=at)
    request = budgets.CodeRequest(purpose, target, identity, networks)
    budgets.lock(request)
    pressures = [
        budgets.check(request, at=at),
        sms_budget.pressure(contact=contact, requester_kind=identity.kind, purpose=purpose, at=at),
    ]
    if found := [pressure for pressure in pressures if pressure is not None]:
        challenges.require(
            max(found, key=lambda pressure: pressure.ratio),
            purpose=purpose,
            target=target,
            challenge=requester.challenge,
            solution=requester.solution,
            at=at,
        )
    own = OneTimeCode.objects.live().sent_to(target, purpose=purpose)
    own.filter(requester=identity.key).update(replaced_at=at)
    counted = networks if request.is_counted_by_network else NetworkHashes()
    return OneTimeCode(
        user=user,
        purpose=purpose,
        target=target,
        requester_kind=identity.kind,
        requester=identity.key,
        address=counted.address,
        subnet=counted.subnet,
        block=counted.block,
        sent_at=at,
        expires_at=at + OneTimeCode.LIFETIME,
    )
