"""Durations, dates and times as text. Times are in India's time zone."""

import math
from datetime import UTC, datetime, time, timedelta

from hitouch.core.india_time import INDIA


def wait_text(seconds: int, *, in_seconds_below: int = 60) -> str:
    """How long to wait before another try, rounded up: "40 seconds", "3 minutes", "2 hours"."""
    if seconds < in_seconds_below:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    if seconds < 2 * 3600:
        minutes = math.ceil(seconds / 60)
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"{math.ceil(seconds / 3600)} hours"


def duration_text(span: timedelta) -> str:
    """Hours or days, rounded up: "an hour", "6 hours", "3 days"."""
    hours = math.ceil(span / timedelta(hours=1))
    if hours <= 1:
        return "an hour"
    if hours <= 20:
        return f"{hours} hours"
    days = math.ceil(hours / 24)
    return "a day" if days == 1 else f"{days} days"


def experience_text(months: int) -> str:
    """Years and months: "2 years 5 months"."""
    years, rest = divmod(max(months, 0), 12)
    parts = [(years, "year"), (rest, "month")]
    words = [
        f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in parts if count
    ]
    return " ".join(words) or "less than a month"


def whole_years_text(months: int) -> str:
    """Whole years only: "2 years", "less than a year", "none yet"."""
    if months < 12:
        return "less than a year" if months > 0 else "none yet"
    years = months // 12
    return "1 year" if years == 1 else f"{years} years"


def date_text(at: datetime) -> str:
    """The day: "25 November 2026"."""
    local = at.astimezone(INDIA)
    return f"{local.day} {local:%B %Y}"


def clock_text(at: datetime | time) -> str:
    """A time of day by the 12-hour clock: "6:30 pm"."""
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def moment_text(at: datetime) -> str:
    """Day and time: "25 November 2026, 6:30 pm"."""
    return f"{date_text(at)}, {clock_text(at.astimezone(INDIA))}"


def short_moment_text(at: datetime) -> str:
    """Short day and time, for SMS: "25 Nov 18:30"."""
    local = at.astimezone(INDIA)
    return f"{local.day} {local:%b %H:%M}"


def evidence_moment_texts(at: datetime) -> tuple[str, str]:
    """A moment to the second, in India's time and in UTC, for the evidence of a signature."""
    india = f"{date_text(at)}, {at.astimezone(INDIA):%H:%M:%S} IST"
    return india, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span_text(span: timedelta) -> str:
    """A short span, rounded down: "5 min", "2 h 10 min", "3 d 4 h"."""
    minutes = max(int(span.total_seconds()) // 60, 0)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"
