"""Aadhaar numbers (refused in full) and PANs: validation, normalisation, redaction."""

from collections.abc import Mapping

from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

from hitouch.core.errors import Refusal
from hitouch.core.identifiers import normalise_code
from onboarding import aadhaar


def holds_full_aadhaar(text: str) -> bool:
    """Whether the text contains a full Aadhaar number."""
    return aadhaar.holds_full_number(text)


def without_full_aadhaar(text: str) -> str:
    """The text with every full Aadhaar number removed."""
    return aadhaar.without_full_numbers(text)


def normalise_pan(text: str) -> str | None:
    """The normalised PAN of a person, or None if it is invalid."""
    number = normalise_code(text) or ""
    try:
        pan.validate(number)
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
    """Refuse if any value, at any depth, contains a full Aadhaar number."""
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
