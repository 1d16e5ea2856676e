"""Proof of presence: a still and a sound that the server judges before it grants the lease."""

import base64
import binascii
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from hitouch.core.files import storage
from proctoring.delivery import timing
from proctoring.delivery.locks import lock_sitting
from proctoring.grading.speech.decoding import UnreadableRecording, decode
from proctoring.leases import services as leases
from proctoring.leases.services import LeaseChange
from proctoring.models import CoverageGap, MonitoringConnection, Sitting, Snapshot
from proctoring.monitoring import coverage, stills
from proctoring.monitoring.stills import StillLook
from proctoring.observations import services as observations
from proctoring.observations.services import Fact

MAX_CHARS = 120_000
#: A working microphone hears at least its own noise: digital silence is none.
LEAST_SECONDS, LONGEST_SECONDS, LEAST_LEVEL = 0.8, 10.0, -75.0
#: An interruption of the lease shorter than this is no outage.
OUTAGE = timedelta(seconds=4)


@dataclass(frozen=True)
class PresenceProof:
    """What was judged. None: nothing was sent. `problems` are words for the person."""

    camera: bool | None = None
    sound: bool | None = None
    fresh: bytes = b""
    look: StillLook | None = None
    codes: tuple[str, ...] = ()


def judge(still: object, sound: object) -> PresenceProof:
    """Judge a still and a sound as the frame has them, in base64. Takes some CPU."""
    codes: list[str] = []
    camera = fresh = look = heard = None
    if still is not None:
        try:
            sent = _decoded(still)
            fresh = storage.fresh_picture(io.BytesIO(sent))  # type: ignore[arg-type]
            look = stills.look(fresh)
            camera = look.is_plausible
        except storage.InvalidFile:
            camera = False
        if not camera:
            codes.append("still_not_plausible")
    if sound is not None:
        heard = _hears(sound)
        if not heard:
            codes.append("sound_not_heard")
    return PresenceProof(camera, heard, fresh or b"", look, tuple(codes))


def _decoded(raw: object) -> bytes:
    if not isinstance(raw, str) or len(raw) > MAX_CHARS:
        raise storage.InvalidFile
    try:
        return base64.b64decode(raw.partition(",")[2] if raw.startswith("data:") else raw)
    except (binascii.Error, ValueError):
        raise storage.InvalidFile from None


def _hears(raw: object) -> bool:
    try:
        sound = decode(_decoded(raw), max_seconds=LONGEST_SECONDS)
    except (UnreadableRecording, storage.InvalidFile):
        return False
    if sound.seconds < LEAST_SECONDS:
        return False
    level = 20 * np.log10(float(np.sqrt(np.mean(np.square(sound.samples)))) + 1e-10)
    return bool(level > LEAST_LEVEL)


@transaction.atomic
def prove(*, connection: MonitoringConnection, proof: PresenceProof, at: datetime) -> LeaseChange:
    """Note a judged proof. When the lease is gained, record what that means."""
    locked = lock_sitting(connection.sitting)
    connection.sitting = locked
    facts: list[Fact] = []
    camera = proof.camera
    if camera and proof.look and _is_old(locked, proof.look):
        camera = False
        facts.append(Fact("STILL_REPEATED", data={"origin": "PROOF"}, connection=connection))
    change = leases.prove(connection=connection, camera=camera, sound=proof.sound, at=at)
    if proof.fresh and proof.look:
        _save_still(locked, connection, proof, at)
    if proof.codes:
        facts.append(Fact("PROOF_FAILED", data={"codes": list(proof.codes)}, connection=connection))
    back = {CoverageGap.Reason.CAMERA: camera, CoverageGap.Reason.MICROPHONE: proof.sound}
    coverage.close_gaps(locked, [reason for reason, is_proven in back.items() if is_proven], at)
    if change.gained:
        coverage.close_gaps(locked, [CoverageGap.Reason.DETECTOR], at)
        facts += _gained(locked, change, at)
    observations.append(sitting=locked, facts=facts, at=at)
    return change


def _is_old(sitting: Sitting, look: StillLook) -> bool:
    return Snapshot.objects.filter(sitting=sitting, digest=look.digest).exists()


def _save_still(
    sitting: Sitting, connection: MonitoringConnection, proof: PresenceProof, at: datetime
) -> None:
    if proof.look is None:
        return
    checked = storage.CheckedFile(proof.fresh, "proof.jpg", "image/jpeg")
    stored = storage.store_checked(checked, purpose="proctoring.snapshot")
    Snapshot.objects.create(
        sitting=sitting,
        connection=connection,
        origin=Snapshot.Origin.PROOF,
        file=stored,
        digest=proof.look.digest,
        fingerprint=proof.look.fingerprint,
        luminance=proof.look.luminance,
        check_result=Snapshot.Check.PENDING,
        taken_at=at,
        keep_until=at + timedelta(days=sitting.assessment.retention_days),
    )


def _gained(locked: Sitting, change: LeaseChange, at: datetime) -> list[Fact]:
    """The lease was gained: the interval without it is a gap, and its time is given back."""
    facts: list[Fact] = []
    if change.is_takeover:
        data: dict[str, Any] = {"replaced": str(change.replaced.pk) if change.replaced else ""}
        facts.append(Fact("TAKEOVER", data=data, connection=change.connection))
    is_first = change.since is None
    since = locked.begun_at + coverage.START if is_first and locked.begun_at else change.since
    if since is None or change.replaced is not None or at - since < OUTAGE:
        return facts
    CoverageGap.objects.create(
        sitting=locked, reason=CoverageGap.Reason.CONNECTION, since=since, until=at
    )
    credited = timing.credit_outage(locked, since=since, at=at) if locked.is_live else 0
    data = {"seconds": round((at - since).total_seconds()), "credited": credited}
    return [*facts, Fact("NETWORK_BACK", data=data, connection=change.connection)]
