"""Parses education entries from the lines of a résumé."""

import re
from dataclasses import dataclass
from datetime import date

from onboarding.resume.parser.date_ranges import YEAR, find_date_range
from onboarding.resume.parser.sections import BULLET

#: The order matters: "Post Graduate Diploma" is a diploma, not a master's degree.
LEVELS = (
    ("DOCTORATE", r"ph\.?\s?d|doctor(?:ate)? of|d\.?phil"),
    ("DIPLOMA", r"(?:pg |post graduate |advanced )?diploma|iti|polytechnic|pgdm|pgdca|dca"),
    ("MASTER", r"m\.?\s?(?:a|sc|com|tech|e|b\.?a|c\.?a|phil|ed|s\.?w)\.?(?:\b|(?=\())|master'?s?"
               r"|post ?graduat\w+"),
    ("BACHELOR", r"b\.?\s?(?:a|sc|com|tech|e|b\.?a|c\.?a|b\.?m|ed|pharm|s\.?w|h\.?m)\.?"
                 r"(?:\b|(?=\())|bachelor'?s?|graduation|ll\.?b"),
    ("SCHOOL", r"h\.?s\.?c|s\.?s\.?c|s\.?s\.?l\.?c|p\.?u\.?c|class\s?(?:10|12|x|xii)(?:th)?"
               r"|(?:10|12)\s?th(?: standard| std)?|x{1}ii(?:th)?|xth|matriculation|intermediate"
               r"|higher secondary|senior secondary|secondary school|plus two|10\s?\+\s?2"),
    ("CERTIFICATE", r"certificate|certified|certification"),
)  # fmt: skip
_LEVELS = [
    (level, re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", re.IGNORECASE))
    for level, pattern in LEVELS
]
INSTITUTION = re.compile(
    r"\b(?:university|college|school|institute|vidyalaya|vidya|academy|board|polytechnic|cbse|icse"
    r"|ignou|vishwavidyalaya|iit|nit|vidyapeeth|mandir|convent|gurukul|campus)\b",
    re.IGNORECASE,
)
MARKS = re.compile(
    r"\(?\b(?:with |aggregate |scored |percentage |cgpa|gpa|marks|grade|first class|distinction)"
    r"[^,|()]*\)?|\d{1,3}(?:\.\d+)?\s?%|\b\d\.\d+\s?/\s?10\b",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"\(([^()]*)\)")
PARTS = re.compile(r"\s*(?:\||,|;|\s-+\s|\bfrom\b|\s{3,}|\sat\s)\s*")


@dataclass(frozen=True)
class Education:
    """One qualification, with the fields of the profile's form."""

    level: str
    title: str
    institution: str
    year: int | None


def find_education(lines: list[str], *, today: date) -> list[Education]:
    """One entry per line that names a degree, with the lines until the next one."""
    groups: list[list[str]] = []
    pending: list[str] = []
    for line in (BULLET.sub("", piece) for raw in lines for piece in raw.split(";")):
        if level_of(line):
            groups.append([*pending, line])
            pending = []
        elif not groups or (INSTITUTION.search(line) and _is_complete(groups[-1])):
            pending.append(line)
        else:
            groups[-1].append(line)
    return [_parse_group(group, today) for group in groups]


def find_education_lines(lines: list[str]) -> list[str]:
    """Lines with a degree and a year, for résumés without a heading."""
    return [line for line in lines if level_of(line) and YEAR.search(line)]


def _is_complete(group: list[str]) -> bool:
    """Whether an entry has an institution and a year: a further institution starts the next one."""
    text = " ".join(group)
    return bool(INSTITUTION.search(text) and YEAR.search(text))


def _parse_group(group: list[str], today: date) -> Education:
    text = " | ".join(group)
    date_range = find_date_range(text, today=today)
    years = [int(year) for year in YEAR.findall(text)]
    ended = date_range.ended_on.year if date_range and date_range.ended_on else None
    year = ended or (max(years) if years else None)
    if date_range:
        text = text[: date_range.span[0]] + "|" + text[date_range.span[1] :]
    cleaned = BRACKETS.sub(_separate_institution, YEAR.sub(" ", MARKS.sub(" ", text)))
    parts = [_clean_part(part) for part in PARTS.split(cleaned)]
    parts = [part for part in parts if len(part) > 1]
    title = next((part for part in parts if level_of(part)), "")
    institution = next((part for part in parts if part != title and INSTITUTION.search(part)), "")
    return Education(level_of(title or text), title[:120], institution[:160], year)


def level_of(text: str) -> str:
    """The level of the first degree that is named, or an empty text."""
    return next((level for level, pattern in _LEVELS if pattern.search(text)), "")


def _separate_institution(brackets: "re.Match[str]") -> str:
    """Make an institution in brackets a part of its own; keep other brackets."""
    return f" | {brackets[1]} | " if INSTITUTION.search(brackets[1]) else brackets[0]


def _clean_part(part: str) -> str:
    """Remove what is left around a year, but keep the brackets of "B.Sc (Physics)"."""
    cleaned = re.sub(
        r"\(\s*-?\s*\)|\b(?:in|year|passed in|passing year)\s*[:.]?\s*$", "", part.strip()
    )
    cleaned = cleaned.strip(" []-.:,|")
    return cleaned if cleaned.count("(") == cleaned.count(")") else cleaned.strip("() ")
