"""Make series of slots, change what is left of them, cancel the rest, copy a week.

Each makes or cancels all its slots in one transaction, with a number of statements that does not
depend on how many there are. Locks: the opportunity, the series, then its slots by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from gigs.models import Opportunity, Slot, SlotSeries
from gigs.models.slots import SlotQuerySet
from gigs.recurrence import DAY, WeeklyHours
from gigs.series import plans as series_plans
from gigs.series import queries
from gigs.series.plans import Preview, SeriesExists, SeriesInPast, SeriesPlan
from gigs.slots.services import lock_for_slots
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA, day_of, midnight

WEEK = timedelta(days=7)


class WeekEmpty(Refusal):
    """There is nothing to copy."""

    code = "week_empty"
    message = "There are no shifts in this week."
    status = 422
    field = "week_of"


class SeriesEnded(Refusal):
    """The series has no slots from that day on."""

    code = "series_ended"
    message = "This series has no shifts from that day on."


@dataclass(frozen=True)
class SeriesOutcome:
    """What was made and cancelled; `kept` slots stay, as agents hold seats or wait for one."""

    series: Sequence[SlotSeries] = ()
    made: Sequence[Slot] = ()
    existing_count: int = 0
    removed_count: int = 0
    kept: Sequence[Slot] = ()


@transaction.atomic
def make_series(
    *, opportunity: Opportunity, plans: Sequence[SeriesPlan], by: User | None, now: datetime
) -> SeriesOutcome:
    """Make the slots of all plans; those that exist are left as they are."""
    opportunity = lock_for_slots(opportunity)
    return _make(opportunity, plans, by=by, now=now)


def _make(
    opportunity: Opportunity, plans: Sequence[SeriesPlan], *, by: User | None, now: datetime
) -> SeriesOutcome:
    found = series_plans.preview(opportunity=opportunity, plans=plans, now=now)
    if not found.new:
        raise SeriesExists
    rows = {
        plan: SlotSeries(
            opportunity=opportunity,
            recurrence=plan.hours.notation(),
            length=plan.hours.length,
            capacity=plan.capacity,
            minimum_level=plan.minimum_level,
        )
        for plan in dict.fromkeys(slot.plan for slot in found.new)
    }
    SlotSeries.objects.bulk_create(rows.values())
    made = Slot.objects.bulk_create(
        Slot(
            opportunity=opportunity,
            series=rows[slot.plan],
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            capacity=slot.capacity,
            minimum_level=slot.minimum_level,
        )
        for slot in found.new
    )
    _record(opportunity, "series.made", by=by, at=now, slots=len(made))
    return SeriesOutcome(list(rows.values()), made, found.existing_count)


@transaction.atomic
def change_following(
    *, series: SlotSeries, plan: SeriesPlan, by: User | None, now: datetime
) -> SeriesOutcome:
    """From the plan's first day on, slots follow the plan. Slots with agents stay as they are.

    A new series follows the old one, which ends there; it leaves out the days of slots that stay.
    """
    opportunity = lock_for_slots(series.opportunity)
    kept, removed = _end(series, from_on=plan.hours.first, now=now)
    outcome = _make(opportunity, [_leaving_out(plan, kept)], by=by, now=now)
    return replace(outcome, removed_count=removed, kept=kept)


def preview_following(*, series: SlotSeries, plan: SeriesPlan, now: datetime) -> Preview:
    """What `change_following` would make."""
    slots = list(following(series, from_on=plan.hours.first, now=now))
    held = set(queries.held(series.slots.all()).values_list("pk", flat=True))
    kept = [slot for slot in slots if slot.pk in held]
    gone = [slot for slot in slots if slot.pk not in held]
    return series_plans.preview(
        opportunity=series.opportunity, plans=[_leaving_out(plan, kept)], now=now, replaced=gone
    )


def _leaving_out(plan: SeriesPlan, kept: Sequence[Slot]) -> SeriesPlan:
    days = {day_of(slot.starts_at) for slot in kept}
    return replace(plan, hours=replace(plan.hours, excluded=plan.hours.excluded | days))


@transaction.atomic
def cancel_rest(
    *, series: SlotSeries, from_on: date, by: User | None, now: datetime
) -> SeriesOutcome:
    """Cancel the slots of a series from a day on. Slots with agents stay.

    Each of those can be cancelled by itself, as it may cost: `gigs.cancellations`.
    """
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=series.opportunity_id)
    if from_on < day_of(now):
        raise SeriesInPast
    kept, removed = _end(series, from_on=from_on, now=now)
    _record(opportunity, "series.cancelled", by=by, at=now, slots=removed)
    return SeriesOutcome([series], removed_count=removed, kept=kept)


def following(series: SlotSeries, *, from_on: date, now: datetime) -> SlotQuerySet:
    """Slots of a series that start on the day or later, and have not started."""
    start = max(midnight(from_on), now)
    slots = series.slots.filter(starts_at__gte=start, cancelled_at=None)
    return slots.order_by("starts_at", "pk")


def _end(series: SlotSeries, *, from_on: date, now: datetime) -> tuple[list[Slot], int]:
    """End a series; returns the slots that stay, and how many were cancelled.

    The slots are locked before it is seen which are held, as a claim locks its slot, too.
    """
    locked = SlotSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    slots = following(locked, from_on=from_on, now=now)
    found = sorted(slots.order_by("pk").select_for_update(), key=attrgetter("starts_at"))
    if locked.ended_on is not None and locked.ended_on <= from_on and not found:
        raise SeriesEnded
    held = set(queries.held(slots).values_list("pk", flat=True))
    free = [slot.pk for slot in found if slot.pk not in held]
    # A claim that crosses with this finds no seat; of a deleted slot it would fail at its commit.
    Slot.objects.filter(pk__in=free).update(cancelled_at=now, capacity=0, updated_at=now)
    locked.ended_on = min(from_on, locked.ended_on or from_on)
    locked.save(update_fields=["ended_on", "updated_at"])
    series.ended_on = locked.ended_on
    return [slot for slot in found if slot.pk in held], len(free)


def plans_of_week(
    *, opportunity: Opportunity, week_of: date, weeks: int, now: datetime
) -> list[SeriesPlan]:
    """Plans that repeat the slots of a week, Monday to Sunday, in the weeks that follow it.

    Weeks that have passed are left out.
    """
    monday = week_of - week_of.weekday() * DAY
    slots = opportunity.slots.filter(
        starts_at__gte=midnight(monday), starts_at__lt=midnight(monday + WEEK), cancelled_at=None
    )
    groups: dict[tuple[object, ...], tuple[Slot, list[int]]] = {}
    for slot in slots.order_by("starts_at", "ends_at"):
        day = day_of(slot.starts_at)
        key = (slot.starts_at - midnight(day), slot.length, slot.capacity, slot.minimum_level)
        groups.setdefault(key, (slot, []))[1].append(day.weekday())
    if not groups:
        raise WeekEmpty
    first, last = max(monday + WEEK, day_of(now)), monday + (weeks + 1) * WEEK - DAY
    if last < first:
        raise SeriesInPast
    return [
        SeriesPlan(
            hours_like(slot, weekdays=tuple(days), first=first, last=last),
            slot.capacity,
            slot.minimum_level,
        )
        for slot, days in groups.values()
    ]


def hours_like(slot: Slot, *, weekdays: tuple[int, ...], first: date, last: date) -> WeeklyHours:
    """The hours of a slot on days of each week."""
    return WeeklyHours(
        weekdays=weekdays,
        starts=slot.starts_at.astimezone(INDIA).time(),
        ends=slot.ends_at.astimezone(INDIA).time(),
        first=first,
        last=last,
    )


def copy_week(
    *, opportunity: Opportunity, week_of: date, weeks: int, by: User | None, now: datetime
) -> SeriesOutcome:
    """Repeat the slots of a week in the weeks that follow it; those that exist stay."""
    plans = plans_of_week(opportunity=opportunity, week_of=week_of, weeks=weeks, now=now)
    return make_series(opportunity=opportunity, plans=plans, by=by, now=now)


def _record(
    opportunity: Opportunity, action: str, *, by: User | None, at: datetime, slots: int
) -> None:
    audit.record_event(by=by, action=action, on=opportunity, at=at, new={"slots": slots})
