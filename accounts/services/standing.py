"""Suspending an account and letting it in again; the person hears of both."""

from datetime import datetime

from django.db import transaction

from accounts import audit, signals
from accounts.models import TokenFamily, User
from accounts.services import sessions
from hitouch.core import outbox
from hitouch.core.errors import ReasonRequired, Refusal


class NotYourself(Refusal):
    """Nobody suspends their own account."""

    code = "not_yourself"
    message = "You cannot suspend your own account."


class StandingUnchanged(Refusal):
    """The account is not in the state that this begins from."""

    code = "standing_unchanged"
    message = "This can't be done in the account's current status."


@transaction.atomic
def suspend(*, user: User, by: User, at: datetime, why: str) -> None:
    """Shut an active account out of everything at once."""
    if user.pk == by.pk:
        raise NotYourself
    if not why.strip():
        raise ReasonRequired(
            "Enter a reason, so that your colleagues can answer the person.",
            code="no_reason_given",
            field="why",
        )
    _turn(user, User.Status.ACTIVE, User.Status.SUSPENDED, by=by, at=at, why=why)
    sessions.end_others(user=user, at=at, why=TokenFamily.Why.SUSPENDED)
    signals.account_shut.send(sender=User, user=user)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime, why: str) -> None:
    """Let a suspended account in again; it has to log in anew."""
    _turn(user, User.Status.SUSPENDED, User.Status.ACTIVE, by=by, at=at, why=why)


def _turn(user: User, was: str, became: str, *, by: User, at: datetime, why: str) -> None:
    if not User.objects.filter(pk=user.pk, status=was).update(status=became, updated_at=at):
        raise StandingUnchanged
    user.status = became
    action = f"account.{became.lower()}"
    audit.record(
        by=by,
        action=action,
        on=user,
        at=at,
        old={"status": was},
        new={"status": became, "why": why},
    )
    for contact in filter(None, (user.email, user.phone)):
        template = f"accounts/account_{became.lower()}"
        outbox.tell(contact=contact, template=template, context={}, at=at)
