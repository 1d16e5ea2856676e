"""Stretches of time as people write them: "Jan 2020 - Present", "06/2018 to 05/2020", "2019-21"."""

import re
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_POINT = (
    rf"(?:(?P<name{{0}}>{_MONTH})[\s,'-]*(?P<ny{{0}}>(?:19|20)\d\d|\d\d)"
    r"|(?P<month{0}>0?[1-9]|1[0-2])\s?[/.]\s?(?P<my{0}>(?:19|20)\d\d)"
    r"|(?P<year{0}>(?:19|20)\d\d))"
)
_NOW = r"(?P<now>present|current(?:ly)?|till\s+(?:date|now)|to\s+date|now|ongoing|today)"
_FROM, _TO = _POINT.format(1), _POINT.format(2)
_RANGE = re.compile(
    rf"(?<![\w/]){_FROM}\s*(?:-|to|until|till)\s*(?:{_NOW}|{_TO}|(?P<short>\d\d))(?![\w/])"
    rf"|(?<![\w/])since\s+{_POINT.format(3)}(?![\w/])",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<![\w/.-])(?:19[5-9]\d|20\d\d)(?![\w])")


@dataclass(frozen=True)
class DateRange:
    """From the first of a month to the first of another, or still going on; where it stands."""

    started_on: date
    ended_on: date | None
    place: tuple[int, int]


def find_date_range(line: str, *, today: date) -> DateRange | None:
    """The first stretch of a line that begins in the past and ends after it began."""
    for match in _RANGE.finditer(line):
        number = "3" if match["ny3"] or match["my3"] or match["year3"] else "1"
        began = _point(match, number, today)
        ended = _end(match, began, today) if began and number == "1" else None
        if began and began <= today and (ended is None or ended >= began):
            return DateRange(began, None if ended and ended > today else ended, match.span())
    return None


def _end(match: "re.Match[str]", began: date, today: date) -> date | None:
    if match["now"]:
        return None
    if match["short"]:
        return _day(began.year // 100 * 100 + int(match["short"]), 12)
    return _point(match, "2", today)


def _point(match: "re.Match[str]", number: str, today: date) -> date | None:
    """A year alone begins in January and ends in December."""
    if match[f"name{number}"]:
        month = MONTHS.index(match[f"name{number}"][:3].lower()) + 1
        return _day(_whole(match[f"ny{number}"], today), month)
    if match[f"month{number}"]:
        return _day(int(match[f"my{number}"]), int(match[f"month{number}"]))
    return _day(int(match[f"year{number}"]), 12 if number == "2" else 1)


def _whole(year: str, today: date) -> int:
    """ "21" is 2021, and "98" is 1998: a short year does not lie in the future."""
    short = int(year)
    return short if short > 99 else short + (2000 if short <= today.year % 100 else 1900)


def _day(year: int, month: int) -> date:
    return date(year, month, 1)
