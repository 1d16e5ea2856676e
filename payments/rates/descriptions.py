"""Rates for people: each term with its value now and as proposed, and the effect of a proposal."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models

from hitouch.core import money
from payments.models import RateProposal
from payments.rates import services

LABELS = {
    "kind": "Kind",
    "state": "State",
    "legal_model": "Legal model of the project",
    "rate_bp": "Rate",
    "no_pan_bp": "Rate without a PAN",
    "free_up_to_paise": "No TDS at once up to",
    "yearly_free_up_to_paise": "No TDS in a year up to",
    "catches_up": "Above the yearly limit, earlier payments are taxed too",
    "thresholds_need_pan": "Limits only with a PAN",
    "rounding": "Rounding",
    "fee_bp": "Fee",
    "gst_bp": "GST",
    "cap_paise": "At most",
    "sac": "SAC",
    "source": "Source",
    "caution": "Note for staff",
}
#: Whose money the difference is.
WHOSE = {
    RateProposal.Rate.TAX: "what agents receive",
    RateProposal.Rate.FEE: "what agents receive",
    RateProposal.Rate.WELFARE_FEE: "what HitouchCX pays",
    RateProposal.Rate.CLIENT_GST: "what clients pay",
}


@dataclass(frozen=True)
class TermLine:
    """One term of a rate, in words."""

    label: str
    value: str
    value_now: str = ""

    @property
    def differs(self) -> bool:
        return self.value != self.value_now


def terms_of(proposal: RateProposal) -> list[TermLine]:
    """The proposed terms that are not empty."""
    rule = services.rule_of(proposal)
    lines = [TermLine(_label(name), _value(rule, name)) for name in proposal.terms]
    return [line for line in lines if line.value]


def compared_terms_of(proposal: RateProposal) -> list[TermLine]:
    """Each proposed term beside the one that is in force the day before."""
    rule = services.rule_of(proposal)
    now = services.current_rule(rule, proposal.starts_on - timedelta(days=1))
    return [
        TermLine(_label(name), _value(rule, name), _value(now, name) if now else "")
        for name in proposal.terms
    ]


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _value(rule: models.Model, name: str) -> str:
    value: Any = getattr(rule, name)
    display = getattr(rule, f"get_{name}_display", None)
    if display:
        return str(display())
    if name.endswith("_bp"):
        return money.percent(value)
    if name.endswith("_paise"):
        return money.rupees(value) if value else "No limit"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def effect_of(proposal: RateProposal) -> str:
    """Such as "214 payments differ by ₹1,204.50"."""
    count, difference = proposal.payments_affected, money.rupees(proposal.difference_paise)
    if not count:
        return "No payment differs"
    return f"{count} payment{'s differ' if count != 1 else ' differs'} by {difference}"


def effect_in_full(proposal: RateProposal) -> str:
    """The effect as a sentence, with whose money it is."""
    period = "of the last 90 days, each worked out anew by itself"
    return f"{effect_of(proposal)} ({WHOSE[RateProposal.Rate(proposal.rate)]}), {period}."
