"""Coherence: linking words and their level, links between neighbouring sentences, paragraphs."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from proctoring.grading.text.document import Document, Sentence
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect
from proctoring.grading.text.resources import load, words


@dataclass(frozen=True)
class Coherence:
    """How the parts of a text hang together."""

    links: float
    """Linking words other than "and" in 100 words."""
    level: float
    """The level (1 to 6) that the linking words show."""
    overlap: float
    """The share of neighbouring sentences with a common word or a word that points back."""
    paragraphs: int
    remarks: tuple[Remark, ...]


@cache
def _links() -> dict[int, re.Pattern[str]]:
    return {
        level: re.compile(rf"(?<![\w'])(?:{'|'.join(links)})(?![\w'])")
        for level, links in load("links")["links"].items()
    }


def measure_coherence(document: Document) -> Coherence:
    """Measure the links of a text."""
    lower = document.lower
    total = max(1, len(document.words))
    different: dict[str, int] = {}
    number, remarks = 0, []
    for level, pattern in _links().items():
        for found in pattern.finditer(lower):
            number += level > 1
            if found[0] not in different:
                different[found[0]] = level
                if level >= 3:
                    remarks.append(_earned(found))
    counts = [sum(each == level for each in different.values()) for level in range(1, 7)]
    return Coherence(
        links=round(100 * number / total, 2),
        level=round(_level(counts), 2),
        overlap=round(_overlap(document.sentences), 3),
        paragraphs=document.paragraphs,
        remarks=tuple(remarks),
    )


def _level(counts: list[int]) -> float:
    level = min(1.0, counts[0] + sum(counts[1:]))
    needed = {2: 2.5, 3: 2.0, 4: 2.0, 5: 2.0, 6: 2.0}
    for number in range(2, 7):
        shown = counts[number - 1] + 0.7 * sum(counts[number:])
        level += min(1.0, shown / needed[number])
    return level


def _overlap(sentences: tuple[Sentence, ...]) -> float:
    if len(sentences) < 2:
        return 0.0
    linked = sum(_is_linked(left, right) for left, right in pairwise(sentences))
    return linked / (len(sentences) - 1)


def _is_linked(left: Sentence, right: Sentence) -> bool:
    before = {word.lower[:6] for word in left.words if word.lower not in words("empty")}
    after = {word.lower[:6] for word in right.words if word.lower not in words("empty")}
    opening = {word.lower for word in right.words[:6]}
    return bool(before & after) or bool(opening & words("references"))


def _earned(found: re.Match[str]) -> Remark:
    message = "A linking word that guides the reader."
    return Remark(
        found.start(), found.end(), Criterion.COHERENCE, RemarkEffect.EARNED, "link", message
    )
