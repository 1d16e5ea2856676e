"""Accommodations: more time and breaks for people who need them, granted and revoked by staff."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.errors import ReasonRequired, Refusal
from proctoring.models import Accommodation

MAX_PERCENT = 200
MAX_BREAK_MINUTES = 120


class NothingGranted(Refusal):
    """Neither time nor breaks, or more than allowed."""

    code = "nothing_granted"
    message = "Enter more time of 1 to 200 %, or breaks of 1 to 120 minutes."
    field = "extra_percent"
    status = 422


class PeriodOver(Refusal):
    """The period ends before it begins, or has ended."""

    code = "period_over"
    message = "The last day must not be before the first day, or in the past."
    field = "until"
    status = 422


@transaction.atomic
def grant_accommodation(
    *,
    agent: Agent,
    extra_percent: int,
    break_minutes: int,
    reason: str,
    valid_from: date,
    until: date | None,
    by: User,
    at: datetime,
) -> Accommodation:
    """Grant more time or breaks. It counts for sittings that begin in this period."""
    check_accommodation(
        extra_percent=extra_percent,
        break_minutes=break_minutes,
        reason=reason,
        valid_from=valid_from,
        until=until,
        at=at,
    )
    locks.lock_agent(agent.pk)
    granted = Accommodation.objects.create(
        agent=agent,
        extra_percent=extra_percent,
        break_minutes=break_minutes,
        reason=reason.strip(),
        granted_by=by,
        valid_from=valid_from,
        until=until,
    )
    audit.record_event(by=by, action="accommodation.granted", on=granted, at=at)
    return granted


def check_accommodation(
    *,
    extra_percent: int,
    break_minutes: int,
    reason: str,
    valid_from: date,
    until: date | None,
    at: datetime,
) -> None:
    """Raise why this cannot be granted."""
    in_limits = 0 <= extra_percent <= MAX_PERCENT and 0 <= break_minutes <= MAX_BREAK_MINUTES
    if not in_limits or not extra_percent + break_minutes:
        raise NothingGranted
    if until is not None and (until < valid_from or until < timezone.localdate(at)):
        raise PeriodOver
    if not reason.strip():
        raise ReasonRequired("Enter why it is granted.", code="reason_required", field="reason")


@transaction.atomic
def revoke_accommodation(*, accommodation: Accommodation, by: User, at: datetime) -> Accommodation:
    """Revoke it for sittings that have not begun. Revoking it twice changes nothing."""
    row = Accommodation.objects.select_for_update().get(pk=accommodation.pk)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at", "updated_at"])
        audit.record_event(by=by, action="accommodation.revoked", on=row, at=at)
    return row
