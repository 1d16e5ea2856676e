"""Form of a slot."""

from collections.abc import Iterable
from typing import Any

from django import forms

from gigs.fields import MomentField
from gigs.models import Slot
from gigs.slots.openings import Steps
from hitouch.core.cefr import CEFR
from hitouch.core.templatetags.hitouch import times

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


class StepsForm(forms.Form):
    """The steps in which slots open: agents with the best standing first, in the last step all."""

    opens_at = MomentField(label="First step opens")
    hours_between = forms.IntegerField(
        label="Hours to the next step", min_value=1, max_value=72, initial=24
    )
    steps = forms.IntegerField(
        label="Steps",
        min_value=2,
        max_value=4,
        initial=3,
        help_text="With 3 steps, the first third of the agents comes first, then the second.",
    )
    cap = forms.IntegerField(
        label="Shifts per agent before the last step", min_value=1, max_value=50, initial=5
    )

    def cleaned_steps(self) -> Steps:
        """The steps that were entered."""
        names = ("opens_at", "hours_between", "steps", "cap")
        return Steps(**{name: self.cleaned_data[name] for name in names})


class OpeningForm(StepsForm):
    """The steps, and the slots that open in them."""

    slots = forms.MultipleChoiceField(label="Shifts", widget=forms.CheckboxSelectMultiple)
    field_order = ("slots",)

    def __init__(self, *args: Any, slots: Iterable[Slot], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(slot.pk), times(slot.starts_at, slot.ends_at)) for slot in slots]
        self.fields["slots"] = forms.MultipleChoiceField(
            label="Shifts", choices=choices, widget=forms.CheckboxSelectMultiple
        )
