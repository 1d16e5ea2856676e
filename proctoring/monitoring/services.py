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

from hitouch.core.db import hash_chain
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from proctoring import conf, violations
from proctoring.delivery import timing
from proctoring.delivery.locks import lock_sitting
from proctoring.delivery.refusals import SittingOver
from proctoring.delivery.services import end_sitting
from proctoring.models import MonitoringEvent, Sitting, Snapshot


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
    fresh: list[MonitoringEvent] = field(default_factory=list)

    @property
    def warnings(self) -> list[MonitoringEvent]:
        return [event for event in self.fresh if event.standing != MonitoringEvent.Standing.NOTED]


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
        gaps = locked.seen.filter(
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
        event=locked.seen.filter(browser_id=event_id).first() if event_id else None,
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
    earlier = list(locked.seen.order_by("number"))
    if len(earlier) + len(events) > conf.MAX_EVENTS_PER_SITTING:
        raise TooManyEvents
    result = BatchResult(locked, ids=[event.id for event in events])
    known_ids = {row.browser_id for row in earlier}
    must_submit = False
    for event in events:
        if event.id in known_ids:
            continue
        known_ids.add(event.id)
        row, ruling_submits = _judge_event(locked, event, earlier, at)
        must_submit = must_submit or ruling_submits
        earlier.append(row)
        result.fresh.append(row)
    MonitoringEvent.objects.bulk_create(result.fresh)
    if must_submit:
        end = Sitting.State.AUTO_SUBMITTED
        end_sitting(locked, to=end, reason=Sitting.EndReason.RULES, by=None, at=at)
    return result


def _judge_event(
    locked: Sitting, event: ReportedEvent, earlier: list[MonitoringEvent], at: datetime
) -> tuple[MonitoringEvent, bool]:
    moment = min(max(event.at, locked.begun_at or at), at)
    seen = [
        violations.SeenEvent(row.kind, row.browser_at, row.standing, row.points)  # type: ignore[arg-type]
        for row in earlier
    ]
    ruling = violations.judge(event.kind, at=moment, earlier=seen)
    row = MonitoringEvent(
        sitting=locked,
        browser_id=event.id,
        kind=event.kind,
        severity=ruling.severity,
        standing=ruling.standing,
        points=ruling.points,
        browser_at=moment,
        received_at=at,
        data=event.data,
    )
    hash_chain.append(row, after=earlier[-1] if earlier else None, digest_of=chain_hash)
    return row, ruling.submits


def chain_hash(row: MonitoringEvent) -> str:
    """Hash over the fields of an event and the hash of the previous one."""
    facts = [
        row.previous_hash,
        str(row.sitting_id),
        row.number,
        str(row.browser_id),
        row.kind,
        row.severity,
        row.standing,
        row.points,
        row.browser_at.isoformat(),
        row.received_at.isoformat(),
        row.data,
    ]
    return hash_chain.digest(facts, compact=True)
