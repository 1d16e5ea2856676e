"""Compare three lists of money movements: our books, the provider's, the bank's. Uses no database.

Movements are paired by UTR and direction. What has no UTR, as a bank's charge, can only be paired
by a person. A movement that is only in our books is late, not missing, while it is so young that
the other side may not have it yet.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: The length of a UTR: from that of IMPS and UPI to that of RTGS.
UTR_LEAST, UTR_MOST = 12, 22


class Side(StrEnum):
    """Whom our books are compared with."""

    PROVIDER = "PROVIDER"
    BANK = "BANK"


class FindingKind(StrEnum):
    """What does not agree."""

    MISSING_OURS = "MISSING_OURS"
    MISSING_THEIRS = "MISSING_THEIRS"
    AMOUNT = "AMOUNT"
    DUPLICATE = "DUPLICATE"
    LATE_REVERSAL = "LATE_REVERSAL"


@dataclass(frozen=True)
class Movement:
    """Money that came (above zero) or went (below zero).

    `key` names its row. `utrs` are the references under which it may be known; a statement's
    narration may hold several that look like one.
    """

    key: str
    amount_paise: int
    day: date
    utrs: frozenset[str] = frozenset()
    is_at_provider: bool = False
    """Of ours: whether it is on the provider's account, so that its list must have it."""


@dataclass(frozen=True)
class Finding:
    """A difference between our books and one side. The keys name the rows; either may be empty."""

    kind: FindingKind
    side: Side
    ours: str = ""
    theirs: str = ""
    ours_paise: int = 0
    theirs_paise: int = 0
    utr: str = ""


@dataclass(frozen=True)
class Matched:
    """A movement of ours and theirs that agree."""

    ours: str
    theirs: str


@dataclass(frozen=True)
class Comparison:
    """The outcome against one side."""

    matched: tuple[Matched, ...]
    findings: tuple[Finding, ...]


def compare(
    ours: Sequence[Movement], theirs: Sequence[Movement], *, side: Side, complete_until: date
) -> Comparison:
    """Compare our books with one side, whose list is complete up to and with a day.

    Movements of ours after that day are left for the next comparison.
    """
    return _Comparer(ours, theirs, side, complete_until).run()


class _Comparer:
    """One comparison: pairs are taken out of both lists, the rest is explained."""

    def __init__(
        self, ours: Sequence[Movement], theirs: Sequence[Movement], side: Side, until: date
    ) -> None:
        self.ours, self.side, self.until = ours, side, until
        self.left = {movement.key: movement for movement in theirs}
        self.by_utr: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for movement in theirs:
            for utr in movement.utrs:
                self.by_utr[utr, movement.amount_paise > 0].append(movement.key)
        #: UTRs that are accounted for, with their direction.
        self.paired: set[tuple[str, bool]] = set()
        self.matched: list[Matched] = []
        self.findings: list[Finding] = []

    def run(self) -> Comparison:
        """Pair equal amounts first, then others, then name what is left."""
        alone = [movement for movement in self.ours if not self._pair(movement, is_equal=True)]
        alone = [movement for movement in alone if not self._pair(movement, is_equal=False)]
        for movement in alone:
            if movement.day <= self.until:
                self._add(FindingKind.MISSING_THEIRS, ours=movement)
        for movement in self.left.values():
            self._add(self._kind_of(movement), theirs=movement)
        return Comparison(tuple(self.matched), tuple(self.findings))

    def _pair(self, movement: Movement, *, is_equal: bool) -> bool:
        for there in self._candidates(movement):
            if is_equal and there.amount_paise != movement.amount_paise:
                continue
            if not is_equal:
                self._add(FindingKind.AMOUNT, ours=movement, theirs=there)
            self.matched.append(Matched(movement.key, there.key))
            direction = there.amount_paise > 0
            self.paired |= {(utr, direction) for utr in movement.utrs & there.utrs}
            del self.left[there.key]
            return True
        return False

    def _candidates(self, movement: Movement) -> Iterator[Movement]:
        for utr in sorted(movement.utrs):
            for key in self.by_utr.get((utr, movement.amount_paise > 0), []):
                if key in self.left:
                    yield self.left[key]

    def _kind_of(self, there: Movement) -> FindingKind:
        """Why a movement of theirs is in no pair."""
        comes = there.amount_paise > 0
        if any((utr, comes) in self.paired for utr in there.utrs):
            return FindingKind.DUPLICATE
        if any((utr, not comes) in self.paired for utr in there.utrs):
            return FindingKind.LATE_REVERSAL
        return FindingKind.MISSING_OURS

    def _add(
        self, kind: FindingKind, *, ours: Movement | None = None, theirs: Movement | None = None
    ) -> None:
        mine = ours.utrs if ours else frozenset()
        other = theirs.utrs if theirs else frozenset()
        known = {utr for utr in other if {(utr, True), (utr, False)} & self.paired}
        self.findings.append(
            Finding(
                kind=kind,
                side=self.side,
                ours=ours.key if ours else "",
                theirs=theirs.key if theirs else "",
                ours_paise=ours.amount_paise if ours else 0,
                theirs_paise=theirs.amount_paise if theirs else 0,
                utr=min(mine & other or mine or known or other, key=_as_reference, default=""),
            )
        )


def _as_reference(word: str) -> tuple[bool, str]:
    """The order in which references are shown: UTRs before our keys, an IFSC, other words."""
    return not UTR_LEAST <= len(word) <= UTR_MOST, word
