"""Forms of reconciliation: a bank statement, and the explanation of a difference."""

from django import forms


class StatementForm(forms.Form):
    """A statement of our bank account."""

    first_day = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Not today: the day may not be complete.",
    )
    file = forms.FileField(
        label="Statement (CSV)",
        help_text="As the bank issues it, with all columns. Overlapping periods are fine.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ExplanationForm(forms.Form):
    """Why a difference is in order, or what was done about it."""

    explanation = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
