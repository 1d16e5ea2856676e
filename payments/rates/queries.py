"""The rates in force on a day."""

from datetime import date, datetime

from django.urls import reverse

from gigs.models import Gig, Project
from hitouch.core import money
from hitouch.core.web.queues import WorkQueue, queue_of
from payments.deductions.withholding import Rounding, TaxTerms
from payments.models import (
    ClientGstRule,
    FeeRule,
    Payment,
    RateProposal,
    TaxRule,
    WelfareFeeRule,
)

#: Karnataka's rules of 2025, rule 17: no fee on tips, incentives and referral bonuses.
WITHOUT_WELFARE_FEE = (Payment.Kind.BONUS,)


def tax_kind_of(gig: Gig) -> str:
    """Which tax rule applies, by how HitouchCX stands between client and agent."""
    if gig.opportunity.project.legal_model == Project.LegalModel.OPERATOR:
        return TaxRule.Kind.PARTICIPANT
    return TaxRule.Kind.CONTRACTOR_INDIVIDUAL


def tax_rule_on(day: date, kind: str) -> TaxRule | None:
    """The tax rule of this kind on the day."""
    return TaxRule.objects.in_force_on(day).filter(kind=kind).first()


def fee_rule_on(day: date) -> FeeRule | None:
    """The fee rule on the day."""
    return FeeRule.objects.in_force_on(day).filter(kind=FeeRule.Kind.STANDARD).first()


def welfare_fee_rule_on(day: date, state: str) -> WelfareFeeRule | None:
    """The welfare fee of the agent's state on the day, if it takes one."""
    return WelfareFeeRule.objects.in_force_on(day).filter(state=state).first() if state else None


def client_gst_rule_on(day: date, legal_model: str) -> ClientGstRule | None:
    """The GST that clients of this legal model pay on top on the day."""
    return ClientGstRule.objects.in_force_on(day).filter(legal_model=legal_model).first()


def terms_of(rule: TaxRule) -> TaxTerms:
    """The terms of a tax rule, for the calculation; 0 stands for no threshold."""
    return TaxTerms(
        rate_bp=rule.rate_bp,
        no_pan_rate_bp=rule.no_pan_bp,
        single_threshold_paise=rule.free_up_to_paise or None,
        yearly_threshold_paise=rule.yearly_free_up_to_paise or None,
        catches_up=rule.catches_up,
        thresholds_without_pan=not rule.thresholds_need_pan,
        rounding=Rounding(rule.rounding),
    )


def welfare_fee_of(payment: Payment, rule: WelfareFeeRule) -> int:
    """The welfare fee of a payment, which the platform pays on top."""
    if payment.kind in WITHOUT_WELFARE_FEE:
        return 0
    paise = money.share(payment.gross_paise, rule.fee_bp)
    return min(paise, rule.cap_paise) if rule.cap_paise else paise


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Proposed rates to approve."""
    return [
        queue_of(
            RateProposal.objects.filter(state=RateProposal.State.PROPOSED),
            since="proposed_at",
            label="Rates to approve",
            url=reverse("admin:payments_rateproposal_changelist") + "?state=PROPOSED",
            group="Payments",
        )
    ]
