"""Name matching: whether two written names can belong to one person (AGREE, LOOK, DISAGREE). Pure.

Names agree when every word of both has a counterpart, in the same order and in any spelling or
script. Possible matches (another order, an initial, a missing or additional word, another family
name) and unreadable names need a reviewer (LOOK). Nothing is rejected automatically.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from rapidfuzz.distance import JaroWinkler

from onboarding.names import arabic_script, cross_script, spelling, transliteration

_TITLE_WORDS = """
    shri shree smt shrimati shreemati shreematee srimati km kum dr mr mrs ms miss prof adv late
    master capt col er sh thiru tmt thirumathi srimathi shrimathi sau janab mohtarma
    sushri jb
"""
_TITLES = frozenset(_TITLE_WORDS.split())
#: Titles that are also names: removed only before at least two more words.
_PERHAPS_TITLES = frozenset({"sri", "sree", "kumari", "selvi", "selvan", "pandit", "haji"})
_RELATION = re.compile(
    r"[\s,(]*\b(?:[sdwchf]\s*/\s*o\b|(?:son|daughter|wife|husband|care)\s+of\b).*", re.I | re.S
)
#: First letters of family names that are written with or without an apostrophe: D'Costa, O'Brien.
_ELIDED = frozenset({"d", "o"})
#: Words so common that sharing one says nothing.
_COMMON_WORDS = """
    kumar kumari devi singh kaur lal ram prasad khan begum bibi bai mohammed sheikh syed abdul
    ali ahmed rani das chand chandra nath rao reddy sharma
"""
_COMMON = frozenset(spelling.phonetic_key(word) for word in _COMMON_WORDS.split())
#: Minimum Jaro-Winkler similarity of the phonetic keys of similar words.
NEAR_DISTANCE = 0.9


class MatchOutcome(StrEnum):
    """Outcome of a comparison of two names."""

    AGREE = "AGREE"
    LOOK = "LOOK"
    DISAGREE = "DISAGREE"

    @property
    def words(self) -> str:
        """The predicate of the sentence "The name on the card …"."""
        return _OUTCOME_TEXTS[self]


_OUTCOME_TEXTS = {
    MatchOutcome.AGREE: "matches",
    MatchOutcome.LOOK: "may match",
    MatchOutcome.DISAGREE: "does not match",
}


class MatchMethod(StrEnum):
    """How two words match, as text for a reviewer."""

    SAME = "the same"
    SPELLING = "another spelling"
    JOINED = "written together"
    INITIAL = "an initial"
    NEAR = "looks alike"
    MISSING = "only in one"
    OTHER = "different"


_SCORES = {
    MatchMethod.SAME: 1.0,
    MatchMethod.SPELLING: 1.0,
    MatchMethod.JOINED: 1.0,
    MatchMethod.INITIAL: 0.75,
    MatchMethod.MISSING: 0.5,
}
_FULL = frozenset({MatchMethod.SAME, MatchMethod.SPELLING, MatchMethod.JOINED})


@dataclass(frozen=True)
class NamePart:
    """One word of each name and how they match; empty where a word has no counterpart."""

    one: str
    other: str
    how: MatchMethod

    @property
    def likeness(self) -> float:
        """Similarity from 0 to 1."""
        return _SCORES.get(self.how) or JaroWinkler.similarity(self.one, self.other)

    @property
    def is_initial(self) -> bool:
        """Whether only initials match here."""
        return len(self.one.replace(" ", "")) < 2 or (
            " " in self.one + self.other
            and all(len(word) == 1 for word in max(self.one, self.other, key=len).split())
        )


@dataclass(frozen=True)
class NameMatch:
    """Result of a comparison, word by word. `score` (0 to 100) is for sorting and display."""

    band: MatchOutcome
    score: int
    parts: tuple[NamePart, ...] = ()
    #: Whether all words match, but in another order.
    is_reordered: bool = False

    @property
    def words(self) -> str:
        """The predicate of the sentence "The name on the card …"."""
        return "has the same words in another order" if self.is_reordered else self.band.words


def words_of(name: str, *, keep_perhaps_titles: bool = False) -> list[str]:
    """The words of a name in lower-case Latin letters, without titles and relations ("S/o …")."""
    text = _RELATION.sub("", unicodedata.normalize("NFKC", name))
    latin = arabic_script.to_latin(transliteration.to_latin(text))
    latin = unicodedata.normalize("NFKD", latin).casefold()
    plain = "".join(letter for letter in latin if not unicodedata.combining(letter))
    words = re.split(r"[\W\d_]+", re.sub("['`\u2019\u00b4]", "", plain))
    return [
        part
        for word in _strip_titles([word for word in words if word], keep_perhaps_titles)
        for part in _split_initials(word)
    ]


def _strip_titles(words: list[str], keep_perhaps_titles: bool) -> list[str]:
    perhaps = frozenset() if keep_perhaps_titles else _PERHAPS_TITLES
    while len(words) > 1 and (words[0] in _TITLES or (words[0] in perhaps and len(words) > 2)):
        words = words[1:]
    return words


def _split_initials(word: str) -> list[str]:
    """Split initials that are written together: KR becomes K and R."""
    unspeakable = len(word) in (2, 3) and not re.search(r"[aeiouy]", word)
    return list(word) if unspeakable and spelling.phonetic_key(word) == word else [word]


def compare_names(one: str, other: str) -> NameMatch:
    """Compare two written names."""
    match = _compare_words(one, other, words_of(one), words_of(other))
    if match.band is MatchOutcome.AGREE:
        return match
    # Sri can be part of the first word: Sri Lakshmi Rao and Srilakshmi Rao.
    whole = [words_of(name, keep_perhaps_titles=True) for name in (one, other)]
    with_titles = _compare_words(one, other, *whole)
    return with_titles if with_titles.band is MatchOutcome.AGREE else match


def _compare_words(one: str, other: str, one_words: list[str], other_words: list[str]) -> NameMatch:
    readable = all(words and all(w.isascii() for w in words) for words in (one_words, other_words))
    if not readable:
        return NameMatch(MatchOutcome.LOOK, 0)
    parts = tuple(_pair(one_words, other_words, _spelling_comparison(one, other)))
    weight = sum(max(len(part.one), len(part.other)) for part in parts)
    likeness = sum(p.likeness * max(len(p.one), len(p.other)) for p in parts) / weight
    band = _outcome(parts, one_words, other_words)
    if band is MatchOutcome.DISAGREE and any(map(_is_read_loosely, (one, other))):
        band = MatchOutcome.LOOK
    reordered = band is MatchOutcome.AGREE and _is_reordered(parts, one_words, other_words)
    band = MatchOutcome.LOOK if reordered else band
    return NameMatch(band, round(100 * likeness), parts, reordered)


def _is_read_loosely(name: str) -> bool:
    """Whether sounds were lost when the name was read, so that it contradicts none."""
    return transliteration.has_indic(name) or arabic_script.has_arabic(name)


def _spelling_comparison(one: str, other: str) -> Callable[[str, str], bool]:
    """How the words of these two names are compared: looser where one is in an Indian script."""
    indic = [transliteration.has_indic(name) for name in (one, other)]
    if not any(indic):
        return _same_spelling
    script = transliteration.script_of(one + other)

    def sound_the_same(left: str, right: str) -> bool:
        first, second = (left, right) if indic[0] else (right, left)
        return any(
            cross_script.sound_the_same(form, latin, script)
            for form in _spoken_forms(first)
            for latin in (_spoken_forms(second) if all(indic) else {second})
        )

    return sound_the_same


def _spoken_forms(word: str) -> set[str]:
    """The Latin forms in which a word of an Indian script is spelled.

    The vowel r is spelled ri or ru. A final short a is often dropped after a long syllable or in a
    long word (Ganesha, Hirematha); in others it makes another name (Kamal and Kamala).
    """
    forms = {word, word.replace("ri", "ru")}
    if re.search(r"(?:[eo]|ai|au|aa)(?:[^aeiou]|[^aeiou]h)a$|.{7}a$", word):
        forms |= {form[:-1] for form in forms}
    # Gujarati names with bhai, brother: Kiritbhai.
    return forms | {re.sub("(?<=[^aeiou])a(?=bhaaee$)", "", form) for form in forms}


def _is_reordered(
    parts: tuple[NamePart, ...], one_words: list[str], other_words: list[str]
) -> bool:
    """Whether the counterparts of one name's words stand in another order in the other name."""
    positions = sorted(
        (one_words.index(part.one.split()[0]), other_words.index(part.other.split()[0]))
        for part in parts
    )
    there = [place for _, place in positions]
    return there != sorted(there)


def all_names_agree(*names: str) -> bool:
    """Whether every pair of names agrees, so that no reviewer is needed."""
    pairs = combinations(names, 2)
    return all(compare_names(one, other).band is MatchOutcome.AGREE for one, other in pairs)


def is_word_for_word(entered: str, name: str) -> bool:
    """Whether a name was entered exactly, apart from letter case, punctuation and word order.

    For signatures, where another spelling of a name does not count.
    """
    return bool(_sorted_words(name)) and _sorted_words(entered) == _sorted_words(name)


def _sorted_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    kinds = ((mark, unicodedata.category(mark)) for mark in plain)
    # Invisible joiners (Cf) are inserted by some keyboards for Indian scripts and not by others.
    cleaned = (" " if kind[0] in "PZ" else mark for mark, kind in kinds if kind != "Cf")
    return sorted("".join(cleaned).split())


def _outcome(
    parts: tuple[NamePart, ...], one_words: list[str], other_words: list[str]
) -> MatchOutcome:
    full = [part for part in parts if part.how in _FULL and not part.is_initial]
    if full and all(part.how in _FULL for part in parts):
        return MatchOutcome.AGREE
    if not any(part.how is MatchMethod.OTHER for part in parts):
        possible = full or all(
            p.how in (MatchMethod.NEAR, MatchMethod.INITIAL, MatchMethod.SAME) for p in parts
        )
        alone = {len(one_words), len(other_words)} & {1}
        return MatchOutcome.LOOK if possible or alone else MatchOutcome.DISAGREE
    given = {one_words[0], other_words[0]}
    shared = [
        p for p in full if {p.one, p.other} & given and spelling.phonetic_key(p.one) not in _COMMON
    ]
    return MatchOutcome.LOOK if shared else MatchOutcome.DISAGREE


def _pair(
    one_words: list[str], other_words: list[str], same_spelling: Callable[[str, str], bool]
) -> list[NamePart]:
    """Match each word with its best counterpart, by the strictest method first."""
    left, right = list(one_words), list(other_words)
    parts = _match_words(left, right, MatchMethod.SAME, lambda a, b: a == b)
    parts += _match_words(left, right, MatchMethod.SPELLING, same_spelling)
    parts += _match_joined(left, right)
    parts += [NamePart(p.other, p.one, p.how) for p in _match_joined(right, left)]
    parts += _match_words(left, right, MatchMethod.NEAR, _is_near)
    parts += _match_words(left, right, MatchMethod.INITIAL, _is_initial_of)
    rest = max(len(left), len(right))
    left += [""] * (rest - len(left))
    right += [""] * (rest - len(right))
    for a, b in zip(left, right, strict=True):
        parts.append(NamePart(a, b, MatchMethod.OTHER if a and b else MatchMethod.MISSING))
    return parts


def _match_words(
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


def _is_initial_of(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) == 1 < len(long) and long.startswith(short)


def _is_near(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 3:
        return False
    alike = spelling.consonant_skeleton(one) == spelling.consonant_skeleton(other)
    return (
        alike
        or JaroWinkler.similarity(spelling.phonetic_key(one), spelling.phonetic_key(other))
        >= NEAR_DISTANCE
    )


def _match_joined(many: list[str], single: list[str]) -> list[NamePart]:
    """Match adjacent words of one name with one word of the other; never an initial with a word."""
    found = []
    for size in (3, 2):
        for start in range(len(many) - size, -1, -1):
            run = many[start : start + size]
            word = next((w for w in single if _is_joined(run, w)), None)
            if word is not None:
                del many[start : start + size]
                single.remove(word)
                found.append(NamePart(" ".join(run), word, MatchMethod.JOINED))
    return found


def _is_joined(run: list[str], word: str) -> bool:
    if all(len(part) == 1 for part in run):
        return "".join(run) == word
    if any(len(part) == 1 for part in run[run[0] in _ELIDED :]):
        return False
    return spelling.phonetic_key("".join(run)) == spelling.phonetic_key(word)
