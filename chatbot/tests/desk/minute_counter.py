"""An independent count of working minutes: looks at each minute, one after the other.

It shares no code with `chatbot/desk/calendar.py`: a minute is a number since 1970, and India is
five and a half hours ahead.
"""

from datetime import date, datetime, time, timedelta

INDIA_IS_AHEAD = 330
EPOCH = date(1970, 1, 1)


class MinuteCounter:
    """`hours` maps a weekday to pairs of times; `pauses` are triples of reason, start and end."""

    def __init__(
        self,
        hours: dict[int, list[tuple[time, time]]],
        holidays: set[date],
        pauses: list[tuple[str, datetime, datetime | None]] = [],  # noqa: B006
    ) -> None:
        self.open = {
            weekday * 1440 + minute
            for weekday, pairs in hours.items()
            for opens, closes in pairs
            for minute in range(_minute(opens), _minute(closes))
        }
        self.holidays = {(day - EPOCH).days for day in holidays}
        self.pauses = [
            (reason, _number(start), _number(end) if end else None) for reason, start, end in pauses
        ]

    def reason(self, number: int) -> str:
        """Why the minute counts or does not."""
        paused = {
            name for name, start, end in self.pauses
            if start <= number and (end is None or number < end)
        }  # fmt: skip
        for name in ("RESOLVED", "ON_HOLD", "WAITING_FOR_PERSON"):
            if name in paused:
                return name
        day, minute = divmod(number + INDIA_IS_AHEAD, 1440)
        if day in self.holidays:
            return "HOLIDAY"
        weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
        return "WORKING" if weekday * 1440 + minute in self.open else "CLOSED"

    def count(self, start: datetime, end: datetime) -> int:
        """Minutes that count between two moments."""
        return sum(
            self.reason(number) == "WORKING" for number in range(_number(start), _number(end))
        )

    def reached(self, start: datetime, minutes: int, most: int) -> datetime | None:
        """The end of the minute with which so many have counted, if it is within `most` minutes."""
        for number in range(_number(start), _number(start) + most):
            minutes -= self.reason(number) == "WORKING"
            if minutes == 0:
                return start + timedelta(minutes=number + 1 - _number(start))
        return None

    def reasons(self, start: datetime, end: datetime) -> list[str]:
        """The reason of each minute."""
        return [self.reason(number) for number in range(_number(start), _number(end))]


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _number(at: datetime) -> int:
    return int(at.timestamp()) // 60
