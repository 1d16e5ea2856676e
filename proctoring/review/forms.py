"""Form of a decision on a result."""

from django import forms


class VoidForm(forms.Form):
    """Why a result is cancelled. The agent sees the reason."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The agent will see this.",
    )
