"""Template filters of the desk: ages, due moments, spans, names of members."""

from datetime import datetime, timedelta

from django import forms, template

from accounts.models import User
from chatbot.desk import queue, timeline
from chatbot.desk.calendar import ClockReason
from hitouch.core.web.humanize import span_text

register = template.Library()
REASONS = {
    ClockReason.RESOLVED: "The ticket was closed",
    ClockReason.ON_HOLD: "On hold",
    ClockReason.WAITING_FOR_PERSON: "Waited for the person",
    ClockReason.HOLIDAY: "Holiday",
    ClockReason.CLOSED: "Support was closed",
    ClockReason.WORKING: "Working time",
}


@register.filter
def ago(at: datetime, now: datetime) -> str:
    """How long ago: "5 min"."""
    return span_text(now - at)


@register.filter
def due_in(due_at: datetime | None, now: datetime) -> str:
    """ "Due in 5 min", "Overdue by 2 h"."""
    return queue.due_text(due_at, now)


@register.filter
def span(length: timedelta | None) -> str:
    """ "2 h 10 min"."""
    return "" if length is None else span_text(length)


@register.filter
def staff_name(user: User) -> str:
    """How members of support call each other."""
    return timeline.staff_name(user)


@register.filter
def clock_reason(reason: str) -> str:
    """Why an interval of a clock counted or not."""
    return REASONS[ClockReason(reason)]


@register.filter
def field_named(form: forms.Form, name: str) -> forms.BoundField:
    """A field of a form."""
    return form[name]


@register.filter
def split_words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()
