"""Where somebody has worked, from the lines below such a heading."""

import re
from dataclasses import dataclass
from datetime import date

from onboarding.resume.job_words import (
    COMPANY,
    LABEL,
    NAMELESS,
    PARTS,
    ROLE,
    SENTENCE,
    domain_of,
)
from onboarding.resume.lines import BULLET
from onboarding.resume.stretches import Stretch, stretch_in

HEADER_WORDS = 9


@dataclass(frozen=True)
class Job:
    """One job, as the profile's form takes it."""

    company: str
    role: str
    domain: str
    started_on: date
    ended_on: date | None


def jobs_in(lines: list[str], *, today: date) -> list[Job]:
    """One for each line with a stretch of time, named by what stands on it and beside it."""
    found: list[Job] = []
    used = -1
    lines = [SENTENCE.sub(_in_order, line) for line in lines]
    for index, line in enumerate(lines):
        stretch = stretch_in(line, today=today)
        if stretch is None or index <= used:
            continue
        parts, used = _parts_around(lines, index, used, stretch, today)
        role, company = _told_apart(parts)
        if role or company:
            kind = domain_of(role) or domain_of(company) or "OTHER"
            started, ended = stretch.started_on, stretch.ended_on
            found.append(Job(company[:120], role[:120], kind, started, ended))
    return found


def _in_order(sentence: "re.Match[str]") -> str:
    since = "since " if " since " in sentence[0].casefold() else ""
    return f"{sentence['role']} | {sentence['company']} | {since}{sentence['rest']}"


def _parts_around(
    lines: list[str], index: int, used: int, stretch: Stretch, today: date
) -> tuple[list[str], int]:
    """What names the job: the line itself, then lines before it, then after it."""
    line = lines[index]
    own = _parts(line[: stretch.place[0]] + " | " + line[stretch.place[1] :])
    before = index - 1
    while len(own) < 2 and before > used and _names_something(lines[before], today):
        own = _parts(lines[before]) + own
        before -= 1
    after = index
    while len(own) < 2 and after + 1 < len(lines) and _names_something(lines[after + 1], today):
        after += 1
        own += _parts(lines[after])
    return own, after


def _names_something(line: str, today: date) -> bool:
    """A short line without bullet or full stop names a job; others tell what was done there."""
    if BULLET.match(line) or stretch_in(line, today=today):
        return False
    return len(line.split()) <= HEADER_WORDS and not line.endswith(".")


def _parts(line: str) -> list[str]:
    plain = BULLET.sub("", line)
    parts = (LABEL.sub("", part.strip(" ()[]-.:|")) for part in PARTS.split(plain))
    named = (part.strip(" ()[]-.:|") for part in parts)
    return [part for part in named if len(part) > 1 and part.casefold() not in NAMELESS]


def _told_apart(parts: list[str]) -> tuple[str, str]:
    """Which part is the role and which the company."""
    roles = [part for part in parts if ROLE.search(part) and not COMPANY.search(part)]
    role = next(iter(roles), "") or next((part for part in parts if ROLE.search(part)), "")
    others = [part for part in parts if part != role]
    company = next((part for part in others if COMPANY.search(part)), next(iter(others), ""))
    if not role:
        role = next((part for part in others if part != company), "")
    return role, company
