"""Forms of the seats of a slot."""

from django import forms


class SeatsForm(forms.Form):
    """A new number of seats of a slot; 0 cancels it."""

    seats = forms.IntegerField(
        label="Seats", min_value=0, max_value=500, help_text="0 cancels the whole shift."
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed if seats go. The agents concerned will see it.",
    )
    cost_paise = forms.IntegerField(
        min_value=0, required=False, initial=0, widget=forms.HiddenInput
    )

    def clean_cost_paise(self) -> int:
        """What the client agreed to pay; nothing by default."""
        return self.cleaned_data["cost_paise"] or 0


class SeatsQuery(forms.Form):
    """The number of seats to ask the cost for; 0 for the whole slot."""

    seats = forms.IntegerField(min_value=0, max_value=500, required=False)
