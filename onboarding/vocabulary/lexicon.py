"""The controlled vocabulary of skills and languages: normalise spellings to one term.

Terms come from `vocabulary.yaml` and from terms that staff adopted, which are passed in by key.
No database. An unknown term stays as entered, without extra spaces.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hitouch.core.files import yaml_files

FILE = Path(__file__).with_name("vocabulary.yaml")
SKILLS, LANGUAGES = KINDS = ("skills", "languages")
EMPTY_LEXICON: Mapping[str, str] = MappingProxyType({})
#: Unicode categories kept in a key: letters, marks and digits; and signs that matter (C++, C#).
_KEY_CATEGORIES = {"L", "M", "N"}
_KEY_SIGNS = "+#"
#: Personal data: e-mail addresses, URLs, numbers longer than a year, PANs.
_PERSONAL = re.compile(
    r"@|://|www\.|\b(?:g|hot|rediff|yahoo|proton)\s?mail\s?(?:\.|dot)|(?:\d\D{0,3}){5}"
    r"|[a-z]{3}p[a-z]\s?\d{4}\s?[a-z]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class VocabularyWord:
    """A term of the vocabulary and its other spellings."""

    name: str
    also: tuple[str, ...]


def word_key(text: str) -> str:
    """Key shared by all spellings of a term: "E-mail  Support" becomes "emailsupport"."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    letters = (
        letter
        for letter in unicodedata.normalize("NFKC", plain)
        if letter in _KEY_SIGNS or unicodedata.category(letter)[0] in _KEY_CATEGORIES
    )
    return unicodedata.normalize("NFKC", "".join(letters))


@cache
def words(kind: str) -> tuple[VocabularyWord, ...]:
    """Terms of one kind from the file, in its order."""
    return tuple(
        VocabularyWord(name, tuple(also)) for name, also in yaml_files.load_yaml(FILE)[kind].items()
    )


@cache
def _names_by_key(kind: str) -> Mapping[str, str]:
    found = {word_key(also): word.name for word in words(kind) for also in word.also}
    return found | {word_key(word.name): word.name for word in words(kind)}


def is_known(kind: str, text: str, adopted: Mapping[str, str] = EMPTY_LEXICON) -> bool:
    """Whether the vocabulary has a term for the text."""
    key = word_key(text)
    return key in _names_by_key(kind) or key in adopted


def normalise(kind: str, text: str, adopted: Mapping[str, str] = EMPTY_LEXICON) -> str:
    """The vocabulary's term, or the text itself without extra spaces."""
    key = word_key(text)
    known = _names_by_key(kind).get(key) or adopted.get(key)
    return known or " ".join(text.split())


def normalise_all(
    kind: str, texts: Iterable[str], adopted: Mapping[str, str] = EMPTY_LEXICON
) -> list[str]:
    """Normalised terms without duplicates, in the order given."""
    found: dict[str, str] = {}
    for text in texts:
        word = normalise(kind, text, adopted)
        if key := word_key(word):
            found.setdefault(key, word)
    return list(found.values())


def is_personal(text: str) -> bool:
    """Whether the text may contain personal data, which is not shown to others."""
    return bool(_PERSONAL.search(unicodedata.normalize("NFKC", text)))


@dataclass(frozen=True)
class Lexicon:
    """Terms of the file and decisions of staff, by kind and key."""

    adopted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declined: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def _adopted(self, kind: str) -> Mapping[str, str]:
        return self.adopted.get(kind, EMPTY_LEXICON)

    def knows(self, kind: str, text: str) -> bool:
        """Whether the vocabulary has a term for the text."""
        return is_known(kind, text, self._adopted(kind))

    def normal(self, kind: str, text: str) -> str:
        """The term for the text, or the text itself."""
        return normalise(kind, text, self._adopted(kind))

    def normal_list(self, kind: str, texts: Iterable[str]) -> list[str]:
        """Normalised terms without duplicates, in the order given."""
        return normalise_all(kind, texts, self._adopted(kind))

    def compared(self, kind: str, texts: Iterable[str]) -> tuple[str, ...]:
        """Normalised terms for matching, without terms that staff declined."""
        declined = self.declined.get(kind, frozenset())
        return tuple(w for w in self.normal_list(kind, texts) if word_key(w) not in declined)

    def words(self, kind: str) -> list[VocabularyWord]:
        """All terms of one kind with their spellings, the file's first."""
        also = {word.name: list(word.also) for word in words(kind)}
        for key, name in self._adopted(kind).items():
            also.setdefault(name, []).extend([key] if key != word_key(name) else [])
        return [VocabularyWord(name, tuple(writings)) for name, writings in also.items()]


def parse_tags(text: str) -> list[str]:
    """Split text at commas, semicolons and line breaks; trims, and removes duplicates by case."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]+", text):
        tag = " ".join(part.split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())
