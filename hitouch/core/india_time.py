"""India's time zone: the day and the month that a moment belongs to."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

INDIA = ZoneInfo("Asia/Kolkata")


@dataclass(frozen=True)
class Month:
    """One month in India's time zone, from `starts_at` (inclusive) to `ends_at` (exclusive)."""

    first: date
    starts_at: datetime
    ends_at: datetime

    @property
    def name(self) -> str:
        """Such as "November 2026"."""
        return f"{self.first:%B %Y}"


def day_of(at: datetime) -> date:
    """The day it is in India."""
    return at.astimezone(INDIA).date()


def next_day(at: datetime) -> datetime:
    """The moment at which the following day begins in India."""
    return midnight(day_of(at) + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The moment at which the day begins in India."""
    return datetime.combine(day, time(), INDIA)


def month_of(at: datetime) -> Month:
    """The month it is in India."""
    first = day_of(at).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Month(first, midnight(first), midnight(after))
