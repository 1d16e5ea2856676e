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
#: For each method: nearness of an answer to its task that is none, and that is full.
RELEVANCE = {"encoder": (0.35, 0.75), "words": (0.1, 0.4)}
#: A prompt without points or passage is less near to its answers by this much.
PROMPT_ALONE = 0.25
#: The same for the nearest piece of an answer and a point. Points are told apart less well than
#: tasks, so they count less.
POINT = {"encoder": (0.1, 0.3), "words": (0.1, 0.4)}
WEIGHT_OF_POINTS = 0.4
#: The answer is compared by its beginning and its end.
COMPARED = 300
MAX_PASSAGE_PIECES = 3
#: How a point begins that tells what an answer does.
_SAYS = re.compile(
    r"^(?:politely |clearly )?"
    r"(?:says|tells|explains|describes|mentions|states|names|gives|shows|asks|offers)"
    r"(?: politely| clearly| the customer| him| her| for| if| whether)?"
    r"(?: that| why| how| what| when)?\b",
    re.I,
)


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
    def done(self) -> float:
        """How much of the task was done, 0 to 1."""
        whole = _share(self.relevance, RELEVANCE[self.method])
        if not self.points:
            return whole * self.length
        points = sum(self.points) / len(self.points)
        return ((1 - WEIGHT_OF_POINTS) * whole + WEIGHT_OF_POINTS * points) * self.length


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
    passage: str,
    expected: Any,
    words: int,
    limits: tuple[int | None, int | None],
    nearness: Nearness,
) -> Task:
    """Compare the whole text with the task, and its pieces with each point."""
    points = expected_points(expected)
    pieces = _pieces(document)
    made = _points_made(points, pieces, nearness)
    return Task(
        relevance=round(_relevance(document, prompt, passage, points, nearness), 3),
        points=tuple(round(share, 2) for share, _ in made),
        length=round(_length(words, limits), 2),
        method=nearness.name,
        remarks=tuple(
            _remark(number, share, pieces[place])
            for number, (share, place) in enumerate(made, 1)
            if pieces
        ),
    )


def _relevance(
    document: Document, prompt: str, passage: str, points: list[str], nearness: Nearness
) -> float:
    """Nearness to prompt, passage or points, whichever is nearest; 1 if there are none."""
    parts = [passage[at : at + COMPARED] for at in range(0, len(passage), COMPARED)]
    targets = [prompt, *parts[:MAX_PASSAGE_PIECES], ". ".join(_content(each) for each in points)]
    targets = [target for target in targets if target.strip()]
    prose = " ".join(document.prose.split())
    if not targets or not prose:
        return 1.0 if prose else 0.0
    texts = [prose[:COMPARED], prose[-COMPARED:]] if len(prose) > COMPARED else [prose]
    nearest = max(max(row) for row in nearness.between(texts, targets))
    return nearest if points or passage.strip() else min(1.0, nearest + PROMPT_ALONE)


def _points_made(
    points: list[str], pieces: list[tuple[int, int, str]], nearness: Nearness
) -> list[tuple[float, int]]:
    """How far each point is made, and by which piece."""
    if not points or not pieces:
        return [(0.0, 0) for _ in points]
    table = nearness.between([text for _, _, text in pieces], [_content(each) for each in points])
    made = []
    for column in range(len(points)):
        values = [row[column] for row in table]
        best = max(values)
        made.append((_share(best, POINT[nearness.name]), values.index(best)))
    return made


def _share(value: float, line: tuple[float, float]) -> float:
    none, full = line
    return min(1.0, max(0.0, (value - none) / (full - none)))


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


def _remark(number: int, share: float, piece: tuple[int, int, str]) -> Remark:
    """The person reads this, so it does not say what the key expects."""
    if share >= 0.5:
        message, effect = f"Point {number} of a good answer.", RemarkEffect.EARNED
        return Remark(piece[0], piece[1], Criterion.TASK, effect, "point", message)
    message = f"Point {number} of a good answer was not found."
    return Remark(0, 0, Criterion.TASK, RemarkEffect.COST, "point", message)
