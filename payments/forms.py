"""The shape of what staff type about money."""

from django import forms

from payments.models import FeeRule, TaxRule


class UtrForm(forms.Form):
    """The bank's number of a transfer."""

    utr = forms.CharField(
        label="UTR",
        max_length=40,
        help_text="The number on the bank's receipt: 12 to 22 letters and digits.",
    )


class FailForm(forms.Form):
    """Why a transfer did not arrive. The agent reads this."""

    reason = forms.CharField(
        label="What happened",
        max_length=300,
        help_text="The agent reads this sentence, so say what they can do.",
    )


class _RuleForm(forms.ModelForm):
    starts_on = forms.DateField(
        label="In force from", help_text="Tomorrow or later. What is in force now ends then."
    )


class TaxRuleForm(_RuleForm):
    """A new tax rate from a day on."""

    class Meta:
        model = TaxRule
        fields = ["kind", "starts_on", "rate_bp", "free_up_to_paise", "source", "caution"]


class FeeRuleForm(_RuleForm):
    """A new platform fee from a day on."""

    class Meta:
        model = FeeRule
        fields = ["kind", "starts_on", "fee_bp", "gst_bp", "source", "caution"]
