"""What finance decides about accounts."""

from django import forms


class DecisionForm(forms.Form):
    """A colleague's verdict on an account."""

    accept = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label="In a sentence for the agent",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when you refuse.",
    )


class EndStopForm(forms.Form):
    """How a stop of payments ends."""

    keep = forms.BooleanField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label="What you found out",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whom you talked to, and how you know that it was the agent.",
    )
