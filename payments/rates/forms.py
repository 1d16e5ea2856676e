"""Forms of new rates. Rates are typed in percent, amounts in rupees."""

from decimal import Decimal

from django import forms

from gigs.models import Project
from hitouch.core.web.forms import PercentField, RupeesField
from onboarding.reference.postcodes import STATES
from payments.models import TaxRule

SHOWN_TO_AGENTS = "Shown to agents next to the rate, for example the section of the law."


class _RuleForm(forms.Form):
    """Base form of a dated rate."""

    starts_on = forms.DateField(
        label="Effective from",
        help_text="Tomorrow or later. The current rate ends then.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    source = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), help_text=SHOWN_TO_AGENTS)
    caution = forms.CharField(
        label="Note for staff",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Not shown to agents.",
    )


class TaxRuleForm(_RuleForm):
    """A new tax rate from a date on."""

    kind = forms.ChoiceField(choices=TaxRule.Kind.choices)
    rate_bp = PercentField(label="Rate (%)")
    no_pan_bp = PercentField(
        label="Rate without a PAN (%)", help_text="Applies if it is the higher one."
    )
    free_up_to_paise = RupeesField(
        label="No TDS on payments up to (₹)", min_value=Decimal(0), help_text="0 for no limit."
    )
    yearly_free_up_to_paise = RupeesField(
        label="No TDS while a year's payments are up to (₹)",
        min_value=Decimal(0),
        help_text="0 for no limit.",
    )
    catches_up = forms.BooleanField(
        label="Above the yearly limit, tax the year's earlier payments too",
        required=False,
        initial=True,
    )
    thresholds_need_pan = forms.BooleanField(
        label="The limits apply only to agents with a PAN", required=False
    )
    rounding = forms.ChoiceField(choices=TaxRule.Rounding.choices)
    field_order = [
        "kind", "starts_on", "rate_bp", "no_pan_bp", "free_up_to_paise",
        "yearly_free_up_to_paise", "catches_up", "thresholds_need_pan", "rounding",
    ]  # fmt: skip


class FeeRuleForm(_RuleForm):
    """A new platform fee from a date on."""

    fee_bp = PercentField(label="Fee (%)")
    gst_bp = PercentField(label="GST on the fee (%)")
    field_order = ["starts_on", "fee_bp", "gst_bp"]


class WelfareFeeRuleForm(_RuleForm):
    """A new welfare fee of a state from a date on."""

    state = forms.ChoiceField(choices=[(name, name) for name in STATES])
    fee_bp = PercentField(label="Fee (%)")
    cap_paise = RupeesField(
        label="At most for one payment (₹)", min_value=Decimal(0), help_text="0 for no limit."
    )
    field_order = ["state", "starts_on", "fee_bp", "cap_paise"]


class ClientGstRuleForm(_RuleForm):
    """A new rate of the GST that clients pay on top, from a date on."""

    legal_model = forms.ChoiceField(choices=Project.LegalModel.choices)
    gst_bp = PercentField(label="GST (%)", help_text="On top of what agents earn.")
    sac = forms.RegexField(
        "^99[0-9]{4}$",
        label="Service code (SAC)",
        help_text="Six digits that begin with 99. It stands on bills to clients.",
        error_messages={"invalid": "Enter six digits that begin with 99."},
    )
    field_order = ["legal_model", "starts_on", "gst_bp", "sac"]


class LegalModelForm(forms.Form):
    """How HitouchCX stands between the client and the agents of a project."""

    legal_model = forms.ChoiceField(
        label="Legal model",
        choices=Project.LegalModel.choices,
        widget=forms.RadioSelect,
        help_text="It decides which tax is withheld from agents, and the GST of the client.",
    )
