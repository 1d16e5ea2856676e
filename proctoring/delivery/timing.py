"""The time of a sitting, worked out from its rows: plan, accommodation, outage, pause, staff.

The deadline of a section is its opening plus the sum of its rows. `ends_at` of a section or sitting
keeps that sum, and is written here only.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from accounts.models import Agent, User
from accounts.security import audit
from hitouch.core.errors import ReasonRequired, Refusal
from proctoring import conf, queries
from proctoring.delivery import refusals
from proctoring.delivery.locks import lock_sitting
from proctoring.models import Accommodation, Sitting, SittingSection, TimeAdjustment

Kind = TimeAdjustment.Kind


class TimeOutOfRange(Refusal):
    """The time to add is not within the limits."""

    code = "time_out_of_range"
    message = "Add between 1 and 120 minutes."
    field = "minutes"
    status = 422


def plan_sections(sitting: Sitting, parts: Sequence[SittingSection], at: datetime) -> None:
    """Write the planned time of all sections, and what the agent's accommodations add to it."""
    extra, breaks = _accommodation(sitting.agent, at)
    rows = []
    for index, part in enumerate(parts):
        planned = part.section.minutes * 60
        share = breaks * 60 // len(parts) + (index < breaks * 60 % len(parts))
        for kind, seconds, reason in (
            (Kind.PLAN, planned, ""),
            (Kind.ACCOMMODATION, math.ceil(planned * extra / 100), f"{extra} % more time"),
            (Kind.PAUSE, share, f"{breaks} minutes of breaks"),
        ):
            if seconds:
                rows.append(_row(part, kind, seconds, at, reason=reason))
    TimeAdjustment.objects.bulk_create(rows)


def _accommodation(agent: Agent, at: datetime) -> tuple[int, int]:
    """The most generous of the accommodations that are valid on this day."""
    valid = Accommodation.objects.valid_on(timezone.localdate(at)).filter(agent=agent)
    most = valid.aggregate(percent=Max("extra_percent"), minutes=Max("break_minutes"))
    return most["percent"] or 0, most["minutes"] or 0


def open_part(sitting: Sitting, part: SittingSection, at: datetime) -> None:
    """Open a section: its time runs from now."""
    part.opened_at = at
    set_deadlines(sitting, part)


def seconds_left(sitting: Sitting) -> dict[UUID, int]:
    """The time of each section that is not closed: the sum of its rows."""
    rows = sitting.adjustments.filter(part__closed_at__isnull=True).order_by()
    return dict(rows.values_list("part").annotate(Sum("seconds")))


def set_deadlines(sitting: Sitting, part: SittingSection | None) -> None:
    """Write `ends_at` of the open section and of the sitting, from the rows."""
    seconds = seconds_left(sitting)
    if part is None or part.opened_at is None:
        return
    part.ends_at = part.opened_at + timedelta(seconds=seconds.pop(part.pk, 0))
    part.save(update_fields=["opened_at", "ends_at", "updated_at"])
    sitting.ends_at = part.ends_at + timedelta(seconds=sum(seconds.values()))
    Sitting.objects.filter(pk=sitting.pk).update(ends_at=sitting.ends_at)


def credit_outage(sitting: Sitting, *, since: datetime, at: datetime) -> int:
    """Give back the time of a lost connection, up to the cap. Returns the seconds.

    Called with the sitting locked, when its page is back while the section is open.
    """
    part = queries.current_section(sitting)
    if part is None or part.opened_at is None or part.ends_at is None or at >= part.ends_at:
        return 0
    if not sitting.is_live:
        return 0
    since = max(since, part.opened_at)
    lost = int((at - since).total_seconds() - _paused_seconds(part, since))
    given = sitting.adjustments.filter(kind=Kind.OUTAGE).aggregate(sum=Sum("seconds"))["sum"] or 0
    seconds = min(lost, conf.outage_credit_seconds() - given)
    if seconds <= 0:
        return 0
    reason = f"No connection for {lost} seconds"
    _row(part, Kind.OUTAGE, seconds, at, reason=reason).save()
    set_deadlines(sitting, part)
    return seconds


def _paused_seconds(part: SittingSection, since: datetime) -> float:
    """How long the section was paused after this moment, which has been given back already.

    Breaks are rows of the same kind, from the beginning of the sitting.
    """
    ended = part.adjustments.filter(kind=Kind.PAUSE, at__gt=part.sitting.begun_at)
    return sum(
        max((row.at - max(since, row.at - timedelta(seconds=row.seconds))).total_seconds(), 0)
        for row in ended
    )


def credit_pause(sitting: Sitting, *, reason: str, by: User | None, at: datetime) -> int:
    """Give back the time of a pause, which ends now. Returns the seconds."""
    part = queries.current_section(sitting)
    if part is None or sitting.paused_at is None:
        return 0
    seconds = max(math.ceil((at - sitting.paused_at).total_seconds()), 0)
    if seconds:
        row = _row(part, Kind.PAUSE, seconds, at, reason=reason[:300])
        row.by = by
        row.save()
        set_deadlines(sitting, part)
    return seconds


@transaction.atomic
def add_time(*, sitting: Sitting, minutes: int, reason: str, by: User, at: datetime) -> Sitting:
    """Add time to the open section, by staff."""
    if not 1 <= minutes <= conf.MAX_MINUTES_ADDED:
        raise TimeOutOfRange
    if not reason.strip():
        raise ReasonRequired("Enter why time is added.", code="reason_required", field="reason")
    locked = lock_sitting(sitting)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    if locked.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused("Resume this assessment, then add time.")
    part = queries.current_section(locked)
    if not locked.is_live or part is None or part.ends_at is None or part.ends_at <= at:
        raise refusals.SittingOver("No section of this assessment is open.")
    row = _row(part, Kind.STAFF, minutes * 60, at, reason=reason.strip()[:300])
    row.by = by
    row.save()
    set_deadlines(locked, part)
    audit.record_event(by=by, action="sitting.time_added", on=locked, at=at)
    return locked


def _row(
    part: SittingSection, kind: str, seconds: int, at: datetime, *, reason: str
) -> TimeAdjustment:
    return TimeAdjustment(
        sitting_id=part.sitting_id, part=part, kind=kind, seconds=seconds, reason=reason, at=at
    )
