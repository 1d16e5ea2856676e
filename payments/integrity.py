"""Consistency checks of the ledger against payments and payouts, one query per rule."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, QuerySet, Sum

from payments.models import AccountKind, Entry, EntryKind, Leg, Payment, Payout, PayoutAttempt


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
    settled = Entry.objects.filter(kind=EntryKind.TRANSFER_SETTLED).values("source_id")
    completed = Payout.objects.filter(state=Payout.State.COMPLETED)
    for payout in completed.exclude(pk__in=settled):
        yield f"Payout {payout.pk} is completed but not in the books."
    for payout in Payout.objects.filter(pk__in=settled).exclude(state=Payout.State.COMPLETED):
        yield f"Payout {payout.pk} is settled in the books but not completed."
    started = Entry.objects.filter(kind=EntryKind.TRANSFER_STARTED)
    for attempt in PayoutAttempt.objects.exclude(pk__in=started.values("source_id")):
        yield f"Attempt {attempt.pk} is not in the books."
    failed = started.filter(source_id__in=_attempts_of(Payout.State.FAILED), reversed_by=None)
    for entry in failed:
        yield f"Entry {entry.pk} belongs to a failed payout and was not reversed."


def _attempts_of(state: str) -> QuerySet[PayoutAttempt, object]:
    return PayoutAttempt.objects.filter(payout__state=state).values("pk")


def _mismatched_states() -> Iterator[str]:
    for state in (Payment.State.PROCESSING, Payment.State.COMPLETED):
        carried = Payout.objects.filter(state=state).values("payment")
        # A payment of nothing has no payout.
        mismatched = Payment.objects.exclude(net_paise=0).filter(
            Q(state=state) & ~Q(pk__in=carried) | ~Q(state=state) & Q(pk__in=carried)
        )
        for payment in mismatched:
            yield f"Payment {payment.pk} is {payment.state}, and its payout says otherwise."
    for payout in Payout.objects.exclude(amount_paise=F("payment__net_paise")):
        yield f"Payout {payout.pk} is not its payment's net amount."


def _balances_against_rows() -> Iterator[str]:
    in_transit = Payout.objects.processing().aggregate(paise=Sum("amount_paise", default=0))[
        "paise"
    ]
    transit_legs = Leg.objects.filter(account__kind=AccountKind.IN_TRANSIT)
    booked = transit_legs.aggregate(paise=Sum("amount_paise", default=0))["paise"]
    if booked != -in_transit:
        yield f"{-booked} paise are in transit in the books, {in_transit} by the payouts."
    legs = Leg.objects.filter(account__kind=AccountKind.AGENT_PAYABLE)
    owed = dict(legs.values_list("account__agent").annotate(Sum("amount_paise")))
    due = dict(Payment.objects.awaiting_payout().values_list("agent").annotate(Sum("net_paise")))
    for agent in {*owed, *due}:
        books, payments = -owed.get(agent, 0), due.get(agent, 0)
        if books != payments:
            yield f"Agent {agent} is owed {books} paise in the books, {payments} by the payments."
