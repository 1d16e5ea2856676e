"""The language of a message: Hindi by its script, Hinglish by Hindi words in Latin letters."""

from functools import cache

from chatbot.matching.texts import has_devanagari, prepare, words
from chatbot.matching.word_lists import frequency, hindi_function_words
from chatbot.models.languages import HelpLanguage

#: Words that are more frequent in English than this, a word, mark no text as Hinglish.
_ENGLISH_FREQUENCY = 4e-5
#: From this share of Hindi words a text is Hinglish.
_HINGLISH_SHARE = 0.2


def detect(text: str) -> HelpLanguage:
    """The language of a message. A message without words is English."""
    prepared = prepare(text)
    if has_devanagari(prepared):
        return HelpLanguage.HI
    found = words(prepared)
    marks = sum(word in _marks() for word in found)
    is_hinglish = marks > 0 and marks >= _HINGLISH_SHARE * len(found)
    return HelpLanguage.HINGLISH if is_hinglish else HelpLanguage.EN


@cache
def _marks() -> frozenset[str]:
    return frozenset(
        word for word in hindi_function_words() if frequency(word) < _ENGLISH_FREQUENCY
    )
