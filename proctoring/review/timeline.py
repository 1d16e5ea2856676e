"""One time axis of a sitting: entries, pictures, sound, answers, gaps and acts of proctors.

All moments are by the server's clock, in seconds from the beginning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from proctoring.grading.queries import integrity_of
from proctoring.models import AnswerEntry, Intervention, Recording, Sitting, Snapshot
from proctoring.results import ledger
from proctoring.results.ledger import LedgerEntry

#: Width of the axis in its own units.
WIDTH = 1000


@dataclass(frozen=True)
class Moment:
    """Something at one moment of the axis. `x` and `width` are places on it."""

    kind: str
    at: datetime
    seconds: int
    x: float
    says: str
    detail: str = ""
    tone: str = "plain"
    width: float = 0
    number: int = 0
    entry: LedgerEntry | None = None
    recording: Recording | None = None
    still: Snapshot | None = None

    @property
    def clock(self) -> str:
        """Minutes and seconds from the beginning."""
        sign = "-" if self.seconds < 0 else ""
        return f"{sign}{abs(self.seconds) // 60}:{abs(self.seconds) % 60:02d}"


@dataclass(frozen=True)
class StillMark:
    """One picture on the axis."""

    picture: Snapshot
    seconds: int
    x: float


@dataclass(frozen=True)
class Timeline:
    """The axis of one sitting."""

    seconds: int
    moments: list[Moment]
    stills: list[StillMark]
    sections: list[Moment]

    def of_kind(self, kind: str) -> list[Moment]:
        """The moments of one kind."""
        return [row for row in self.moments if row.kind == kind]

    @property
    def entries(self) -> list[Moment]:
        return self.of_kind("entry")

    @property
    def gaps(self) -> list[Moment]:
        return self.of_kind("gap")

    @property
    def answers(self) -> list[Moment]:
        return [row for row in self.moments if row.kind in ("answer", "sound")]

    @property
    def acts(self) -> list[Moment]:
        return self.of_kind("act")

    @property
    def says(self) -> str:
        """What the axis shows, for those who cannot see it."""
        return (
            f"{self.seconds // 60} minutes with {len(self.entries)} recorded entries, "
            f"{len(self.stills)} pictures, {len(self.gaps)} gaps and "
            f"{len(self.acts)} acts of proctors. The list below has each of them."
        )


class _Axis:
    """Turns moments into places."""

    def __init__(self, sitting: Sitting, stills: list[Snapshot]) -> None:
        self.start = sitting.begun_at or sitting.created_at
        ends = sitting.ended_at or max((row.taken_at for row in stills), default=self.start)
        self.seconds = max(int((ends - self.start).total_seconds()), 1)
        self.stills = [
            StillMark(row, self.second_of(row.taken_at), self.x(row.taken_at)) for row in stills
        ]

    def second_of(self, at: datetime) -> int:
        return int((at - self.start).total_seconds())

    def x(self, at: datetime) -> float:
        share = (at - self.start).total_seconds() / self.seconds
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    def nearest_still(self, at: datetime) -> Snapshot | None:
        second = self.second_of(at)
        found = min(self.stills, key=lambda row: abs(row.seconds - second), default=None)
        return found.picture if found else None

    def moment(self, kind: str, at: datetime, says: str, **facts: Any) -> Moment:
        facts.setdefault("still", self.nearest_still(at))
        return Moment(
            kind=kind, at=at, seconds=self.second_of(at), x=self.x(at), says=says, **facts
        )


def timeline_of(sitting: Sitting, now: datetime) -> Timeline:
    """Everything about a sitting on one axis, in order."""
    stills = list(sitting.snapshots.order_by("taken_at", "id"))
    axis = _Axis(sitting, stills)
    found = [
        *_entries(sitting, axis, now),
        *_gaps(sitting, axis),
        *_answers(sitting, axis),
        *_sound(sitting, axis),
        *_acts(sitting, axis),
    ]
    ordered = sorted(found, key=lambda row: row.at)
    numbered = [_numbered(row, number) for number, row in enumerate(ordered, start=1)]
    return Timeline(axis.seconds, numbered, axis.stills, list(_sections(sitting, axis)))


def _numbered(row: Moment, number: int) -> Moment:
    return Moment(**{**vars(row), "number": number})


_TONES = {"COUNTED": "bad", "WARNED": "warn", "NOTED": "plain"}


def _entries(sitting: Sitting, axis: _Axis, now: datetime) -> Iterator[Moment]:
    for entry in ledger.entries_of(sitting, now):
        own = next(iter(entry.observation.snapshots.all()), None)
        still = own or axis.nearest_still(entry.at)
        tone = _TONES.get(entry.ruling.standing, "plain") if entry.ruling else "plain"
        yield axis.moment(
            "entry", entry.at, entry.says, tone=tone, entry=entry, still=still,
            detail=entry.outcome,
        )  # fmt: skip


def _gaps(sitting: Sitting, axis: _Axis) -> Iterator[Moment]:
    for gap in ledger.gaps_of(sitting):
        seconds = int(ledger.length_of(gap, sitting).total_seconds())
        says = f"Not monitored for {seconds} s"
        width = round(WIDTH * seconds / axis.seconds, 1)
        yield axis.moment(
            "gap", gap.since, says, detail=gap.get_reason_display(), tone="info", width=width
        )


def _answers(sitting: Sitting, axis: _Axis) -> Iterator[Moment]:
    rows = AnswerEntry.objects.filter(sitting=sitting, kind=AnswerEntry.Kind.ANSWER)
    last = dict(rows.values_list("question__position").annotate(last=Max("written_at")))
    for times in integrity_of(sitting)[1]:
        at = last.get(times.question)
        if at is None:
            continue
        changes = f"{times.edits} change{'' if times.edits == 1 else 's'}"
        detail = f"{times.seconds:.0f} s, {changes}"
        yield axis.moment("answer", at, f"Answered question {times.question}", detail=detail)


def _sound(sitting: Sitting, axis: _Axis) -> Iterator[Moment]:
    rows = recordings_of(sitting).select_related("question").order_by("started_at")
    for row in rows:
        seconds = round((row.duration_ms or 0) / 1000)
        yield axis.moment(
            "sound", row.started_at, f"Spoke, question {row.question.position}",
            detail=f"{seconds} s", recording=row,
        )  # fmt: skip


def recordings_of(sitting: Sitting) -> Any:
    """Spoken answers that can be heard."""
    rows = Recording.objects.filter(question__sitting=sitting, file__isnull=False)
    return rows.exclude(state=Recording.State.DISCARDED)


def recording_of(sitting: Sitting, pk: UUID) -> Any:
    """One spoken answer of a sitting."""
    return recordings_of(sitting).select_related("file").filter(pk=pk)


def _acts(sitting: Sitting, axis: _Axis) -> Iterator[Moment]:
    rows = Intervention.objects.filter(sitting=sitting).select_related("by").order_by("at", "id")
    for row in rows:
        who = str(row.by) if row.by else "the server"
        words = f"{row.get_reason_display()}. {row.text}".strip()
        yield axis.moment(
            "act", row.at, f"{row.get_kind_display()} by {who}", detail=words, tone="info"
        )


def _sections(sitting: Sitting, axis: _Axis) -> Iterator[Moment]:
    for part in sitting.parts.select_related("section").order_by("position"):
        if part.opened_at is None:
            continue
        ends = part.closed_at or sitting.ended_at or part.opened_at
        width = max(axis.x(ends) - axis.x(part.opened_at), 0)
        yield axis.moment(
            "section", part.opened_at, part.section.name, width=round(width, 1), still=None
        )
