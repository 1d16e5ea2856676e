"""The chain of ledger entries: sealing them, and finding what was changed, removed or put in.

A seal is a keyed hash over an entry, its legs and the seal before. Entries are sealed by a task
every few seconds. Anchors (`payments.ledger.anchors`) show that the chain's end was cut off.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from hitouch.core import sweeps
from hitouch.core.db import hash_chain
from payments.ledger import anchors
from payments.ledger.queries import SEALED_WITHIN
from payments.models import Entry, LedgerSeal, Leg

#: Key of the advisory lock that serialises writers of the chain; any constant will do.
CHAIN_LOCK = 7_401_963
CHUNK = 1000
#: The name under which entries that could not be sealed are postponed.
SEALING = "payments.ledger_chain"
ORDER = ("created_at", "pk")


def lock() -> None:
    """Let one transaction at a time seal entries or count on the last seal."""
    hash_chain.lock(CHAIN_LOCK)


def seal_entries(*, at: datetime, limit: int = CHUNK, recent: bool = False) -> int:
    """Seal entries that have no seal yet, oldest first. Returns how many.

    With `recent` only entries written an hour before the last sealed one, or later, are looked
    for. That is quick, and finds what was written while the task did not run. An entry that cannot
    be read is postponed, so that it does not keep the later ones out of the chain.
    """
    waiting = _unsealed().filter(created_at__gte=_sealed_until()) if recent else _unsealed()
    keys = sweeps.due_keys(SEALING, waiting, ORDER, now=at, limit=limit)
    if not keys:
        return 0
    outcome = sweeps.SweepOutcome()
    sealed = sweeps.attempt_together(SEALING, keys, _seal, outcome, now=at)
    if sealed:
        sweeps.forget(SEALING, sealed)
        anchors.write_file(anchors.current_anchor(at=at))
    return len(sealed)


def _seal(keys: Sequence[UUID]) -> None:
    """Seal these entries, in the caller's transaction; another process may have done so."""
    lock()
    last = LedgerSeal.objects.order_by("-number").first()
    seals = []
    for entry in _with_legs(_unsealed().filter(pk__in=keys)).order_by(*ORDER):
        seal = LedgerSeal(entry=entry)
        last = hash_chain.append(seal, after=last, digest_of=_digest)
        seals.append(seal)
    LedgerSeal.objects.bulk_create(seals)


def _unsealed() -> QuerySet[Entry]:
    return Entry.objects.filter(~Exists(LedgerSeal.objects.filter(entry=OuterRef("pk"))))


def _sealed_until() -> Any:
    """Up to this moment every entry has a seal: an hour before the last sealed one was written.

    The hour is for transactions that began earlier and were committed later.
    """
    last = LedgerSeal.objects.order_by("-number")[:1]
    written = Entry.objects.filter(pk=last.values("entry_id")).values("created_at")
    return Coalesce(Subquery(written), Now()) - SEALED_WITHIN


def _with_legs(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    legs = Leg.objects.select_related("account").order_by("position", "pk")
    return entries.prefetch_related(Prefetch("legs", legs))


def _digest(seal: LedgerSeal) -> str:
    entry = seal.entry
    legs = [
        [
            leg.position,
            str(leg.account_id),
            leg.account.kind,
            str(leg.account.agent_id),
            str(leg.account.client_id),
            str(leg.account.reserve_id),
            leg.amount_paise,
        ]
        for leg in entry.legs.all()
    ]
    content = [
        seal.number,
        seal.previous_hash,
        str(entry.pk),
        entry.kind,
        entry.source_type,
        str(entry.source_id),
        str(entry.reverses_id),
        entry.leg_count,
        entry.at.isoformat(),
        legs,
    ]
    return hash_chain.keyed_digest("ledger", hash_chain.digest(content, compact=True))


def findings() -> list[str]:
    """What is wrong with the chain of entries, one sentence each; nothing when it is intact."""
    return [*_broken_seals(), *_unsealed_findings(), *anchors.findings()]


def _broken_seals() -> Iterator[str]:
    """Every seal that is missing, or whose entry is not the one that was sealed."""
    previous, expected = "", 1
    for seal, is_there in _chain():
        if seal.number != expected:
            yield f"Seal {expected} of the ledger is missing."
        elif seal.previous_hash != previous:
            yield f"Seal {seal.number} of the ledger does not follow the one before it."
        if not is_there:
            yield f"Entry {seal.entry_id} was removed after it was sealed (seal {seal.number})."
        elif seal.hash != _digest(seal):
            yield f"Entry {seal.entry_id} or its legs were changed (seal {seal.number})."
        previous, expected = seal.hash, seal.number + 1


def _chain() -> Iterator[tuple[LedgerSeal, bool]]:
    """All seals in order, and whether their entries are there."""
    last = 0
    while seals := list(LedgerSeal.objects.filter(number__gt=last).order_by("number")[:CHUNK]):
        entries = _with_legs(Entry.objects.all()).in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            if entry := entries.get(seal.entry_id):
                seal.entry = entry
            yield seal, entry is not None
        last = seals[-1].number


def _unsealed_findings() -> Iterator[str]:
    late = _unsealed().filter(created_at__lt=Now() - SEALED_WITHIN).order_by(*ORDER)
    for pk in late.values_list("pk", flat=True):
        yield f"Entry {pk} was put in without a seal, or the task that seals does not run."
