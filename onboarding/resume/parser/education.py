"""What somebody studied, from the lines below such a heading."""

import re
from dataclasses import dataclass
from datetime import date

from onboarding.resume.parser.date_ranges import YEAR, find_date_range
from onboarding.resume.parser.sections import BULLET

#: In this order: "Post Graduate Diploma" is a diploma, "Master of Business" no bachelor's.
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
    (level, re.compile(rf"(?<![\w.])(?:{words})(?!\w)", re.IGNORECASE)) for level, words in LEVELS
]
SCHOOL = re.compile(
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
    """One qualification, as the profile's form takes it."""

    level: str
    title: str
    institution: str
    year: int | None


def find_education(lines: list[str], *, today: date) -> list[Education]:
    """One for each line that names a degree; what follows until the next one belongs to it."""
    groups: list[list[str]] = []
    waiting: list[str] = []
    for line in (BULLET.sub("", piece) for whole in lines for piece in whole.split(";")):
        if level_of(line):
            groups.append([*waiting, line])
            waiting = []
        elif not groups or (SCHOOL.search(line) and _is_whole(groups[-1])):
            waiting.append(line)
        else:
            groups[-1].append(line)
    return [_study(group, today) for group in groups]


def named_in(lines: list[str]) -> list[str]:
    """Lines with a degree and its year, where no heading says so."""
    return [line for line in lines if level_of(line) and YEAR.search(line)]


def _is_whole(group: list[str]) -> bool:
    """A degree that has its school and its year: a school after it is the next one's."""
    text = " ".join(group)
    return bool(SCHOOL.search(text) and YEAR.search(text))


def _study(group: list[str], today: date) -> Education:
    text = " | ".join(group)
    stretch = find_date_range(text, today=today)
    years = [int(year) for year in YEAR.findall(text)]
    ended = stretch.ended_on.year if stretch and stretch.ended_on else None
    year = ended or (max(years) if years else None)
    if stretch:
        text = text[: stretch.place[0]] + "|" + text[stretch.place[1] :]
    plain = BRACKETS.sub(school_apart, YEAR.sub(" ", MARKS.sub(" ", text)))
    parts = [tidy(part) for part in PARTS.split(plain)]
    parts = [part for part in parts if len(part) > 1]
    title = next((part for part in parts if level_of(part)), "")
    school = next((part for part in parts if part != title and SCHOOL.search(part)), "")
    return Education(level_of(title or text), title[:120], school[:160], year)


def level_of(text: str) -> str:
    """The level of the first degree that is named, or nothing."""
    return next((level for level, words in _LEVELS if words.search(text)), "")


def school_apart(brackets: "re.Match[str]") -> str:
    """A school in brackets is a part of its own; other brackets stay."""
    return f" | {brackets[1]} | " if SCHOOL.search(brackets[1]) else brackets[0]


def tidy(part: str) -> str:
    """Without what stood around a year, but with the brackets of "B.Sc (Physics)"."""
    plain = re.sub(
        r"\(\s*-?\s*\)|\b(?:in|year|passed in|passing year)\s*[:.]?\s*$", "", part.strip()
    )
    plain = plain.strip(" []-.:,|")
    return plain if plain.count("(") == plain.count(")") else plain.strip("() ")
