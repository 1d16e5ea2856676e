"""Forms of a new tax, fee or welfare fee rate."""

from django import forms

from onboarding.reference.postcodes import STATES
from payments.models import FeeRule, TaxRule, WelfareFeeRule

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
        fields = [
            "kind", "starts_on", "rate_bp", "no_pan_bp", "free_up_to_paise",
            "yearly_free_up_to_paise", "catches_up", "thresholds_need_pan", "rounding", "source",
            "caution",
        ]  # fmt: skip
        help_texts = {"source": SHOWN_TO_AGENTS}


class FeeRuleForm(_RuleForm):
    """A new platform fee from a date on."""

    class Meta:
        model = FeeRule
        fields = ["kind", "starts_on", "fee_bp", "gst_bp", "source", "caution"]
        help_texts = {"source": SHOWN_TO_AGENTS}


class WelfareFeeRuleForm(_RuleForm):
    """A new welfare fee of a state from a date on."""

    state = forms.ChoiceField(choices=[(name, name) for name in STATES])

    class Meta:
        model = WelfareFeeRule
        fields = ["state", "starts_on", "fee_bp", "cap_paise", "source", "caution"]
