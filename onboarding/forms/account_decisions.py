"""What finance decides about accounts."""

from django import forms


class DecisionForm(forms.Form):
    """A colleague's verdict on an account."""

    accept = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Message to the agent",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Required if you reject.",
    )


class EndStopForm(forms.Form):
    """How a stop of payments ends."""

    keep = forms.BooleanField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label="What you found",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who you spoke to, and how you confirmed it was the agent.",
    )
