"""Whether two written names can be one person's: they agree, a person looks, or they disagree.

Agreeing needs every word of both names to find its partner, in whatever order, spelling or
script. A name that is merely possible (an initial, a dropped or an added word, another family
name) is for a person to look at, and so is what cannot be read. Nothing here rejects anybody: the
strongest word is "disagree", and a reviewer decides.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from rapidfuzz.distance import JaroWinkler

from onboarding.names import spelling, transliteration

_TITLE_WORDS = """
    shri shree smt shrimati shreemati shreematee srimati km kum dr mr mrs ms miss prof adv late
    master capt col er
"""
_TITLES = frozenset(_TITLE_WORDS.split())
#: Titles that are also names: only in front of two more words.
_PERHAPS_TITLES = frozenset({"sri", "sree", "kumari"})
_RELATION = re.compile(
    r"[\s,(]*\b(?:[sdwchf]\s*/\s*o\b|(?:son|daughter|wife|husband|care)\s+of\b).*", re.I | re.S
)
#: Words so many people carry that sharing one says nothing.
_COMMON_WORDS = """
    kumar kumari devi singh kaur lal ram prasad khan begum bibi bai mohammed sheikh syed abdul
    ali ahmed rani das chand chandra nath rao reddy sharma
"""
_COMMON = frozenset(spelling.phonetic_key(word) for word in _COMMON_WORDS.split())
NEAR_DISTANCE = 0.9


class MatchOutcome(StrEnum):
    """What is done with two names."""

    AGREE = "AGREE"
    LOOK = "LOOK"
    DISAGREE = "DISAGREE"

    @property
    def words(self) -> str:
        """As the end of a sentence: the name on the card …"""
        return _IN_WORDS[self]


_IN_WORDS = {
    MatchOutcome.AGREE: "matches",
    MatchOutcome.LOOK: "may match",
    MatchOutcome.DISAGREE: "does not match",
}


class MatchMethod(StrEnum):
    """How a word found its partner, in words for a reviewer."""

    SAME = "the same"
    SPELLING = "another spelling"
    JOINED = "written together"
    INITIAL = "an initial"
    NEAR = "looks alike"
    MISSING = "only in one"
    OTHER = "different"


_WORTH = {
    MatchMethod.SAME: 1.0,
    MatchMethod.SPELLING: 1.0,
    MatchMethod.JOINED: 1.0,
    MatchMethod.INITIAL: 0.75,
    MatchMethod.MISSING: 0.5,
}
_FULL = frozenset({MatchMethod.SAME, MatchMethod.SPELLING, MatchMethod.JOINED})


@dataclass(frozen=True)
class NamePart:
    """One word of each name and how they go together; empty when there is no partner."""

    one: str
    other: str
    how: MatchMethod

    @property
    def likeness(self) -> float:
        """0 to 1."""
        return _WORTH.get(self.how) or JaroWinkler.similarity(self.one, self.other)

    @property
    def is_initial(self) -> bool:
        """Whether only single letters agree here."""
        return len(self.one.replace(" ", "")) < 2 or (
            " " in self.one + self.other
            and all(len(word) == 1 for word in max(self.one, self.other, key=len).split())
        )


@dataclass(frozen=True)
class NameMatch:
    """What two names say about each other, word by word; the score is for sorting and showing."""

    band: MatchOutcome
    score: int
    parts: tuple[NamePart, ...] = ()


def words_of(name: str) -> list[str]:
    """The words of a name in small Latin letters, without titles and without whose child it is."""
    text = _RELATION.sub("", unicodedata.normalize("NFKC", name))
    latin = unicodedata.normalize("NFKD", transliteration.to_latin(text)).casefold()
    plain = "".join(letter for letter in latin if not unicodedata.combining(letter))
    words = re.split(r"[\W\d_]+", re.sub("['`\u2019\u00b4]", "", plain))
    return [part for word in _untitled([word for word in words if word]) for part in _split(word)]


def _untitled(words: list[str]) -> list[str]:
    while len(words) > 1 and (
        words[0] in _TITLES or (words[0] in _PERHAPS_TITLES and len(words) > 2)
    ):
        words = words[1:]
    return words


def _split(word: str) -> list[str]:
    """Initials that were written together: KR are K and R."""
    unspeakable = len(word) in (2, 3) and not re.search(r"[aeiouy]", word)
    return list(word) if unspeakable and spelling.phonetic_key(word) == word else [word]


def compare_names(one: str, other: str) -> NameMatch:
    """Compare two names as they are written somewhere."""
    ours, theirs = words_of(one), words_of(other)
    readable = all(words and all(w.isascii() for w in words) for words in (ours, theirs))
    if not readable:
        return NameMatch(MatchOutcome.LOOK, 0)
    parts = tuple(_pair(ours, theirs))
    weight = sum(max(len(part.one), len(part.other)) for part in parts)
    likeness = sum(p.likeness * max(len(p.one), len(p.other)) for p in parts) / weight
    band = _band(parts, ours, theirs)
    if band is MatchOutcome.DISAGREE and (
        transliteration.has_indic(one) or transliteration.has_indic(other)
    ):
        band = MatchOutcome.LOOK
    return NameMatch(band, round(100 * likeness), parts)


def all_names_agree(*names: str) -> bool:
    """Whether each name agrees with each other one by itself, with no person looking."""
    pairs = combinations(names, 2)
    return all(compare_names(one, other).band is MatchOutcome.AGREE for one, other in pairs)


def is_word_for_word(typed: str, name: str) -> bool:
    """Whether a name was typed as it stands: letter case, stops and order aside, nothing else.

    For a signature, where a name that merely agrees is another name, and a number is no name.
    """
    return bool(_as_typed(name)) and _as_typed(typed) == _as_typed(name)


def _as_typed(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    kinds = ((mark, unicodedata.category(mark)) for mark in plain)
    # Joiners (Cf) are in some keyboards' Indian words and not in others'; nobody sees them.
    kept = (" " if kind[0] in "PZ" else mark for mark, kind in kinds if kind != "Cf")
    return sorted("".join(kept).split())


def _band(parts: tuple[NamePart, ...], ours: list[str], theirs: list[str]) -> MatchOutcome:
    full = [part for part in parts if part.how in _FULL and not part.is_initial]
    if full and all(part.how in _FULL for part in parts):
        return MatchOutcome.AGREE
    if not any(part.how is MatchMethod.OTHER for part in parts):
        possible = full or all(
            p.how in (MatchMethod.NEAR, MatchMethod.INITIAL, MatchMethod.SAME) for p in parts
        )
        alone = {len(ours), len(theirs)} & {1}
        return MatchOutcome.LOOK if possible or alone else MatchOutcome.DISAGREE
    given = {ours[0], theirs[0]}
    shared = [
        p for p in full if {p.one, p.other} & given and spelling.phonetic_key(p.one) not in _COMMON
    ]
    return MatchOutcome.LOOK if shared else MatchOutcome.DISAGREE


def _pair(ours: list[str], theirs: list[str]) -> list[NamePart]:
    """Each word with its best partner, the surest ways first."""
    left, right = list(ours), list(theirs)
    parts = _take(left, right, MatchMethod.SAME, lambda a, b: a == b)
    parts += _take(left, right, MatchMethod.SPELLING, _same_spelling)
    parts += _take_joined(left, right)
    parts += [NamePart(p.other, p.one, p.how) for p in _take_joined(right, left)]
    parts += _take(left, right, MatchMethod.NEAR, _near)
    parts += _take(left, right, MatchMethod.INITIAL, _initial)
    rest = max(len(left), len(right))
    left += [""] * (rest - len(left))
    right += [""] * (rest - len(right))
    for a, b in zip(left, right, strict=True):
        parts.append(NamePart(a, b, MatchMethod.OTHER if a and b else MatchMethod.MISSING))
    return parts


def _take(
    left: list[str], right: list[str], how: MatchMethod, fits: Callable[[str, str], bool]
) -> list[NamePart]:
    found = []
    for word in list(left):
        partner = next((w for w in right if fits(word, w)), None)
        if partner is not None:
            left.remove(word)
            right.remove(partner)
            found.append(NamePart(word, partner, how))
    return found


def _same_spelling(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 1 and spelling.phonetic_key(one) == spelling.phonetic_key(
        other
    )


def _initial(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 < len(long) and long.startswith(short)


def _near(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 3:
        return False
    alike = spelling.consonant_skeleton(one) == spelling.consonant_skeleton(other)
    return (
        alike
        or JaroWinkler.similarity(spelling.phonetic_key(one), spelling.phonetic_key(other))
        >= NEAR_DISTANCE
    )


def _take_joined(many: list[str], single: list[str]) -> list[NamePart]:
    """Neighbours on one side that are one word on the other; never a letter with a word."""
    found = []
    for size in (3, 2):
        for start in range(len(many) - size, -1, -1):
            run = many[start : start + size]
            word = next((w for w in single if _joins(run, w)), None)
            if word is not None:
                del many[start : start + size]
                single.remove(word)
                found.append(NamePart(" ".join(run), word, MatchMethod.JOINED))
    return found


def _joins(run: list[str], word: str) -> bool:
    if all(len(part) == 1 for part in run):
        return "".join(run) == word
    if any(len(part) == 1 for part in run):
        return False
    return spelling.phonetic_key("".join(run)) == spelling.phonetic_key(word)
