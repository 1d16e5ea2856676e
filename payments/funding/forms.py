"""Forms with which finance records deposits and proposes refunds."""

from django import forms

from gigs.models import Client
from hitouch.core.web.forms import RupeesField
from payments.forms import UtrField
from payments.models import Deposit


class DepositForm(forms.Form):
    """A line of the bank statement: money that came in."""

    client = forms.ModelChoiceField(Client.objects.order_by("name"))
    amount_paise = RupeesField(label="Amount (₹)")
    utr = UtrField()
    received_on = forms.DateField(
        label="Received on", widget=forms.DateInput(attrs={"type": "date"})
    )
    narration = forms.CharField(
        max_length=300, required=False, help_text="The text on the bank statement."
    )


class ProposeClientForm(forms.Form):
    """The client of a deposit that has no reference."""

    client = forms.ModelChoiceField(Client.objects.order_by("name"))


class RefundForm(forms.Form):
    """Money of a deposit that goes back to the account it came from."""

    deposit = forms.ModelChoiceField(
        Deposit.objects.filter(state=Deposit.State.MATCHED).order_by("-received_on")
    )
    amount_paise = RupeesField(label="Amount (₹)")
    reason = forms.CharField(max_length=300, help_text="The client will see it.")


class DepositReturnForm(forms.Form):
    """A deposit that is no client's, and goes back to the account it came from."""

    deposit = forms.ModelChoiceField(
        Deposit.objects.filter(state=Deposit.State.UNMATCHED).order_by("-received_on")
    )
    reason = forms.CharField(max_length=300)


class RefundUtrForm(forms.Form):
    """The transfer of a refund."""

    utr = UtrField()


class RefundReturnForm(forms.Form):
    """Why a refund did not arrive."""

    reason = forms.CharField(max_length=300)
