"""Forms of finance about payouts, decisions and the sending switch."""

from typing import Any

from django import forms

from payments.forms import UtrField
from payments.models import PayoutDecision, Rail


class UtrForm(forms.Form):
    """The UTR (bank reference number) of a transfer."""

    utr = UtrField(help_text="The reference number on the bank's receipt.")


class FailForm(forms.Form):
    """Why a transfer failed. The agent sees the reason."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="The agent will see this. Tell them what to do next.",
    )


class PayoutDecisionForm(forms.Form):
    """What happened to a transfer, proposed to a second person."""

    what = forms.ChoiceField(label="What happened", choices=PayoutDecision.Verb.choices)
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="How you know. The agent sees it if the transfer failed or was returned.",
    )
    utr = UtrField(required=False, help_text="Only if the transfer was made.")

    def __init__(self, *args: Any, verbs: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if verbs is not None:
            choices = [pair for pair in PayoutDecision.Verb.choices if pair[0] in verbs]
            self.fields["what"].choices = choices  # type: ignore[attr-defined]


class StopForm(forms.Form):
    """Why sending is stopped."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="Your colleagues read it.")


class ApproveBatchForm(forms.Form):
    """What the approver counted, which has to be what was submitted."""

    count = forms.IntegerField(label="Number of payouts", min_value=1)
    total = forms.DecimalField(label="Total (₹)", min_value=0, max_digits=14, decimal_places=2)


class RejectBatchForm(forms.Form):
    """Why a batch is rejected."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="Your colleagues read it.")


class CreateBatchForm(forms.Form):
    """How the payouts of a new batch are sent."""

    rail = forms.ChoiceField(
        label="Sent by",
        choices=[(Rail.RAZORPAYX, Rail.RAZORPAYX.label), (Rail.NEFT_FILE, Rail.NEFT_FILE.label)],
        required=False,
    )

    def clean_rail(self) -> str:
        """The payout provider, unless something else is chosen."""
        return self.cleaned_data["rail"] or Rail.RAZORPAYX


class UtrListForm(forms.Form):
    """UTRs of a NEFT file."""

    lines = forms.CharField(
        label="UTRs",
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One line for each transfer: reference, comma, UTR.",
    )


class HoldPaymentForm(forms.Form):
    """A payment, or a part of it, that is not to be paid for now."""

    payment = forms.UUIDField(label="Payment", widget=forms.HiddenInput)
    amount = forms.DecimalField(
        label="Amount (₹)", required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text="Leave it empty for all of it.",
    )  # fmt: skip
    note = forms.CharField(label="Why", max_length=300, help_text="The agent sees this.")

    @property
    def amount_paise(self) -> int | None:
        """The amount, or None for all of it."""
        amount = self.cleaned_data["amount"]
        return None if amount is None else int(amount * 100)
