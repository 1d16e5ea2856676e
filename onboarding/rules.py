"""Rules that need no rows: numbers that may not be written down, lists, lengths of time."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

_TWELVE_DIGITS = re.compile(r"(?<!\d)(?:\d[\s.\-]?){11}\d(?![\s.\-]?\d)")


def holds_full_aadhaar(text: str) -> bool:
    """Whether the text holds a number of exactly twelve digits, however it is grouped."""
    return bool(_TWELVE_DIGITS.search(unicodedata.normalize("NFKC", text)))


def without_full_aadhaar(text: str) -> str:
    """The text with every number of twelve digits blotted out."""
    return _TWELVE_DIGITS.sub(" ", unicodedata.normalize("NFKC", text))


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


def tags_of(text: str) -> list[str]:
    """A list typed with commas or line ends: trimmed, each once in any letter case."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]+", text):
        tag = " ".join(part.split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values())


def months_of_experience(stretches: Iterable[tuple[date, date | None]], today: date) -> int:
    """Whole months in at least one job: an open stretch lasts until today, overlaps count once.

    Both ends of a stretch are worked days. What lies in the future does not count, and the days
    beyond the whole months of each stretch are put together, thirty to a month.
    """
    months = days = 0
    for first, after in _united(stretches, today):
        whole, over = _months_between(first, after)
        months, days = months + whole, days + over
    return months + days // 30


def _united(stretches: Iterable[tuple[date, date | None]], today: date) -> list[tuple[date, date]]:
    """Disjoint stretches in order, each from its first day to the day after its last."""
    found: list[tuple[date, date]] = []
    ended = ((first, min(last or today, today)) for first, last in stretches)
    for first, last in sorted(pair for pair in ended if pair[0] <= pair[1]):
        after = last + timedelta(days=1)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], after))
        else:
            found.append((first, after))
    return found


def _months_between(first: date, after: date) -> tuple[int, int]:
    months = (after.year - first.year) * 12 + after.month - first.month
    months -= after.day < first.day
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    reached = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    return months, (after - reached).days
