"""Masks personal data in lines of the log, also in nested values, exceptions and other objects.

Numbers, addresses and tokens are masked by a pattern. Apps add masks for what takes more than a
pattern to find, such as the secrets in messages of people.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

MASKED = "[masked]"
#: Of a longer text the log has this many characters: the beginning, and the end, where a traceback
#: names the exception.
LONGEST, HEAD = 20_000, 4_000
#: What must not be logged: codes of 6 digits, phone, Aadhaar and account numbers, PAN,
#: e-mail addresses, bearer tokens.
PERSONAL = re.compile(
    r"(?<![\w-])(?:\+?\d(?:[ -]?\d){7,17}|\d{6}|[A-Z]{5}\d{4}[A-Z])(?![\w-])"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?i:bearer) [\w.~+/-]+"
)
#: Values of other types are logged as they are.
_HARMLESS = (bool, int, float, type(None))
_masks: list[Callable[[str], str]] = []


def add_log_mask(mask: Callable[[str], str]) -> None:
    """Have every text of every line pass through this function too."""
    if mask not in _masks:
        _masks.append(mask)


def mask_text(text: str) -> str:
    """The text without personal data. If a mask fails, nothing of the text is left.

    Line breaks that a representation has escaped become line breaks again, as in the text that is
    represented: a number may go on after one.
    """
    if len(text) > LONGEST:
        text = f"{text[:HEAD]} … {text[HEAD - LONGEST :]}"
    text = text.replace("\\n", "\n")
    for mask in _masks:
        try:
            text = mask(text)
        except Exception:
            return MASKED
    return PERSONAL.sub(MASKED, text)


def mask_value(value: Any) -> Any:
    """The same for a value of a line, at any depth. Other objects become text if they hold any."""
    if isinstance(value, _HARMLESS):
        return value
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {mask_value(key): mask_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [mask_value(inner) for inner in value]
    if isinstance(value, (bytes, bytearray)):
        return mask_text(bytes(value).decode(errors="replace"))
    written = repr(value)
    masked = mask_text(written)
    return value if masked == written else masked
