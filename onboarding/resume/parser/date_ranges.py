"""Parses dates and date ranges: "Jan 2020 - Present", "01-02-2020 to 31-03-2023", "2019-21".

Numeric dates are read day first, as in India. A notation that can mean two things is not a date.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "jan(?:uary)?|जनवरी", "feb(?:r?uary|urary)?|फ़?रवरी", "mar(?:ch)?|मार्च", "apr(?:il)?|अप्रैल",
    "may|मई", "june?|जून", "july?|जुलाई", "aug(?:ust)?|अगस्त", "sept?(?:ember)?|सितंबर|सितम्बर",
    "oct(?:ober)?|अक्टूबर|अक्तूबर", "nov(?:ember)?|नवंबर|नवम्बर", "dec(?:ember)?|दिसंबर|दिसम्बर",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_YEAR = r"(?:19[5-9]\d|20\d\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBER = r"(?:0?[1-9]|1[0-2])"
#: Written in one way only: "dd.mm.yyyy" has twice the same separator.
_POINT = (
    rf"(?:(?:{_DAY}(?:st|nd|rd|th)?[ .,-]{{0,3}}(?:of )?)?(?P<name{{0}}>{_MONTH})\.?"
    rf"[ ,'./-]{{0,3}}(?:{_DAY}(?:st|nd|rd|th)?, ?)?(?P<ny{{0}}>{_YEAR}|\d\d(?![\d./-]\d))"
    rf"|{_DAY} ?(?P<sep{{0}}>[/.-]) ?(?P<dm{{0}}>{_NUMBER}) ?(?P=sep{{0}}) ?"
    rf"(?P<dy{{0}}>{_YEAR}|\d\d(?!\d))"
    rf"|(?P<iy{{0}}>{_YEAR})(?P<isep{{0}}>[/.-])(?P<im{{0}}>{_NUMBER}(?!\d))"
    rf"(?:(?P=isep{{0}}){_DAY}(?!\d))?(?!-\d)"
    rf"|(?P<month{{0}}>{_NUMBER}) ?[/.-] ?(?P<my{{0}}>{_YEAR})"
    rf"|(?P<short_month{{0}}>0[1-9]|1[0-2])[/.'](?P<short_year{{0}}>\d\d)(?![\d/.])"
    rf"|(?P<year{{0}}>{_YEAR}))"
)


def _point(number: int) -> str:
    return _POINT.replace("{0}", str(number))


_NOW = (
    r"(?P<now>(?:at\s+)?present(?:\s+day)?|current(?:ly)?|till?\s*(?:date|now|present|today)"
    r"|up\s?to\s+(?:date|now|present)|to\s*date|date|now|on-?\s?going|today|continu(?:ing|e[sd]?)"
    r"|वर्तमान|अब तक)"
)
_BEFORE, _AFTER = r"(?<![\w/.-])(?<!\d\s[/.-]\s)", r"(?![\w/]|[.-]\d)"
_TO = r"\s*(?:-{1,2}|~|→|to|till?|until|up\s?to|through)\s*"
_RANGE = re.compile(
    rf"{_BEFORE}{_point(1)}(?:{_TO}(?:{_NOW}|{_point(2)}|(?P<short>\d\d))"
    rf"|\s+(?P<onwards>onwards?|till?\s*(?:date|now|present)))"
    rf"{_AFTER}"
    rf"|{_BEFORE}(?P<same>{_MONTH})\.?{_TO}{_point(3)}{_AFTER}"
    rf"|(?<!\w)since\s+{_point(4)}{_AFTER}",
    re.IGNORECASE,
)
_ONE = re.compile(rf"{_BEFORE}{_point(1)}{_AFTER}", re.IGNORECASE)
_ONLY_NOW = re.compile(rf"{_NOW}", re.IGNORECASE)
#: "2009-12" is December 2009 or the years from 2009 to 2012.
_AMBIGUOUS = re.compile(rf"{_YEAR}-(?:0[1-9]|1[0-2])")
YEAR = re.compile(r"(?<![\w/.-])(?:19[5-9]\d|20\d\d)(?![\w])")
_DURATION = re.compile(
    r"[(\[·,]?\s*\b(?:less than\s+)?\d{1,2}(?:\.\d+)?\+?\s*(?:years?|yrs?|months?|mos?"
    r"|weeks?|days?)"
    r"\b\.?(?:[\s,&]*(?:and\s*)?\d{1,2}\s*(?:months?|mos?|days?|weeks?)\b\.?)?\s*[)\]]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DateRange:
    """Months as first days; no end if ongoing. `span` is its position in the line."""

    started_on: date
    ended_on: date | None
    span: tuple[int, int]


def find_date_range(line: str, *, today: date) -> DateRange | None:
    """The first range of a line that starts in the past and does not end before it starts."""
    return next(_ranges(line, today), None)


def find_date(text: str, *, today: date) -> date | None:
    """The month of a text that is one date and nothing else, such as a cell of a table."""
    match = _ONE.fullmatch(text.strip())
    return _parse_point(match, "1", today) if match else None


def find_months(lines: Iterable[str], *, today: date) -> frozenset[date]:
    """All months that lines name. A year alone can be its January or December."""
    months: set[date] = set()
    for line in lines:
        for match in _ONE.finditer(line):
            if point := _parse_point(match, "1", today):
                months |= {point, point.replace(month=12)} if match["year1"] else {point}
        for found in _ranges(line, today):
            months |= {found.started_on} | ({found.ended_on} if found.ended_on else set())
    return frozenset(months)


def is_date_or_range(text: str) -> bool:
    """Whether a text is a date or a range, and nothing else but brackets."""
    plain = without_durations(text).strip(" ()[]|,.")
    return bool(_ONE.fullmatch(plain) or _RANGE.fullmatch(plain))


def is_now(text: str) -> bool:
    """Whether a text says that something has not ended."""
    return bool(_ONLY_NOW.fullmatch(text.strip(" .")))


def without_durations(text: str) -> str:
    """The text without lengths of time, such as "(2 years 3 months)"."""
    return _DURATION.sub(" ", text)


def join_split_ranges(lines: list[str], *, today: date) -> list[str]:
    """Ranges that a narrow cell wraps to the next line are moved to one line."""
    joined = list(lines)
    for index in range(len(joined) - 1):
        cells, below = joined[index].split("\t"), joined[index + 1].split("\t")
        if find_date_range(joined[index], today=today):
            continue
        for number, other in ((0, 0), (len(cells) - 1, len(below) - 1)):
            both = f"{cells[number]} {below[other]}"
            match = _RANGE.search(both)
            if match and match.span() == (0, len(both)) and _starts_range(cells[number]):
                cells[number] = both
                del below[other]
                joined[index], joined[index + 1] = "\t".join(cells), "\t".join(below)
                break
    return joined


def _starts_range(text: str) -> bool:
    """Whether a text begins with a date and goes on, so that its end is elsewhere."""
    match = _ONE.match(text.strip())
    return bool(match and re.match(_TO, text.strip()[match.end() :], re.IGNORECASE))


def _ranges(line: str, today: date) -> Iterator[DateRange]:
    for match in _RANGE.finditer(line):
        number = next((n for n in "134" if _has_point(match, n)), "1")
        started = _parse_point(match, number, today)
        ended = _parse_end(match, started, today) if started else None
        if match["same"] and started:
            ended, started = started, date(started.year, _month(match["same"]), 1)
        is_open = bool(match["now"] or match["onwards"] or number == "4")
        understood = started is not None and (is_open or ended is not None)
        if started and understood and started <= today and (ended is None or ended >= started):
            yield DateRange(started, None if ended and ended > today else ended, match.span())


def _has_point(match: "re.Match[str]", number: str) -> bool:
    kinds = ("ny", "dy", "iy", "my", "short_year", "year")
    return any(match[f"{kind}{number}"] for kind in kinds)


def _parse_end(match: "re.Match[str]", started: date, today: date) -> date | None:
    if match["short"]:
        is_year = bool(match["year1"]) and not _AMBIGUOUS.fullmatch(match[0])
        return date(started.year // 100 * 100 + int(match["short"]), 12, 1) if is_year else None
    return _parse_point(match, "2", today) if _has_point(match, "2") else None


def _parse_point(match: "re.Match[str]", number: str, today: date) -> date | None:
    """A point in time of a match. A year alone is January as a start and December as an end."""
    if match[f"name{number}"]:
        year = _full_year(match[f"ny{number}"], today)
        return date(year, _month(match[f"name{number}"]), 1)
    if match[f"dm{number}"]:
        return date(_full_year(match[f"dy{number}"], today), int(match[f"dm{number}"]), 1)
    if match[f"iy{number}"]:
        return date(int(match[f"iy{number}"]), int(match[f"im{number}"]), 1)
    if match[f"my{number}"]:
        return date(int(match[f"my{number}"]), int(match[f"month{number}"]), 1)
    if match[f"short_year{number}"]:
        return _short_point(match, number, today)
    return date(int(match[f"year{number}"]), 12 if number == "2" else 1, 1)


def _short_point(match: "re.Match[str]", number: str, today: date) -> date | None:
    """ "06/18" is June 2018; "06/07" can be a day and a month."""
    short = match[f"short_year{number}"]
    if int(short) <= 12:
        return None
    return date(_full_year(short, today), int(match[f"short_month{number}"]), 1)


def _month(name: str) -> int:
    return next(
        number
        for number, names in enumerate(_MONTHS, 1)
        if re.fullmatch(names, name, re.IGNORECASE)
    )


def _full_year(year: str, today: date) -> int:
    """Expand a two-digit year, never into the future: "21" is 2021, "98" is 1998."""
    short = int(year)
    return short if short > 99 else short + (2000 if short <= today.year % 100 else 1900)
