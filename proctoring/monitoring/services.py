"""Monitoring of a sitting: connections with their proofs, reports, and stills.

Clients only report. What it means is decided by the sitting's policy, see `recording`.
"""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.dateparse import parse_datetime

from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.web.sockets import send_after_commit
from proctoring import conf
from proctoring.delivery.locks import lock_sitting
from proctoring.delivery.refusals import SittingOver
from proctoring.leases import services as leases
from proctoring.leases.queries import holder, needs
from proctoring.models import (
    CLIENT_KINDS,
    CoverageGap,
    MonitoringConnection,
    MonitoringState,
    Observation,
    Sitting,
    Snapshot,
    StillChallenge,
)
from proctoring.monitoring import consequences, coverage, intake, proofs, stills
from proctoring.monitoring.recording import EventReceipt, EventReport, record
from proctoring.observations import client_journal
from proctoring.observations import services as observations
from proctoring.observations.services import Fact

Origin, Check = Snapshot.Origin, Snapshot.Check
ChallengeState = StillChallenge.State
CHECK_TASK = "proctoring.tasks.check_still"


class TooManyStills(Refusal):
    """More stills than anybody needs."""

    code = "too_many"
    message = "Too many pictures. Send one every few seconds."
    status = 429


class TooManyEvents(Refusal):
    """More events in one request than allowed."""

    code = "too_many"
    message = f"Send at most {conf.MAX_EVENTS_PER_BATCH} events at a time."
    status = 413


# Connections


def connect(
    *,
    sitting: Sitting,
    device: uuid.UUID,
    client: str,
    facts: Mapping[str, object],
    at: datetime,
    previous: uuid.UUID | None = None,
) -> tuple[MonitoringConnection, dict[str, Any]]:
    """Note a new socket. Returns also what its client is told at first."""
    connection = leases.connect(
        sitting=sitting, device=device, client=client, facts=facts, at=at, previous=previous
    )
    state = MonitoringState.objects.filter(sitting=sitting).first()
    head = intake.head_of(state.intake, device) if state else None
    head = head or client_journal.JournalHead()
    ends_at, held = connection.sitting.ends_at, holder(sitting, at)
    return connection, {
        "connection": str(connection.pk),
        "needs": needs(connection),
        "elsewhere": held is not None and held.device != device,
        "next_sequence": head.next_sequence,
        "head": head.hash or "",
        "state": connection.sitting.state,
        "ends_at": ends_at.isoformat() if ends_at else None,
    }


def prove(
    *, connection: MonitoringConnection, proof: proofs.PresenceProof, at: datetime
) -> tuple[leases.LeaseChange, list[str]]:
    """Note a judged proof. Returns also what is still to be proven."""
    change = proofs.prove(connection=connection, proof=proof, at=at)
    return change, needs(change.connection)


def ticket_of(query: bytes) -> str:
    """The ticket in the address of a socket, or nothing."""
    return parse_qs(query.decode("latin-1")).get("ticket", [""])[0]


def moment_of(raw: object) -> datetime | None:
    """A moment of a group message."""
    return parse_datetime(raw) if isinstance(raw, str) else None


# Reports


def record_events(
    *, sitting: Sitting, device: uuid.UUID, events: list[Any], origin: str, at: datetime
) -> EventReceipt:
    """Record a batch of a client's journal, as the socket does. Each event has its own result."""
    if len(events) > conf.MAX_EVENTS_PER_BATCH:
        raise TooManyEvents
    entries = [
        client_journal.read_entry(raw, sitting=sitting.pk, device=device, kinds=CLIENT_KINDS)
        for raw in events
    ]
    (receipt,) = record([EventReport(sitting.pk, device, origin, entries)], at=at)
    if receipt is None or receipt.is_over:
        raise SittingOver
    if receipt.is_submitted:
        consequences.submit_by_rules(sitting=sitting, at=at)
    Sitting.objects.live().filter(pk=sitting.pk).update(last_seen_at=at)
    return receipt


# Stills


def save_snapshot(
    *,
    sitting: Sitting,
    picture: UploadedFile,
    at: datetime,
    origin: str = Origin.PERIODIC,
    event_sequence: int | None = None,
    nonce: uuid.UUID | None = None,
    faces: int | None = None,
    distance: float | None = None,
) -> Snapshot:
    """Save a still, with what the server sees of it at once. Faces are searched afterwards."""
    if not sitting.is_live:
        raise SittingOver
    sent = storage.checked_content(picture)
    fresh = storage.decode_picture(sent)
    look = stills.look(fresh)
    with transaction.atomic():
        return _save_still(
            sitting,
            storage.CheckedFile(fresh, "picture.jpg", "image/jpeg"),
            look,
            at=at,
            origin=Origin.CHALLENGE if nonce else origin,
            event_sequence=event_sequence,
            nonce=nonce,
            faces=faces,
            distance=distance,
        )


def _save_still(
    sitting: Sitting,
    checked: storage.CheckedFile,
    look: stills.StillLook,
    *,
    at: datetime,
    origin: str,
    event_sequence: int | None,
    nonce: uuid.UUID | None,
    faces: int | None,
    distance: float | None,
) -> Snapshot:
    locked = lock_sitting(sitting)
    if not locked.is_live:
        raise SittingOver
    state = observations.lock_state(locked)
    is_periodic = origin == Origin.PERIODIC
    is_soon = state.last_still_at and at - state.last_still_at < conf.MIN_SNAPSHOT_INTERVAL
    if (is_periodic and is_soon) or state.stills >= conf.MAX_SNAPSHOTS_PER_SITTING:
        raise TooManyStills
    facts = _facts_of(locked, look)
    challenge, late = _answer(locked, nonce, at)
    facts += late
    connection = locked.connections.filter(state=MonitoringConnection.State.HELD).first()
    observation = None
    if event_sequence and connection is not None:
        # Sequences are those of one device: another's entry has nothing to do with this still.
        rows = locked.observations.filter(device=connection.device, sequence__gte=event_sequence)
        observation = rows.order_by("sequence").first()
    needs_check = origin != Origin.PERIODIC or random.random() < conf.STILLS_CHECKED  # noqa: S311
    row = Snapshot.objects.create(
        sitting=locked,
        observation=observation,
        connection=connection,
        challenge=challenge,
        file=storage.store_checked(checked, purpose="proctoring.snapshot"),
        origin=origin,
        digest=look.digest,
        fingerprint=look.fingerprint,
        luminance=look.luminance,
        faces_claimed=faces,
        distance=distance,
        check_result=Check.PENDING if needs_check else Check.NOT_NEEDED,
        taken_at=at,
        keep_until=at + timedelta(days=locked.assessment.retention_days),
    )
    _note_still(locked, state, at)
    observations.append(sitting=locked, facts=facts, at=at)
    if needs_check:
        enqueue_on_commit(CHECK_TASK, snapshot_id=str(row.pk))
    return row


def _facts_of(locked: Sitting, look: stills.StillLook) -> list[Fact]:
    """A still that was sent before, or that shows nothing, is seen at once."""
    facts = []
    same = locked.snapshots.filter(digest=look.digest).order_by("taken_at").first()
    if same is not None:
        facts.append(Fact("STILL_REPEATED", data={"taken_at": same.taken_at.isoformat()}))
    if look.is_dark:
        # Once, and not with each still of a dark room.
        before = locked.snapshots.order_by("-taken_at").values_list("luminance", flat=True).first()
        if before is None or before >= stills.DARK:
            facts.append(Fact("STILL_DARK", data={"luminance": look.luminance}))
    return facts


def _answer(
    locked: Sitting, nonce: uuid.UUID | None, at: datetime
) -> tuple[StillChallenge | None, list[Fact]]:
    """The challenge that a still answers, if its nonce is one of this sitting."""
    if nonce is None:
        return None, []
    challenge = locked.challenges.select_for_update().filter(nonce=nonce).first()
    if challenge is None or challenge.state == ChallengeState.ANSWERED:
        return None, [Fact("CHALLENGE_STALE", data={"nonce": str(nonce), "why": "unknown"})]
    if at > challenge.due_at or challenge.state == ChallengeState.MISSED:
        seconds = round((at - challenge.due_at).total_seconds())
        return None, [Fact("CHALLENGE_STALE", data={"nonce": str(nonce), "seconds": seconds})]
    challenge.state, challenge.answered_at = ChallengeState.ANSWERED, at
    challenge.save(update_fields=["state", "answered_at", "updated_at"])
    return challenge, []


def _note_still(locked: Sitting, state: MonitoringState, at: datetime) -> None:
    since = state.last_still_at or locked.begun_at
    if since and at - since > conf.STILLS_MISSING_AFTER:
        CoverageGap.objects.create(
            sitting=locked,
            reason=CoverageGap.Reason.STILLS,
            since=since + conf.STILL_INTERVAL,
            until=at,
        )
    state.stills, state.last_still_at = state.stills + 1, at
    state.save(update_fields=["stills", "last_still_at", "updated_at"])


# Gaps of detectors


@transaction.atomic
def note_detector(*, sitting: Sitting, works: bool, since: datetime, at: datetime) -> None:
    """The face detector of the page has stopped, or works again."""
    locked = lock_sitting(sitting)
    gaps = locked.gaps.filter(reason=CoverageGap.Reason.DETECTOR, until=None)
    if works:
        gaps.update(until=at, updated_at=at)
    elif locked.is_live and not gaps.exists():
        CoverageGap.objects.create(sitting=locked, reason=CoverageGap.Reason.DETECTOR, since=since)


# Challenges


@transaction.atomic
def challenge(*, sitting: Sitting, at: datetime) -> StillChallenge | None:
    """Ask for a still, unless one is asked for already."""
    locked = lock_sitting(sitting)
    if not locked.is_live or locked.challenges.filter(state=ChallengeState.OPEN).exists():
        return None
    row = StillChallenge.objects.create(
        sitting=locked, nonce=uuid.uuid4(), issued_at=at, due_at=at + conf.CHALLENGE_TIME
    )
    message = {
        "type": "sitting.challenge",
        "nonce": str(row.nonce),
        "due_at": row.due_at.isoformat(),
    }
    send_after_commit(f"sitting-{locked.pk}", message)
    return row


@transaction.atomic
def miss_challenge(*, challenge: StillChallenge, at: datetime) -> bool:
    """Note that no still came in time. It is no observation while nobody was connected."""
    locked = lock_sitting(challenge.sitting)
    rows = StillChallenge.objects.filter(pk=challenge.pk, state=ChallengeState.OPEN, due_at__lte=at)
    if not rows.update(state=ChallengeState.MISSED, updated_at=at):
        return False
    was_there = locked.connections.filter(
        state=MonitoringConnection.State.HELD, held_at__lte=challenge.issued_at
    ).exists()
    if locked.is_live and was_there:
        fact = Fact("CHALLENGE_MISSED", data={"nonce": str(challenge.nonce)})
        observations.append(sitting=locked, facts=[fact], at=at)
    return True


# The end


def close_coverage(*, sitting: Sitting, at: datetime) -> None:
    """Write how much of an ended sitting was monitored. Called with the sitting locked."""
    end = sitting.ended_at or at
    state = observations.lock_state(sitting)
    left = intake.leftovers(state.intake)
    state.save(update_fields=["intake", "updated_at"])
    since = coverage.unheard_since(sitting, end)
    if since is not None:
        CoverageGap.objects.create(
            sitting=sitting, reason=CoverageGap.Reason.CONNECTION, since=since, until=end
        )
    last_still = state.last_still_at or sitting.begun_at or end
    if "CAMERA" not in sitting.waives and end - last_still > conf.STILLS_MISSING_AFTER:
        CoverageGap.objects.create(
            sitting=sitting,
            reason=CoverageGap.Reason.STILLS,
            since=last_still + conf.STILL_INTERVAL,
            until=end,
        )
    for gap in sitting.gaps.filter(until=None):
        gap.until = max(end, gap.since)
        gap.save(update_fields=["until", "updated_at"])
    sitting.coverage = round(coverage.share(sitting, end), 4)
    Sitting.objects.filter(pk=sitting.pk).update(coverage=sitting.coverage)
    facts = [
        Fact(kind, Observation.Origin.BROWSER, {"folded": True}, count=count)
        for kind, count in left.items()
    ]
    if sitting.coverage < conf.LEAST_COVERAGE:
        facts.append(Fact("COVERAGE_LOW", data={"share": sitting.coverage}))
    observations.append(sitting=sitting, facts=facts, at=at)
