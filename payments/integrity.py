"""Consistency checks of the ledger against payments and payouts, one query per rule."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, QuerySet, Sum

from payments.models import (
    AccountKind,
    Entry,
    EntryKind,
    Leg,
    Payment,
    Payout,
    PayoutAttempt,
    PayoutItem,
)
from payments.models.payouts import ENDED, UNDERWAY


def check_books() -> list[str]:
    """Return one sentence per inconsistency; an empty list if there is none."""
    return [
        *_unbalanced_entries(),
        *_payments_against_entries(),
        *_payouts_against_entries(),
        *_mismatched_states(),
        *_balances_against_rows(),
    ]


def _unbalanced_entries() -> Iterator[str]:
    entries = Entry.objects.annotate(total=Sum("legs__amount_paise"), found=Count("legs"))
    broken = entries.exclude(total=0, found=F("leg_count"), found__gte=2)
    for entry in broken:
        total = entry.total or 0
        yield f"Entry {entry.pk} is {total} paise out of balance over {entry.found} legs."


def _payments_against_entries() -> Iterator[str]:
    opened = Entry.objects.filter(kind=EntryKind.PAYMENT_OPENED)
    payments = Payment.objects.filter(corrects=None)
    for payment in payments.exclude(pk__in=opened.values("source_id")):
        yield f"Payment {payment.pk} is not in the books."
    reversed_ids = opened.filter(reversed_by__isnull=False).values("source_id")
    for payment in Payment.objects.exclude(corrects=None).exclude(corrects__in=reversed_ids):
        yield f"Correction {payment.pk} is not in the books."
    for payment in payments.filter(pk__in=reversed_ids, correction=None):
        yield f"Payment {payment.pk} is reversed in the books, but not corrected."
    parts = {
        AccountKind.CLIENT_RECEIVABLE: ("gross_paise", 1),
        AccountKind.AGENT_PAYABLE: ("net_paise", -1),
        AccountKind.TDS_PAYABLE: ("tds_paise", -1),
        AccountKind.FEE_INCOME: ("fee_paise", -1),
        AccountKind.GST_PAYABLE: ("gst_paise", -1),
    }
    for kind, (field, sign) in parts.items():
        legs = Leg.objects.filter(entry__kind=EntryKind.PAYMENT_OPENED, account__kind=kind)
        booked = dict(legs.values_list("entry__source_id").annotate(Sum("amount_paise")))
        for pk, paise in payments.values_list("pk", field):
            if booked.get(pk, 0) != sign * paise:
                yield f"Payment {pk}: {field} and the books differ."


def _payouts_against_entries() -> Iterator[str]:
    settled = _attempts_with(EntryKind.TRANSFER_SETTLED)
    arrived = [Payout.State.COMPLETED]
    for payout in Payout.objects.filter(state__in=arrived).exclude(attempts__in=settled):
        yield f"Payout {payout.pk} is completed but not in the books."
    returned = _attempts_with(EntryKind.TRANSFER_RETURNED)
    settled_only = Payout.objects.filter(attempts__in=settled).exclude(attempts__in=returned)
    for payout in settled_only.exclude(state=Payout.State.COMPLETED):
        yield f"Payout {payout.pk} is settled in the books but not completed."
    started = Entry.objects.filter(kind=EntryKind.TRANSFER_STARTED)
    for attempt in PayoutAttempt.objects.exclude(pk__in=started.values("source_id")):
        yield f"Attempt {attempt.pk} is not in the books."
    ended = PayoutAttempt.objects.filter(payout__state__in=ENDED).exclude(pk__in=settled)
    for entry in started.filter(source_id__in=ended.values("pk"), reversed_by=None):
        yield f"Entry {entry.pk} belongs to a failed payout and was not reversed."


def _attempts_with(kind: str) -> QuerySet[PayoutAttempt, object]:
    entries = Entry.objects.filter(kind=kind).values("source_id")
    return PayoutAttempt.objects.filter(pk__in=entries).values("pk")


def _mismatched_states() -> Iterator[str]:
    underway = PayoutItem.objects.filter(released_at=None, payout__state__in=UNDERWAY)
    processing = Payment.objects.filter(state=Payment.State.PROCESSING)
    carried = Payment.objects.filter(pk__in=underway.values("payment"))
    for payment in processing.exclude(pk__in=carried) | carried.exclude(pk__in=processing):
        yield f"Payment {payment.pk} is {payment.state}, and its payout says otherwise."
    arrived = Q(items__released_at=None, items__payout__state=Payout.State.COMPLETED)
    paid = Payment.objects.annotate(paid=Sum("items__amount_paise", filter=arrived, default=0))
    is_completed = Q(state=Payment.State.COMPLETED)
    for payment in paid.filter(
        (is_completed & ~Q(paid=F("net_paise"))) | (~is_completed & Q(paid=F("net_paise")))
    ).exclude(net_paise=0):
        yield f"Payment {payment.pk} is {payment.state}, and other amounts arrived."
    totals = Payout.objects.annotate(total=Sum("items__amount_paise", default=0))
    for payout in totals.exclude(amount_paise=F("total")):
        yield f"Payout {payout.pk} is not the sum of its items."


def _balances_against_rows() -> Iterator[str]:
    in_transit = Payout.objects.underway().aggregate(paise=Sum("amount_paise", default=0))["paise"]
    transit_legs = Leg.objects.filter(account__kind=AccountKind.IN_TRANSIT)
    booked = transit_legs.aggregate(paise=Sum("amount_paise", default=0))["paise"]
    if booked != -in_transit:
        yield f"{-booked} paise are in transit in the books, {in_transit} by the payouts."
    legs = Leg.objects.filter(account__kind=AccountKind.AGENT_PAYABLE)
    owed = dict(legs.values_list("account__agent").annotate(Sum("amount_paise")))
    due = dict(Payment.objects.values_list("agent").annotate(Sum("net_paise")))
    sent = PayoutItem.objects.filter(
        released_at=None, payout__state__in=[*UNDERWAY, Payout.State.COMPLETED]
    )
    for agent, paise in sent.values_list("payment__agent").annotate(Sum("amount_paise")):
        due[agent] -= paise
    for agent in {*owed, *due}:
        books, payments = -owed.get(agent, 0), due.get(agent, 0)
        if books != payments:
            yield f"Agent {agent} is owed {books} paise in the books, {payments} by the payments."
