"""What is seen during a sitting: taken once, judged here, never by the browser."""

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
from proctoring import conf as proctoring_conf
from proctoring.models import MonitoringEvent, Sitting, Snapshot
from proctoring.rules import violations
from proctoring.services.sittings import SittingOver, end_sitting, lock_sitting


class TooManyEvents(Refusal):
    code = "too_many"
    message = "Too many requests. Send less, less often."
    status = 429


@dataclass(frozen=True)
class ReportedEvent:
    """One event as the browser tells it."""

    id: uuid.UUID
    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class BatchResult:
    """What became of a batch: ids that need not be sent again, and what the agent is told."""

    sitting: Sitting
    ids: list[uuid.UUID] = field(default_factory=list)
    unknown: list[uuid.UUID] = field(default_factory=list)
    fresh: list[MonitoringEvent] = field(default_factory=list)

    @property
    def warnings(self) -> list[MonitoringEvent]:
        return [seen for seen in self.fresh if seen.standing != MonitoringEvent.Standing.NOTED]


@transaction.atomic
def record_events(
    *, sitting: Sitting, events: Sequence[ReportedEvent], at: datetime
) -> BatchResult:
    """Keep what the browser saw. An id that is here already is acknowledged and not counted."""
    held = _live(sitting)
    if len(events) > proctoring_conf.EVENTS_A_BATCH:
        raise TooManyEvents
    known = [event for event in events if event.kind in violations.BROWSER_KINDS]
    taken = _record(held, known, at)
    taken.unknown = [event.id for event in events if event.kind not in violations.BROWSER_KINDS]
    Sitting.objects.filter(pk=held.pk).update(last_seen_at=at)
    return taken


@transaction.atomic
def page_opened(*, sitting: Sitting, page: str, at: datetime) -> BatchResult:
    """A page begins to watch: note how long nobody did, and whether another page still does."""
    held = _live(sitting)
    gap = at - (held.last_seen_at or at)
    kinds = []
    if held.page and held.page != page and gap <= proctoring_conf.SEEN_WITHIN:
        kinds.append("OPENED_TWICE")
    if gap > proctoring_conf.SEEN_WITHIN:
        gaps = held.seen.filter(kind="NETWORK_BACK", data__seconds__gt=violations.SHORT_GAP.seconds)
        kinds.append(violations.kind_of_gap(gap, earlier_gaps=gaps.count()))
    data = {"seconds": round(gap.total_seconds())}
    noted = [ReportedEvent(uuid.uuid4(), kind, at, data) for kind in kinds]
    taken = _record(held, noted, at)
    Sitting.objects.filter(pk=held.pk).update(page=page, last_seen_at=at)
    return taken


def page_closed(*, sitting: Sitting, page: str) -> None:
    """A page that closed politely does not count as still watching."""
    Sitting.objects.live().filter(pk=sitting.pk, page=page).update(page="")


def heartbeat(*, sitting: Sitting, active: bool, at: datetime) -> None:
    """The page is there; `active` when somebody touched it since the last beat."""
    moments = {"last_seen_at": at, **({"last_active_at": at} if active else {})}
    if not Sitting.objects.live().filter(pk=sitting.pk).update(**moments):
        raise SittingOver


@transaction.atomic
def keep_snapshot(
    *, sitting: Sitting, picture: UploadedFile, at: datetime, event_id: uuid.UUID | None = None
) -> Snapshot:
    """Keep a small picture from the camera, not more often than every few seconds."""
    held = _live(sitting)
    newest = held.snapshots.order_by("-taken_at").first()
    too_soon = newest is not None and at - newest.taken_at < proctoring_conf.SNAPSHOT_EVERY
    if too_soon or held.snapshots.count() >= proctoring_conf.SNAPSHOTS_A_SITTING:
        raise TooManyEvents
    return Snapshot.objects.create(
        sitting=held,
        event=held.seen.filter(browser_id=event_id).first() if event_id else None,
        file=storage.store_image(picture, purpose="proctoring.snapshot"),
        taken_at=at,
        keep_until=at + timedelta(days=held.assessment.retention_days),
    )


def _live(sitting: Sitting) -> Sitting:
    held = lock_sitting(sitting)
    if not held.is_live:
        raise SittingOver
    return held


def _record(held: Sitting, events: Sequence[ReportedEvent], at: datetime) -> BatchResult:
    """Judge and chain the events under the sitting's lock; end it when the rules say so."""
    earlier = list(held.seen.order_by("number"))
    if len(earlier) + len(events) > proctoring_conf.EVENTS_A_SITTING:
        raise TooManyEvents
    taken = BatchResult(held, ids=[event.id for event in events])
    have = {row.browser_id for row in earlier}
    submits = False
    for event in events:
        if event.id in have:
            continue
        have.add(event.id)
        row, ends = _judged(held, event, earlier, at)
        submits = submits or ends
        earlier.append(row)
        taken.fresh.append(row)
    MonitoringEvent.objects.bulk_create(taken.fresh)
    if submits:
        end = Sitting.State.AUTO_SUBMITTED
        end_sitting(held, to=end, reason=Sitting.EndReason.RULES, by=None, at=at)
    return taken


def _judged(
    held: Sitting, event: ReportedEvent, earlier: list[MonitoringEvent], at: datetime
) -> tuple[MonitoringEvent, bool]:
    moment = min(max(event.at, held.begun_at or at), at)
    seen = [
        violations.SeenEvent(row.kind, row.browser_at, row.standing, row.points)  # type: ignore[arg-type]
        for row in earlier
    ]
    ruling = violations.judge(event.kind, at=moment, earlier=seen)
    row = MonitoringEvent(
        sitting=held,
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
    """Over everything that matters about an event and over the one before it."""
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
