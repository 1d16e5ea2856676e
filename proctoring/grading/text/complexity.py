"""Grammatical range: constructions that learners master at a level, and the length of sentences.

The levels follow what the English Grammar Profile says learners can do.
"""

import re
from dataclasses import dataclass
from functools import cache

from proctoring.grading.text.document import Document
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect
from proctoring.grading.text.resources import fill, load


@dataclass(frozen=True)
class Construction:
    """A construction with its level (1 for A1 to 6 for C2) and a name for people."""

    level: int
    name: str
    pattern: re.Pattern[str]
    spoken: re.Pattern[str]
    """For transcripts, which may have no points and commas."""


@cache
def constructions() -> tuple[Construction, ...]:
    """The constructions of `data/constructions.yaml`."""
    data = load("constructions")
    parts = data["parts"]

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(fill(pattern, parts), re.M)

    return tuple(
        Construction(
            level=row["level"],
            name=row["name"],
            pattern=compiled(row["pattern"]),
            spoken=compiled(row.get("spoken", row["pattern"])),
        )
        for row in data["constructions"]
    )


@dataclass(frozen=True)
class Complexity:
    """How complex the sentences are."""

    words_per_sentence: float
    subordinators: float
    """In 100 words."""
    level: float
    """The level (1 to 6) that the constructions show."""
    counts: tuple[int, ...]
    """Different constructions of each level from A1 to C2."""
    remarks: tuple[Remark, ...]


def measure_complexity(document: Document) -> Complexity:
    """Find the constructions; each is counted once, and shown once, at its first place."""
    lower = document.lower
    words = max(1, len(document.words))
    counts, remarks = [0] * 6, []
    for one in constructions():
        found = (one.spoken if document.is_transcript else one.pattern).search(lower)
        if found:
            counts[one.level - 1] += 1
            if one.level >= 4:
                remarks.append(_earned(found, one))
    subordinators = len(re.findall(load("constructions")["subordinators"], lower))
    sentences = document.sentences
    per_sentence = sum(len(each.words) for each in sentences) / max(1, len(sentences))
    return Complexity(
        words_per_sentence=round(per_sentence, 1),
        subordinators=round(100 * subordinators / words, 2),
        level=round(_level(counts), 2),
        counts=tuple(counts),
        remarks=tuple(remarks),
    )


def _level(counts: list[int]) -> float:
    """A level is shown by some different constructions of it, or by harder ones."""
    level = 1.0
    needed = {2: 2.0, 3: 3.0, 4: 3.0, 5: 2.5, 6: 1.5}
    for number in range(2, 7):
        shown = counts[number - 1] + 0.7 * sum(counts[number:])
        level += min(1.0, shown / needed[number])
    return level


def _earned(found: re.Match[str], one: Construction) -> Remark:
    text = found[0]
    start = found.start() + len(text) - len(text.lstrip(" ,.;:!?(\n"))
    message = f"Grammar of level {('A1', 'A2', 'B1', 'B2', 'C1', 'C2')[one.level - 1]}: {one.name}."
    return Remark(
        start,
        found.end(),
        Criterion.GRAMMAR,
        RemarkEffect.EARNED,
        "construction",
        message,
        weight=one.level - 3,
    )
