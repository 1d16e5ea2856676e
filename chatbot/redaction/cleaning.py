"""Cleans texts that people typed, and refuses those that cannot be taken."""

import re
import unicodedata

from hitouch.core.errors import Refusal

#: Control characters but the tab and the line break; marks that change the direction of writing
#: or hide in a text; half characters of broken encodings. Joiners (U+200C, U+200D) stay: Hindi
#: and emoji need them.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: More marks on one letter than any language needs: they cover the lines above and below.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_PILED_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_EMPTY_LINES = re.compile("\n{4,}")


class TextRefused(Refusal):
    """A text is empty, too long, or has a line break where one line is expected."""

    code = "text_refused"
    status = 422

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


def clean(text: str, *, field: str, longest: int, one_line: bool = False) -> str:
    """The text in NFC without control characters and marks that change its direction.

    `longest` is in characters. The length is checked before anything else is done with the text.
    """
    if len(text) > longest:
        raise TextRefused(
            f"Write at most {longest:,} characters; this has {len(text):,}.", field=field
        )
    plain = _UNPRINTED.sub("", _LINE_BREAKS.sub("\n", text))
    plain = _PILED_MARKS.sub(r"\1", unicodedata.normalize("NFC", plain))
    plain = _EMPTY_LINES.sub("\n\n\n", plain).strip()
    if not any(character.isprintable() and not character.isspace() for character in plain):
        raise TextRefused("Write a message.", field=field)
    if one_line and "\n" in plain:
        raise TextRefused("Write this on one line.", field=field)
    if len(plain) > longest:  # a few characters have no composed form in NFC
        raise TextRefused(f"Write at most {longest:,} characters.", field=field)
    return plain.replace("\t", " ") if one_line else plain
