"""What a provider may say of a transfer, in any order and repeatedly, and where that ends.

A webhook makes us ask, and two workers may ask at once, so an answer may be older than what we
know. `ends_of` tries every sequence of the words of one life cycle, and says the last word at the
end of each: whatever came before, it has to lead to one end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from hitouch.core.payout_provider.base import TransferResult, TransferState
from hitouch.fakes.payouts.states import EDGES
from payments.integrity import invariants
from payments.models import Leg, Payout
from payments.payouts import sending, switch

UTR = "HDFCN00000000042"
ENDS = {"processed", "reversed", "failed", "rejected", "cancelled"}
#: A processed transfer whose UTR comes later.
WITHOUT_UTR = "processed, no UTR yet"
REASONS = {"failed": "bank_account_closed", "reversed": "beneficiary_bank_rejected"}


def life_cycles() -> list[tuple[str, ...]]:
    """Every way through the documented states, from the order to a state that may be the last."""
    return sorted(_ways(""), key=lambda way: (len(way), way))


def _ways(state: str, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if state in ENDS:
        yield before
    for following in EDGES.get(state, ()):
        if following not in before:
            late = (WITHOUT_UTR,) if following == "processed" else ()
            yield from _ways(following, (*before, *late, following))


def shortest_by_meaning() -> list[tuple[str, ...]]:
    """One of the life cycles for each sequence of our own states."""
    found: dict[tuple[object, ...], tuple[str, ...]] = {}
    for way in life_cycles():
        meanings = [sending.MEANING[TransferState(_state_of(word))] for word in way]
        same = tuple(one for one, before in zip(meanings, [None, *meanings], strict=False)
                     if one != before)  # fmt: skip
        found.setdefault(same, way)
    return list(found.values())


def _state_of(word: str) -> str:
    return "processed" if word == WITHOUT_UTR else word


class Transfer:
    """An order that was sent, of which the provider says words."""

    def __init__(self, payout: Payout, at: datetime) -> None:
        self.pk, self.at, self.said = payout.pk, at, 0

    def say(self, word: str) -> None:
        """Let a worker merge this word, some minutes after the last one."""
        self.said += 1
        payout = Payout.objects.get(pk=self.pk)
        attempt = payout.attempts.get()
        state = TransferState(_state_of(word))
        result = TransferResult(
            state=state, id="pout_00000000000042", key=str(attempt.key),
            amount_paise=payout.amount_paise, reason=REASONS.get(word, ""),
            utr=UTR if word in ("processed", "reversed") else "",
        )  # fmt: skip
        now = self.at + timedelta(minutes=5 * self.said)
        sending.apply_results(attempt=attempt, results=[result], now=now)

    def end(self) -> tuple[Any, ...]:
        """What we say of money at the end, and nothing of the way there."""
        payout = Payout.objects.get(pk=self.pk)
        accounts = Leg.objects.values_list("account__kind").annotate(paise=Sum("amount_paise"))
        held = sorted((kind, paise) for kind, paise in accounts if paise)
        payments = tuple(payout.payments.values_list("state", flat=True))
        free = payout.items.filter(released_at=None).count()
        return (
            payout.state, payout.utr if payout.state == "COMPLETED" else "", payments, free,
            tuple(held), switch.may_send(),
        )  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ends_of(
    transfer: Transfer, way: tuple[str, ...], *, words: int
) -> tuple[dict[Any, list[str]], int]:
    """Each end, with one sequence that led to it, after up to so many words; how many were tried.

    The books are checked at each end.
    """
    ends: dict[Any, list[str]] = {}
    return ends, _try(transfer, way, words, [], ends)


def _try(
    transfer: Transfer, way: tuple[str, ...], words: int, said: list[str],
    ends: dict[Any, list[str]],
) -> int:  # fmt: skip
    tried = 1
    with undone():
        transfer.say(way[-1])
        if (end := transfer.end()) not in ends:
            ends[end] = said
            assert invariants.check_money() == [], said
    for word in way if words else ():
        with undone():
            transfer.say(word)
            tried += _try(transfer, way, words - 1, [*said, word], ends)
    return tried
