"""How far graders agree: quadratic weighted kappa, exact and adjacent shares, drift. Pure.

Weighted kappa is Cohen's (1968): 1 is agreement, 0 what chance would give. Marks are whole numbers
from 0 to `best`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

#: Pairs of marks below which no kappa is shown.
FEWEST_PAIRS = 10


@dataclass(frozen=True)
class Agreement:
    """Agreement of one grader with others who rated the same answers.

    `bias` is how much higher the grader's marks are on average. `kappa` is None if there are too
    few pairs, or if all marks are the same.
    """

    pairs: int
    kappa: float | None
    exact: float
    adjacent: float
    bias: float


@dataclass(frozen=True)
class DatedPair:
    """The marks of a grader and of another for one answer, and when the grader gave theirs."""

    own: int
    other: float
    given_at: datetime


def agreement(own: Sequence[int], others: Sequence[int], *, best: int = 5) -> Agreement:
    """Agreement of two rows of marks for the same answers."""
    count = len(own)
    if not count:
        return Agreement(0, None, 0.0, 0.0, 0.0)
    differences = [abs(a - b) for a, b in zip(own, others, strict=True)]
    return Agreement(
        pairs=count,
        kappa=weighted_kappa(own, others, best=best) if count >= FEWEST_PAIRS else None,
        exact=sum(each == 0 for each in differences) / count,
        adjacent=sum(each <= 1 for each in differences) / count,
        bias=sum(a - b for a, b in zip(own, others, strict=True)) / count,
    )


def weighted_kappa(own: Sequence[int], others: Sequence[int], *, best: int = 5) -> float | None:
    """Quadratic weighted kappa; None when chance alone would agree completely."""
    count = len(own)
    observed = sum((a - b) ** 2 for a, b in zip(own, others, strict=True)) / count
    marks = range(best + 1)
    shares = [own.count(mark) / count for mark in marks]
    other_shares = [others.count(mark) / count for mark in marks]
    expected = sum(shares[a] * other_shares[b] * (a - b) ** 2 for a in marks for b in marks)
    return None if expected == 0 else 1 - observed / expected


def drift(pairs: Sequence[DatedPair], *, since: datetime) -> float | None:
    """How much the grader's bias changed since a moment. None without pairs on both sides."""
    before = [pair.own - pair.other for pair in pairs if pair.given_at < since]
    after = [pair.own - pair.other for pair in pairs if pair.given_at >= since]
    if len(before) < FEWEST_PAIRS or len(after) < FEWEST_PAIRS:
        return None
    return sum(after) / len(after) - sum(before) / len(before)
