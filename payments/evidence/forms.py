"""The form with which finance adds a file."""

from django import forms


class EvidenceForm(forms.Form):
    """A PDF or a picture."""

    file = forms.FileField(
        label="File",
        help_text="A PDF or a picture of the bank's receipt or letter, up to 5 MB.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )
