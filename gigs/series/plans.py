"""Plans of series: the rules that they keep, and what they would add to an opportunity."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from gigs import horizon
from gigs.models import Opportunity, Slot
from gigs.models.slots import LONGEST_SLOT
from gigs.recurrence import DAY, Occurrence, WeeklyHours
from gigs.series import queries
from gigs.slots.grid import SlotEmpty, SlotOffGrid, SlotTooLong, is_on_grid
from gigs.slots.services import level_floor
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA, day_of

MAX_SLOTS = 500
_HOUR = timedelta(hours=1)


class DatesReversed(Refusal):
    """The series ends before it starts."""

    code = "dates_reversed"
    message = "The last day must not be before the first."
    status = 422
    field = "until_on"


class SeriesInPast(Refusal):
    """The series begins in the past."""

    code = "slot_over"
    message = "This day has passed. Choose today or a later day."
    status = 422
    field = "from_on"


class SeriesEmpty(Refusal):
    """The series has no slots."""

    code = "series_empty"
    message = "There is no such weekday between these dates, or you left all of them out."
    status = 422
    field = "weekdays"


class SeriesTooLong(Refusal):
    """The series has too many slots."""

    code = "series_too_long"
    message = f"This would be more than {MAX_SLOTS} shifts. Choose fewer days, or an earlier end."
    status = 422
    field = "until_on"


class SeatsAboveHeadcount(Refusal):
    """There are more seats than agents who can ever be accepted."""

    code = "seats_above_headcount"
    message = "The opportunity is for fewer agents."
    field = "capacity"


class SeriesExists(Refusal):
    """All slots of the series exist."""

    code = "series_exists"
    message = "All of these shifts are there already."


@dataclass(frozen=True)
class SeriesPlan:
    """A series to be made."""

    hours: WeeklyHours
    capacity: int
    minimum_level: str = ""


@dataclass(frozen=True)
class PlannedSlot:
    """A slot that a plan makes: its cost if all seats are claimed, and slots at the same time.

    `exists` says that the opportunity has a slot with the same hours, so that none is made.
    """

    plan: SeriesPlan
    starts_at: datetime
    ends_at: datetime
    cost_paise: int
    exists: bool
    overlaps: Sequence[Occurrence] = ()

    @property
    def capacity(self) -> int:
        return self.plan.capacity

    @property
    def minimum_level(self) -> str:
        return self.plan.minimum_level

    @property
    def seat_time(self) -> timedelta:
        """The time of all seats."""
        return (self.ends_at - self.starts_at) * self.capacity


@dataclass(frozen=True)
class Preview:
    """What plans would add to an opportunity, beside what it pays for."""

    opportunity: Opportunity
    slots: Sequence[PlannedSlot]
    planned_before: timedelta = field(default=timedelta(0))

    @property
    def new(self) -> list[PlannedSlot]:
        return [slot for slot in self.slots if not slot.exists]

    @property
    def existing_count(self) -> int:
        return len(self.slots) - len(self.new)

    @property
    def cost_paise(self) -> int:
        """The cost of the new slots if all their seats are claimed."""
        return sum(slot.cost_paise for slot in self.new)

    @property
    def hours_before(self) -> float:
        """Hours of all seats of slots that exist."""
        return self.planned_before / _HOUR

    @property
    def hours_new(self) -> float:
        return sum((slot.seat_time for slot in self.new), timedelta(0)) / _HOUR

    @property
    def hours_paid(self) -> int:
        """The hours that the opportunity pays for, with all agents together; 0 if not by hours."""
        return self.opportunity.hours_each * self.opportunity.headcount

    @property
    def is_above_reserve(self) -> bool:
        """Whether there would be more hours than are paid, so that some seats stay empty."""
        return 0 < self.hours_paid < self.hours_before + self.hours_new

    @property
    def overlap_count(self) -> int:
        return sum(bool(slot.overlaps) for slot in self.new)


def preview(
    *,
    opportunity: Opportunity,
    plans: Sequence[SeriesPlan],
    now: datetime,
    replaced: Sequence[Slot] = (),
) -> Preview:
    """Check the plans and tell what they would add. `replaced` slots count as gone."""
    checked = [_checked(plan, opportunity, now) for plan in plans]
    if sum(len(hours) for _, hours in checked) > MAX_SLOTS:
        raise SeriesTooLong
    wanted = {hours: plan for plan, found in checked for hours in found}
    if not wanted:
        raise SeriesEmpty
    existing = queries.slots_between(
        opportunity, min(wanted).starts_at, max(hours.ends_at for hours in wanted), replaced
    )
    taken = set(existing)
    slots = [
        PlannedSlot(
            plan=wanted[hours],
            starts_at=hours.starts_at,
            ends_at=hours.ends_at,
            cost_paise=_cost(opportunity, hours, wanted[hours].capacity),
            exists=hours in taken,
            overlaps=_overlaps(hours, existing),
        )
        for hours in sorted(wanted)
    ]
    before = queries.planned_time(opportunity, now=now, besides=replaced)
    return Preview(opportunity, slots, before)


def _checked(
    plan: SeriesPlan, opportunity: Opportunity, now: datetime
) -> tuple[SeriesPlan, list[Occurrence]]:
    hours = plan.hours
    _check_dates(hours, now)
    _check_times(hours)
    if plan.capacity < 1:
        raise SlotEmpty
    if plan.capacity > opportunity.headcount:
        raise SeatsAboveHeadcount(
            f"The opportunity is for {opportunity.headcount} agents, so a shift cannot need more."
        )
    level = level_floor(opportunity, plan.minimum_level)
    found = [each for each in hours.occurrences() if each.ends_at > now]
    return SeriesPlan(hours, plan.capacity, level), found


def _check_dates(hours: WeeklyHours, now: datetime) -> None:
    """In this order, so that no range of many years is ever expanded."""
    if hours.last < hours.first:
        raise DatesReversed
    if hours.first < day_of(now):
        raise SeriesInPast
    if hours.last > day_of(now + horizon.HORIZON):
        raise horizon.BeyondHorizon(field="until_on")


def _check_times(hours: WeeklyHours) -> None:
    for name in ("starts", "ends"):
        clock: time = getattr(hours, name)
        if not is_on_grid(datetime.combine(hours.first, clock, INDIA)):
            raise SlotOffGrid(field=name)
    if hours.starts == hours.ends:
        raise SlotEmpty("A shift cannot start and end at the same time.")
    if hours.length > LONGEST_SLOT:
        raise SlotTooLong


def _cost(opportunity: Opportunity, hours: Occurrence, capacity: int) -> int:
    """The pay of all seats by the hour; nothing for a fixed price, which pays for the result."""
    if not opportunity.is_hourly:
        return 0
    half_hours = (hours.ends_at - hours.starts_at) // timedelta(minutes=30)
    return -(-opportunity.rate_paise * half_hours * capacity // 2)


def _overlaps(hours: Occurrence, existing: Sequence[Occurrence]) -> list[Occurrence]:
    """Other slots at the same time; `existing` are in order, and none lasts more than a day."""
    first = bisect_left(existing, (hours.starts_at - DAY,))
    last = bisect_right(existing, (hours.ends_at,))
    return [
        each
        for each in existing[first:last]
        if each != hours and each.starts_at < hours.ends_at and each.ends_at > hours.starts_at
    ]
