"""How far the sounds of a recording agree with the words in it, and how sure those words are.

Phonemes are heard without a dictionary, so they also tell when the words were not said at all: the
recogniser of words then made them up. A word that it is not sure of costs nothing.
"""

from dataclasses import dataclass
from typing import Any

from proctoring.grading.speech.decoding import Sound
from proctoring.grading.speech.fluency import SpeechSpan, is_filler
from proctoring.grading.speech.phonemes import (
    PhonemeAgreement,
    compare,
    sounds_heard,
    sounds_of_word,
)
from proctoring.grading.speech.recognition import Recognition, SpokenWord
from proctoring.grading.text.remarks import interpolate

#: Parts are cut in gaps between words once they are this long.
PART_SECONDS, LEAST_GAP = 12.0, 0.08
LONGEST_PART = 26.0
#: Sound before and after a part, in seconds.
MARGIN = 0.12
#: Fewer words with sounds say nothing about pronunciation.
MIN_WORDS = 8
#: A word at this cost is pointed out.
UNLIKE = 0.6
MAX_FINDINGS = 12
#: Marks by the mean cost of sure words: synthetic voices 0.03 to 0.1, other accents to 0.35.
_MARK = ((0.05, 5.0), (0.1, 4.2), (0.16, 3.2), (0.24, 2.0), (0.34, 1.0), (0.5, 0.0))


@dataclass(frozen=True)
class Pronunciation:
    """The measures of a recording; without a mark when there are too few sure words."""

    #: Of all words: sounds expected, and the share that is another, missing or too many.
    sounds: int
    errors: float
    #: Of sure words: 1 less their mean cost.
    agreement: float | None
    #: The mean probability of the words, and the share of sure ones.
    intelligibility: float
    sure_share: float
    mark: float | None
    findings: tuple[SpeechSpan, ...]

    def as_json(self) -> dict[str, Any]:
        """The measures as JSON types, without the findings."""
        return {name: value for name, value in vars(self).items() if name != "findings"}


def measure_pronunciation(sound: Sound, heard: Recognition) -> Pronunciation:
    """Compare a recording with its words. Raises `PhonemesUnavailable`."""
    words = [(number, word) for number, word in enumerate(heard.words) if not is_filler(word)]
    parts = [(part, _compare(sound, part)) for part in _parts(words)]
    sounds = sum(agreement.expected for _, agreement in parts)
    errors = sum(agreement.errors for _, agreement in parts)
    costs = [
        (number, word, cost)
        for part, agreement in parts
        for (number, word), cost in zip(part, agreement.by_word, strict=True)
        if cost is not None and word.is_sure
    ]
    weights = [len(sounds_of_word(word.text)) for _, word, _ in costs]
    cost = sum(w * c for w, (_, _, c) in zip(weights, costs, strict=True)) / max(1, sum(weights))
    said = [word for _, word in words]
    probability = sum(word.probability for word in said) / len(said) if said else 0.0
    sure = sum(word.is_sure for word in said) / len(said) if said else 0.0
    enough = len(costs) >= MIN_WORDS
    return Pronunciation(
        sounds=sounds,
        errors=round(min(1.0, errors / sounds), 3) if sounds else 1.0,
        agreement=round(1 - cost, 3) if costs else None,
        intelligibility=round(probability, 3),
        sure_share=round(sure, 3),
        mark=round(interpolate(cost, _MARK), 2) if enough else None,
        findings=tuple(_findings(costs)),
    )


def phoneme_errors(samples: Sound, words: str) -> float:
    """The share of wrong phonemes of a short sound against any words."""
    expected = [sounds_of_word(word) for word in words.split()]
    found = compare(expected, sounds_heard(samples.samples))
    return min(1.0, found.errors / max(1, found.expected))


Part = list[tuple[int, SpokenWord]]


def _parts(words: Part) -> list[Part]:
    """Parts of words that are cut in gaps."""
    parts: list[Part] = []
    for number, word in words:
        if parts:
            first, last = parts[-1][0][1], parts[-1][-1][1]
            long_enough = last.end - first.start >= PART_SECONDS
            cut = long_enough and word.start - last.end >= LEAST_GAP
            if not cut and word.end - first.start < LONGEST_PART:
                parts[-1].append((number, word))
                continue
        parts.append([(number, word)])
    return parts


def _compare(sound: Sound, part: Part) -> PhonemeAgreement:
    start, end = part[0][1].start, part[-1][1].end
    heard = sounds_heard(sound.between(start - MARGIN, end + MARGIN))
    return compare([sounds_of_word(word.text) for _, word in part], heard)


def _findings(costs: list[tuple[int, SpokenWord, float]]) -> list[SpeechSpan]:
    """Longer words whose sounds are unlike those of the word, the most unlike first."""
    unlike = sorted(
        (
            (cost, number, word)
            for number, word, cost in costs
            if cost >= UNLIKE and len(sounds_of_word(word.text)) >= 4
        ),
        key=lambda each: -each[0],
    )
    return [
        SpeechSpan(
            word.start,
            word.end,
            number,
            number,
            "pronunciation",
            f"“{word.text.strip('.,?!')}” sounds unlike the usual word.",
        )
        for _, number, word in unlike[:MAX_FINDINGS]
    ]
