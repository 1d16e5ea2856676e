"""Template filters for durations."""

from datetime import timedelta

from django import template

register = template.Library()


@register.filter
def hours(time: timedelta) -> str:
    """Hours and minutes: "7 h 30 min". Seconds are dropped."""
    whole, rest = divmod(int(time.total_seconds()) // 60, 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest} min" if rest else f"{whole} h"
