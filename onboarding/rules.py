"""Rules that need no rows: numbers that may not be written down, names that are the same."""

import re
import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

IFSC = re.compile(r"[A-Z]{4}0[A-Z0-9]{6}")
ACCOUNT_NUMBER = re.compile(r"[0-9]{9,18}")
_TWELVE_DIGITS = re.compile(r"(?<!\d)(?:\d[\s.\-]?){11}\d(?![\s.\-]?\d)")
_HONORIFICS = {"shri", "smt", "km", "kumari", "dr", "mr", "mrs", "ms", "miss"}


def holds_full_aadhaar(text: str) -> bool:
    """Whether the text holds a number of exactly twelve digits, however it is grouped."""
    return bool(_TWELVE_DIGITS.search(unicodedata.normalize("NFKC", text)))


def normal_pan(text: str) -> str | None:
    """The PAN of a person in its one written form, or None when it cannot be one."""
    try:
        number = str(pan.validate(text))
    except ValidationError:
        return None
    return number if number[3] == "P" else None


def pan_fits_surname(number: str, *, given_name: str, family_name: str) -> bool:
    """Whether the fifth letter is the surname's first; with a single name it is that one's."""
    name = (family_name or given_name).strip().upper()
    return bool(name) and number[4] == name[0]


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.split(r"[\W_]+", plain)
    return [word for word in words if word and word not in _HONORIFICS]


def _same_word(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other


def same_name(one: str, other: str) -> bool:
    """Whether two names say the same person: any order, titles aside, initials allowed.

    At least one word must be written out the same in both; every word needs its partner.
    """
    ours, theirs = _parts(one), _parts(other)
    if len(ours) != len(theirs) or not set(ours) & set(theirs):
        return False
    for word in sorted(ours, key=len, reverse=True):
        partner = next(
            (w for w in sorted(theirs, key=len, reverse=True) if _same_word(word, w)), None
        )
        if partner is None:
            return False
        theirs.remove(partner)
    return True


def tags_of(text: str) -> list[str]:
    """A list typed with commas or line ends: trimmed, each once in any letter case."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]+", text):
        tag = " ".join(part.split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())
