"""How fluently somebody speaks: speed, pauses, hesitation and repetition, with their places.

Pauses are the gaps between words, filled with a sound of hesitation or not. A part that was not
understood is left out of all measures, and a word that the recogniser is not sure of is no fault:
a sound of hesitation counts when it is sure, or fills a pause.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from proctoring.grading.speech.recognition import Recognition, SpokenWord
from proctoring.grading.text.remarks import interpolate

#: Gaps of this many seconds are pauses; a shorter one belongs to articulation.
PAUSE, LONG_PAUSE = 0.3, 1.0
#: Fewer words say nothing about fluency.
MIN_WORDS = 12
FILLERS = frozenset(("um", "umm", "uh", "uhm", "er", "erm", "err", "ah", "eh", "hm", "hmm", "mm"))
#: Words that are said twice on purpose, or by grammar.
DOUBLED = frozenset(("very", "really", "so", "no", "yes", "had", "that", "bye", "many", "well"))
#: How long a phrase may be that is said again at once.
LONGEST_REPEATED = 3

#: Marks of six levels, A1 to C2. Words a minute with pauses, words between pauses, share of the
#: time in pauses, syllables a second without pauses, hesitations and repetitions of 100 words.
#: The order follows the CEFR scale for fluency ("very short, isolated, mainly pre-packaged
#: utterances" to "a natural, effortless, unhesitating flow"); the figures are those that studies of
#: learners give for neighbouring levels, and were set on recordings of synthetic voices.
_RATE = ((35.0, 0.0), (62.0, 1.0), (88.0, 2.0), (112.0, 3.0), (135.0, 4.0), (158.0, 5.0))
_RUN = ((2.0, 0.0), (3.2, 1.0), (4.6, 2.0), (6.5, 3.0), (9.0, 4.0), (12.5, 5.0))
_PAUSING = ((0.08, 5.0), (0.14, 4.0), (0.21, 3.0), (0.3, 2.0), (0.42, 1.0), (0.55, 0.0))
_ARTICULATION = ((1.8, 0.0), (2.4, 1.0), (3.0, 2.0), (3.5, 3.0), (4.0, 4.0), (4.5, 5.0))
_HESITATION = ((1.0, 5.0), (3.0, 4.0), (6.0, 3.0), (10.0, 2.0), (16.0, 1.0), (24.0, 0.0))
_WEIGHTS = (0.35, 0.2, 0.2, 0.1, 0.15)
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class SpeechSpan:
    """A place in a recording, in seconds and as numbers of words, with a plain sentence."""

    start: float
    end: float
    first_word: int
    last_word: int
    kind: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """The span as JSON types."""
        return dict(vars(self))


@dataclass(frozen=True)
class SpokenFluency:
    """The measures of a recording; without a mark when there are too few words."""

    words: int
    words_per_minute: float
    syllables_per_second: float
    pause_share: float
    pauses_per_minute: float
    long_pauses: int
    words_per_run: float
    fillers: int
    repeated: int
    mark: float | None
    findings: tuple[SpeechSpan, ...]

    def as_json(self) -> dict[str, Any]:
        """The measures as JSON types, without the findings."""
        return {name: value for name, value in vars(self).items() if name != "findings"}


def bare(word: SpokenWord) -> str:
    """The word in small letters without punctuation."""
    return re.sub(r"[^\w']+", "", word.text.lower())


def is_filler(word: SpokenWord) -> bool:
    """Whether it is a sound of hesitation."""
    return bare(word) in FILLERS


def repeated_words(words: tuple[SpokenWord, ...]) -> set[int]:
    """The numbers of words that are said again at once, alone or as a phrase.

    The first saying counts as repeated: the last one is what was meant. Hesitation in between does
    not matter.
    """
    order = [number for number, word in enumerate(words) if not is_filler(word)]
    said = [bare(words[number]) for number in order]
    found: set[int] = set()
    for length in range(LONGEST_REPEATED, 0, -1):
        for at in range(len(said) - 2 * length + 1):
            phrase = said[at : at + length]
            again = phrase == said[at + length : at + 2 * length]
            if again and not (length == 1 and phrase[0] in DOUBLED):
                found.update(order[at : at + length])
    return found


def measure_fluency(heard: Recognition) -> SpokenFluency:
    """The fluency of what was recognised."""
    words = heard.words
    pauses = _pauses(heard)
    fillers = [
        number
        for number, word in enumerate(words)
        if is_filler(word)
        and (word.is_sure or any(start <= word.start <= end for start, end, *_ in pauses))
    ]
    repeated = [each for each in sorted(repeated_words(words)) if words[each].is_sure]
    paused = sum(end - start for start, end, *_ in pauses)
    seconds = _seconds_of_answer(heard)
    plain = [
        word for number, word in enumerate(words) if not is_filler(word) and number not in repeated
    ]
    minutes = max(seconds, 0.1) / 60
    rate = len(plain) / minutes if words else 0.0
    share = min(1.0, paused / seconds) if seconds else 0.0
    run = len(plain) / (len(pauses) + 1)
    syllables = sum(_syllables(bare(word)) for word in words if not is_filler(word))
    speed = syllables / max(seconds - paused, 0.1) if words else 0.0
    hesitation = 100 * (len(fillers) + len(repeated)) / max(1, len(words))
    values = (
        interpolate(rate, _RATE),
        interpolate(run, _RUN),
        interpolate(share, _PAUSING),
        interpolate(speed, _ARTICULATION),
        interpolate(hesitation, _HESITATION),
    )
    mark = sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))
    return SpokenFluency(
        words=len(plain),
        words_per_minute=round(rate, 1),
        syllables_per_second=round(speed, 2),
        pause_share=round(share, 3),
        pauses_per_minute=round(len(pauses) / minutes, 1) if words else 0.0,
        long_pauses=sum(end - start >= LONG_PAUSE for start, end, *_ in pauses),
        words_per_run=round(run, 2),
        fillers=len(fillers),
        repeated=len(repeated),
        mark=round(mark, 2) if len(plain) >= MIN_WORDS else None,
        findings=tuple(_findings(words, pauses, fillers, repeated)),
    )


Pause = tuple[float, float, int, int]


def _pauses(heard: Recognition) -> list[Pause]:
    """Start and end of each pause, and the numbers of the words before and after it."""
    found = []
    said = [(number, word) for number, word in enumerate(heard.words) if not is_filler(word)]
    for (before, one), (after, other) in pairwise(said):
        unclear = any(start < other.start and one.end < end for start, end in heard.unclear)
        if other.start - one.end >= PAUSE and not unclear:
            found.append((one.end, other.start, before, after))
    return found


def _seconds_of_answer(heard: Recognition) -> float:
    """From the first word to the last, without what was not understood."""
    if not heard.words:
        return 0.0
    first, last = heard.words[0].start, heard.words[-1].end
    lost = sum(max(0.0, min(end, last) - max(start, first)) for start, end in heard.unclear)
    return max(0.1, last - first - lost)


def _syllables(word: str) -> int:
    """About how many syllables a word has: its groups of vowels without a silent e."""
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)


def _findings(
    words: tuple[SpokenWord, ...],
    pauses: list[Pause],
    fillers: list[int],
    repeated: list[int],
) -> list[SpeechSpan]:
    found = [
        SpeechSpan(start, end, before, after, "pause", f"A pause of {end - start:.1f} seconds.")
        for start, end, before, after in pauses
        if end - start >= LONG_PAUSE
    ]
    found += [
        SpeechSpan(
            words[number].start, words[number].end, number, number, "filler", "A hesitation."
        )
        for number in fillers
    ]
    found += [
        SpeechSpan(
            words[number].start, words[number].end, number, number, "repetition", "Said twice."
        )
        for number in repeated
    ]
    return sorted(found, key=lambda span: span.start)
