"""An answer cut into passages, so that what cost or earned can be shown where it stands. No Django.

Remarks may overlap; a passage carries the numbers of all remarks that it lies in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

#: More remarks than a person reads are left out, the ones that weigh most stay.
MOST_REMARKS = 20
_EFFECTS = ("cost", "earned")


@dataclass(frozen=True)
class NumberedRemark:
    """A remark with its number, in the order of the text."""

    number: int
    effect: str
    criterion: str
    words: str
    message: str
    suggestion: str
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A piece of the text. `effect` is empty where there is nothing to say."""

    text: str
    effect: str
    numbers: tuple[int, ...]


def remarks_of(text: str, evidence: Sequence[Mapping[str, Any]]) -> list[NumberedRemark]:
    """The remarks that are shown. Those that point outside the text are left out."""
    shown = [row for row in evidence if row.get("effect") in _EFFECTS and _is_inside(row, text)]
    shown.sort(key=lambda row: -float(row.get("weight", 1)))
    ordered = sorted(shown[:MOST_REMARKS], key=lambda row: (row["start"], row["end"]))
    return [
        NumberedRemark(
            number=number,
            effect=str(row["effect"]),
            criterion=str(row.get("criterion", "")),
            words=text[row["start"] : row["end"]],
            message=str(row.get("message", "")),
            suggestion=str(row.get("suggestion", "")),
            start=row["start"],
            end=row["end"],
        )
        for number, row in enumerate(ordered, start=1)
    ]


def _is_inside(row: Mapping[str, Any], text: str) -> bool:
    start, end = row.get("start"), row.get("end")
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)


def cut(text: str, remarks: Sequence[NumberedRemark]) -> list[Passage]:
    """The whole text in passages. A passage with a mistake is shown as one, even inside praise."""
    edges = {0, len(text), *(row.start for row in remarks), *(row.end for row in remarks)}
    ordered = sorted(edges)
    passages = []
    for start, end in pairwise(ordered):
        here = [row for row in remarks if row.start <= start and end <= row.end]
        effects = {row.effect for row in here}
        effect = next((name for name in _EFFECTS if name in effects), "")
        ends = tuple(row.number for row in here if row.end == end)
        passages.append(Passage(text[start:end], effect, ends))
    return passages
