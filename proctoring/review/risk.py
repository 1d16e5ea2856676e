"""Whether a graded result is held for a review, and how much speaks for a look. Knows no Django.

Observations are facts and rulings are judgements; this looks at both and decides nothing about the
person. The risk orders the queue of reviewers and says of which parts it is made.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Identity = Literal["SAME", "UNDECIDED", "OTHER"]
Reason = Literal["FLAGGED", "COVERAGE", "IDENTITY", "RANDOM"]
#: A sitting monitored for less than this share is reviewed.
LEAST_COVERAGE = 0.9
#: So many lost connections, or so many seconds of them together, are reviewed.
MANY_OUTAGES, LONG_OUTAGES = 10, 600.0
#: The ends of a sitting that somebody other than the candidate or the clock decided.
ENDED_BY_OTHERS = frozenset({"RULES", "PROCTOR"})
SERIOUS = frozenset({"HIGH", "CRITICAL"})


@dataclass(frozen=True)
class ReviewFacts:
    """What a sitting showed. `counted` are the severities of the rulings that added points."""

    points: int = 0
    points_limit: int = 10
    end_reason: str = ""
    counted: tuple[str, ...] = ()
    coverage: float | None = None
    identity: Identity = "SAME"
    outages: int = 0
    outage_seconds: float = 0.0
    contradicted_stills: int = 0
    journal_faults: int = 0
    is_drawn: bool = False


@dataclass(frozen=True)
class RiskPart:
    """One part of the risk, in points of 100, and why."""

    name: str
    points: int
    says: str


@dataclass(frozen=True)
class Risk:
    """The risk from 0 to 100 and its parts, the greatest first."""

    parts: tuple[RiskPart, ...] = ()

    @property
    def total(self) -> int:
        return min(sum(part.points for part in self.parts), 100)


def reasons_of(facts: ReviewFacts) -> list[Reason]:
    """Why a person has to look before the result counts. Empty if nobody has to."""
    found: list[tuple[Reason, bool]] = [
        ("FLAGGED", _is_flagged(facts)),
        ("COVERAGE", _is_under_covered(facts) or _has_many_outages(facts)),
        ("IDENTITY", facts.identity != "SAME"),
        ("RANDOM", facts.is_drawn),
    ]
    return [reason for reason, holds in found if holds]


def _is_flagged(facts: ReviewFacts) -> bool:
    return (
        facts.points >= facts.points_limit
        or facts.end_reason in ENDED_BY_OTHERS
        or any(severity in SERIOUS for severity in facts.counted)
    )


def _is_under_covered(facts: ReviewFacts) -> bool:
    """Not monitored enough.

    Monitoring measures every sitting at its end, 0 if nothing was heard of it; one without a
    figure ended before that was done.
    """
    return facts.coverage is not None and facts.coverage < LEAST_COVERAGE


def _has_many_outages(facts: ReviewFacts) -> bool:
    return facts.outages >= MANY_OUTAGES or facts.outage_seconds >= LONG_OUTAGES


def risk_of(facts: ReviewFacts) -> Risk:
    """How much speaks for a look, with each part explained."""
    parts = [
        _violations(facts),
        _identity(facts),
        _coverage(facts),
        _evidence(facts),
        _connection(facts),
    ]
    found = [part for part in parts if part.points > 0]
    return Risk(tuple(sorted(found, key=lambda part: -part.points)))


def _violations(facts: ReviewFacts) -> RiskPart:
    share = min(facts.points / max(facts.points_limit, 1), 1.0)
    points = round(30 * share)
    serious = sum(severity in SERIOUS for severity in facts.counted)
    points += min(serious, 2) * 5
    if facts.end_reason in ENDED_BY_OTHERS:
        points = 40
    says = f"{facts.points} of {facts.points_limit} points"
    if serious:
        says += f", {serious} of them serious" if serious > 1 else ", one of them serious"
    if facts.end_reason == "RULES":
        says += "; the rules ended it"
    elif facts.end_reason == "PROCTOR":
        says += "; a proctor ended it"
    return RiskPart("Violations", min(points, 40), says)


def _identity(facts: ReviewFacts) -> RiskPart:
    if facts.identity == "OTHER":
        return RiskPart("Identity", 25, "a person said that the photo shows somebody else")
    points = 15 if facts.identity == "UNDECIDED" else 0
    return RiskPart("Identity", points, "nobody decided whether the photo shows the agent")


def _coverage(facts: ReviewFacts) -> RiskPart:
    if facts.coverage is None:
        return RiskPart("Coverage", 0, "it is not known how much was monitored")
    missing = max(LEAST_COVERAGE - facts.coverage, 0.0) / LEAST_COVERAGE
    points = 5 + round(10 * missing) if missing > 0 else 0
    return RiskPart("Coverage", points, f"monitored for {_percent(facts.coverage)} of the time")


def _percent(share: float) -> str:
    """Cut off: 89.9 % is not 90 %, which would be enough."""
    return f"{int(share * 100)} %"


def _evidence(facts: ReviewFacts) -> RiskPart:
    points = min(3 * facts.contradicted_stills, 10) + min(5 * facts.journal_faults, 5)
    says = []
    if facts.contradicted_stills:
        says.append(f"{facts.contradicted_stills} pictures disagree with what the page said")
    if facts.journal_faults:
        says.append("the journal of the page has gaps")
    return RiskPart("Evidence", points, "; ".join(says))


def _connection(facts: ReviewFacts) -> RiskPart:
    points = 5 if _has_many_outages(facts) else 0
    minutes = round(facts.outage_seconds / 60)
    return RiskPart("Connection", points, f"{facts.outages} lost connections, {minutes} minutes")


def is_drawn(seed: str, *, percent: float) -> bool:
    """Whether a sitting is reviewed by lot: always the same answer for the same seed."""
    digest = hashlib.sha256(f"hitouch-review:{seed}".encode()).hexdigest()
    return int(digest[:8], 16) / 16**8 < percent / 100


def points_in_force(rulings: Sequence[tuple[str, int]]) -> int:
    """Points of the rulings in force, given as verdict and points. Dismissed ones add nothing."""
    return sum(points for verdict, points in rulings if verdict != "DISMISSED")
