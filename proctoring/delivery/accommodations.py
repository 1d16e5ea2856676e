"""Accommodations for people who need them, granted and revoked by staff.

They give more time and breaks, and lift single demands of monitoring.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.errors import ReasonRequired, Refusal
from proctoring.models import Accommodation, MonitoringDemand

MAX_PERCENT = 200
MAX_BREAK_MINUTES = 120


class NothingGranted(Refusal):
    """Neither time nor breaks nor a lifted demand, or more than allowed."""

    code = "nothing_granted"
    message = (
        "Enter more time of 1 to 200 %, breaks of 1 to 120 minutes, or a demand that is lifted."
    )
    field = "extra_percent"
    status = 422


class UnknownDemand(Refusal):
    """There is no such demand."""

    code = "unknown_demand"
    message = f"A demand is one of {', '.join(MonitoringDemand.values)}."
    field = "waives"
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
    waives: Sequence[str] = (),
) -> Accommodation:
    """Grant more time or breaks, or lift demands.

    Time counts for sittings that begin in this period, a lifted demand for those that are opened.
    """
    check_accommodation(
        extra_percent=extra_percent,
        break_minutes=break_minutes,
        reason=reason,
        valid_from=valid_from,
        until=until,
        at=at,
        waives=waives,
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
        waives=_in_order(waives),
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
    waives: Sequence[str] = (),
) -> None:
    """Raise why this cannot be granted."""
    in_limits = 0 <= extra_percent <= MAX_PERCENT and 0 <= break_minutes <= MAX_BREAK_MINUTES
    if not in_limits or not (extra_percent or break_minutes or waives):
        raise NothingGranted
    if not set(waives) <= set(MonitoringDemand.values):
        raise UnknownDemand
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


def waived_demands(agent: Agent, at: datetime) -> list[str]:
    """The demands that the agent's accommodations lift together on this day."""
    valid = Accommodation.objects.valid_on(timezone.localdate(at)).filter(agent=agent)
    lifted = valid.exclude(waives=[]).values_list("waives", flat=True)
    return _in_order({demand for waives in lifted for demand in waives})


def _in_order(waives: Collection[str]) -> list[str]:
    return [demand for demand in MonitoringDemand.values if demand in waives]
