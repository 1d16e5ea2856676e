"""Forms of access changes."""

from django import forms


class DeclineForm(forms.Form):
    """Why a request is declined."""

    why = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your colleague can read it.",
    )
