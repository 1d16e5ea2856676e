"""One-time codes: issuing, sending, rate-limiting and checking them, and their tickets.

A code is six digits from the system's random source. Only a keyed hash is stored, over the row's
id, purpose, contact, user and what the code is bound to. A ticket is the sealed id of a code, given
to whoever requested it while logged out.
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
from hitouch.core import crypto, sweeps
from hitouch.core.errors import Refusal
from hitouch.core.outbox import availability
from hitouch.core.outbox import services as outbox
from hitouch.core.web.humanize import wait_text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
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


class TooManyCodes(Refusal):
    """A code was sent less than a minute ago, or too many in the last hour or day."""

    code = "too_many_codes"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        words = wait_text(self.retry_after, in_seconds_below=120)
        super().__init__(f"We've already sent a code. You can request another in {words}.")


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
    ip: str = "",
    bound_to: str = "",
) -> OneTimeCode:
    """Create a code and send it; replaces an older one for the same purpose and contact."""
    digits = f"{secrets.randbelow(10**OneTimeCode.DIGITS):0{OneTimeCode.DIGITS}}"
    with transaction.atomic():
        row = _new_code(purpose=purpose, contact=contact, user=user, at=at, ip=ip)
        row.code_hash = row.hash_of(digits, bound_to=bound_to)
        row.save(force_insert=True)
        _send(row, contact, digits, at)
    return row


def issue_decoy(
    *, purpose: str, contact: str, at: datetime, ip: str, template: str = ""
) -> OneTimeCode:
    """Write the same rows as `issue`, with a code that cannot be entered, and send no code.

    For contacts without an account: response, timing and limits stay the same, so that nobody
    learns which contacts have one. With a `template` that message is sent instead.
    """
    with transaction.atomic():
        row = _new_code(purpose=purpose, contact=contact, user=None, at=at, ip=ip)
        row.code_hash = row.hash_of(secrets.token_hex(), bound_to="")
        row.save(force_insert=True)
        if template:
            outbox.queue_message(contact=contact, template=template, context={}, at=at)
        else:
            _send(row, contact, "0" * OneTimeCode.DIGITS, at, suppressed=True)
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
) -> None:
    minutes = OneTimeCode.LIFETIME // timedelta(minutes=1)
    outbox.queue_message(
        contact=contact,
        template="accounts/code",
        text=f"accounts/code_{row.purpose.lower()}",
        context={"code": digits, "purpose": row.purpose, "minutes": minutes},
        at=at,
        good_until=row.expires_at,
        suppressed=suppressed,
    )


def _count_try(*, purpose: str, contact: str, at: datetime, **lookup: object) -> OneTimeCode:
    live = OneTimeCode.objects.live().filter(purpose=purpose, target=target_of(contact), **lookup)
    row = live.select_related("user").first()  # as the user was before the code is compared
    if row is None or row.expires_at <= at:
        raise CodeExpired
    open_try = live.filter(pk=row.pk, expires_at__gt=at, tries__lt=OneTimeCode.TRIES)
    if not open_try.update(tries=F("tries") + 1, updated_at=at):
        raise TooManyWrongCodes
    return row


def _new_code(
    *, purpose: str, contact: str, user: User | None, at: datetime, ip: str
) -> OneTimeCode:
    availability.require_channel(contact=contact, at=at)
    target, address = target_of(contact), network_hash(ip)
    _lock_key(target)
    _lock_key(address)
    _check_send_limits(purpose, target, address, at)
    OneTimeCode.objects.live().filter(purpose=purpose, target=target).update(replaced_at=at)
    return OneTimeCode(
        user=user,
        purpose=purpose,
        target=target,
        address=address,
        sent_at=at,
        expires_at=at + OneTimeCode.LIFETIME,
    )


def _check_send_limits(purpose: str, target: str, address: str, at: datetime) -> None:
    to_target = OneTimeCode.objects.sent_to(target)
    cooldown = timedelta(seconds=_setting("HITOUCH_CODE_COOLDOWN_SECONDS", 60))
    _check_limit(to_target.filter(purpose=purpose), sends=1, within=cooldown, at=at)
    per_contact = _setting("HITOUCH_CODES_PER_CONTACT_AN_HOUR", 5)
    _check_limit(to_target, sends=per_contact, within=HOUR, at=at)
    _check_limit(to_target, sends=settings.HITOUCH_CODES_PER_CONTACT_A_DAY, within=DAY, at=at)
    if address:
        per_address = _setting("HITOUCH_CODES_PER_ADDRESS_AN_HOUR", 5)
        from_address = OneTimeCode.objects.sent_from(address)
        _check_limit(from_address, sends=per_address, within=HOUR, at=at)


def _setting(name: str, default: int) -> int:
    return int(getattr(settings, name, default))


def _check_limit(codes: CodeQuerySet, *, sends: int, within: timedelta, at: datetime) -> None:
    """Refuse when `within` holds that many sends already, until the oldest of them is out of it."""
    newest = codes.since(at - within).order_by("-sent_at").values_list("sent_at", flat=True)
    sent = list(newest[:sends])
    if len(sent) >= sends:
        raise TooManyCodes(sent[-1] + within - at)


def _lock_key(name: str) -> None:
    """Lock one contact or network until the transaction ends, so that sends are counted in turn."""
    if name:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(name[:15], 16)])
