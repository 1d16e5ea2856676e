"""What a forecast needs, half hour by half hour, and the shifts that cover it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property, lru_cache

from gigs.forecasts import cover, erlang, volumes
from gigs.forecasts.cover import Shift
from gigs.forecasts.erlang import Target
from gigs.forecasts.queries import HOURS_OF_A_PART
from gigs.models import Forecast
from gigs.recurrence import WEEKDAY_NAMES, WeeklyHours
from gigs.series.plans import SeriesPlan

HALF_HOUR_SECONDS = 1800
#: Below so many shifts a rate of missed ones is chance.
LEAST_SAMPLE = 20
WHOLE = 10_000
#: More than half of the shifts missed is no rate to plan with.
MOST_NO_SHOW = 5_000
PARTS = ("Night", "Morning", "Afternoon", "Evening")


@dataclass(frozen=True)
class HalfHour:
    """One half hour of the week: contacts, agents needed, and seats needed and planned.

    There are more seats than agents, as some agents do not come, and nobody works all the time.
    """

    index: int
    volume: float
    agents: int
    service_level: float
    seats_needed: int
    seats_planned: int

    @property
    def day(self) -> int:
        return self.index // volumes.HALF_HOURS_A_DAY

    @property
    def of_day(self) -> int:
        return self.index % volumes.HALF_HOURS_A_DAY

    @property
    def starts(self) -> time:
        return clock(self.of_day)

    @property
    def percent_in_time(self) -> int:
        """What the agents reach, in whole percent, rounded down."""
        return int(self.service_level * 100)

    @property
    def short(self) -> int:
        return max(self.seats_needed - self.seats_planned, 0)

    @property
    def over(self) -> int:
        return max(self.seats_planned - self.seats_needed, 0)


@dataclass(frozen=True)
class Day:
    """One day of the proposal."""

    name: str
    half_hours: Sequence[HalfHour]
    shifts: Sequence["ProposedShift"]

    @property
    def busy(self) -> list[HalfHour]:
        """The half hours with contacts or seats."""
        return [each for each in self.half_hours if each.seats_needed or each.seats_planned]

    @property
    def short(self) -> int:
        return sum(each.short for each in self.half_hours)

    @property
    def over(self) -> int:
        return sum(each.over for each in self.half_hours)


@dataclass(frozen=True)
class ProposedShift:
    """A shift of the proposal, by day and time."""

    shift: Shift

    @property
    def day(self) -> int:
        return self.shift.start // volumes.HALF_HOURS_A_DAY

    @property
    def weekday(self) -> str:
        return WEEKDAY_NAMES[self.day]

    @property
    def starts(self) -> time:
        return clock(self.shift.start)

    @property
    def ends(self) -> time:
        return clock(self.shift.end)

    @property
    def seats(self) -> int:
        return self.shift.seats

    @property
    def minutes(self) -> int:
        return self.shift.length * 30


@dataclass(frozen=True)
class NoShow:
    """How many shifts were missed in a part of the day; used from `LEAST_SAMPLE` shifts on."""

    name: str
    missed: int
    due: int

    @property
    def is_enough(self) -> bool:
        return self.due >= LEAST_SAMPLE

    @property
    def rate(self) -> int:
        """In hundredths of a percent."""
        return min(self.missed * WHOLE // self.due, MOST_NO_SHOW) if self.is_enough else 0

    @property
    def percent(self) -> float:
        return self.rate / 100


@dataclass(frozen=True)
class ShiftProposal:
    """What a forecast needs and the shifts that cover it."""

    forecast: Forecast
    half_hours: Sequence[HalfHour]
    shifts: Sequence[ProposedShift]
    no_shows: Sequence[NoShow] = field(default=())

    @cached_property
    def days(self) -> list[Day]:
        size = volumes.HALF_HOURS_A_DAY
        return [
            Day(
                name,
                self.half_hours[number * size : (number + 1) * size],
                [shift for shift in self.shifts if shift.day == number],
            )
            for number, name in enumerate(WEEKDAY_NAMES)
        ]

    @property
    def highest(self) -> int:
        """The most seats needed or planned at a time."""
        return max(max(each.seats_needed, each.seats_planned) for each in self.half_hours)

    @property
    def most_needed(self) -> int:
        return max(each.seats_needed for each in self.half_hours)

    @property
    def hours_planned(self) -> float:
        return sum(each.seats_planned for each in self.half_hours) / 2

    @property
    def hours_needed(self) -> float:
        return sum(each.seats_needed for each in self.half_hours) / 2

    @property
    def hours_short(self) -> float:
        return sum(each.short for each in self.half_hours) / 2

    @property
    def hours_over(self) -> float:
        return sum(each.over for each in self.half_hours) / 2

    @property
    def cost_paise(self) -> int:
        """The pay of a week by the hour if all seats are claimed; 0 for a fixed price."""
        opportunity = self.forecast.opportunity
        if not opportunity.is_hourly:
            return 0
        return -(-opportunity.rate_paise * sum(e.seats_planned for e in self.half_hours) // 2)

    def plans(self, *, first: date, weeks: int, minimum_level: str = "") -> list[SeriesPlan]:
        """The shifts as series from a day on: alike shifts of several days are one series."""
        groups: dict[tuple[time, time, int], list[int]] = {}
        for shift in self.shifts:
            groups.setdefault((shift.starts, shift.ends, shift.seats), []).append(shift.day)
        last = first + timedelta(days=7 * weeks - 1)
        return [
            SeriesPlan(WeeklyHours(tuple(days), starts, ends, first, last), seats, minimum_level)
            for (starts, ends, seats), days in groups.items()
        ]


def clock(number: int) -> time:
    """The time of a half hour of the week."""
    hour, half = divmod(number % volumes.HALF_HOURS_A_DAY, 2)
    return time(hour, half * 30)


def propose(forecast: Forecast) -> ShiftProposal:
    """What the forecast needs, and shifts for it: never more agents than the opportunity takes."""
    target = Target(
        handle_seconds=forecast.handle_seconds,
        answer_seconds=forecast.target_seconds,
        service_level=forecast.target_percent / 100,
        max_occupancy=forecast.max_occupancy_percent / 100,
    )
    no_shows = _no_shows(forecast)
    rows = []
    for index, volume in enumerate(volumes.read(forecast.volumes)):
        staffing = _staffing(volume, target)
        hour = index % volumes.HALF_HOURS_A_DAY // 2
        rate = no_shows[1 + hour // HOURS_OF_A_PART].rate or no_shows[0].rate
        seats = _seats(staffing.agents, forecast.shrinkage_percent * 100, rate)
        rows.append((index, volume, staffing, seats))
    shifts = cover.cover(
        [seats for *_, seats in rows],
        shortest=forecast.shortest_hours * 2,
        longest=forecast.longest_hours * 2,
        most=forecast.opportunity.headcount,
    )
    planned = cover.planned_seats(shifts, volumes.WEEK)
    half_hours = [
        HalfHour(index, volume, staffing.agents, staffing.service_level, seats, planned[index])
        for index, volume, staffing, seats in rows
    ]
    return ShiftProposal(forecast, half_hours, [ProposedShift(shift) for shift in shifts], no_shows)


@lru_cache(maxsize=4096)
def _staffing(volume: float, target: Target) -> erlang.Staffing:
    return erlang.agents_needed(volume * target.handle_seconds / HALF_HOUR_SECONDS, target)


def _seats(agents: int, shrinkage: int, no_show: int) -> int:
    """Seats of which so many agents are left after both shares, in hundredths of a percent."""
    return -(-agents * WHOLE * WHOLE // ((WHOLE - shrinkage) * (WHOLE - no_show)))


def _no_shows(forecast: Forecast) -> list[NoShow]:
    """Of all parts of the day together, then of each."""
    parts = [
        NoShow(name, *forecast.attendance.get(str(number), (0, 0)))
        for number, name in enumerate(PARTS)
    ]
    missed, due = sum(part.missed for part in parts), sum(part.due for part in parts)
    return [NoShow("All", missed, due), *parts]
