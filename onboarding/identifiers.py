"""Aadhaar numbers (refused in full) and PANs: validation, normalisation, redaction."""

import re
import unicodedata
from collections.abc import Mapping

from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

from hitouch.core.errors import Refusal

_TWELVE_DIGITS = re.compile(r"(?<!\d)(?:\d[\s.\-]?){11}\d(?![\s.\-]?\d)")


def holds_full_aadhaar(text: str) -> bool:
    """Whether the text contains a number of exactly twelve digits, however it is grouped."""
    return bool(_TWELVE_DIGITS.search(unicodedata.normalize("NFKC", text)))


def without_full_aadhaar(text: str) -> str:
    """The text with every number of twelve digits removed."""
    return _TWELVE_DIGITS.sub(" ", unicodedata.normalize("NFKC", text))


def normalise_pan(text: str) -> str | None:
    """The normalised PAN of a person, or None if it is invalid."""
    try:
        number = str(pan.validate(text))
    except ValidationError:
        return None
    return number if number[3] == "P" else None


def pan_fits_surname(number: str, *, given_name: str, family_name: str) -> bool:
    """Whether the fifth letter is the initial of the surname (or of the only name)."""
    name = (family_name or given_name).strip().upper()
    return bool(name) and number[4] == name[0]


class FullAadhaarNumber(Refusal):
    """The input contains a full Aadhaar number, which must not be stored."""

    code = "full_aadhaar_number"
    status = 422
    message = (
        "This looks like a full Aadhaar number. Please remove it. We only need "
        "the last 4 digits, where we ask for them."
    )

    def __init__(self, *, field: str) -> None:
        super().__init__()
        self.field = field


def refuse_full_aadhaar(texts: Mapping[str, object]) -> None:
    """Refuse if any value, at any depth, contains a twelve-digit number."""
    for field, value in texts.items():
        if any(holds_full_aadhaar(text) for text in _texts_in(value)):
            raise FullAadhaarNumber(field=field)


def _texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts_in(inner)]
    if isinstance(value, (list, tuple)):
        return [text for inner in value for text in _texts_in(inner)]
    return []
