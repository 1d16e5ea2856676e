"""What was said in a recording, word by word, with times and probabilities.

`Recogniser` is the interface; `whisper.installed_recogniser` gives the best one of this machine.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from proctoring.grading.speech.decoding import Sound

#: A word below this probability is unsure: nothing is concluded from it.
SURE = 0.6


class RecogniserUnavailable(Exception):
    """No recogniser is installed, or its files are not the known ones: a person grades."""


class Doubt(StrEnum):
    """Why what was recognised may not be what was said."""

    NO_SPEECH = "NO_SPEECH"
    #: The model repeats itself, as it does on noise and in languages that it does not know.
    REPEATING = "REPEATING"
    UNLIKELY = "UNLIKELY"
    NOT_ENGLISH = "NOT_ENGLISH"


@dataclass(frozen=True)
class SpokenWord:
    """A word with its punctuation, and the seconds of its start and end."""

    text: str
    start: float
    end: float
    probability: float

    @property
    def is_sure(self) -> bool:
        """Whether conclusions may be drawn from it."""
        return self.probability >= SURE


@dataclass(frozen=True)
class Recognition:
    """What was recognised in a recording."""

    recogniser: str
    seconds: float
    words: tuple[SpokenWord, ...]
    #: 0 to 1: how far the words can be relied on as a whole.
    confidence: float
    doubts: tuple[Doubt, ...] = ()
    #: Seconds between which somebody speaks and no word was understood.
    unclear: tuple[tuple[float, float], ...] = ()

    @property
    def text(self) -> str:
        """The words as running text."""
        return " ".join(word.text for word in self.words)

    @property
    def unsure(self) -> tuple[tuple[int, int], ...]:
        """The spans of `text` that are unsure."""
        spans, at = [], 0
        for word in self.words:
            if not word.is_sure:
                spans.append((at, at + len(word.text)))
            at += len(word.text) + 1
        return tuple(spans)


class Recogniser(Protocol):
    """Recognises English speech."""

    @property
    def name(self) -> str:
        """Its model, kept with each result."""

    def recognise(self, sound: Sound) -> Recognition:
        """What was said."""
