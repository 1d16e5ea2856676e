"""What the console shows: one row for each live sitting, and all about one of them.

Every function asks a fixed number of queries, however many sittings there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import TruncMinute

from accounts.models import User
from proctoring.console import wording
from proctoring.console.needs import Need, NeedFacts, covered_share, need_at, needs_of
from proctoring.models import (
    CoverageGap,
    IdentityCheck,
    Intervention,
    MonitoringConnection,
    MonitoringDemand,
    Observation,
    Ruling,
    Sitting,
    SittingEvent,
    SittingSection,
    Snapshot,
    Supervision,
)
from proctoring.monitoring.coverage import NOT_COUNTED

#: The states of the sittings that the console shows.
SHOWN = (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED, Sitting.State.IDENTITY_REVIEW)
#: Events are shown for so many minutes, also those in which there was none.
MINUTES = 10
FACES_IN_DOUBT = ("FACE_CONTRADICTED", "OTHER_PERSON_FOUND")
STILLS_SHOWN, OBSERVATIONS_SHOWN = 24, 100


@dataclass(frozen=True)
class StillShown:
    """The newest picture of a sitting."""

    id: UUID
    taken_at: datetime
    check_result: str


@dataclass(frozen=True)
class LatestObservation:
    """What was observed last."""

    number: int
    kind: str
    words: str
    standing: str
    at: datetime


@dataclass
class ConsoleRow:
    """One live sitting, as the console lists it."""

    sitting: Sitting
    needs: list[Need]
    coverage: float | None
    last_beat_at: datetime | None
    connected: bool
    open_gap: str
    section: str
    section_ends_at: datetime | None
    still: StillShown | None
    latest: LatestObservation | None
    watchers: list[dict[str, str]]
    minutes: list[int]
    warnings: int = 0
    points: int = 0

    def need(self, at: datetime) -> Need:
        """What the sitting needs most at this moment."""
        return need_at(self.needs, at)

    def place(self, at: datetime) -> tuple[Any, ...]:
        """Where it stands in the list: by need, the unwatched first, then by points and time."""
        need = self.need(at)
        since = need.since.timestamp()
        return (need.kind.rank, bool(self.watchers), -self.points, since, str(self.sitting.pk))


@dataclass
class LiveView:
    """All that the console shows of one sitting."""

    row: ConsoleRow
    stills: list[Snapshot]
    observations: list[Observation]
    interventions: list[Intervention]
    gaps: list[CoverageGap]
    identity_checks: list[IdentityCheck]
    device: dict[str, Any] = field(default_factory=dict)
    waived: list[str] = field(default_factory=list)


def shown() -> QuerySet[Sitting]:
    """The sittings of the console."""
    return Sitting.objects.filter(state__in=SHOWN)


def console_rows(at: datetime, ids: Collection[UUID] | None = None) -> list[ConsoleRow]:
    """The rows of all live sittings, or of those that are named; the most urgent first."""
    asked = shown() if ids is None else shown().filter(pk__in=ids)
    sittings = list(_with_moments(asked))
    facts = _FactsOfMany(sittings, at)
    rows = [facts.row(sitting) for sitting in sittings]
    return sorted(rows, key=lambda row: row.place(at))


@dataclass(frozen=True)
class Pulse:
    """What changes most often in a live sitting, and a mark that changes with its row."""

    beat_at: datetime | None
    active_at: datetime | None
    mark: str


def pulses() -> dict[UUID, Pulse]:
    """The pulse of every live sitting, in one query."""
    rows = shown().annotate(beat_at=_newest_beat()).select_related("monitoring")
    fields = rows.only(
        *("state", "updated_at", "last_seen_at", "last_active_at"),
        *("monitoring__last_number", "monitoring__stills"),
    )
    return {
        row.pk: Pulse(_latest(row.last_seen_at, row.beat_at), row.last_active_at, mark_of(row))
        for row in cast(Iterable[Any], fields)
    }


def mark_of(sitting: Sitting) -> str:
    """Another text whenever the state, the observations or the pictures have changed."""
    known = getattr(sitting, "monitoring", None)
    counts = (known.last_number, known.stills) if known else ()
    return repr((sitting.state, sitting.updated_at, *counts))


def live_view(sitting: Sitting, at: datetime) -> LiveView | None:
    """One sitting with what was seen, newest first; None if the console does not show it."""
    rows = console_rows(at, [sitting.pk])
    if not rows:
        return None
    row = rows[0]
    connection = row.sitting.connections.order_by("-last_beat_at").first()
    return LiveView(
        row=row,
        stills=list(row.sitting.snapshots.order_by("-taken_at")[:STILLS_SHOWN]),
        observations=list(
            _with_rulings(row.sitting.observations.order_by("-number"))[:OBSERVATIONS_SHOWN]
        ),
        interventions=list(row.sitting.interventions.select_related("by").order_by("-at")),
        gaps=list(row.sitting.gaps.order_by("-since")[:OBSERVATIONS_SHOWN]),
        identity_checks=list(IdentityCheck.objects.filter(sitting=sitting).order_by("number")),
        device=dict(connection.facts) if connection else {},
        waived=[str(MonitoringDemand(each).label) for each in row.sitting.waives],
    )


def watchers_of(ids: Collection[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """The proctors who watch each sitting, in the order in which they began."""
    found: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    watching = Supervision.objects.filter(sitting__in=ids, until=None)
    for watch in watching.select_related("proctor__agent").order_by("since"):
        who = {"id": str(watch.proctor_id), "name": staff_name(watch.proctor)}
        found[watch.sitting_id].append(who)
    return found


def staff_name(user: User | None) -> str:
    """How the console calls a colleague: staff have no name but that of their address."""
    if user is None:
        return ""
    own = user.email.partition("@")[0] if user.email and user.agent_or_none is None else ""
    return own.replace(".", " ").replace("_", " ").title() or str(user)


def _with_rulings(observations: QuerySet[Observation]) -> QuerySet[Observation]:
    rulings = Ruling.objects.order_by("-number")
    return observations.prefetch_related(Prefetch("rulings", rulings))


def _newest_beat() -> Subquery:
    connections = MonitoringConnection.objects.filter(sitting=OuterRef("pk"))
    return Subquery(connections.order_by("-last_beat_at").values("last_beat_at")[:1])


def _with_moments(sittings: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """Annotate the newest of what hangs on each sitting, by the index of each table."""
    stills = Snapshot.objects.filter(sitting=OuterRef("pk")).order_by("-taken_at")
    seen = Observation.objects.filter(sitting=OuterRef("pk")).order_by("-number")
    acts = Intervention.objects.filter(sitting=OuterRef("pk"), by__isnull=False).order_by("-at")
    held = MonitoringConnection.objects.filter(sitting=OuterRef("pk"), state="HELD")
    return (
        sittings.select_related("assessment", "agent__user", "monitoring")
        .annotate(
            still_id=Subquery(stills.values("pk")[:1]),
            seen_id=Subquery(seen.values("pk")[:1]),
            attended_at=Subquery(acts.values("at")[:1]),
            beat_at=_newest_beat(),
            is_held=Exists(held),
        )
        .order_by("begun_at", "pk")
    )


class _FactsOfMany:
    """What is read for many sittings at once."""

    def __init__(self, sittings: Sequence[Any], at: datetime) -> None:
        self.at = at
        ids = [sitting.pk for sitting in sittings]
        self.stills = Snapshot.objects.in_bulk([s.still_id for s in sittings if s.still_id])
        newest = Observation.objects.filter(pk__in=[s.seen_id for s in sittings if s.seen_id])
        self.latest = {row.pk: row for row in _with_rulings(newest)}
        self.ruled = _ruled_at(ids)
        self.doubted = _doubted_at(ids)
        self.minutes = _events_a_minute(ids, at)
        self.watchers = watchers_of(ids)
        self.gaps: dict[UUID, list[CoverageGap]] = defaultdict(list)
        for gap in CoverageGap.objects.filter(sitting__in=ids).order_by("since"):
            self.gaps[gap.sitting_id].append(gap)
        parts = SittingSection.objects.filter(
            sitting__in=ids, opened_at__isnull=False, closed_at__isnull=True
        )
        self.parts = {part.sitting_id: part for part in parts.select_related("section")}
        waiting = SittingEvent.objects.filter(subject__in=ids, became=Sitting.State.IDENTITY_REVIEW)
        since = waiting.order_by().values("subject").annotate(newest=Max("at"))
        self.waiting = {row["subject"]: row["newest"] for row in since}

    def row(self, sitting: Any) -> ConsoleRow:
        gaps, part = self.gaps[sitting.pk], self.parts.get(sitting.pk)
        coverage = self._coverage(sitting, gaps)
        heard = _latest(sitting.last_seen_at, sitting.beat_at)
        warned_at, violation_at = self.ruled.get(sitting.pk, (None, None))
        facts = NeedFacts(
            state=sitting.state,
            begun_at=sitting.begun_at,
            last_beat_at=heard,
            last_active_at=sitting.last_active_at,
            waiting_since=self.waiting.get(sitting.pk),
            paused_at=sitting.paused_at,
            face_doubted_at=self.doubted.get(sitting.pk),
            violation_at=violation_at,
            warned_at=warned_at,
            attended_at=sitting.attended_at,
            coverage=coverage,
        )
        state = getattr(sitting, "monitoring", None)
        return ConsoleRow(
            sitting=sitting,
            needs=needs_of(facts, fallback=self.at),
            coverage=coverage,
            last_beat_at=heard,
            connected=sitting.is_held,
            open_gap=next((str(gap.get_reason_display()) for gap in gaps if gap.until is None), ""),
            section=part.section.name if part else "",
            section_ends_at=part.ends_at if part else None,
            still=self._still(sitting.still_id),
            latest=self._latest(sitting.seen_id),
            watchers=self.watchers[sitting.pk],
            minutes=self.minutes.get(sitting.pk, [0] * MINUTES),
            warnings=state.warnings if state else 0,
            points=state.points if state else 0,
        )

    def _coverage(self, sitting: Sitting, gaps: Iterable[CoverageGap]) -> float | None:
        if sitting.begun_at is None:
            return None
        is_pause = CoverageGap.Reason.PAUSE
        counted = [gap for gap in gaps if gap.reason not in NOT_COUNTED]
        pauses = [(gap.since, gap.until) for gap in gaps if gap.reason == is_pause]
        if sitting.paused_at is not None:
            pauses.append((sitting.paused_at, None))
        spans = [(gap.since, gap.until) for gap in counted]
        return covered_share(begun_at=sitting.begun_at, at=self.at, gaps=spans, pauses=pauses)

    def _still(self, pk: UUID | None) -> StillShown | None:
        still = self.stills.get(pk) if pk else None
        return StillShown(still.pk, still.taken_at, still.check_result) if still else None

    def _latest(self, pk: UUID | None) -> LatestObservation | None:
        row = self.latest.get(pk) if pk else None
        if row is None:
            return None
        ruling = next(iter(row.rulings.all()), None)
        return LatestObservation(
            number=row.number,
            kind=row.kind,
            words=wording.words_for(row.kind),
            standing=ruling.standing if ruling else "",
            at=row.received_at,
        )


def _ruled_at(ids: Collection[UUID]) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """When each sitting last got a warning, and when a serious violation was last counted."""
    later = Ruling.objects.filter(
        observation=OuterRef("observation"), number__gt=OuterRef("number")
    )
    standing = Ruling.objects.filter(~Exists(later), sitting__in=ids)
    serious = Q(standing="COUNTED", severity__in=("HIGH", "CRITICAL"))
    rows = standing.exclude(standing="NOTED").order_by().values("sitting")
    found = rows.annotate(warned=Max("at"), serious=Max("at", filter=serious))
    return {row["sitting"]: (row["warned"], row["serious"]) for row in found}


def _doubted_at(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the server's own look at a picture last disagreed with the page."""
    pictures = Snapshot.objects.filter(sitting__in=ids, check_result=Snapshot.Check.CONTRADICTED)
    seen = Observation.objects.filter(sitting__in=ids, kind__in=FACES_IN_DOUBT)
    doubted: dict[UUID, datetime] = {}
    for rows, moment in ((pictures, "taken_at"), (seen, "received_at")):
        for row in rows.order_by().values("sitting").annotate(newest=Max(moment)):
            pk, newest = row["sitting"], row["newest"]
            doubted[pk] = max(doubted.get(pk, newest), newest)
    return doubted


def _events_a_minute(ids: Collection[UUID], at: datetime) -> dict[UUID, list[int]]:
    """How many observations came in each of the last minutes, the oldest minute first."""
    this_minute = at.replace(second=0, microsecond=0)
    first = this_minute - timedelta(minutes=MINUTES - 1)
    rows = (
        Observation.objects.filter(sitting__in=ids, received_at__gte=first)
        .exclude(origin=Observation.Origin.STAFF)
        .order_by()
        .values("sitting", minute=TruncMinute("received_at"))
        .annotate(events=Count("pk"))
    )
    found: dict[UUID, list[int]] = {}
    for row in rows:
        counts = found.setdefault(row["sitting"], [0] * MINUTES)
        place = int((row["minute"] - first) / timedelta(minutes=1))
        if 0 <= place < MINUTES:
            counts[place] = row["events"]
    return found


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
