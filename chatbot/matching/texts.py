"""Texts as the matcher compares them: capped, in one spelling of Unicode, cut into words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from chatbot.matching.word_lists import empty_words

#: Characters of a message that are read. The encoder's time grows with the square of the length.
MAX_CHARACTERS = 500
#: Combining vowel signs of Devanagari are no word characters for `re`.
_WORD = re.compile(r"[\w\u0900-\u0963\u0970-\u097f]+")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_SLOT = re.compile(r"\{\{[^{}]*\}\}")
_LINK = re.compile(r"\[([^\[\]\n]{1,80})\]\([^()\s]{1,200}\)")
_SUFFIXES = (
    *("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ied"),
    *("ers", "er", "es", "ed", "ly", "e", "s", "y"),
)
#: A stem keeps at least so many characters.
_SHORTEST_STEM = 3


def prepare(text: str) -> str:
    """The first characters of a message in lower case, without control characters."""
    cut = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])[:MAX_CHARACTERS].casefold()
    visible = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in cut)
    return " ".join(visible.split())


def words(text: str) -> list[str]:
    """The words of a prepared text, with repeats."""
    return _WORD.findall(text)


def has_devanagari(text: str) -> bool:
    """Whether most letters of a text are Devanagari."""
    letters = sum(each.isalpha() for each in text)
    return 2 * len(_DEVANAGARI.findall(text)) > letters > 0


def stem(word: str) -> str:
    """A word without a common English ending."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def stems(tokens: Iterable[str]) -> list[str]:
    """Stems of the words that say something; of all words if none does."""
    listed = list(tokens)
    return [stem(word) for word in listed if word not in empty_words()] or [stem(w) for w in listed]


def grams(tokens: Iterable[str], shortest: int, longest: int) -> Iterator[str]:
    """Runs of characters of each word, which is enclosed in spaces."""
    for word in tokens:
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            for start in range(max(1, len(padded) - size + 1)):
                yield padded[start : start + size]


def plain_answer(text: str) -> str:
    """An answer without the names of its slots and the targets of its links."""
    return " ".join(_LINK.sub(r"\1", _SLOT.sub(" ", text)).split())
