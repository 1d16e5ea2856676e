"""What makes a live sitting need a proctor, in the order of urgency.

Does not use Django. A need holds from a moment on, which may lie in the future: a sitting that was
heard of just now counts as missing a quarter of a minute later, unless it is heard of again. So a
page that knows the needs can sort by them without asking anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: A sitting that was not heard of for longer counts as missing.
MISSING_AFTER = timedelta(seconds=15)
#: Nothing typed, pressed or moved for so long.
IDLE_AFTER = timedelta(minutes=3)
#: Less coverage than this needs a look. It is not judged before the sitting has run for a while.
ENOUGH_COVERAGE = 0.9
COVERAGE_JUDGED_AFTER = timedelta(minutes=2)


class NeedKind(StrEnum):
    """Why a sitting needs a proctor, the most urgent first."""

    MISSING = "MISSING"
    FACE = "FACE"
    VIOLATION = "VIOLATION"
    WARNED = "WARNED"
    COVERAGE = "COVERAGE"
    IDENTITY = "IDENTITY"
    IDLE = "IDLE"
    PAUSED = "PAUSED"
    FINE = "FINE"

    @property
    def rank(self) -> int:
        """Its place in the order of urgency; 0 comes first."""
        return list(NeedKind).index(self)

    @property
    def asks_for_attention(self) -> bool:
        """Whether a proctor should look; a pause and an ordinary sitting wait for nobody."""
        return self not in (NeedKind.PAUSED, NeedKind.FINE)


LABELS: dict[NeedKind, str] = {
    NeedKind.MISSING: "Missing",
    NeedKind.FACE: "Face in doubt",
    NeedKind.VIOLATION: "Serious violation",
    NeedKind.WARNED: "Warning",
    NeedKind.COVERAGE: "Under-monitored",
    NeedKind.IDENTITY: "Identity to check",
    NeedKind.IDLE: "Idle",
    NeedKind.PAUSED: "Paused",
    NeedKind.FINE: "Fine",
}
TONES: dict[NeedKind, str] = {
    NeedKind.MISSING: "bad",
    NeedKind.FACE: "bad",
    NeedKind.VIOLATION: "bad",
    NeedKind.WARNED: "warn",
    NeedKind.COVERAGE: "warn",
    NeedKind.IDENTITY: "info",
    NeedKind.IDLE: "warn",
    NeedKind.PAUSED: "info",
    NeedKind.FINE: "good",
}


@dataclass(frozen=True)
class NeedFacts:
    """What the need of a sitting depends on. What a proctor has acted on since asks no more."""

    state: str
    begun_at: datetime | None = None
    last_beat_at: datetime | None = None
    last_active_at: datetime | None = None
    waiting_since: datetime | None = None
    paused_at: datetime | None = None
    face_doubted_at: datetime | None = None
    violation_at: datetime | None = None
    warned_at: datetime | None = None
    attended_at: datetime | None = None
    coverage: float | None = None


@dataclass(frozen=True)
class Need:
    """One need, and the moment from which it holds."""

    kind: NeedKind
    since: datetime


def needs_of(facts: NeedFacts, *, fallback: datetime) -> list[Need]:
    """All needs that hold or will hold if nothing more is heard, the most urgent first.

    The last one always holds. `fallback` stands for a moment that is not known.
    """
    found: list[Need] = []
    begun = facts.begun_at or fallback
    if facts.state == "IDENTITY_REVIEW":
        found.append(Need(NeedKind.IDENTITY, facts.waiting_since or fallback))
    if facts.state == "IN_PROGRESS":
        found.append(Need(NeedKind.MISSING, (facts.last_beat_at or begun) + MISSING_AFTER))
        found.append(Need(NeedKind.IDLE, (facts.last_active_at or begun) + IDLE_AFTER))
    if facts.state in ("IN_PROGRESS", "PAUSED"):
        found += _unattended(facts)
        if facts.coverage is not None and facts.coverage < ENOUGH_COVERAGE:
            found.append(Need(NeedKind.COVERAGE, begun + COVERAGE_JUDGED_AFTER))
    if facts.state == "PAUSED":
        found.append(Need(NeedKind.PAUSED, facts.paused_at or fallback))
    found.append(Need(NeedKind.FINE, min(begun, fallback)))
    return sorted(found, key=lambda need: need.kind.rank)


def _unattended(facts: NeedFacts) -> list[Need]:
    """What was seen after the last act of a proctor."""
    seen = {
        NeedKind.FACE: facts.face_doubted_at,
        NeedKind.VIOLATION: facts.violation_at,
        NeedKind.WARNED: facts.warned_at,
    }
    return [
        Need(kind, at)
        for kind, at in seen.items()
        if at is not None and (facts.attended_at is None or at > facts.attended_at)
    ]


def need_at(needs: Sequence[Need], at: datetime) -> Need:
    """The most urgent need that holds at this moment."""
    return next((need for need in needs if need.since <= at), needs[-1])


def need_of(facts: NeedFacts, *, at: datetime) -> Need:
    """What the sitting needs most at this moment."""
    return need_at(needs_of(facts, fallback=at), at)


def covered_share(
    *,
    begun_at: datetime,
    at: datetime,
    gaps: Sequence[tuple[datetime, datetime | None]],
    pauses: Sequence[tuple[datetime, datetime | None]] = (),
) -> float:
    """The share of the time since the beginning that was monitored, pauses left out.

    Gaps that overlap count once. One without an end lasts until now.
    """
    paused = _union(pauses, begun_at, at)
    counted = (at - begun_at) - _length(paused)
    if counted <= timedelta(0):
        return 1.0
    either = _length(_union([*gaps, *pauses], begun_at, at))
    return 1.0 - min(max((either - _length(paused)) / counted, 0.0), 1.0)


def _union(
    spans: Sequence[tuple[datetime, datetime | None]], first: datetime, last: datetime
) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for since, until in sorted((max(s, first), min(u or last, last)) for s, u in spans):
        if until <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged


def _length(spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
    return sum((until - since for since, until in spans), timedelta(0))
