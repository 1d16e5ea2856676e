"""Characters and markup that an answer may not have."""

import re
import unicodedata

_MARKUP = re.compile(
    r"<\s*[a-z/!?]|&#|&[a-z]{2,8};|!\[|\]\(|\]:|`|^\s*(?:#{1,6}\s|\||>)|javascript:|data:|\{\{|\{%",
    re.IGNORECASE | re.MULTILINE,
)
_ALLOWED_SYMBOLS = frozenset("₹•–—‘’“”…→·।°$€+=%<>|~^")  # noqa: RUF001
#: Joiners of Devanagari letters.
_JOINERS = "\u200c\u200d"


def faults(text: str, known: str = "") -> list[str]:
    """What is wrong with the characters: MARKUP, INVISIBLE, SCRIPT.

    Letters with accents and other scripts are right only in words of the `known` text.
    """
    found = []
    if _MARKUP.search(text):
        found.append("MARKUP")
    if any(_is_invisible(text, place) for place in range(len(text))):
        found.append("INVISIBLE")
    if any(_is_foreign(character) and character not in known for character in text):
        found.append("SCRIPT")
    return found


def is_hindi(character: str) -> bool:
    """Whether it is of the Devanagari script."""
    return "\u0900" <= character <= "\u097f"


def _is_invisible(text: str, place: int) -> bool:
    character = text[place]
    if character in _JOINERS:
        return not (place and is_hindi(text[place - 1]))
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") and (
        character != "\n"
    )


def _is_foreign(character: str) -> bool:
    """Not ASCII, Devanagari, or one of the usual signs: a look-alike or another script."""
    if character.isascii() or is_hindi(character) or character in _JOINERS:
        return False
    return character not in _ALLOWED_SYMBOLS
