"""Range of vocabulary: CEFR levels of words, rarity, and diversity that does not depend on length.

Diversity is measured by MTLD (McCarthy and Jarvis, 2010: mean length of a run of words until the
type-token ratio falls to 0.72, forwards and backwards) and by HD-D (McCarthy and Jarvis, 2007: the
expected share of types in 42 words drawn by chance).
"""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb

from cefrpy import CEFRAnalyzer
from wordfreq import zipf_frequency

from proctoring.grading.text.document import Document, Word
from proctoring.grading.text.remarks import Criterion, Remark, RemarkEffect
from proctoring.grading.text.resources import load

MTLD_THRESHOLD = 0.72
HDD_SAMPLE = 42
#: Zipf frequencies: seen about once in a million words, and once in 100,000 words.
RARE, UNCOMMON = 3.0, 4.0
_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
#: Rarer words that the list of levels lacks count as this level.
_UNLISTED_LEVEL = 5


@dataclass(frozen=True)
class Vocabulary:
    """The range of a text; shares are of its different words."""

    types: int
    mean_level: float
    share_b1: float
    share_b2: float
    share_c1: float
    uncommon: float
    mean_zipf: float
    mtld: float
    hdd: float
    idioms: float
    """Different idiomatic expressions in 100 words."""
    remarks: tuple[Remark, ...]


@cache
def _levels() -> CEFRAnalyzer:
    return CEFRAnalyzer()


@cache
def _listed_level(word: str) -> int | None:
    if not word.isascii() or not _levels().is_word_in_database(word):
        return None
    by_part = _levels().get_pos_level_dict_for_word(word)
    return min(int(level) for level in by_part.values()) if by_part else None


def word_level(word: str) -> int | None:
    """The level of a word (1 for A1 to 6 for C2) as its easiest part of speech, if listed."""
    return _listed_level(word)


def is_known(word: str) -> bool:
    """Whether a word is English as far as the list of levels and frequencies tell."""
    if word_level(word) is not None:
        return zipf_frequency(word, "en") >= 2.5 or len(word) > 3
    return zipf_frequency(word, "en") >= 3.4


def mtld(words: Sequence[Hashable], threshold: float = MTLD_THRESHOLD) -> float:
    """The mean of the measure forwards and backwards; 0 without words."""
    if not words:
        return 0.0
    return (_mtld_one_way(words, threshold) + _mtld_one_way(words[::-1], threshold)) / 2


def _mtld_one_way(words: Sequence[Hashable], threshold: float) -> float:
    factors, types, tokens = 0.0, set(), 0
    for word in words:
        tokens += 1
        types.add(word)
        if len(types) / tokens <= threshold:
            factors, types, tokens = factors + 1, set(), 0
    if tokens:
        factors += (1 - len(types) / tokens) / (1 - threshold)
    return len(words) / factors if factors else float(len(words))


def hdd(words: Sequence[Hashable], sample: int = HDD_SAMPLE) -> float:
    """The expected type-token ratio of a sample without replacement; of all words if fewer."""
    total = len(words)
    if not total:
        return 0.0
    sample = min(sample, total)
    absent = sum(
        comb(total - count, sample) / comb(total, sample) for count in Counter(words).values()
    )
    return (len(set(words)) - absent) / sample


def measure_vocabulary(
    document: Document, *, given: Collection[str], misspelt: Collection[str]
) -> Vocabulary:
    """Measure the range; words `given` by the task and misspelt ones earn nothing."""
    words = [word for word in document.words if word.lower not in misspelt]
    lowers = [word.lower for word in words]
    firsts: dict[str, Word] = {}
    for word in words:
        firsts.setdefault(word.lower, word)
    levels = {
        lower: level
        for lower, word in firsts.items()
        if lower not in given and (level := _level_in_text(word)) is not None
    }
    number = max(1, len(levels))
    idioms = _idioms(document)
    zipfs = [zipf_frequency(lower, "en") for lower in levels]
    return Vocabulary(
        types=len(firsts),
        mean_level=round(sum(levels.values()) / number, 3),
        share_b1=round(sum(level >= 3 for level in levels.values()) / number, 4),
        share_b2=round(sum(level >= 4 for level in levels.values()) / number, 4),
        share_c1=round(sum(level >= 5 for level in levels.values()) / number, 4),
        uncommon=round(sum(zipf < UNCOMMON for zipf in zipfs) / number, 4),
        mean_zipf=round(sum(zipfs) / number, 3),
        mtld=round(mtld(lowers), 1),
        hdd=round(hdd(lowers), 4),
        idioms=round(100 * len(idioms) / max(1, len(words)), 2),
        remarks=(
            *idioms,
            *(_earned(firsts[lower], level) for lower, level in levels.items() if level >= 4),
        ),
    )


@cache
def _idiom_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(load('idioms')['idioms'])})\b")


def _idioms(document: Document) -> list[Remark]:
    """Each expression at its first place."""
    found: dict[str, Remark] = {}
    for each in _idiom_pattern().finditer(document.lower):
        found.setdefault(
            each[0],
            Remark(
                each.start(),
                each.end(),
                Criterion.RANGE,
                RemarkEffect.EARNED,
                "idiom",
                "An idiomatic expression.",
                weight=2.0,
            ),
        )
    return list(found.values())


def _level_in_text(word: Word) -> int | None:
    """The level of a word, or None for names and what is no word."""
    lower = word.lower.removesuffix("'s")
    if "'" in lower:
        return 1  # a contraction
    level = word_level(lower)
    zipf = zipf_frequency(lower, "en")
    if word.text[:1].isupper() and (level is None or level > 3):
        return None  # most likely a name
    if level is None:
        parts = lower.split("-")
        if len(parts) > 1:
            known = [word_level(part) for part in parts]
            return max((each for each in known if each), default=None)
        return _UNLISTED_LEVEL if 2.0 <= zipf < UNCOMMON else None
    if level >= 5 and zipf >= 4.6:
        return 3  # frequent words are known long before
    return level


def _earned(word: Word, level: int) -> Remark:
    message = f"A word of level {_LEVELS[level - 1]}."
    return Remark(
        word.start,
        word.end,
        Criterion.RANGE,
        RemarkEffect.EARNED,
        "vocabulary",
        message,
        weight=level - 3,
    )
