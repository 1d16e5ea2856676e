"""Links, e-mail addresses, handles, UPI IDs, phone numbers and codes in texts."""

import re
from collections.abc import Iterable

_PATTERNS = (
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    re.compile(r"\bwww\.\S+", re.IGNORECASE),
    re.compile(r"\S*@\S*"),
    re.compile(r"(?<![\w./])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE),
    re.compile(r"(?<![\w.])/[a-z0-9_-]+(?:/\S*)?", re.IGNORECASE),
    re.compile(r"\+?\d[\d ()-]{6,}\d"),
    re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9-]{2,}\b"),
    re.compile(r"\d+[:.]\d+|\d+[/-]\d+(?:[/-]\d+)?"),
)
#: A whole address of each pattern has to be known, not a part of a longer one.
_SPELLED = re.compile(
    r"\b(?:dot (?:com|in|org|net|example|co|me|io)|at the rate|\[at\]|\(at\)|\(dot\)|\[dot\]|slash"
    r"|hashtag)\b|#\w",
    re.IGNORECASE,
)
_ORDINARY = re.compile(r"^(?:e\.g|i\.e|a\.m|p\.m|\d+(?:st|nd|rd|th))\.?$", re.IGNORECASE)
_ENDS = ".,;:!?)('\"।"


def addresses(text: str) -> set[str]:
    """The addresses and codes of a text, in lower case."""
    found = set[str]()
    for pattern in _PATTERNS:
        found |= {each.strip(_ENDS).lower() for each in pattern.findall(text)}
    return {each for each in found if each and not _ORDINARY.match(each)}


def ungrounded(text: str, known_texts: Iterable[str]) -> set[str]:
    """The addresses that no known text has, and spelled-out ones."""
    known = set[str]().union(*(addresses(each) for each in known_texts))
    spelled = {each.lower() for each in _SPELLED.findall(text)}
    return (addresses(text) - known) | spelled
