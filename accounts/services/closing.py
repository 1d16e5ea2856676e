"""Closing one's account: asked for, waited for, taken back or done."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import audit, life, locks, signals
from accounts.models import Closing, TokenFamily, User
from accounts.services import erasing, sessions
from hitouch.core import outbox
from hitouch.core.errors import Refusal
from hitouch.core.humanize import date_text
from hitouch.core.personal import Hold
from hitouch.core.states import WrongState, move

log = logging.getLogger(__name__)


class StaffAccount(Refusal):
    """Staff do not close theirs themselves."""

    code = "staff_account"
    message = "Staff accounts are closed by an admin. Ask your admin."


class ClosingAsked(Refusal):
    """It was asked for before."""

    code = "closing_asked"
    message = "You've already asked to close your account. The page shows the closing date."


class NothingToTakeBack(Refusal):
    """There is no open closing."""

    code = "nothing_to_take_back"
    message = "There is no request to close this account."


class HeldBack(Refusal):
    """Something has to be settled first; the sentence says what."""

    code = "closing_held_back"


def ask_closing(*, user: User, at: datetime, by: User | None = None) -> Closing:
    """Begin the days of grace. What holds the closing back is looked at when they end."""
    if user.is_staff:
        raise StaffAccount
    with transaction.atomic():
        locks.account(user.pk)
        if user.closings.asked().exists():
            raise ClosingAsked
        closing = Closing.objects.create(
            user=user, asked_at=at, due_at=at + timedelta(days=days_of_grace())
        )
        audit.record(by=by or user, action="account.closing_asked", on=user, at=at)
        _tell(user, "accounts/closing_asked", at, day=date_text(closing.due_at))
    return closing


@transaction.atomic
def take_back(*, user: User, at: datetime) -> None:
    """Keep the account after all."""
    locks.account(user.pk)
    closing = open_closing(user)
    if closing is None:
        raise NothingToTakeBack
    move(closing, to=Closing.State.TAKEN_BACK, by=user, at=at)
    audit.record(by=user, action="account.closing_taken_back", on=user, at=at)
    _tell(user, "accounts/closing_taken_back", at)


def open_closing(user: User) -> Closing | None:
    """The closing that the person asked for, while it can be taken back."""
    return user.closings.asked().first()


def days_of_grace() -> int:
    """How many days a closing can be taken back."""
    return int(settings.HITOUCH_CLOSING_DAYS)


def holds_of(user: User, *, now: datetime) -> list[Hold]:
    """What has to be settled before the account can be closed."""
    return life.above().holds(user, now=now)


def close(*, closing: Closing, at: datetime, by: User | None = None, why: str = "") -> None:
    """Shut the account for good and remove what need not stay."""
    with transaction.atomic():
        user = locks.account(closing.user_id)
        if holds := holds_of(user, now=at):
            raise HeldBack(" ".join(hold.sentence for hold in holds))
        move(closing, to=Closing.State.CLOSED, by=by, at=at, why=why, closed_at=at)
        _shut(user, by, at, why)
    erasing.erase(closing=closing, at=at)


def close_now(*, user: User, at: datetime, why: str, by: User | None = None) -> None:
    """Close without days of grace: for somebody who asked by post. Holds hold all the same."""
    if user.is_staff:
        raise StaffAccount
    with transaction.atomic():
        if holds := holds_of(user, now=at):
            raise HeldBack(" ".join(hold.sentence for hold in holds))
        closing = open_closing(user) or Closing.objects.create(user=user, asked_at=at, due_at=at)
    close(closing=closing, at=at, by=by, why=why)


def close_due(*, now: datetime) -> int:
    """Close what is due and held back by nothing; go on with what a crash left. Counts both."""
    done = sum(_close_one(closing, now) for closing in Closing.objects.due(now).order_by("due_at"))
    left = Closing.objects.to_erase().order_by("closed_at")
    return done + sum(_erase_one(closing, now) for closing in left)


def _close_one(closing: Closing, now: datetime) -> bool:
    try:
        close(closing=closing, at=now)
    except (HeldBack, WrongState):
        return False
    except Exception:  # one person's fault must not keep the others waiting
        log.exception("closing.fault", extra={"closing": str(closing.pk)})
        return False
    return True


def _erase_one(closing: Closing, now: datetime) -> bool:
    try:
        erasing.erase(closing=closing, at=now)
    except Exception:  # the next run goes on
        log.exception("erasing.fault", extra={"closing": str(closing.pk)})
        return False
    return True


def _shut(user: User, by: User | None, at: datetime, why: str) -> None:
    was = user.status
    User.objects.filter(pk=user.pk).update(status=User.Status.CLOSED, updated_at=at)
    sessions.end_others(user=user, at=at, why=TokenFamily.Why.CLOSED)
    new: dict[str, object] = {"status": User.Status.CLOSED, "why": why}
    audit.record(by=by, action="account.closed", on=user, at=at, old={"status": was}, new=new)
    _tell(user, "accounts/account_closed", at)
    signals.account_shut.send(sender=User, user=user)


def _tell(user: User, what: str, at: datetime, **facts: object) -> None:
    """Every contact hears of it: whoever asked may hold only one of them."""
    for contact in filter(None, (user.email, user.phone)):
        outbox.tell(contact=contact, template=what, context=facts, at=at)
