"""A message as the matcher reads it: errors corrected, short forms and Hinglish in English."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from chatbot.matching.languages import detect
from chatbot.matching.texts import prepare, words
from chatbot.matching.word_lists import empty_words, frequency, hindi_meanings, short_forms
from chatbot.models.languages import HelpLanguage

#: English words at least so frequent are taken as meant.
_KNOWN_ENGLISH = 1.6e-6
#: Words of the FAQ that are as frequent in English keep their meaning in Hinglish.
_FREQUENT_ENGLISH = 1e-5
_SHORTEST_CORRECTED = 3
#: Words from this length may have two errors.
_LONG_WORD = 7
_VOWELS = re.compile("[aeiou]")
_REPEATS = re.compile(r"(.)\1+")


@dataclass(frozen=True)
class MessageReading:
    """What was typed, and its English reading: other words only for Hinglish and errors."""

    typed: str
    plain: str
    language: HelpLanguage

    @property
    def has_words(self) -> bool:
        """Whether there is anything to match."""
        return any(each.isalnum() for each in self.typed)


class Reader:
    """Reads messages with the words that the FAQ uses."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = {word for text in texts for word in words(text)} | empty_words()
        self._known = {word for word in found if len(word) >= _SHORTEST_CORRECTED}
        self._by_length: dict[int, list[tuple[str, str]]] = {}
        for word in sorted(self._known):
            if word.isascii() and word.isalpha():
                self._by_length.setdefault(len(word), []).append((word, _consonants(word)))
        self._correct = lru_cache(maxsize=4096)(self._nearest)

    def read(self, text: str) -> MessageReading:
        """The reading of a message."""
        typed = prepare(text)
        language = detect(typed)
        is_hinglish = language == HelpLanguage.HINGLISH
        plain = [self._plain(word, is_hinglish) for word in words(typed)]
        return MessageReading(typed, " ".join(word for word in plain if word) or typed, language)

    def _plain(self, word: str, is_hinglish: bool) -> str:
        if is_hinglish and word in hindi_meanings():
            is_english = word in self._known and frequency(word) > _FREQUENT_ENGLISH
            return word if is_english else hindi_meanings()[word]
        if word in short_forms() and not is_hinglish:
            return short_forms()[word]
        return self._correct(word)

    def _nearest(self, word: str) -> str:
        """A word of the FAQ that is the same but for typing errors, or the word itself."""
        if (
            len(word) < _SHORTEST_CORRECTED
            or word in self._known
            or frequency(word) >= _KNOWN_ENGLISH
            or not (word.isascii() and word.isalpha())
        ):
            return word
        errors = 2 if len(word) >= _LONG_WORD else 1
        consonants = _consonants(word)
        found = []
        for length in range(len(word) - 2, len(word) + 4):
            for other, other_consonants in self._by_length.get(length, ()):
                distance = OSA.distance(word, other, score_cutoff=errors)
                is_skeleton = consonants == other_consonants and length >= len(word) - 1
                if is_skeleton or (distance <= errors and min(len(word), length) > 3):
                    # Left out letters are the most frequent error.
                    cost = min(distance, 2) - 0.5 * is_skeleton - 0.25 * (length > len(word))
                    found.append((cost, other))
        return min(found)[1] if found else word


def english_of(text: str) -> str:
    """A text in English words if it is Hinglish, otherwise as it is."""
    if detect(text) != HelpLanguage.HINGLISH:
        return text
    meanings = (hindi_meanings().get(word, word) for word in words(prepare(text)))
    return " ".join(word for word in meanings if word) or text


def _consonants(word: str) -> str:
    """A word without double letters, and without vowels after its first letter."""
    return _REPEATS.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))
