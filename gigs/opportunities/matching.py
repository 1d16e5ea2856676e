"""Match of an agent with an opportunity: a score of up to 100 in parts, with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from hitouch.core.web.humanize import whole_years_text

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


LEVEL, SKILLS, QUALIFICATIONS, YEARS, DOMAIN, LANGUAGES = 30, 20, 20, 14, 6, 10


RECOMMENDED_FROM = 30


#: Share of a language known at this level only; other levels, and no statement, count in full.
SHARE = {"NONE": 0.0, "BASIC": 0.5}


@dataclass(frozen=True)
class Requirements:
    """What an opportunity asks for. Empty fields ask for nothing in particular."""

    level: str
    skills: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    years: int = 0
    domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    #: Whether the work is spoken, written, or both.
    ways: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """What an agent brings. `level` is empty until onboarding is complete."""

    level: str = ""
    skills: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    months: int = 0
    domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    #: Stated proficiency by skill (spoken, written) and language, where the agent stated it.
    fluency: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ScorePart:
    """One part of the score, with the sentence that explains it."""

    name: str
    points: int
    out_of: int
    why: str


@dataclass(frozen=True)
class Obstacle:
    """A reason why the agent may not apply, and its remedy."""

    code: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Match:
    """The result: parts of the score, and obstacles."""

    parts: tuple[ScorePart, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def score(self) -> int:
        """The sum of the parts, out of 100."""
        return sum(part.points for part in self.parts)

    @property
    def is_eligible(self) -> bool:
        """Whether the agent may apply."""
        return not self.obstacles

    @property
    def is_recommended(self) -> bool:
        """Whether the opportunity is recommended to the agent."""
        return self.is_eligible and self.score >= RECOMMENDED_FROM

    def as_json(self) -> list[dict[str, object]]:
        """The parts, to store with an application."""
        return [asdict(part) for part in self.parts]


def match(wanted: Requirements, offered: Candidate) -> Match:
    """Score a candidate against the requirements."""
    parts = (
        _level(wanted, offered),
        _overlap("Skills", SKILLS, wanted.skills, offered.skills),
        _qualification(wanted.qualifications, offered.qualifications),
        _experience(wanted, offered),
        _languages(wanted, offered),
    )
    return Match(parts=parts, obstacles=_obstacles(wanted, offered))


def _level(wanted: Requirements, offered: Candidate) -> ScorePart:
    if not offered.level:
        return ScorePart("Level", 0, LEVEL, f"Needs {wanted.level}. You do not have a level yet.")
    if offered.level >= wanted.level:
        why = f"Needs {wanted.level}. Your level is {offered.level}."
        return ScorePart("Level", LEVEL, LEVEL, why)
    below = LEVELS.index(wanted.level) - LEVELS.index(offered.level)
    why = f"Needs {wanted.level}. Your level is {offered.level}."
    return ScorePart("Level", LEVEL // 2 if below == 1 else 0, LEVEL, why)


def _normalised(words: Sequence[str]) -> set[str]:
    return {" ".join(word.casefold().split()) for word in words} - {""}


def _overlap(name: str, out_of: int, wanted: Sequence[str], offered: Sequence[str]) -> ScorePart:
    if not _normalised(wanted):
        return ScorePart(name, out_of, out_of, "No specific requirement.")
    missing = sorted(_normalised(wanted) - _normalised(offered))
    had = len(_normalised(wanted)) - len(missing)
    why = f"You have {had} of {len(_normalised(wanted))}."
    if missing:
        why += f" Missing: {', '.join(_as_written(missing, wanted))}."
    return ScorePart(name, out_of * had // len(_normalised(wanted)), out_of, why)


def _as_written(missing: Sequence[str], wanted: Sequence[str]) -> list[str]:
    written = {" ".join(word.casefold().split()): " ".join(word.split()) for word in wanted}
    return [written[word] for word in missing]


def _languages(wanted: Requirements, offered: Candidate) -> ScorePart:
    """Each language counts in full, or less if it is too weak for the kind of work."""
    part = _overlap("Languages", LANGUAGES, wanted.languages, offered.languages)
    asked = _normalised(wanted.languages)
    graded = {
        word: _weakest(word, wanted, offered) for word in asked & _normalised(offered.languages)
    }
    weak = {word: grade for word, grade in graded.items() if grade in SHARE}
    if not weak:
        return part
    had = len(graded) - sum(1 - SHARE[grade] for grade in weak.values())
    poor = ", ".join(_as_written(sorted(weak), wanted.languages))
    work = " and ".join(wanted.ways)
    why = f"{part.why} This work is {work}. Your {poor} needs to be stronger for that."
    return ScorePart(part.name, int(LANGUAGES * had / len(asked)), LANGUAGES, why)


def _weakest(word: str, wanted: Requirements, offered: Candidate) -> str:
    """The lowest grade of a language among the skills that the work needs."""
    grades = [offered.fluency.get(way, {}).get(word, "") for way in wanted.ways]
    return min(grades, key=lambda grade: SHARE.get(grade, 1.0), default="")


def _qualification(wanted: Sequence[str], offered: Sequence[str]) -> ScorePart:
    """Any of the named qualifications is enough; another one counts partly."""
    name, out_of = "Qualifications", QUALIFICATIONS
    if not _normalised(wanted):
        return ScorePart(name, out_of, out_of, "No specific requirement.")
    asked = " or ".join(wanted)
    has = _normalised(offered)
    if any(word in title or title in word for word in _normalised(wanted) for title in has):
        return ScorePart(name, out_of, out_of, f"You have the required qualification: {asked}.")
    if has:
        return ScorePart(name, out_of * 2 // 5, out_of, f"Needs {asked}. Yours is different.")
    return ScorePart(name, 0, out_of, f"Needs {asked}. Your profile does not have one.")


def _experience(wanted: Requirements, offered: Candidate) -> ScorePart:
    needed = wanted.years * 12
    years = YEARS if not needed else YEARS * min(max(offered.months, 0), needed) // needed
    near = not _normalised(wanted.domains) or bool(
        _normalised(wanted.domains) & _normalised(offered.domains)
    )
    had = whole_years_text(offered.months)
    asked = f"Needs {whole_years_text(needed)}. You have {had}." if needed else f"You have {had}."
    field = "" if near else " None of it is in this field."
    return ScorePart("Experience", years + (DOMAIN if near else 0), YEARS + DOMAIN, asked + field)


def _obstacles(wanted: Requirements, offered: Candidate) -> tuple[Obstacle, ...]:
    if not offered.level:
        why = "Your onboarding is not complete."
        return (Obstacle("not_cleared", why, "Complete it to apply."),)
    if offered.level < wanted.level:
        why = f"This opportunity needs level {wanted.level}. Your level is {offered.level}."
        remedy = f"Reach {wanted.level} in the assessment to apply."
        return (Obstacle("level_too_low", why, remedy),)
    return ()
