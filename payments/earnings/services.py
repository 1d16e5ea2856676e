"""Open the payment for what an agent earned, and take back one with a wrong amount."""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs.models import Gig, PayKind, Work
from gigs.work import queries as work_queries
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments import notifications
from payments.deductions.client_gst import gst_on_top
from payments.deductions.fees import FeeRates, deduct
from payments.earnings import tax
from payments.funding import reserves
from payments.ledger import services as ledger
from payments.models import (
    ClientGstRule,
    EngagedDay,
    FeeRule,
    Payment,
    TaxRule,
    WelfareFee,
)
from payments.rates import queries as rates_queries
from payments.rates.services import NoRateInForce
from payments.signals import payment_opened, payment_taken_back


class WorkNotApproved(Refusal):
    """Only approved work is paid."""

    code = "work_not_approved"
    message = "This work is not approved yet, so there is nothing to pay."


class NothingToPay(Refusal):
    """The gross amount is zero."""

    code = "nothing_to_pay"
    message = "This work has no paid time, so there is nothing to pay."


@transaction.atomic
def open_payment(*, work: Work, at: datetime) -> Payment:
    """Create the payment of approved work with its ledger entry, or return the existing one."""
    works = Work.objects.select_related("gig__agent", "gig__client", "gig__opportunity__project")
    locked = works.select_for_update(no_key=True, of=("self",)).get(pk=work.pk)
    locks.lock_agent_row(locked.gig.agent)
    existing = Payment.objects.filter(work=locked).first()
    return existing or open_approved(work=locked, at=at)


def open_approved(*, work: Work, at: datetime) -> Payment:
    """Create the payment of approved work that has none yet. Work and agent are locked."""
    if not work.is_approved:
        raise WorkNotApproved
    hourly = work.gig.pay_kind == PayKind.HOURLY
    return _open(
        kind=Payment.Kind.HOURS if hourly else Payment.Kind.FIXED,
        gig=work.gig,
        source=work,
        gross_paise=work_queries.gross_of(work),
        at=at,
        work=work,
    )


@transaction.atomic
def open_earning(
    *,
    kind: str,
    gig: Gig,
    source: models.Model,
    gross_paise: int,
    at: datetime,
    by: User | None = None,
) -> Payment:
    """Create the payment of another kind of earning, or return the existing one of its source.

    The caller has locked `source`, the row that says that the amount was earned.
    """
    locks.lock_agent_row(gig.agent)
    existing = Payment.objects.filter(
        kind=kind, source_type=source._meta.label_lower, source_id=source.pk
    ).first()
    return existing or _open(
        kind=kind,
        gig=gig,
        source=source,
        gross_paise=gross_paise,
        at=at,
        work=source if isinstance(source, Work) else None,
        by=by,
    )


def _open(
    *,
    kind: str,
    gig: Gig,
    source: models.Model,
    gross_paise: int,
    at: datetime,
    work: Work | None = None,
    by: User | None = None,
) -> Payment:
    if gross_paise <= 0:
        raise NothingToPay
    day = day_of(at)
    tax_rule, fee_rule, gst_rule = _rates_in_force(gig, at)
    taxed = tax.work_out(agent=gig.agent, base_paise=gross_paise, rule=tax_rule, day=day)
    rates = FeeRates(fee_rule.fee_bp, fee_rule.gst_bp)
    parts = deduct(gross_paise, rates, tds_paise=taxed.withheld.withheld_paise)
    payment = Payment.objects.create(
        kind=kind,
        source_type=source._meta.label_lower,
        source_id=source.pk,
        gig=gig,
        work=work,
        agent=gig.agent,
        opened_at=at,
        gross_paise=parts.gross_paise,
        tds_paise=parts.tds_paise,
        fee_paise=parts.fee_paise,
        gst_paise=parts.gst_paise,
        net_paise=parts.net_paise,
        client_gst_paise=gst_on_top(gross_paise, gst_rule.gst_bp),
        agent_state=gig.agent.current_address.get("state", ""),
        tax_rule=tax_rule,
        fee_rule=fee_rule,
        tds_bp=taxed.withheld.rate_bp if taxed.withheld.taxed_paise else 0,
        fee_bp=fee_rule.fee_bp,
        gst_bp=fee_rule.gst_bp,
        client_gst_rule=gst_rule,
        client_gst_bp=gst_rule.gst_bp,
    )
    tax.record(taxed, payment)
    debits = reserves.debits_of(payment, at=at)
    ledger.post_payment_opened(payment, debits=debits, at=at)
    _record_duties(payment, at=at)
    audit.record_event(by=by, action="payment.opened", on=payment, at=at, new=_amounts_of(payment))
    _announce(payment, at=at)
    return payment


def _announce(payment: Payment, *, at: datetime) -> None:
    if payment.net_paise == 0:
        transition(
            payment, to=Payment.State.COMPLETED, by=None, at=at, why="All deducted", paid_at=at
        )
        return
    answers = payment_opened.send(sender=Payment, payment=payment, at=at)
    has_payout = any(payout for _, payout in answers)
    text = "payments/opened" if has_payout else "payments/opened_without_account"
    notifications.notify_agent(payment, "payments/opened", text=text, at=at, has_payout=has_payout)


def _rates_in_force(gig: Gig, at: datetime) -> tuple[TaxRule, FeeRule, ClientGstRule]:
    day = day_of(at)
    tax_rule = rates_queries.tax_rule_on(day, rates_queries.tax_kind_of(gig))
    fee_rule = rates_queries.fee_rule_on(day)
    legal_model = gig.opportunity.project.legal_model
    gst_rule = rates_queries.client_gst_rule_on(day, legal_model)
    if tax_rule is None or fee_rule is None or gst_rule is None:
        raise NoRateInForce
    return tax_rule, fee_rule, gst_rule


def _record_duties(payment: Payment, *, at: datetime) -> None:
    """Record the day of engagement, and the welfare fee of the agent's state."""
    day = day_of(at)
    EngagedDay.objects.bulk_create(
        [EngagedDay(agent_id=payment.agent_id, day=day)], ignore_conflicts=True
    )
    rule = rates_queries.welfare_fee_rule_on(day, payment.agent_state)
    if rule and (paise := rates_queries.welfare_fee_of(payment, rule)):
        fee = WelfareFee.objects.create(payment=payment, rule=rule, amount_paise=paise)
        ledger.post_welfare_fee(fee, at=at)


def _amounts_of(payment: Payment) -> dict[str, object]:
    names = ("gross_paise", "tds_paise", "fee_paise", "gst_paise", "net_paise", "client_gst_paise")
    return {name: getattr(payment, name) for name in names}


RATES = ("tds_bp", "fee_bp", "gst_bp", "client_gst_bp")


def take_back(payment: Payment, *, source_id: UUID, by: User, at: datetime) -> Payment:
    """Create the correction that takes back a payment: its amounts below zero."""
    negated = (
        "gross_paise",
        "tds_paise",
        "fee_paise",
        "gst_paise",
        "net_paise",
        "client_gst_paise",
    )
    copied = (
        "gig_id",
        "agent_id",
        "agent_state",
        "tax_rule_id",
        "fee_rule_id",
        "client_gst_rule_id",
        *RATES,
    )
    correction = Payment.objects.create(
        kind=Payment.Kind.CORRECTION,
        source_type="payments.adjustment",
        source_id=source_id,
        corrects=payment,
        opened_at=at,
        **{name: -getattr(payment, name) for name in negated},
        **{name: getattr(payment, name) for name in copied},
    )
    tax.take_back(payment.withholding, correction)
    ledger.reverse_payment_opened(payment, at=at)
    if hasattr(payment, "welfare_fee"):
        fee = payment.welfare_fee
        WelfareFee.objects.create(
            payment=correction, rule_id=fee.rule_id, amount_paise=-fee.amount_paise
        )
        ledger.reverse_welfare_fee(fee, at=at)
    audit.record_event(
        by=by, action="payment.taken_back", on=payment, at=at, new=_amounts_of(correction)
    )
    payment_taken_back.send(sender=Payment, correction=correction, at=at)
    return correction
