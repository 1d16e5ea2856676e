"""Privacy requests: closing an account after a grace period, data export, and erasure."""

import logging
import zipfile
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from accounts import signals
from accounts.hooks import personal_data_hooks
from accounts.models import Closing, TokenFamily, User
from accounts.notices import services as notices
from accounts.security import audit, locks
from accounts.security.rate_limits import EXPORT
from accounts.sessions import services as sessions
from hitouch.core import sweeps
from hitouch.core.crypto import SealBroken
from hitouch.core.data_protection.privacy import Hold, OwnFile
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.files import identity, storage
from hitouch.core.web.humanize import date_text

log = logging.getLogger(__name__)
ABOUT = (
    "Everything HitouchCX holds about you. Times are in UTC. Money is in paise, with the amount in "
    "rupees beside it. Only the last four digits of document and bank account numbers are shown."
)
#: Files beyond this size are left out, and listed in the archive.
LARGEST_ARCHIVE = 100 * 1024 * 1024
SPOOL_SIZE = 5 * 1024 * 1024
LEFT_OUT_TEXT = (
    "These files could not be included (too large, or an error). Contact support to get them:"
)


class StaffAccount(Refusal):
    """Staff accounts are closed by an admin."""

    code = "staff_account"
    message = "Staff accounts are closed by an admin. Ask your admin."


class ClosingAlreadyRequested(Refusal):
    """There is an open request already."""

    code = "closing_asked"
    message = "You've already asked to close your account. The page shows the closing date."


class NoOpenClosing(Refusal):
    """There is no open request."""

    code = "nothing_to_take_back"
    message = "There is no request to close this account."


class ClosingBlocked(Refusal):
    """Something has to be settled first; the message says what."""

    code = "closing_held_back"


class NotClosed(Refusal):
    """Only a closed account can be erased."""

    code = "not_closed"
    message = "Close this account before you erase it."


def request_closing(*, user: User, at: datetime, by: User | None = None) -> Closing:
    """Start the grace period. Blockers are checked when it ends."""
    if user.is_staff:
        raise StaffAccount
    with transaction.atomic():
        locks.lock_account(user.pk)
        if user.closings.asked().exists():
            raise ClosingAlreadyRequested
        closing = Closing.objects.create(
            user=user, asked_at=at, due_at=at + timedelta(days=grace_days())
        )
        audit.record_event(by=by or user, action="account.closing_asked", on=user, at=at)
        _notify(user, "accounts/closing_asked", at, day=date_text(closing.due_at))
    return closing


@transaction.atomic
def cancel_closing(*, user: User, at: datetime) -> None:
    """Cancel the open request."""
    locks.lock_account(user.pk)
    closing = open_closing(user)
    if closing is None:
        raise NoOpenClosing
    transition(closing, to=Closing.State.TAKEN_BACK, by=user, at=at)
    audit.record_event(by=user, action="account.closing_taken_back", on=user, at=at)
    _notify(user, "accounts/closing_taken_back", at)


def open_closing(user: User) -> Closing | None:
    """The open closing request, if any."""
    return user.closings.asked().first()


def grace_days() -> int:
    """How many days a closing request can be cancelled."""
    return int(settings.HITOUCH_CLOSING_DAYS)


def closing_blockers(user: User, *, now: datetime) -> list[Hold]:
    """What has to be settled before the account can be closed."""
    return personal_data_hooks().holds(user, now=now)


def close(*, closing: Closing, at: datetime, by: User | None = None, why: str = "") -> None:
    """Close the account and erase what need not be retained."""
    with transaction.atomic():
        user = locks.lock_account(closing.user_id)
        if holds := closing_blockers(user, now=at):
            raise ClosingBlocked(" ".join(hold.sentence for hold in holds))
        transition(closing, to=Closing.State.CLOSED, by=by, at=at, why=why, closed_at=at)
        _close_account(user, by, at, why)
    erase(closing=closing, at=at)


def close_now(*, user: User, at: datetime, why: str, by: User | None = None) -> None:
    """Close without a grace period, after a request by post. Blockers apply as well."""
    if user.is_staff:
        raise StaffAccount
    with transaction.atomic():
        if holds := closing_blockers(user, now=at):
            raise ClosingBlocked(" ".join(hold.sentence for hold in holds))
        closing = open_closing(user) or Closing.objects.create(user=user, asked_at=at, due_at=at)
    close(closing=closing, at=at, by=by, why=why)


def close_due(*, now: datetime) -> int:
    """Close accounts that are due and not blocked, and resume interrupted erasures. Counts both."""
    closed = sweeps.run(DUE_CLOSINGS, now=now)
    return closed.done + sweeps.run(OPEN_ERASURES, now=now).done


DUE_CLOSINGS = sweeps.Sweep(
    name="accounts.due_closings",
    due=Closing.objects.due,
    act=lambda closing, now: close(closing=closing, at=now),
    order=("due_at", "pk"),
    atomic=False,
)
OPEN_ERASURES = sweeps.Sweep(
    name="accounts.open_erasures",
    due=lambda now: Closing.objects.to_erase(),
    act=lambda closing, now: erase(closing=closing, at=now),
    order=("closed_at", "pk"),
    atomic=False,
)


def export_data(*, user: User, at: datetime) -> dict[str, Any]:
    """All data about the user as one document."""
    EXPORT.spend(f"{user.pk} data", at=at)
    audit.record_event(by=user, action="account.data_exported", on=user, at=at)
    return {
        "about": ABOUT,
        "made_at": at.isoformat(),
        **personal_data_hooks().export(user),
    }


def export_files(*, user: User, at: datetime) -> IO[bytes]:
    """The user's files as a ZIP archive, positioned at its beginning."""
    identity.require_own_store()  # an attempt that is bound to fail is not counted
    EXPORT.spend(f"{user.pk} files", at=at)
    audit.record_event(by=user, action="account.files_exported", on=user, at=at)
    archive: IO[bytes] = SpooledTemporaryFile(max_size=SPOOL_SIZE)  # noqa: SIM115
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as zip_file:
        left_out = _write_files(zip_file, personal_data_hooks().files(user))
        if left_out:
            zip_file.writestr("left-out.txt", "\n".join([LEFT_OUT_TEXT, *left_out]))
    archive.seek(0)
    return archive


def erase(*, closing: Closing, at: datetime) -> None:
    """Let every app erase its part, then record it. Can be repeated after a crash."""
    user = User.objects.get(pk=closing.user_id)
    if user.status != User.Status.CLOSED:
        raise NotClosed
    personal_data_hooks().erase(user, at=at)
    with transaction.atomic():
        done = Closing.objects.filter(pk=closing.pk, erased_at=None)
        if done.update(erased_at=at, updated_at=at):
            audit.record_event(by=None, action="account.erased", on=user, at=at)
            log.info("account.erased", extra={"account": str(user.pk)})
    closing.erased_at = at


def erase_account(*, user: User, at: datetime, why: str, by: User | None = None) -> None:
    """Erase a closed account, first or again, after a request by post."""
    closing = user.closings.filter(state=Closing.State.CLOSED).first()
    if user.status != User.Status.CLOSED or closing is None:
        raise NotClosed
    audit.record_event(by=by, action="account.erasure_asked", on=user, at=at, new={"why": why})
    erase(closing=closing, at=at)


def _close_account(user: User, by: User | None, at: datetime, why: str) -> None:
    was = user.status
    User.objects.filter(pk=user.pk).update(status=User.Status.CLOSED, updated_at=at)
    sessions.end_others(user=user, at=at, why=TokenFamily.Why.CLOSED)
    new: dict[str, object] = {"status": User.Status.CLOSED, "why": why}
    audit.record_event(by=by, action="account.closed", on=user, at=at, old={"status": was}, new=new)
    _notify(user, "accounts/account_closed", at)
    signals.account_shut.send(sender=User, user=user)


def _notify(user: User, what: str, at: datetime, **facts: object) -> None:
    """Notify every contact, since whoever made the request may control only one of them."""
    notices.notify(user=user, kind=what, context=facts, at=at, contacts=user.contacts)


def _write_files(zip_file: zipfile.ZipFile, own: list[OwnFile]) -> list[str]:
    left_out, size = [], 0
    for file in own:
        size += file.stored.size
        try:
            if size > LARGEST_ARCHIVE:
                raise FileNotFoundError
            zip_file.writestr(file.place, storage.read(file.stored))
        except (FileNotFoundError, SealBroken):
            left_out.append(file.place)
    return left_out
