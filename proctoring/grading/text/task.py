"""The task: length within its limits, nearness to the prompt, and the points of a good answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proctoring.grading.text.document import Document, Sentence
from proctoring.grading.text.relevance import Nearness
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect

MAX_POINTS = 8
MAX_PIECES = 14
#: Words without a full stop are compared in pieces of this many words.
PIECE = 25
#: From here a point counts as made in full, and below the other as not made.
MADE, NOT_MADE = 0.55, 0.2
#: How a point begins that tells what an answer does.
_SAYS = re.compile(
    r"^(?:politely |clearly )?"
    r"(?:says|tells|explains|describes|mentions|states|names|gives|shows|asks|offers)"
    r"(?: politely| clearly| the customer| him| her| for| if| whether)?"
    r"(?: that| why| how| what| when)?\b",
    re.I,
)
#: Answers to a task have at least about this nearness to it.
RELEVANT = 0.35


@dataclass(frozen=True)
class Task:
    """How far a text does what was asked."""

    relevance: float
    """Nearness to the prompt, 0 to 1; 1 when there is no prompt."""
    points: tuple[float, ...]
    """How far each expected point is made, 0 to 1."""
    length: float
    """1 within the limits, less outside."""
    method: str
    remarks: tuple[Remark, ...]

    @property
    def coverage(self) -> float:
        """The mean over the points; from the relevance when none are known."""
        if self.points:
            return sum(self.points) / len(self.points)
        return min(1.0, self.relevance / RELEVANT)


def expected_points(expected: Any) -> list[str]:
    """The points of a key, which is a mapping with `points`, or a list of them."""
    points = expected.get("points", ()) if isinstance(expected, Mapping) else expected
    if isinstance(points, str):
        points = [points]
    if not isinstance(points, Sequence):
        return []
    texts = [point.get("text", "") if isinstance(point, Mapping) else point for point in points]
    return [text for text in texts if isinstance(text, str) and text.strip()][:MAX_POINTS]


def _content(point: str) -> str:
    """What the point is about, without "Says that" or "Explains why"."""
    return _SAYS.sub("", point).strip() or point


def measure_task(
    document: Document,
    *,
    prompt: str,
    expected: Any,
    words: int,
    limits: tuple[int | None, int | None],
    nearness: Nearness,
) -> Task:
    """Compare the pieces of a text with the prompt and with each point."""
    points = expected_points(expected)
    pieces = _pieces(document)
    targets = [text for text in (prompt, *map(_content, points)) if text.strip()]
    table = nearness.between([text for _, _, text in pieces], targets) if pieces and targets else []
    best = [max(row[column] for row in table) if table else 0.0 for column in range(len(targets))]
    relevance = _relevance(table, has_prompt=bool(prompt.strip())) if targets else 1.0
    made = best[len(targets) - len(points) :]
    return Task(
        relevance=round(relevance, 3),
        points=tuple(round(_made(value), 2) for value in made),
        length=round(_length(words, limits), 2),
        method=nearness.name,
        remarks=tuple(_point_remarks(points, pieces, table)),
    )


def _relevance(table: list[list[float]], *, has_prompt: bool) -> float:
    """The mean of the nearer half of the pieces, each by its nearest target."""
    if not table:
        return 0.0
    nearest = sorted((max(row) for row in table), reverse=True)
    half = nearest[: max(1, (len(nearest) + 1) // 2)]
    return sum(half) / len(half)


def _made(value: float) -> float:
    return min(1.0, max(0.0, (value - NOT_MADE) / (MADE - NOT_MADE)))


def _length(words: int, limits: tuple[int | None, int | None]) -> float:
    least, most = limits
    if least and words < least:
        return words / least
    if most and words > most * 1.1:
        return max(0.6, most * 1.1 / words)
    return 1.0


def _pieces(document: Document) -> list[tuple[int, int, str]]:
    """Sentences, or runs of words where there are none; evenly chosen when there are many."""
    pieces: list[tuple[int, int, str]] = []
    for sentence in document.sentences:
        pieces += _cut(document, sentence)
    step = max(1.0, len(pieces) / MAX_PIECES)
    return [pieces[int(number * step)] for number in range(min(len(pieces), MAX_PIECES))]


def _cut(document: Document, sentence: Sentence) -> list[tuple[int, int, str]]:
    words = sentence.words
    size = PIECE if len(words) > 2 * PIECE else len(words)
    runs = [words[at : at + size] for at in range(0, len(words), size)]
    return [(run[0].start, run[-1].end, document.prose[run[0].start : run[-1].end]) for run in runs]


def _point_remarks(
    points: list[str], pieces: list[tuple[int, int, str]], table: list[list[float]]
) -> list[Remark]:
    remarks = []
    for number, point in enumerate(points):
        column = number - len(points)
        values = [row[column] for row in table]
        best = max(range(len(values)), key=values.__getitem__) if values else None
        if best is not None and _made(values[best]) >= 0.5:
            start, end, _ = pieces[best]
            message, effect = f"A point of a good answer: {point}", RemarkEffect.EARNED
        else:
            start, end = 0, 0
            message, effect = f"A point of a good answer is missing: {point}", RemarkEffect.COST
        remarks.append(Remark(start, end, Criterion.TASK, effect, "point", message))
    return remarks
