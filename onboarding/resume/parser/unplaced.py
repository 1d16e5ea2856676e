"""Text of a résumé's jobs and education from which no entry could be made.

It is shown to the agent, who knows what it means, beside an empty row of the form.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from onboarding.resume.parser.date_ranges import YEAR, find_date_range
from onboarding.resume.parser.education import (
    INSTITUTION,
    MARKS,
    Education,
    level_of,
    without_dates,
)
from onboarding.resume.parser.jobs import COMPANY, ROLE, Job
from onboarding.resume.parser.locations import is_location
from onboarding.resume.parser.sections import BULLET, COLUMN
from onboarding.resume.parser.table_headings import column_kinds
from onboarding.resume.parser.units import is_body

#: Pieces of a section at most, and the length of each.
MAX_PIECES, MAX_TEXT = 5, 400
_WORD = re.compile(r"[^\W\d_]{2}")
Sign = Callable[[str], object]
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class UnplacedText:
    """A piece of text, and the list of the profile that it is probably about."""

    section: str
    text: str


def unplaced_jobs(lines: Sequence[str], jobs: Sequence[Job], *, today: date) -> list[UnplacedText]:
    """Text of the section about jobs that names a role, a company or a year of no job."""
    starts = {job.started_on for job in jobs}

    def is_placed(line: str) -> bool:
        dates = find_date_range(line, today=today)
        return bool(dates and dates.started_on in starts)

    names = [name for job in jobs for name in (job.company, job.role)]
    pieces = _pieces(lines, names, (ROLE.search, COMPANY.search, YEAR.search), is_placed)
    return [UnplacedText("experiences", text) for text in pieces]


def unplaced_education(
    lines: Sequence[str], studies: Sequence[Education], *, today: date
) -> list[UnplacedText]:
    """Text of the section about education that names a degree, a school or a year of no entry."""

    def is_placed(line: str) -> bool:
        dates = find_date_range(line, today=today)
        rest = line if dates is None else f"{line[: dates.span[0]]}|{line[dates.span[1] :]}"
        parts = re.split(r"[|\t]", without_dates(MARKS.sub("|", rest)))
        return bool(studies) and not any(map(_has_words, parts))

    names = [name for study in studies for name in (study.title, study.institution)]
    pieces = _pieces(lines, names, (level_of, INSTITUTION.search, YEAR.search), is_placed)
    return [UnplacedText("qualifications", text) for text in pieces]


def still_unplaced(
    pieces: Iterable[UnplacedText], jobs: Sequence[Job], studies: Sequence[Education]
) -> tuple[UnplacedText, ...]:
    """Without the pieces from which entries have been made since."""
    names = [job.company for job in jobs] + [study.title for study in studies]
    return tuple(piece for piece in pieces if not _names_any(piece.text, names))


def _pieces(
    lines: Sequence[str],
    names: Sequence[str],
    signs: Sequence[Sign],
    is_placed: Callable[[str], bool],
) -> list[str]:
    """Adjacent lines that belong to no entry, if one of them has a sign of an entry."""
    known = [name for name in names if name]
    found: list[list[str]] = [[]]
    for line in lines:
        is_heading = bool(column_kinds(line.split("\t")))
        if line in ("", COLUMN) or is_heading or _names_any(line, known) or is_placed(line):
            found.append([])
        elif _has_words(line) and _may_name(line, is_all=not known):
            found[-1].append(line)
    named = [group for group in found if any(sign(line) for sign in signs for line in group)]
    return ["\n".join(group)[:MAX_TEXT] for group in named][:MAX_PIECES]


def _has_words(text: str) -> bool:
    return bool(_WORD.search(text)) and not is_location(text.strip(" ,-|()"))


def _may_name(line: str, *, is_all: bool) -> bool:
    """Descriptions name nothing, unless they have a year or there is nothing else."""
    return is_all or not is_body(line) or (not BULLET.match(line) and bool(YEAR.search(line)))


def _names_any(line: str, names: Iterable[str]) -> bool:
    plain = _plain(line)
    return any(_plain(name) in plain for name in names if name)


def _plain(text: str) -> str:
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "
