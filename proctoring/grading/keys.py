"""Objective items: whether an answer matches its key. Does not use Django."""

import re
import unicodedata
from collections.abc import Sequence

#: What phones and word processors type for an apostrophe, and for a hyphen.
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u02b9\u2032\uff07`\u00b4"), "'")
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
#: Zero-width characters and soft hyphens, which nobody sees.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_ENDS = ' .,!?;:"\u201c\u201d\u2026'


def is_correct(*, kind: str, value: str, key: str, accepted: Sequence[str]) -> bool:
    """Whether an answer is correct: the key, or for gaps an accepted spelling."""
    if kind == "FILL_BLANK":
        return normalise_answer(value) in {
            normalise_answer(answer) for answer in [key, *accepted]
        } - {""}
    return bool(value) and value == key


def normalise_answer(text: str) -> str:
    """Without differences of case, spacing, apostrophes, hyphens and punctuation at the ends."""
    text = text.translate(_APOSTROPHES | _HYPHENS | _INVISIBLE)
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    return re.sub(r"\s+", " ", text).strip(_ENDS).casefold()
