"""Words, stems and sentences of texts in English, Hindi and Hinglish."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

VOCABULARY = Path(__file__).parent.parent / "vocabulary.yaml"
_WORD = re.compile(r"[^\W_]+(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963\u200c\u200d]+[^\W_]*)*")
_SENTENCE = re.compile(r"(?<=[.!?।])\s+|\n+|;\s+")
_IRREGULAR = {
    "paid": "pay", "sent": "send", "kept": "keep", "went": "go", "made": "make", "given": "give",
    "gave": "give", "got": "get", "took": "take", "taken": "take", "forgot": "forget",
    "forgotten": "forget", "said": "say", "lost": "lose", "left": "leave", "done": "do",
    "written": "write", "read": "read", "running": "run", "stopped": "stop", "submitted": "submit",
    "dropped": "drop", "chosen": "choose", "verified": "verify", "verifies": "verify",
    "put": "put", "us": "us", "this": "this", "is": "is", "has": "has", "was": "was", "its": "its",
    "gets": "get", "getting": "get", "fees": "fee", "does": "do", "yes": "yes", "less": "less",
    "always": "always", "gross": "gross", "access": "access", "as": "as", "address": "address",
}  # fmt: skip
_HINDI_ENDINGS = (
    "ाएंगे", "ाएंगी", "ाएगा", "ाएगी", "ूंगा", "ूंगी", "ेंगे", "ेंगी", "ेगा", "ेगी", "ियों", "ियां", "ाओं",
    "ाएं", "ाइए", "िए", "ने", "ना", "नी", "ता", "ते", "ती", "ों", "ें", "ीं", "ा", "े", "ी", "ो", "ि", "ु",
    "ू", "ए", "ई",
)  # fmt: skip
_HINGLISH_ENDINGS = (
    "unga", "ungi", "enge", "engi", "ega", "egi", "iyega", "iye", "ein", "en", "on", "na", "ne",
    "ni", "ta", "te", "ti", "a", "e", "i", "o",
)  # fmt: skip


def words(text: str) -> list[str]:
    """The words in lower case; digits count as letters."""
    return [word.lower() for word in _WORD.findall(plain(text))]


def plain(text: str) -> str:
    """The text in one spelling: composed, straight apostrophes, one form of Hindi's nasals."""
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("'", "")
    return text.replace("\u093c", "").replace("\u0901", "\u0902")


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def stem(word: str) -> str:
    """The stem of a word, by the rules of its script; words that say the same share one."""
    found = _hindi_stem(word) if _is_hindi(word) else _english_stem(word)
    return _same().get(found, found)


def stems(text: str) -> list[str]:
    """The stems of all words."""
    return [stem(word) for word in words(text)]


@cache
def neutral_words(language: str) -> frozenset[str]:
    """Words that claim nothing by themselves, as spelled in `words`."""
    return frozenset(words(_vocabulary()[language]))


@cache
def neutral_stems() -> frozenset[str]:
    """The stems of the neutral English words."""
    return frozenset(stem(word) for word in neutral_words("EN"))


@cache
def opposites() -> frozenset[tuple[str, str]]:
    """Pairs of stems of which one contradicts the other, in both orders."""
    pairs = [tuple(stem(words(each)[0]) for each in pair) for pair in _vocabulary()["opposite"]]
    return frozenset([(a, b) for a, b in pairs] + [(b, a) for a, b in pairs])


@cache
def _vocabulary() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(VOCABULARY.read_text())
    return loaded


@cache
def _same() -> dict[str, str]:
    return {
        _english_stem(word): _english_stem(group[0])
        for group in _vocabulary()["same"]
        for word in group
    }


def _is_hindi(text: str) -> bool:
    return any("\u0900" <= character <= "\u097f" for character in text)


def _hindi_stem(word: str) -> str:
    for ending in _HINDI_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word


@cache
def _english_stem(word: str) -> str:
    """A stem of an English or Hinglish word."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sleo":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@cache
def hinglish_stem(word: str) -> str:
    """A stem of a Hinglish word, the same for common spellings of it."""
    for spelled, instead in (("aa", "a"), ("ee", "i"), ("oo", "u"), ("ph", "f"), ("w", "v"),
                             ("chh", "ch"), ("z", "j")):  # fmt: skip
        word = word.replace(spelled, instead)
    word = re.sub(r"(.)\1", r"\1", word)
    for ending in _HINGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word
