"""Forms of finance: the correction of a payment, and a certificate for a lower rate of tax."""

from decimal import Decimal
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Agent
from hitouch.core.web.forms import PercentField, RupeesField
from payments.models import Payment, TaxRule


class AdjustmentForm(forms.Form):
    """Another gross amount for a payment."""

    payment = forms.UUIDField(label="Payment id")
    gross_paise = RupeesField(
        label="Right gross amount (₹)",
        min_value=Decimal(0),
        help_text="Before tax and fee. 0 takes the payment back altogether.",
    )
    reason = forms.CharField(max_length=300, help_text="Shown to the agent.")

    def clean_payment(self) -> Payment:
        """The payment with this id."""
        payment = Payment.objects.filter(pk=self.cleaned_data["payment"]).first()
        if payment is None:
            raise ValidationError("There is no payment with this id.")
        return payment


class CertificateForm(forms.Form):
    """A certificate for a lower rate of tax."""

    agent = forms.UUIDField(label="Agent id")
    kind = forms.ChoiceField(label="For payments as", choices=TaxRule.Kind.choices)
    number = forms.CharField(label="Certificate number", max_length=20)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    rate_bp = PercentField(label="Rate (%)")
    limit_paise = RupeesField(label="For payments up to (₹)", help_text="In all, over its days.")

    def clean_agent(self) -> Agent:
        """The agent with this id."""
        wanted: UUID = self.cleaned_data["agent"]
        agent = Agent.objects.filter(pk=wanted).first()
        if agent is None:
            raise ValidationError("There is no agent with this id.")
        return agent
