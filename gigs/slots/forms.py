"""Form of a slot."""

from django import forms

from gigs.fields import MomentField


class SlotForm(forms.Form):
    """A slot: start, end and capacity."""

    starts_at = MomentField(label="Starts")
    ends_at = MomentField(label="Ends")
    capacity = forms.IntegerField(label="Agents needed", min_value=1, max_value=500, initial=1)
