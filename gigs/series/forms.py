"""Forms of series, for pages and API."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from gigs.fields import ListField
from gigs.horizon import HORIZON
from gigs.models import SlotSeries
from gigs.public_holidays import holidays_between, places
from gigs.recurrence import WEEKDAY_NAMES, WEEKDAYS, WeeklyHours
from gigs.series.plans import SeriesPlan
from gigs.slots.forms import MAX_CAPACITY, level_field
from hitouch.core.india_time import INDIA

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
MAX_EXCLUDED = 100
MAX_WEEKS = 52


class DayInput(forms.DateInput):
    """The browser's own date input."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day in India."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=DAY_FORMATS, **options)


class ClockField(forms.TimeField):
    """A time of day at a full or half hour."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 30 * 60})


class DaysField(ListField):
    """Days: separated by lines or commas from a page, a JSON list from the API."""

    def __init__(self, **options: Any) -> None:
        rows = forms.Textarea(attrs={"rows": 2})
        super().__init__(max_items=MAX_EXCLUDED, widget=rows, **options)

    def prepare_value(self, value: Any) -> Any:
        """Days of a row, as they would be typed."""
        if isinstance(value, (set, frozenset)):
            return ", ".join(day.isoformat() for day in sorted(value))
        return value

    def to_python(self, value: object) -> list[str]:
        """The days as text; commas and spaces separate like lines."""
        return super().to_python(
            re.sub(r"[,;\s]+", "\n", value) if isinstance(value, str) else value
        )

    def clean(self, value: object) -> Any:
        """The days."""
        return frozenset(map(self._day, super().clean(value)))

    def _day(self, text: str) -> date:
        for day_format in DAY_FORMATS:
            with suppress(ValueError):
                return datetime.strptime(text, day_format).replace(tzinfo=INDIA).date()
        message = f"“{text}” is not a date. Write it like 2026-12-25."
        raise ValidationError(message, code="invalid")


class SeriesForm(forms.Form):
    """A series: days of the week, hours, first and last day, and what each shift needs."""

    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=list(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)),
        widget=forms.CheckboxSelectMultiple,
    )
    starts = ClockField(label="From", help_text="On the hour or half hour.")
    ends = ClockField(
        label="To", help_text="At most 12 hours later. An earlier time is on the next day."
    )
    from_on = DayField(label="First day")
    until_on = DayField(label="Last day")
    excluded_on = DaysField(
        label="Leave out these days",
        required=False,
        help_text="For example: 2026-12-25, 2027-01-26.",
    )
    holidays_of = forms.ChoiceField(
        label="Leave out public holidays",
        required=False,
        choices=[("", "None"), *places()],
        help_text="The dates of some holidays are announced later: check them in the preview.",
    )
    capacity = forms.IntegerField(
        label="Agents needed on each shift", min_value=1, max_value=MAX_CAPACITY, initial=1
    )
    minimum_level = level_field()

    @property
    def left_out(self) -> dict[date, str]:
        """The chosen place's holidays in the range of valid input, with their names."""
        place, first, last = (
            self.cleaned_data[name] for name in ("holidays_of", "from_on", "until_on")
        )
        if not place or last - first > HORIZON:  # a range beyond it is refused
            return {}
        return holidays_between(place, first, last)

    def plan(self) -> SeriesPlan:
        """The plan of valid input."""
        data = self.cleaned_data
        return SeriesPlan(
            WeeklyHours(
                weekdays=tuple(sorted(WEEKDAYS.index(name) for name in data["weekdays"])),
                starts=data["starts"],
                ends=data["ends"],
                first=data["from_on"],
                last=data["until_on"],
                excluded=data["excluded_on"].union(self.left_out),
            ),
            data["capacity"],
            data["minimum_level"],
        )


class ChangeForm(SeriesForm):
    """This and the following shifts of a series, from the first day on."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["from_on"].label = "Change shifts from this day on"


def as_typed(series: SlotSeries, *, from_on: date) -> dict[str, Any]:
    """What was typed for a series, to change it from a day on."""
    hours = series.hours
    return {
        "weekdays": [WEEKDAYS[number] for number in hours.weekdays],
        "starts": hours.starts,
        "ends": hours.ends,
        "from_on": max(from_on, hours.first),
        "until_on": hours.last,
        "excluded_on": hours.excluded,
        "capacity": series.capacity,
        "minimum_level": series.minimum_level,
    }


class CancelRestForm(forms.Form):
    """The day from which a series has no more shifts."""

    from_on = DayField(label="Cancel shifts from this day on")


class CopyWeekForm(forms.Form):
    """A week to repeat."""

    week_of = DayField(label="Any day of the week to copy")
    weeks = forms.IntegerField(
        label="To how many weeks after it", min_value=1, max_value=MAX_WEEKS, initial=1
    )
