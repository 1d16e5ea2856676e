"""What a new rate would have changed in recent payments, for whoever approves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.deductions.client_gst import gst_on_top
from payments.deductions.fees import FeeRates, deduct
from payments.deductions.withholding import Certificate, YearToDate, withhold
from payments.models import (
    ClientGstRule,
    FeeRule,
    Payment,
    TaxRule,
    WelfareFeeRule,
    Withholding,
)
from payments.rates import queries

#: The payments that are calculated anew.
PERIOD = timedelta(days=90)


@dataclass(frozen=True)
class Effect:
    """How many payments would be different, and by how much in all.

    The difference is that of the net of agents; for a welfare fee, that of what HitouchCX pays; for
    GST on top, that of what clients pay.
    """

    payments: int
    difference_paise: int


def effect_of(rule: TaxRule | FeeRule | WelfareFeeRule | ClientGstRule, *, now: datetime) -> Effect:
    """The effect that the rate would have had on each payment of the last 90 days by itself."""
    since = now - PERIOD
    if isinstance(rule, TaxRule):
        differences = _of_tax(rule, since)
    elif isinstance(rule, FeeRule):
        differences = _of_fee(rule, since)
    elif isinstance(rule, WelfareFeeRule):
        differences = _of_welfare_fee(rule, since)
    else:
        differences = _of_client_gst(rule, since)
    changed = [paise for paise in differences if paise]
    return Effect(len(changed), sum(changed))


def _of_tax(rule: TaxRule, since: datetime) -> Iterator[int]:
    rows = Withholding.objects.filter(
        rule__kind=rule.kind, payment__opened_at__gte=since, payment__corrects=None
    )
    for row in rows.select_related("payment", "certificate").iterator():
        certificate = row.certificate
        after = withhold(
            row.base_paise,
            queries.terms_of(rule),
            year=YearToDate(
                row.base_before_paise,
                row.taxed_before_paise,
                row.withheld_before_paise,
                row.owed_before_paise,
            ),
            has_pan=row.has_pan,
            certificate=Certificate(
                certificate.rate_bp, row.certified_paise, earlier_paise=row.certified_paise
            )
            if certificate
            else None,
        )
        payment = row.payment
        rates = FeeRates(payment.fee_bp, payment.gst_bp)
        parts = deduct(payment.gross_paise, rates, tds_paise=after.withheld_paise)
        yield parts.net_paise - payment.net_paise


def _of_fee(rule: FeeRule, since: datetime) -> Iterator[int]:
    rates = FeeRates(rule.fee_bp, rule.gst_bp)
    payments = Payment.objects.filter(opened_at__gte=since, corrects=None)
    amounts = payments.values_list("gross_paise", "tds_paise", "net_paise")
    for gross, tds, net in amounts.iterator():
        yield deduct(gross, rates, tds_paise=tds).net_paise - net


def _of_welfare_fee(rule: WelfareFeeRule, since: datetime) -> Iterator[int]:
    payments = Payment.objects.filter(opened_at__gte=since, corrects=None, agent_state=rule.state)
    for payment in payments.select_related("welfare_fee").iterator():
        paid = payment.welfare_fee.amount_paise if hasattr(payment, "welfare_fee") else 0
        yield queries.welfare_fee_of(payment, rule) - paid


def _of_client_gst(rule: ClientGstRule, since: datetime) -> Iterator[int]:
    payments = Payment.objects.filter(
        opened_at__gte=since,
        corrects=None,
        gig__opportunity__project__legal_model=rule.legal_model,
    )
    for gross, gst in payments.values_list("gross_paise", "client_gst_paise").iterator():
        yield gst_on_top(gross, rule.gst_bp) - gst
