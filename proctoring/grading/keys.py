"""Scoring: from answers to a score out of 100 and a CEFR level. Does not use Django.

Harder items have a higher weight (2 for A1 to 7 for C2): enough that easy items cannot make up
for hard ones, and little enough that correct answers up to B1 reach the band of A2.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

WEIGHTS = {"A1": 2, "A2": 3, "B1": 4, "B2": 5, "C1": 6, "C2": 7}
BANDS = (
    (Decimal(90), "C2"),
    (Decimal(80), "C1"),
    (Decimal(70), "B2"),
    (Decimal(60), "B1"),
    (Decimal(50), "A2"),
)
LOWEST = "A1"
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class GradedItem:
    """An asked question: its level, and whether the answer is correct."""

    level: str
    right: bool


@dataclass(frozen=True)
class SectionItems:
    """The items of a section with its weight."""

    weight: int
    items: Sequence[GradedItem]


def section_score(items: Sequence[GradedItem]) -> Decimal:
    """The weighted share of correct answers, out of 100. Unanswered items count as wrong."""
    return _percentage(_earned_share(items))


def total_score(sections: Iterable[SectionItems]) -> Decimal:
    """The weighted mean of the sections, computed exactly and rounded once."""
    sections = list(sections)
    total_weight = sum(section.weight for section in sections)
    earned = sum(_earned_share(section.items) * section.weight for section in sections)
    return _percentage(Fraction(earned) / (total_weight or 1))


def level_of(score: Decimal) -> str:
    """The CEFR level of a score. Bands are half-open: 89.99 is C1, 90 is C2."""
    return next((level for floor, level in BANDS if score >= floor), LOWEST)


def is_correct(*, kind: str, value: str, key: str, accepted: Sequence[str]) -> bool:
    """Whether an answer is correct: the key, or for gaps an accepted spelling."""
    if kind == "FILL_BLANK":
        return normalise_answer(value) in {
            normalise_answer(answer) for answer in [key, *accepted]
        } - {""}
    return bool(value) and value == key


def normalise_answer(text: str) -> str:
    """Normalise case, spacing, apostrophes and punctuation at the ends."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("`", "'")
    return re.sub(r"\s+", " ", text).strip(' .,!?;:"').casefold()


def _earned_share(items: Sequence[GradedItem]) -> Fraction:
    possible = sum(WEIGHTS[item.level] for item in items)
    earned = sum(WEIGHTS[item.level] for item in items if item.right)
    return Fraction(earned, possible or 1)


def _percentage(share: Fraction) -> Decimal:
    return (Decimal(100 * share.numerator) / share.denominator).quantize(HUNDREDTH, ROUND_HALF_UP)
