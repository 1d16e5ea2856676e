"""What a person typed into the search, as words with their other spellings. No database.

`chat shaam` asks for two terms. Each has alternatives: what was typed, and what stands for the same
in `search_words.yaml` and in the vocabulary of skills and languages (`हिंदी` is Hindi).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from rapidfuzz.distance import OSA

from hitouch.core.files import yaml_files
from onboarding.vocabulary.lexicon import LANGUAGES, SKILLS, Lexicon, VocabularyWord
from onboarding.vocabulary.lexicon import words as words_of_file

FILE = Path(__file__).with_name("search_words.yaml")
#: Words of a search that are read, and words of one entry of the vocabulary.
MOST_WORDS, LONGEST_PHRASE = 12, 4
#: A shorter word is not corrected: too many words are near to it.
SHORTEST_CORRECTED = 4
#: From this length on two letters may be wrong instead of one.
LONG_WORD = 6
Words = tuple[str, ...]
_LETTERS = {"L", "M", "N"}


@dataclass(frozen=True)
class SearchTerm:
    """Consecutive words of a search and what may stand instead of them."""

    typed: Words
    alternatives: tuple[Words, ...] = ()
    #: What the words were taken for, if they seem misspelt.
    corrected: str = ""

    @property
    def is_plain(self) -> bool:
        """One word that no list knows."""
        return len(self.typed) == 1 and not self.alternatives


@dataclass(frozen=True)
class SearchText:
    """A search: rows have to contain each of its terms."""

    terms: tuple[SearchTerm, ...] = ()
    #: Something was typed, but no letter and no digit: nothing contains it.
    is_unreadable: bool = False

    @property
    def plain_words(self) -> list[str]:
        """Words that may be misspelt, as they are looked up."""
        words = (stem(term.typed[0]) for term in self.terms if term.is_plain)
        return [word for word in words if is_correctable(word)]

    @property
    def corrected(self) -> str:
        """The search in corrected words; empty if nothing was corrected."""
        if not any(term.corrected for term in self.terms):
            return ""
        return " ".join(term.corrected or " ".join(term.typed) for term in self.terms)

    @property
    def query(self) -> str:
        """The search as a `tsquery`; empty if it asks for nothing."""
        return " & ".join(_any_of(term) for term in self.terms)


def split_words(text: str) -> Words:
    """Words in small letters, without punctuation. Vowel signs of Indian scripts are kept."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = (char if unicodedata.category(char)[0] in _LETTERS else " " for char in plain)
    return tuple("".join(letters).split())


def stem(word: str) -> str:
    """The beginning that the plural and the singular share: "queries" and "query" are "quer"."""
    if not word.isascii() or len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-3] if word.endswith("ies") and len(word) > 5 else word[:-1]


def read(text: str, lexicon: Lexicon) -> SearchText:
    """The terms of a search."""
    fillers = _fillers()
    typed = split_words(text)[:MOST_WORDS]
    words = [word for word in typed if word not in fillers]
    known = _synonyms(lexicon)
    terms = []
    while words:
        size = next(
            (n for n in range(min(LONGEST_PHRASE, len(words)), 0, -1) if tuple(words[:n]) in known),
            1,
        )
        phrase = tuple(words[:size])
        terms.append(SearchTerm(phrase, _others(known.get(phrase, ()), phrase)))
        del words[:size]
    return SearchText(tuple(terms), is_unreadable=bool(text.strip()) and not typed)


def is_correctable(word: str) -> bool:
    """Whether the word is long enough, and not a number."""
    return len(word) >= SHORTEST_CORRECTED and not any(char.isdigit() for char in word)


def correct(search: SearchText, near: Mapping[str, Sequence[str]], lexicon: Lexicon) -> SearchText:
    """The search with misspelt words replaced.

    `near` has words of opportunities for each word that none of them contains.
    """
    terms = (_correct(term, near, lexicon) for term in search.terms)
    return replace(search, terms=tuple(terms))


def _correct(term: SearchTerm, near: Mapping[str, Sequence[str]], lexicon: Lexicon) -> SearchTerm:
    word = stem(term.typed[0])
    if not term.is_plain or word not in near:
        return term
    known = _synonyms(lexicon)
    found = nearest(word, chain(near[word], (key[0] for key in known if len(key) == 1)))
    if not found:
        return term
    return SearchTerm(term.typed, ((found,), *known.get((found,), ())), corrected=found)


def nearest(word: str, others: Iterable[str]) -> str:
    """The word with the fewest letters wrong, of two those with the same first letter."""
    most = 1 if len(word) < LONG_WORD else 2
    far = (
        (OSA.distance(word, other, score_cutoff=most), other[:1] != word[:1], other)
        for other in others
        if is_correctable(other)
    )
    return min((each for each in far if each[0] <= most), default=(0, False, ""))[2]


def _any_of(term: SearchTerm) -> str:
    options = [term.typed, *term.alternatives]
    return "(" + " | ".join(f"({_all_of(words)})" for words in options) + ")"


def _all_of(words: Words) -> str:
    return " & ".join(_one_word(word) for word in words)


def _one_word(word: str) -> str:
    """A word as a beginning; one letter stands for itself. It holds letters and digits only."""
    if word.isascii() and len(word) > 4 and word.endswith("y"):
        return f"('{word}':* | '{word[:-1]}ies')"
    return f"'{stem(word)}':*" if len(word) > 1 else f"'{word}'"


def _others(groups: Iterable[Words], typed: Words) -> tuple[Words, ...]:
    """What finds more than the words typed."""
    return tuple(words for words in dict.fromkeys(groups) if not set(typed) <= set(words))


@cache
def _fillers() -> frozenset[str]:
    words = yaml_files.load_yaml(FILE)["fillers"]
    return frozenset(chain.from_iterable(split_words(word) for word in words))


@cache
def _synonyms_of_files() -> Mapping[Words, tuple[Words, ...]]:
    found: dict[Words, list[Words]] = defaultdict(list)
    words = yaml_files.load_yaml(FILE)["words"]
    translated = [VocabularyWord(name, tuple(also)) for name, also in words.items()]
    for kind in (translated, words_of_file(LANGUAGES), words_of_file(SKILLS)):
        _add_names(found, kind)
    for word in (*translated, *words_of_file(LANGUAGES)):
        in_script = [split_words(also) for also in word.also if not also.isascii()]
        found[split_words(word.name)].extend(in_script)
    return {typed: tuple(others) for typed, others in found.items() if typed}


def _synonyms(lexicon: Lexicon) -> Mapping[Words, tuple[Words, ...]]:
    """What stands for the same as some words, with what staff added to the vocabulary."""
    files = _synonyms_of_files()
    if not any(lexicon.adopted.values()):
        return files
    found: dict[Words, list[Words]] = defaultdict(list, {key: [*files[key]] for key in files})
    for kind in (SKILLS, LANGUAGES):
        _add_names(found, lexicon.words(kind))
    return {typed: tuple(others) for typed, others in found.items() if typed}


def _add_names(found: dict[Words, list[Words]], words: Iterable[VocabularyWord]) -> None:
    """The name for each of its other spellings."""
    for word in words:
        name = split_words(word.name)
        for also in word.also:
            if (spelling := split_words(also)) != name:
                found[spelling].append(name)
