"""Forms of finance about a payout: its UTR, and the reason of a failure."""

from django import forms


class UtrForm(forms.Form):
    """The UTR (bank reference number) of a transfer."""

    utr = forms.CharField(
        label="UTR",
        max_length=40,
        help_text="The reference number on the bank's receipt, 12 to 22 letters and digits.",
    )


class FailForm(forms.Form):
    """Why a transfer failed. The agent sees the reason."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="The agent will see this. Tell them what to do next.",
    )
