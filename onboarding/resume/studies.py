"""What somebody studied, from the lines below such a heading."""

from dataclasses import dataclass
from datetime import date

from onboarding.resume.lines import BULLET
from onboarding.resume.stretches import YEAR, stretch_in
from onboarding.resume.study_words import (
    BRACKETS,
    MARKS,
    PARTS,
    SCHOOL,
    level_of,
    school_apart,
    tidy,
)


@dataclass(frozen=True)
class Study:
    """One qualification, as the profile's form takes it."""

    level: str
    title: str
    institution: str
    year: int | None


def studies_in(lines: list[str], *, today: date) -> list[Study]:
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


def _study(group: list[str], today: date) -> Study:
    text = " | ".join(group)
    stretch = stretch_in(text, today=today)
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
    return Study(level_of(title or text), title[:120], school[:160], year)
