"""Weekly hours over a range of days, and their notation by RFC 5545 (iCalendar). Knows no Django.

The notation is the subset that is written here: one weekly rule in Indian time with its last day,
and the days left out. `length` is not part of it, as an RRULE repeats starts only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from hitouch.core.india_time import INDIA

DAY = timedelta(days=1)
#: By `date.weekday()`, in the words of RFC 5545.
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY_NAMES = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_ZONE = f"TZID={INDIA.key}"
_LOCAL, _UTC, _UNTIL_END = "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ", time(23, 59, 59)
_NOTATION = re.compile(
    rf"DTSTART;{_ZONE}:(?P<start>\d{{8}}T\d{{6}})\n"
    r"RRULE:FREQ=WEEKLY;UNTIL=(?P<until>\d{8}T\d{6}Z);BYDAY=(?P<days>[A-Z,]+)"
    rf"(\nEXDATE;{_ZONE}:(?P<out>[0-9T,]+))?"
)


def weekday_name(number: int) -> str:
    """Such as "Mon"."""
    return WEEKDAY_NAMES[number][:3]


class Occurrence(NamedTuple):
    """From `starts_at` (inclusive) to `ends_at` (exclusive)."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class WeeklyHours:
    """The same hours on some days of each week, from `first` to `last` (inclusive).

    `excluded` are days left out. Hours that end at or before `starts` end on the next day.
    """

    weekdays: tuple[int, ...]
    starts: time
    ends: time
    first: date
    last: date
    excluded: frozenset[date] = frozenset()

    @property
    def length(self) -> timedelta:
        """From start to end, over midnight if the end is not later than the start."""
        start, end = (timedelta(hours=t.hour, minutes=t.minute) for t in (self.starts, self.ends))
        return end - start if end > start else end - start + DAY

    def days(self) -> Iterator[date]:
        """The days on which the hours start."""
        for number in range((self.last - self.first).days + 1):
            day = self.first + number * DAY
            if day.weekday() in self.weekdays and day not in self.excluded:
                yield day

    def occurrences(self) -> list[Occurrence]:
        """All hours, in order."""
        length = self.length
        starts = (datetime.combine(day, self.starts, INDIA) for day in self.days())
        return [
            Occurrence(start.astimezone(UTC), (start + length).astimezone(UTC)) for start in starts
        ]

    def before(self, day: date) -> "WeeklyHours":
        """The hours that start before a day."""
        return replace(self, last=min(self.last, day - DAY))

    def notation(self) -> str:
        """DTSTART, RRULE and EXDATE. Raises `ValueError` if no day of the range is one of them.

        DTSTART always counts as an occurrence, so it is the first one, even if left out.
        """
        everyday = replace(self, excluded=frozenset())
        first = next(everyday.days(), None)
        if first is None:
            raise ValueError("these hours never occur")
        until = datetime.combine(self.last, _UNTIL_END, INDIA).astimezone(UTC)
        days = ",".join(WEEKDAYS[number] for number in sorted(self.weekdays))
        lines = [
            f"DTSTART;{_ZONE}:{datetime.combine(first, self.starts):{_LOCAL}}",
            f"RRULE:FREQ=WEEKLY;UNTIL={until:{_UTC}};BYDAY={days}",
        ]
        out = sorted(self.excluded & set(everyday.days()))
        if out:
            moments = ",".join(f"{datetime.combine(day, self.starts):{_LOCAL}}" for day in out)
            lines.append(f"EXDATE;{_ZONE}:{moments}")
        return "\n".join(lines)


def read(notation: str, length: timedelta) -> WeeklyHours:
    """The hours of a notation made by `WeeklyHours.notation`."""
    found = _NOTATION.fullmatch(notation)
    if found is None:
        raise ValueError(f"not a weekly rule: {notation!r}")
    start = _local(found["start"])
    until = datetime.strptime(found["until"], _UTC).replace(tzinfo=UTC)
    out = (found["out"] or "").split(",")
    return WeeklyHours(
        weekdays=tuple(WEEKDAYS.index(name) for name in found["days"].split(",")),
        starts=start.time(),
        ends=(start + length).time(),
        first=start.date(),
        last=until.astimezone(INDIA).date(),
        excluded=frozenset(_local(text).date() for text in out if text),
    )


def _local(text: str) -> datetime:
    return datetime.strptime(text, _LOCAL).replace(tzinfo=INDIA)
