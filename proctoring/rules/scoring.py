"""From answers to a score in 100 and a level. Knows no Django.

An item weighs more the harder it is, by half a step a level: enough that an easy item does not
pass for a hard one, and little enough that somebody who is sure at A2 still reaches A2's band.
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
class Item:
    level: str
    right: bool


@dataclass(frozen=True)
class SectionItems:
    weight: int
    items: Sequence[Item]


def section_score(items: Sequence[Item]) -> Decimal:
    """The share earned of what was asked, in 100. What was not answered earned nothing."""
    return _hundred(_share(items))


def total_score(sections: Iterable[SectionItems]) -> Decimal:
    """The mean of the sections by their weights, worked out from exact shares and rounded once."""
    sections = list(sections)
    whole = sum(section.weight for section in sections)
    earned = sum(_share(section.items) * section.weight for section in sections)
    return _hundred(Fraction(earned) / (whole or 1))


def level_of(score: Decimal) -> str:
    """Half-open bands: 89.99 is still C1, 90 is C2."""
    return next((level for floor, level in BANDS if score >= floor), LOWEST)


def is_correct(*, kind: str, value: str, key: str, accepted: Sequence[str]) -> bool:
    if kind == "FILL_BLANK":
        return normalise_answer(value) in {
            normalise_answer(answer) for answer in [key, *accepted]
        } - {""}
    return bool(value) and value == key


def normalise_answer(text: str) -> str:
    """Case, spacing, curly apostrophes and a final stop do not make an answer wrong."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("`", "'")
    return re.sub(r"\s+", " ", text).strip(' .,!?;:"').casefold()


def _share(items: Sequence[Item]) -> Fraction:
    asked = sum(WEIGHTS[item.level] for item in items)
    return Fraction(sum(WEIGHTS[item.level] for item in items if item.right), asked or 1)


def _hundred(share: Fraction) -> Decimal:
    return (Decimal(100 * share.numerator) / share.denominator).quantize(HUNDREDTH, ROUND_HALF_UP)
