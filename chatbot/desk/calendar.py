"""Working time of support: which minutes count between two moments, and why the others do not.

Knows no Django. Days and hours are those of India. A period counts from its opening, inclusive, to
its closing, exclusive. A span is cut into intervals that each have one reason, so that the sum of
what counted can be explained interval by interval.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

INDIA = ZoneInfo("Asia/Kolkata")
ZERO = timedelta()
DAY = timedelta(days=1)
#: A target that is not reached in so many days has no due moment: support does not work.
HORIZON_DAYS = 3660
#: Working time is added over this many days at a time.
SPAN_DAYS = 31


class ClockReason(StrEnum):
    """Why an interval counts or does not. The first one that applies is given."""

    RESOLVED = "RESOLVED"
    ON_HOLD = "ON_HOLD"
    WAITING_FOR_PERSON = "WAITING_FOR_PERSON"
    HOLIDAY = "HOLIDAY"
    CLOSED = "CLOSED"
    WORKING = "WORKING"


#: Reasons that stop a clock in working hours too, the strongest first.
PAUSES = (ClockReason.RESOLVED, ClockReason.ON_HOLD, ClockReason.WAITING_FOR_PERSON)


@dataclass(frozen=True, order=True)
class WorkingPeriod:
    """One period of a day in which support works."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Pause:
    """A span in which a clock stands still; without an end while it lasts."""

    reason: ClockReason
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class ClockInterval:
    """A span with one reason. `note` is the holiday's name."""

    start: datetime
    end: datetime
    reason: ClockReason
    note: str = ""

    @property
    def counts(self) -> bool:
        return self.reason == ClockReason.WORKING

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class WorkingCalendar:
    """The hours of each weekday (0 is Monday) and the holidays of support."""

    def __init__(
        self,
        hours: Mapping[int, Iterable[WorkingPeriod]],
        holidays: Mapping[date, str] | None = None,
    ) -> None:
        self.hours = {weekday: _merged(periods) for weekday, periods in hours.items()}
        self.holidays = dict(holidays or {})

    @property
    def is_empty(self) -> bool:
        """Whether support never works."""
        return not any(self.hours.values())

    def periods_of(self, day: date) -> Sequence[WorkingPeriod]:
        """The periods in which support works on a day; none on a holiday."""
        return () if day in self.holidays else self.hours.get(day.weekday(), ())

    def is_open(self, at: datetime) -> bool:
        """Whether support works at the moment."""
        local = at.astimezone(INDIA)
        now = local.time()
        return any(each.opens <= now < each.closes for each in self.periods_of(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The moment itself if support works then, or when it works next."""
        if self.is_open(at):
            return at
        first = at.astimezone(INDIA).date()
        for number in range(HORIZON_DAYS):
            for start, _ in self._spans_of(first + number * DAY):
                if start > at:
                    return start
            if self.is_empty:
                break
        return None

    def working_time(
        self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()
    ) -> timedelta:
        """The time that counts between two moments."""
        return sum((each.length for each in self.explain(start, end, pauses) if each.counts), ZERO)

    def add(
        self, start: datetime, amount: timedelta, pauses: Sequence[Pause] = ()
    ) -> datetime | None:
        """The moment at which so much time has counted since the start.

        None while a pause without an end begins before it, or if support works too little.
        """
        if amount <= ZERO:
            return start
        if self.is_empty:
            return None
        open_since = min((each.start for each in pauses if each.end is None), default=None)
        left, at = amount, start
        for _ in range(HORIZON_DAYS // SPAN_DAYS):
            until = at + SPAN_DAYS * DAY
            for each in self.explain(at, until, pauses):
                if each.counts and each.length >= left:
                    return each.start + left
                left -= each.length if each.counts else ZERO
            if open_since is not None and open_since <= until:
                return None
            at = until
        return None

    def explain(
        self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()
    ) -> list[ClockInterval]:
        """Every interval between two moments, in order and without gaps."""
        if end <= start:
            return []
        found: list[ClockInterval] = []
        for each in self._open_and_closed(start, end):
            for part in _with_pauses(each, pauses):
                last = found[-1] if found else None
                if last and (last.reason, last.note) == (part.reason, part.note):
                    found[-1] = ClockInterval(last.start, part.end, last.reason, last.note)
                else:
                    found.append(part)
        return found

    def _open_and_closed(self, start: datetime, end: datetime) -> Iterator[ClockInterval]:
        """The intervals by opening hours alone."""
        zone, day = start.tzinfo, start.astimezone(INDIA).date()
        while True:
            begins, ends = _midnight(day), _midnight(day + DAY)
            if begins >= end:
                return
            holiday = self.holidays.get(day, "")
            outside = ClockReason.HOLIDAY if day in self.holidays else ClockReason.CLOSED
            edge = begins
            for opens, closes in self._spans_of(day):
                yield from _clipped(edge, opens, outside, holiday, start, end, zone)
                yield from _clipped(opens, closes, ClockReason.WORKING, "", start, end, zone)
                edge = closes
            yield from _clipped(edge, ends, outside, holiday, start, end, zone)
            day += DAY

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for each in self.periods_of(day):
            yield (
                datetime.combine(day, each.opens, INDIA),
                datetime.combine(day, each.closes, INDIA),
            )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), INDIA)


def _merged(periods: Iterable[WorkingPeriod]) -> tuple[WorkingPeriod, ...]:
    """The periods in order, with those that overlap or touch made one."""
    merged: list[WorkingPeriod] = []
    for each in sorted(periods):
        if each.closes <= each.opens:
            continue
        if merged and each.opens <= merged[-1].closes:
            merged[-1] = WorkingPeriod(merged[-1].opens, max(merged[-1].closes, each.closes))
        else:
            merged.append(each)
    return tuple(merged)


def _clipped(
    begins: datetime, ends: datetime, reason: ClockReason, note: str,
    start: datetime, end: datetime, zone: object,
) -> Iterator[ClockInterval]:  # fmt: skip
    """The part of an interval between start and end, in the time zone of the start."""
    begins, ends = max(begins, start), min(ends, end)
    if begins < ends:
        yield ClockInterval(begins.astimezone(zone), ends.astimezone(zone), reason, note)  # type: ignore[arg-type]


def _with_pauses(interval: ClockInterval, pauses: Sequence[Pause]) -> Iterator[ClockInterval]:
    """The interval cut where a pause begins or ends; the strongest pause gives the reason."""
    within = [
        each
        for each in pauses
        if each.start < interval.end and (each.end is None or each.end > interval.start)
    ]
    if not within:
        yield interval
        return
    edges = {interval.start, interval.end}
    for each in within:
        edges |= {max(each.start, interval.start)}
        if each.end is not None:
            edges |= {min(each.end, interval.end)}
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        reasons = {
            each.reason
            for each in within
            if each.start <= start and (each.end is None or each.end >= end)
        }
        strongest = next((reason for reason in PAUSES if reason in reasons), None)
        if strongest:
            yield ClockInterval(start, end, strongest)
        else:
            yield ClockInterval(start, end, interval.reason, interval.note)
