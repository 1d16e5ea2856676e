"""From measures of speech to a mark: points, an ability in logits with its error, a confidence.

A mark is a level: 0 is A1, 5 is C2, on the scale of the marks for texts. The words (their grammar,
range, coherence, and whether they do the task) are marked as a text; fluency and pronunciation are
added here. There is no score where the recogniser cannot be relied on: a person grades.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from proctoring.grading.speech.fluency import SpokenFluency
from proctoring.grading.speech.pronunciation import Pronunciation
from proctoring.grading.speech.recognition import Doubt, Recognition
from proctoring.grading.text.remarks import interpolate

LOWEST, LEVEL_WIDTH, BEST_MARK = -3.0, 1.2, 5.0
#: Below this confidence a person grades.
LOW_CONFIDENCE = 0.5
#: What words, fluency and pronunciation weigh in the ability. Pronunciation tells levels apart
#: least: an accent is no lack of ability.
LANGUAGE, FLUENCY, PRONUNCIATION = 0.55, 0.35, 0.1
#: The error of the ability for `USUAL_WORDS`; with fewer it grows.
ERROR, USUAL_WORDS, MOST_ERROR = 0.75, 60, 1.8
#: Shares of wrong phonemes: words that were said, and words that were made up.
SAID, MADE_UP = 0.6, 0.8


class LowConfidence(StrEnum):
    """Why a person grades."""

    NO_RECOGNISER = "NO_RECOGNISER"
    NO_SPEECH = "NO_SPEECH"
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD"
    TOO_SHORT = "TOO_SHORT"
    #: The words are in doubt as an answer: copied, off the topic, no English.
    TEXT = "TEXT"


class Language(Protocol):
    """What `proctoring.grading.text` says of the words."""

    @property
    def ability(self) -> float:
        """The ability in logits."""

    @property
    def ability_error(self) -> float:
        """Its standard error."""

    @property
    def confidence(self) -> float:
        """How far it can be relied on, 0 to 1."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes why a person has to grade the words."""


@dataclass(frozen=True)
class SpeechScore:
    """The mark of a spoken answer; without points and ability a person grades."""

    confidence: float
    reason: LowConfidence | None
    points: float | None = None
    ability: float | None = None
    ability_error: float | None = None


def score_speech(
    heard: Recognition,
    fluency: SpokenFluency,
    pronunciation: Pronunciation | None,
    language: Language,
) -> SpeechScore:
    """Mark a spoken answer."""
    understood = confidence_in_words(heard, pronunciation)
    reason = _reason(heard, fluency, understood, language)
    confidence = round(understood * (1 + language.confidence) / 2, 3)
    if reason or fluency.mark is None:
        return SpeechScore(min(confidence, LOW_CONFIDENCE / 2), reason)
    words = (language.ability - LOWEST) / LEVEL_WIDTH
    parts = [(LANGUAGE, words), (FLUENCY, fluency.mark)]
    if pronunciation and pronunciation.mark is not None:
        parts.append((PRONUNCIATION, pronunciation.mark))
    mark = sum(weight * each for weight, each in parts) / sum(weight for weight, _ in parts)
    mark = min(BEST_MARK, max(0.0, mark))
    error = min(MOST_ERROR, ERROR * max(0.9, (USUAL_WORDS / fluency.words) ** 0.25))
    return SpeechScore(
        confidence=confidence,
        reason=None,
        points=round(mark / BEST_MARK, 4),
        ability=round(LOWEST + LEVEL_WIDTH * mark, 3),
        ability_error=round(error / max(confidence, LOW_CONFIDENCE) ** 0.5, 3),
    )


def confidence_in_words(heard: Recognition, pronunciation: Pronunciation | None) -> float:
    """How far the words were said: the recogniser's confidence, and whether the sounds agree."""
    if pronunciation is None:
        return heard.confidence
    return heard.confidence * interpolate(pronunciation.errors, ((SAID, 1.0), (MADE_UP, 0.0)))


def _reason(
    heard: Recognition, fluency: SpokenFluency, understood: float, language: Language
) -> LowConfidence | None:
    if Doubt.NO_SPEECH in heard.doubts and not heard.words:
        return LowConfidence.NO_SPEECH
    if understood < LOW_CONFIDENCE:
        return LowConfidence.NOT_UNDERSTOOD
    if fluency.mark is None:
        return LowConfidence.TOO_SHORT
    return LowConfidence.TEXT if language.reasons else None
