"""Dates in the forms that issuers write. What is not understood is kept as text for a person."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from hitouch.core.india_time import INDIA
from onboarding import identifiers

#: Longer texts are no dates.
MAX_TEXT = 40
MIN_YEAR = 1900
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ](\d{1,2}|[a-z]{3,9})\.?[-/., ]+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2}|[a-z]{3,9})\.?[-/. ](\d{1,2})")
_EIGHT_DIGITS = (re.compile(r"(\d{2})(\d{2})(\d{4})"), re.compile(r"(\d{4})(\d{2})(\d{2})"))
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
#: A time or a time zone behind a date. They say nothing about a birth date.
_TIME = re.compile(r"(?:[t ]+\d{1,2}:\d{2}.*|z|[+-]\d{2}:\d{2})$")
#: A year with nothing but zeros or placeholders where day and month would be.
_YEAR_ONLY = re.compile(r"(?:[0x*?]{1,2}[-/. ]){0,2}(\d{4})(?:[-/. ][0x*?]{1,2}){0,2}")


@dataclass(frozen=True)
class BirthDate:
    """What a document says about a birth date, as far as it is understood."""

    day: date | None = None
    year: int | None = None
    #: The text in the document, if it is neither a date nor a year.
    text: str = ""


def parse_birth_date(text: str, year: str = "", *, today: date) -> BirthDate:
    """The birth date in an attribute, or the year in it or in another one."""
    found = parse_date(text)
    if found is not None and found <= today:
        return BirthDate(found, found.year)
    for candidate in (text, year):
        only = _YEAR_ONLY.fullmatch(candidate.strip().lower())
        if only and MIN_YEAR <= int(only[1]) <= today.year:
            return BirthDate(year=int(only[1]))
    return BirthDate(text="" if identifiers.holds_full_aadhaar(text) else text[:MAX_TEXT])


def parse_date(text: str) -> date | None:
    """A date in any of the forms that issuers use, or None."""
    text = " ".join(text.lower().split())
    moment = parse_moment(text) if "t" in text and ":" in text else None
    if moment is not None:
        return moment.astimezone(INDIA).date()
    text = _TIME.sub("", text).strip()
    if match := _DAY_FIRST.fullmatch(text):
        return _date(match[3], match[2], match[1])
    if match := _YEAR_FIRST.fullmatch(text):
        return _date(*match.groups())
    if match := _MONTH_FIRST.fullmatch(text):
        return _date(match[3], match[1], match[2])
    day_first, year_first = (pattern.fullmatch(text) for pattern in _EIGHT_DIGITS)
    found = _date(day_first[3], day_first[2], day_first[1]) if day_first else None
    if found is None and year_first:
        found = _date(*year_first.groups())
    return found


def parse_moment(text: str) -> datetime | None:
    """A moment in ISO 8601, in Indian time unless it says otherwise, or None."""
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text.strip().upper())
        return moment if moment.tzinfo else moment.replace(tzinfo=INDIA)
    return None


def _date(year: str, month: str, day: str) -> date | None:
    with suppress(ValueError):
        number = int(month) if month.isdigit() else _month(month)
        found = date(int(year), number, int(day))
        return found if found.year >= MIN_YEAR else None
    return None


def _month(name: str) -> int:
    """The number of an English month, written out or as its first three letters or "sept"."""
    number = _MONTHS.index(name[:3]) + 1
    full = date(2000, number, 1).strftime("%B").lower()
    if name not in (full, full[:3], full[:4]):
        raise ValueError(name)
    return number
