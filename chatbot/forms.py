"""Forms of support tickets."""

from django import forms


class TicketForm(forms.Form):
    """A new support ticket."""

    subject = forms.CharField(label="Subject", max_length=120)
    text = forms.CharField(
        label="Message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "data-secret-notice": ""}),
        help_text="Do not include passwords, codes or full account numbers. We never ask for them.",
    )


class ReplyForm(forms.Form):
    """A message in a ticket."""

    text = forms.CharField(
        label="Your message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "data-secret-notice": ""}),
    )
