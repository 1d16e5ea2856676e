"""The movements of money in our books, with the references under which others know them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum

from hitouch.core.india_time import day_of, midnight
from payments.models import (
    AccountKind,
    ClientRefund,
    Deposit,
    DepositReturn,
    Entry,
    LiabilityPayment,
    PayoutAttempt,
    Rail,
)
from payments.reconciliation.matching import Movement


@dataclass(frozen=True)
class Known:
    """How others know a movement, and whether it is on the provider's account."""

    references: frozenset[str] = frozenset()
    is_at_provider: bool = False


NOT_KNOWN = Known()
KnownById = dict[UUID, Known]


def _of_attempts(ids: Collection[UUID]) -> KnownById:
    """A transfer is known by its UTR, and if the provider made it, by its idempotency key."""
    rows = PayoutAttempt.objects.filter(pk__in=ids)
    found = {}
    for pk, key, rail, utr in rows.values_list("pk", "key", "rail", "payout__utr"):
        is_theirs = rail == Rail.RAZORPAYX
        words = [utr, str(key).upper() if is_theirs else ""]
        found[pk] = Known(frozenset(filter(None, words)), is_theirs)
    return found


def _of_deposits(ids: Collection[UUID]) -> KnownById:
    """Money that came in is known by its UTR."""
    rows = Deposit.objects.filter(pk__in=ids).values_list("pk", "utr", "origin")
    webhook = Deposit.Origin.WEBHOOK
    return {pk: Known(frozenset([utr]), origin == webhook) for pk, utr, origin in rows}


def _of_refunds(ids: Collection[UUID]) -> KnownById:
    """A refund is known by its UTR, once it was transferred."""
    return _of_utrs(ClientRefund.objects.filter(pk__in=ids).values_list("pk", "utr"))


def _of_returns(ids: Collection[UUID]) -> KnownById:
    """A deposit that was sent back is known by the UTR of the transfer."""
    return _of_utrs(DepositReturn.objects.filter(pk__in=ids).values_list("pk", "utr"))


def _of_liabilities(ids: Collection[UUID]) -> KnownById:
    """What was paid to the government is known by the UTR of the debit."""
    return _of_utrs(LiabilityPayment.objects.filter(pk__in=ids).values_list("pk", "utr"))


def _of_utrs(rows: Iterable[tuple[UUID, str]]) -> KnownById:
    return {pk: Known(frozenset(filter(None, [utr]))) for pk, utr in rows}


#: How the sources of entries are known to the bank and the provider.
REFERENCES: dict[str, Callable[[Collection[UUID]], KnownById]] = {
    "payments.payoutattempt": _of_attempts,
    "payments.deposit": _of_deposits,
    "payments.clientrefund": _of_refunds,
    "payments.depositreturn": _of_returns,
    "payments.liabilitypayment": _of_liabilities,
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
        (kind, pk): facts
        for kind, ids in sources.items()
        if kind in REFERENCES
        for pk, facts in REFERENCES[kind](ids).items()
    }
    return [_movement_of(entry, known) for entry in rows]


def _movement_of(entry: Any, known: dict[tuple[str, UUID], Known]) -> Movement:
    origin = entry.reverses or entry
    facts = known.get((origin.source_type, origin.source_id), NOT_KNOWN)
    return Movement(
        str(entry.pk), entry.paise, day_of(entry.at), facts.references, facts.is_at_provider
    )


def told_of(theirs: list[Movement]) -> frozenset[str]:
    """The references of all movements of a list."""
    return frozenset[str]().union(*(movement.utrs for movement in theirs))
