"""Monitoring of a sitting: events, heartbeats, open pages and snapshots.

The browser only reports events; severity and consequence are decided here.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from proctoring import conf, violations
from proctoring.delivery import timing
from proctoring.delivery.locks import lock_sitting
from proctoring.delivery.refusals import SittingOver
from proctoring.delivery.services import end_sitting
from proctoring.models import MonitoringState, Observation, Ruling, Sitting, Snapshot
from proctoring.observations.services import Fact, chained, lock_state


class TooManyEvents(Refusal):
    """More events or snapshots than allowed."""

    code = "too_many"
    message = "Too many requests. Send less, less often."
    status = 429


@dataclass(frozen=True)
class ReportedEvent:
    """One event as reported by the browser."""

    id: uuid.UUID
    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class BatchResult:
    """Result of a batch: acknowledged ids, unknown ids, and newly recorded events."""

    sitting: Sitting
    ids: list[uuid.UUID] = field(default_factory=list)
    unknown: list[uuid.UUID] = field(default_factory=list)
    fresh: list[Observation] = field(default_factory=list)

    @property
    def warnings(self) -> list[Observation]:
        """What the agent is told: the observations with a ruling beyond a note."""
        told = {Ruling.Standing.WARNED, Ruling.Standing.COUNTED}
        return [row for row in self.fresh if row.ruling and row.ruling.standing in told]


@transaction.atomic
def record_events(
    *, sitting: Sitting, events: Sequence[ReportedEvent], at: datetime
) -> BatchResult:
    """Record events of the browser. A known id is acknowledged, but not recorded again."""
    locked = _lock_live_sitting(sitting)
    if len(events) > conf.MAX_EVENTS_PER_BATCH:
        raise TooManyEvents
    accepted = [event for event in events if event.kind in violations.BROWSER_KINDS]
    result = _record_in_chain(locked, accepted, at)
    result.unknown = [event.id for event in events if event.kind not in violations.BROWSER_KINDS]
    Sitting.objects.filter(pk=locked.pk).update(last_seen_at=at)
    return result


@transaction.atomic
def page_opened(*, sitting: Sitting, page: str, at: datetime) -> BatchResult:
    """Record that a page connected, after which gap, and whether another page is open."""
    locked = _lock_live_sitting(sitting)
    gap = at - (locked.last_seen_at or at)
    kinds = []
    if locked.page and locked.page != page and gap <= conf.CONNECTION_LOST_AFTER:
        kinds.append("OPENED_TWICE")
    if gap > conf.CONNECTION_LOST_AFTER:
        gaps = locked.observations.filter(
            kind="NETWORK_BACK", data__seconds__gt=violations.SHORT_GAP.seconds
        )
        kinds.append(violations.kind_of_gap(gap, earlier_gaps=gaps.count()))
    data = {"seconds": round(gap.total_seconds())}
    events = [ReportedEvent(uuid.uuid4(), kind, at, data) for kind in kinds]
    result = _record_in_chain(locked, events, at)
    if gap > conf.CONNECTION_LOST_AFTER and locked.is_live:
        timing.credit_outage(locked, since=at - gap, at=at)
    Sitting.objects.filter(pk=locked.pk).update(page=page, last_seen_at=at)
    return result


def page_closed(*, sitting: Sitting, page: str) -> None:
    """Record that the page was closed normally, so that it does not count as open."""
    Sitting.objects.live().filter(pk=sitting.pk, page=page).update(page="")


def heartbeat(*, sitting: Sitting, active: bool, at: datetime) -> None:
    """Record that the page is connected; `active` if it was used since the last heartbeat."""
    moments = {"last_seen_at": at, **({"last_active_at": at} if active else {})}
    if not Sitting.objects.live().filter(pk=sitting.pk).update(**moments):
        raise SittingOver


@transaction.atomic
def save_snapshot(
    *, sitting: Sitting, picture: UploadedFile, at: datetime, event_id: uuid.UUID | None = None
) -> Snapshot:
    """Save a camera snapshot, at most one every few seconds."""
    locked = _lock_live_sitting(sitting)
    newest = locked.snapshots.order_by("-taken_at").first()
    too_soon = newest is not None and at - newest.taken_at < conf.MIN_SNAPSHOT_INTERVAL
    if too_soon or locked.snapshots.count() >= conf.MAX_SNAPSHOTS_PER_SITTING:
        raise TooManyEvents
    return Snapshot.objects.create(
        sitting=locked,
        observation=locked.observations.filter(device=event_id).first() if event_id else None,
        file=storage.store_image(picture, purpose="proctoring.snapshot"),
        taken_at=at,
        keep_until=at + timedelta(days=locked.assessment.retention_days),
    )


def _lock_live_sitting(sitting: Sitting) -> Sitting:
    locked = lock_sitting(sitting)
    if not locked.is_live:
        raise SittingOver
    return locked


def _record_in_chain(locked: Sitting, events: Sequence[ReportedEvent], at: datetime) -> BatchResult:
    """Judge and chain events of a locked sitting; end it if the rules require that."""
    earlier = list(locked.observations.with_rulings().order_by("number"))
    if len(earlier) + len(events) > conf.MAX_EVENTS_PER_SITTING:
        raise TooManyEvents
    result = BatchResult(locked, ids=[event.id for event in events])
    known_ids = {row.device for row in earlier}
    state = lock_state(locked)
    seen = [
        violations.SeenEvent(row.kind, row.seen_at, row.ruling.standing, row.ruling.points)  # type: ignore[arg-type]
        for row in earlier
        if row.ruling
    ]
    rulings = []
    for event in events:
        if event.id in known_ids:
            continue
        known_ids.add(event.id)
        row, ruling = _judge_event(state, locked, event, seen, at)
        result.fresh.append(row)
        rulings.append(ruling)
        seen.append(violations.SeenEvent(row.kind, row.seen_at, ruling.standing, ruling.points))  # type: ignore[arg-type]
        state.warnings += ruling.standing == Ruling.Standing.WARNED
        state.points += ruling.points
    Observation.objects.bulk_create(result.fresh)
    Ruling.objects.bulk_create(rulings)
    state.save()
    if any(ruling.submits for ruling in rulings):
        end = Sitting.State.AUTO_SUBMITTED
        end_sitting(locked, to=end, reason=Sitting.EndReason.RULES, by=None, at=at)
    return result


def _judge_event(
    state: MonitoringState,
    locked: Sitting,
    event: ReportedEvent,
    seen: list[violations.SeenEvent],
    at: datetime,
) -> tuple[Observation, Ruling]:
    moment = min(max(event.at, locked.begun_at or at), at)
    judgement = violations.judge(event.kind, at=moment, earlier=seen)
    is_claimed = event.kind in violations.BROWSER_KINDS
    origin = Observation.Origin.BROWSER if is_claimed else Observation.Origin.SERVER
    fact = Fact(event.kind, origin, event.data, client_at=moment, device=event.id)
    row = chained(state, sitting_id=locked.pk, fact=fact, at=at)
    ruling = Ruling(
        sitting=locked,
        observation=row,
        policy=locked.policy,
        severity=judgement.severity,
        standing=judgement.standing,
        points=judgement.points,
        submits=judgement.submits,
        at=at,
    )
    row._prefetched_objects_cache = {"rulings": [ruling]}  # type: ignore[attr-defined]
    return row, ruling
