"""One word for each skill and each language, however people write it (`vocabulary.yaml`).

Pure: what staff adopted besides the file is handed in, by key. A word that nobody knows stays as
it was typed, trimmed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hitouch.core import yaml_files

FILE = Path(__file__).with_name("vocabulary.yaml")
SKILLS, LANGUAGES = KINDS = ("skills", "languages")
EMPTY_LEXICON: Mapping[str, str] = MappingProxyType({})
#: Letters, their marks and digits are the word, and the two signs that make another word of one.
_KEPT = {"L", "M", "N"}
_SIGNS = "+#"
#: What tells of a person and not of a skill: addresses, and numbers longer than a year.
_PERSONAL = re.compile(
    r"@|://|www\.|\b(?:g|hot|rediff|yahoo|proton)\s?mail\s?(?:\.|dot)|(?:\d\D{0,3}){5}"
    r"|[a-z]{3}p[a-z]\s?\d{4}\s?[a-z]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class VocabularyWord:
    """A word of the vocabulary and the other ways of writing it."""

    name: str
    also: tuple[str, ...]


def word_key(text: str) -> str:
    """What two ways of writing one word have in common: "E-mail  Support" is "emailsupport"."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    kept = (
        letter
        for letter in unicodedata.normalize("NFKC", plain)
        if letter in _SIGNS or unicodedata.category(letter)[0] in _KEPT
    )
    return unicodedata.normalize("NFKC", "".join(kept))


@cache
def words(kind: str) -> tuple[VocabularyWord, ...]:
    """The file's words of one kind, in its order."""
    return tuple(
        VocabularyWord(name, tuple(also)) for name, also in yaml_files.load_yaml(FILE)[kind].items()
    )


@cache
def _names(kind: str) -> Mapping[str, str]:
    found = {word_key(also): word.name for word in words(kind) for also in word.also}
    return found | {word_key(word.name): word.name for word in words(kind)}


def is_known(kind: str, text: str, adopted: Mapping[str, str] = EMPTY_LEXICON) -> bool:
    """Whether the file or staff have a word for it."""
    key = word_key(text)
    return key in _names(kind) or key in adopted


def normalise(kind: str, text: str, adopted: Mapping[str, str] = EMPTY_LEXICON) -> str:
    """The vocabulary's word for it, or the text as typed without needless blanks."""
    key = word_key(text)
    known = _names(kind).get(key) or adopted.get(key)
    return known or " ".join(text.split())


def normalise_all(
    kind: str, texts: Iterable[str], adopted: Mapping[str, str] = EMPTY_LEXICON
) -> list[str]:
    """Each of them once, in the order in which they were typed."""
    found: dict[str, str] = {}
    for text in texts:
        word = normalise(kind, text, adopted)
        if key := word_key(word):
            found.setdefault(key, word)
    return list(found.values())


def is_personal(text: str) -> bool:
    """Whether it may be somebody's address or number, which is shown to nobody else."""
    return bool(_PERSONAL.search(unicodedata.normalize("NFKC", text)))


@dataclass(frozen=True)
class Lexicon:
    """The file's words and what staff decided besides, by kind and key."""

    adopted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declined: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def _own(self, kind: str) -> Mapping[str, str]:
        return self.adopted.get(kind, EMPTY_LEXICON)

    def knows(self, kind: str, text: str) -> bool:
        """Whether there is a word for it."""
        return is_known(kind, text, self._own(kind))

    def normal(self, kind: str, text: str) -> str:
        """The word for it, or the text as typed."""
        return normalise(kind, text, self._own(kind))

    def normal_list(self, kind: str, texts: Iterable[str]) -> list[str]:
        """Each of them once, in the order in which they were typed."""
        return normalise_all(kind, texts, self._own(kind))

    def compared(self, kind: str, texts: Iterable[str]) -> tuple[str, ...]:
        """The same without what staff declined: those are own words, and fit nothing."""
        declined = self.declined.get(kind, frozenset())
        return tuple(w for w in self.normal_list(kind, texts) if word_key(w) not in declined)

    def words(self, kind: str) -> list[VocabularyWord]:
        """All words of one kind with their other writings, the file's first."""
        also = {word.name: list(word.also) for word in words(kind)}
        for key, name in self._own(kind).items():
            also.setdefault(name, []).extend([key] if key != word_key(name) else [])
        return [VocabularyWord(name, tuple(writings)) for name, writings in also.items()]


def parse_tags(text: str) -> list[str]:
    """A list typed with commas or line ends: trimmed, each once in any letter case."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]+", text):
        tag = " ".join(part.split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())
