"""The movements of money in our books, with the references under which others know them."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from hitouch.core.india_time import day_of, midnight
from payments.models import AccountKind, ClientRefund, Deposit, Entry, PayoutAttempt, Rail
from payments.reconciliation.matching import Movement

#: The form of an idempotency key.
KEY = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
References = dict[UUID, frozenset[str]]


def _of_attempts(ids: Collection[UUID]) -> References:
    """A transfer is known by its UTR, and if the provider made it, by its idempotency key."""
    rows = PayoutAttempt.objects.filter(pk__in=ids)
    known = rows.values_list("pk", "key", "rail", "payout__utr")
    return {
        pk: frozenset(filter(None, [utr, str(key).upper() if rail == Rail.RAZORPAYX else ""]))
        for pk, key, rail, utr in known
    }


def _of_deposits(ids: Collection[UUID]) -> References:
    """Money that came in is known by its UTR."""
    return {pk: frozenset([utr]) for pk, utr in _utrs(Deposit, ids)}


def _of_refunds(ids: Collection[UUID]) -> References:
    """A refund is known by its UTR, once it was transferred."""
    return {pk: frozenset(filter(None, [utr])) for pk, utr in _utrs(ClientRefund, ids)}


def _utrs(model: type[Deposit | ClientRefund], ids: Collection[UUID]) -> Iterable[tuple[UUID, str]]:
    return model._default_manager.filter(pk__in=ids).values_list("pk", "utr")


#: How the sources of entries are known to the bank and the provider.
REFERENCES: dict[str, Callable[[Collection[UUID]], References]] = {
    "payments.payoutattempt": _of_attempts,
    "payments.deposit": _of_deposits,
    "payments.clientrefund": _of_refunds,
}


def movements(first: date, last: date) -> list[Movement]:
    """What our books say moved on our account on these days, both included.

    An entry that reverses another one is known by the references of that one's source.
    """
    entries = (
        Entry.objects.filter(
            legs__account__kind=AccountKind.CASH,
            at__gte=midnight(first),
            at__lt=midnight(last + timedelta(days=1)),
        )
        .annotate(paise=Sum("legs__amount_paise"))
        .select_related("reverses")
        .order_by("at", "pk")
    )
    rows = list(entries)
    sources: dict[str, set[UUID]] = defaultdict(set)
    for entry in rows:
        origin = entry.reverses or entry
        sources[origin.source_type].add(origin.source_id)
    known = {
        (kind, pk): references
        for kind, ids in sources.items()
        if kind in REFERENCES
        for pk, references in REFERENCES[kind](ids).items()
    }
    return [
        Movement(
            key=str(entry.pk),
            amount_paise=entry.paise,
            day=day_of(entry.at),
            utrs=known.get(
                ((entry.reverses or entry).source_type, (entry.reverses or entry).source_id),
                frozenset(),
            ),
        )
        for entry in rows
    ]


def is_sent_by_provider(movement: Movement) -> bool:
    """Whether the provider's list has this movement, which it knows by our idempotency key."""
    return any(KEY.fullmatch(reference) for reference in movement.utrs)
