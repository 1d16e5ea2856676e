"""Phonemes of written words and of sound, with the models of `hama`, and how far they agree."""

import re
import threading
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from proctoring.grading.speech.decoding import RATE

Samples = NDArray[np.float32]
#: The recogniser of phonemes takes at most 30 seconds.
MAX_SECONDS = 29.0
VOWELS = frozenset(
    ("a", "aɪ", "aʊ", "e", "eə", "eɪ", "i", "o", "oʊ", "u", "æ", "ɐ", "ɑ", "ɒ", "ɔ", "ɔɪ", "ə", "ɚ",  # noqa: RUF001
     "ɛ", "ɜ", "ɝ", "ɪ", "ɪə", "ɨ", "ʉ", "ʊ", "ʌ", "ɵ", "ɘ")  # noqa: RUF001
)  # fmt: skip
#: One sound, written in two ways.
SAME = {"g": "ɡ", "r": "ɹ", "ɚ": "ɝ", "ɫ": "l", "e": "ɛ", "tʰ": "t", "kʰ": "k", "pʰ": "p"}  # noqa: RUF001
#: Consonants that differ in voice or by a little of their place: what an accent exchanges.
NEAR = frozenset(
    frozenset(pair)
    for pair in (
        ("t", "d"), ("p", "b"), ("k", "ɡ"), ("s", "z"), ("f", "v"), ("v", "w"), ("θ", "t"),  # noqa: RUF001
        ("ð", "d"), ("θ", "ð"), ("t͡ʃ", "d͡ʒ"), ("ʃ", "ʒ"), ("ʃ", "s"), ("n", "ŋ"), ("ɹ", "ɾ"),
        ("t", "ɾ"), ("d", "ɾ"), ("t", "ʈ"), ("d", "ɖ"), ("v", "ʋ"), ("w", "ʋ"), ("ʃ", "t͡ʃ"),  # noqa: RUF001
    )
)  # fmt: skip
#: Cost of a near consonant, of another vowel, and of a sound that many accents leave out.
NEAR_COST, VOWEL_COST, WEAK_COST = 0.4, 0.5, 0.4
WEAK = frozenset(("ɹ", "ɝ", "ə", "h"))
_NO_WORD = re.compile(r"[^a-z']+")


class PhonemesUnavailable(Exception):
    """The models of phonemes are not installed or do not load."""


@dataclass(frozen=True)
class PhonemeAgreement:
    """How far heard sounds agree with the sounds of words."""

    expected: int
    #: Sounds that are another, missing, or too many.
    errors: int
    #: The cost of each word, as a share of its sounds: near sounds cost less. None for a word
    #: without sounds, for example a number.
    by_word: tuple[float | None, ...]


@cache
def _models() -> Any:
    """hama's models of spelling and of sound: 27 MB, 0.1 seconds."""
    if find_spec("hama") is None:
        raise PhonemesUnavailable("hama is not installed")
    try:
        library = import_module("hama")
        return library.G2PModel(), library.ASRModel(), threading.Lock()
    except (OSError, RuntimeError, ImportError, ValueError) as fault:
        raise PhonemesUnavailable(str(fault)) from fault


@cache
def sounds_of_word(word: str) -> tuple[str, ...]:
    """The phonemes of a word without punctuation; none of a number. Raises when unavailable.

    They are not corrected where the spelling misleads ("i" for "I"): the model that listens was
    trained on the output of this one, and writes the same.
    """
    plain = _NO_WORD.sub("", word.lower().replace("\u2019", "'")).strip("'")
    if not plain or any(char.isdigit() for char in word):
        return ()
    spelling, _, lock = _models()
    with lock:
        found = spelling(plain.replace("'", ""))
    return tuple(_known(each.phoneme) for each in found.alignments)


def sounds_heard(samples: Samples) -> tuple[str, ...]:
    """The phonemes in a sound of at most `MAX_SECONDS`."""
    if len(samples) < RATE // 10:
        return ()
    _, hearing, lock = _models()
    with lock:
        found = hearing(samples[: round(MAX_SECONDS * RATE)], RATE)
    return tuple(_known(each) for each in found.phonemes)


def _known(sound: str) -> str:
    return SAME.get(sound, sound)


def compare(words: list[tuple[str, ...]], heard: tuple[str, ...]) -> PhonemeAgreement:
    """Align the sounds of words with those that were heard."""
    sounds = [sound for word in words for sound in word]
    owner = [number for number, word in enumerate(words) for _ in word]
    steps = _alignment(sounds, heard)
    costs, at = [0.0] * len(words), 0
    for one, other in steps:
        cost = _cost(one, other)
        if owner:
            costs[owner[min(at, len(owner) - 1)]] += cost
        at += one is not None
    by_word = tuple(
        min(1.0, cost / len(word)) if word else None
        for cost, word in zip(costs, words, strict=True)
    )
    return PhonemeAgreement(len(sounds), Levenshtein.distance(sounds, heard), by_word)


def _cost(one: str | None, other: str | None) -> float:
    if one == other:
        return 0.0
    if one is None or other is None:
        return WEAK_COST if (one or other) in WEAK else 1.0
    if one in VOWELS and other in VOWELS:
        return VOWEL_COST
    return NEAR_COST if frozenset((one, other)) in NEAR else 1.0


def _alignment(sounds: list[str], heard: tuple[str, ...]) -> list[tuple[str | None, str | None]]:
    """The cheapest alignment: pairs, with None for a missing sound or one too many."""
    rows, columns = len(sounds) + 1, len(heard) + 1
    table = np.zeros((rows, columns))
    table[1:, 0] = np.cumsum([_cost(sound, None) for sound in sounds])
    table[0, 1:] = np.cumsum([_cost(None, sound) for sound in heard])
    for row, sound in enumerate(sounds, start=1):
        gone, above, here = _cost(sound, None), table[row - 1], table[row]
        for column, other in enumerate(heard, start=1):
            here[column] = min(
                above[column - 1] + _cost(sound, other),
                above[column] + gone,
                here[column - 1] + _cost(None, other),
            )
    steps: list[tuple[str | None, str | None]] = []
    row, column = rows - 1, columns - 1
    while row or column:
        mine = sounds[row - 1] if row else None
        theirs = heard[column - 1] if column else None
        cost = table[row, column]
        if row and column and np.isclose(cost, table[row - 1, column - 1] + _cost(mine, theirs)):
            steps.append((mine, theirs))
            row, column = row - 1, column - 1
        elif row and np.isclose(cost, table[row - 1, column] + _cost(mine, None)):
            steps.append((mine, None))
            row -= 1
        else:
            steps.append((None, theirs))
            column -= 1
    return steps[::-1]
