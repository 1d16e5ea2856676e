"""Parses date ranges: "Jan 2020 - Present", "06/2018 to 05/2020", "2019-21"."""

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
    """Months as first days; no end if ongoing. `span` is its position in the line."""

    started_on: date
    ended_on: date | None
    span: tuple[int, int]


def find_date_range(line: str, *, today: date) -> DateRange | None:
    """The first range of a line that starts in the past and does not end before it starts."""
    for match in _RANGE.finditer(line):
        number = "3" if match["ny3"] or match["my3"] or match["year3"] else "1"
        started = _parse_point(match, number, today)
        ended = _parse_end(match, started, today) if started and number == "1" else None
        if started and started <= today and (ended is None or ended >= started):
            return DateRange(started, None if ended and ended > today else ended, match.span())
    return None


def _parse_end(match: "re.Match[str]", started: date, today: date) -> date | None:
    if match["now"]:
        return None
    if match["short"]:
        return _first_of_month(started.year // 100 * 100 + int(match["short"]), 12)
    return _parse_point(match, "2", today)


def _parse_point(match: "re.Match[str]", number: str, today: date) -> date | None:
    """A point in time of a match. A year alone is January as a start and December as an end."""
    if match[f"name{number}"]:
        month = MONTHS.index(match[f"name{number}"][:3].lower()) + 1
        return _first_of_month(_full_year(match[f"ny{number}"], today), month)
    if match[f"month{number}"]:
        return _first_of_month(int(match[f"my{number}"]), int(match[f"month{number}"]))
    return _first_of_month(int(match[f"year{number}"]), 12 if number == "2" else 1)


def _full_year(year: str, today: date) -> int:
    """Expand a two-digit year, never into the future: "21" is 2021, "98" is 1998."""
    short = int(year)
    return short if short > 99 else short + (2000 if short <= today.year % 100 else 1900)


def _first_of_month(year: int, month: int) -> date:
    return date(year, month, 1)
