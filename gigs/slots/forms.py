"""Form of a slot."""

from django import forms

from gigs.fields import MomentField
from hitouch.core.cefr import CEFR

MAX_CAPACITY = 500


class HalfHourField(MomentField):
    """A time at a full or half hour."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        """Let the browser offer half hours only."""
        return {**super().widget_attrs(widget), "step": 30 * 60}


def level_field() -> forms.ChoiceField:
    """A level that a slot asks for, above the opportunity's."""
    return forms.ChoiceField(
        label="Level needed",
        choices=[("", "As for the opportunity"), *CEFR.choices],
        required=False,
        help_text="Choose a higher level if this shift needs it.",
    )


class SlotForm(forms.Form):
    """A slot: start, end, capacity and level."""

    starts_at = HalfHourField(label="Starts", help_text="On the hour or half hour.")
    ends_at = HalfHourField(label="Ends", help_text="At most 12 hours later.")
    capacity = forms.IntegerField(
        label="Agents needed", min_value=1, max_value=MAX_CAPACITY, initial=1
    )
    minimum_level = level_field()
