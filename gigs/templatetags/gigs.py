"""Template filters for durations and times of a day."""

from datetime import datetime, time, timedelta

from django import template
from django.utils import timezone

from hitouch.core.web.humanize import clock_text

register = template.Library()


@register.filter
def hours(spent: timedelta) -> str:
    """Hours and minutes: "7 h 30 min". Seconds are dropped."""
    whole, rest = divmod(int(spent.total_seconds()) // 60, 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest} min" if rest else f"{whole} h"


@register.filter
def day_times(starts_at: datetime, ends_at: datetime) -> str:
    """Times without the day they begin on: "10:00 pm to 2:00 am, next day"."""
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    later = (ends.date() - starts.date()).days
    # A shift until midnight ends on the day on which it began.
    is_midnight = later == 1 and (ends.hour, ends.minute) == (0, 0)
    next_day = ", next day" if later and not is_midnight else ""
    return f"{clock_text(starts)} to {clock_text(ends)}{next_day}"


@register.filter
def clock(at: time) -> str:
    """A time of day: "6:30 pm"."""
    return clock_text(at)
