"""Forms of a new tax or fee rate."""

from django import forms

from payments.models import FeeRule, TaxRule

SHOWN_TO_AGENTS = "Shown to agents next to the rate, for example the section of the law."


class _RuleForm(forms.ModelForm):
    """Base form of a dated rate."""

    starts_on = forms.DateField(
        label="Effective from", help_text="Tomorrow or later. The current rate ends then."
    )


class TaxRuleForm(_RuleForm):
    """A new tax rate from a date on."""

    class Meta:
        model = TaxRule
        fields = ["kind", "starts_on", "rate_bp", "free_up_to_paise", "source", "caution"]
        help_texts = {"source": SHOWN_TO_AGENTS}


class FeeRuleForm(_RuleForm):
    """A new platform fee from a date on."""

    class Meta:
        model = FeeRule
        fields = ["kind", "starts_on", "fee_bp", "gst_bp", "source", "caution"]
        help_texts = {"source": SHOWN_TO_AGENTS}
