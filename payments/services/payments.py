"""Approved work becomes a payment, once."""

from datetime import datetime

from django.db import transaction

from accounts.security import audit
from gigs.models import Work
from gigs.queries import work as queries_work
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments import deductions, queries
from payments import notifications as payments_notifications
from payments.models import FeeRule, Payment, TaxRule
from payments.services import ledger
from payments.services.payouts import create_payout


class WorkNotApproved(Refusal):
    """Only approved work is paid."""

    code = "work_not_approved"
    message = "This work is not approved yet, so there is nothing to pay."


class NothingToPay(Refusal):
    """The work is worth nothing, or the deductions leave nothing of it."""

    code = "nothing_to_pay"
    message = "This work has no paid time, so there is nothing to pay."


class NoRateInForce(Refusal):
    """No tax or fee rule is in force."""

    code = "no_money_rule"
    message = "No tax or fee rate is set for today. Ask finance to add one, then try again."


@transaction.atomic
def open_payment(*, work: Work, at: datetime) -> Payment:
    """Make the payment of an approved work, or hand back the one there is."""
    locked = Work.objects.select_for_update(no_key=True).get(pk=work.pk)
    made = Payment.objects.filter(work=locked).first()
    if made:
        return made
    if not locked.is_approved:
        raise WorkNotApproved
    payment = _create(locked, at)
    ledger.book_payment(payment, client=locked.gig.client, at=at)
    audit.record_event(by=None, action="payment.opened", on=payment, at=at, new=_facts(payment))
    has_payout = create_payout(payment=payment, at=at) is not None
    text = "payments/opened" if has_payout else "payments/opened_without_account"
    payments_notifications.tell(payment, "payments/opened", text=text, at=at, has_payout=has_payout)
    return payment


def _create(work: Work, at: datetime) -> Payment:
    tax, fee = _rules(at)
    rates = deductions.Rates(tax.rate_bp, fee.fee_bp, fee.gst_bp, tax.free_up_to_paise)
    gross = queries_work.gross_of(work)
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


def _rules(at: datetime) -> tuple[TaxRule, FeeRule]:
    day = day_of(at)
    tax, fee = queries.tax_rule_on(day), queries.fee_rule_on(day)
    if tax is None or fee is None:
        raise NoRateInForce
    return tax, fee


def _facts(payment: Payment) -> dict[str, object]:
    names = ("gross_paise", "tds_paise", "fee_paise", "gst_paise", "net_paise")
    return {name: getattr(payment, name) for name in names}
