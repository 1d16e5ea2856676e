"""Template filters and tags: amounts, dates and times, badges, icons, private links."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hitouch.core import money
from hitouch.core.models import StoredFile
from hitouch.core.web import downloads
from hitouch.core.web.badges import badge_tone
from hitouch.core.web.humanize import clock_text

register = template.Library()
RELATIVE_DAYS = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}


@register.filter
def rupees(paise: int | None) -> str:
    """Paise as ₹1,23,456.78."""
    return "" if paise is None else money.rupees(paise)


@register.filter
def absolute(paise: int) -> int:
    """An amount without its sign."""
    return abs(paise)


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"


@register.filter
def moment(at: datetime | None) -> str:
    """ "Sun 22 Nov, 7:30 pm" in the zone of the page; the year only when it is another one."""
    if not at:
        return ""
    local = timezone.localtime(at)
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return f"{_day(local)}{year}, {clock_text(local)}"


@register.filter
def day(on: date | datetime | None) -> str:
    """ "Sun 22 Nov 2026"."""
    if not on:
        return ""
    local = timezone.localtime(on) if isinstance(on, datetime) else on
    return f"{_day(local)} {local.year}"


@register.filter
def listed(parts: Iterable[str]) -> str:
    """The non-empty parts, separated by commas."""
    return ", ".join(part for part in parts if part)


@register.filter
def times(starts_at: datetime, ends_at: datetime) -> str:
    """ "Sun 22 Nov, 9:00 am to 1:00 pm"."""
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    until = clock_text(ends) if starts.date() == ends.date() else moment(ends_at)
    return f"{moment(starts_at)} to {until}"


@register.filter
def soon(starts_at: datetime, ends_at: datetime) -> str:
    """ "Today, 6:00 pm to 2:00 am": relative day; no day at the end if within 24 hours."""
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    day_text = RELATIVE_DAYS.get((starts.date() - timezone.localdate()).days, _day(starts))
    until = clock_text(ends) if ends_at - starts_at < timedelta(days=1) else moment(ends_at)
    return f"{day_text}, {clock_text(starts)} to {until}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of static/img/icons.svg, hidden from screen readers."""
    source = static("img/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        source,
        name or "info",
    )


@register.simple_tag
def badge(row: Any) -> SafeString:
    """A badge with a row's state."""
    return badge_word(row.get_state_display(), badge_tone(row.state))


@register.simple_tag
def badge_word(word: str, tone: str = "plain") -> SafeString:
    """A badge with any text."""
    return format_html('<span class="badge tone-{}">{}</span>', tone, word)


@register.simple_tag(takes_context=True)
def private_link(context: template.Context, url: str, stored: StoredFile) -> str:
    """The URL of a private picture, valid for this page's viewer for five minutes."""
    return downloads.private_link(url, stored, viewer=context["request"].user)


@register.filter
def message_icon(level: str) -> str:
    """The icon of a message's level."""
    return {"success": "good", "error": "bad", "warning": "warn"}.get(level, "info")


@register.filter
def became_word(event: Any) -> str:
    """The label of a state event's new state."""
    state = event.subject.__class__.State
    return str(state(event.became).label) if event.became in state.values else event.became


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    """Whether the label stands after the checkbox."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def has_choices(field: forms.BoundField) -> bool:
    """Whether the field is a group of radio buttons or checkboxes."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
