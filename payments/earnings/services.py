"""Open the payment for approved work."""

from datetime import datetime

from django.db import transaction

from accounts.security import audit
from gigs.models import Work
from gigs.queries import work as work_queries
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments import deductions, notifications
from payments.ledger import services as ledger
from payments.models import FeeRule, Payment, TaxRule
from payments.rates import queries as rates_queries
from payments.signals import payment_opened


class WorkNotApproved(Refusal):
    """Only approved work is paid."""

    code = "work_not_approved"
    message = "This work is not approved yet, so there is nothing to pay."


class NothingToPay(Refusal):
    """The gross amount is zero, or the deductions leave nothing of it."""

    code = "nothing_to_pay"
    message = "This work has no paid time, so there is nothing to pay."


class NoRateInForce(Refusal):
    """No tax or fee rate is in force."""

    code = "no_money_rule"
    message = "No tax or fee rate is set for today. Ask finance to add one, then try again."


@transaction.atomic
def open_payment(*, work: Work, at: datetime) -> Payment:
    """Create the payment of approved work with its ledger entry, or return the existing one."""
    locked = Work.objects.select_for_update(no_key=True).get(pk=work.pk)
    existing = Payment.objects.filter(work=locked).first()
    if existing:
        return existing
    if not locked.is_approved:
        raise WorkNotApproved
    payment = _create_payment(locked, at)
    ledger.post_payment_opened(payment, client=locked.gig.client, at=at)
    audit.record_event(
        by=None, action="payment.opened", on=payment, at=at, new=_amounts_of(payment)
    )
    payment_opened.send(sender=Payment, payment=payment, at=at)
    has_payout = payment.payouts.exists()
    text = "payments/opened" if has_payout else "payments/opened_without_account"
    notifications.notify_agent(payment, "payments/opened", text=text, at=at, has_payout=has_payout)
    return payment


def _create_payment(work: Work, at: datetime) -> Payment:
    tax, fee = _rates_in_force(at)
    rates = deductions.Rates(tax.rate_bp, fee.fee_bp, fee.gst_bp, tax.free_up_to_paise)
    gross = work_queries.gross_of(work)
    if gross <= 0:
        raise NothingToPay
    parts = deductions.deduct(gross, rates)
    if parts.net_paise == 0:
        raise NothingToPay
    return Payment.objects.create(
        work=work,
        agent=work.gig.agent,
        opened_at=at,
        gross_paise=parts.gross_paise,
        tds_paise=parts.tds_paise,
        fee_paise=parts.fee_paise,
        gst_paise=parts.gst_paise,
        net_paise=parts.net_paise,
        tax_rule=tax,
        fee_rule=fee,
        tds_bp=rates.tds_bp,
        fee_bp=rates.fee_bp,
        gst_bp=rates.gst_bp,
    )


def _rates_in_force(at: datetime) -> tuple[TaxRule, FeeRule]:
    day = day_of(at)
    tax, fee = rates_queries.tax_rule_on(day), rates_queries.fee_rule_on(day)
    if tax is None or fee is None:
        raise NoRateInForce
    return tax, fee


def _amounts_of(payment: Payment) -> dict[str, object]:
    names = ("gross_paise", "tds_paise", "fee_paise", "gst_paise", "net_paise")
    return {name: getattr(payment, name) for name in names}
