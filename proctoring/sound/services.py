"""Recordings of spoken answers: takes whose chunks arrive while the person speaks.

A take is complete when all its chunks are here. It is decoded and judged at once, outside the
transaction, so that the person hears whether a retake is needed. No take replaces another: of
those that can be heard the newest counts.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from hitouch.core import crypto
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from proctoring import conf, queries
from proctoring.delivery import refusals
from proctoring.delivery import services as delivery
from proctoring.grading.speech import decoding, loudness
from proctoring.models import ItemKind, Recording, RecordingChunk, Sitting, SittingQuestion
from proctoring.sound.queries import takes_left

MAX_CHUNK_BYTES = 256 * 1024
MAX_CHUNKS = 400
MAX_BYTES = 8 * 1024 * 1024
#: Seconds of sound beyond the time of the task that are still read.
SPARE_SECONDS = 20
MIME_TYPES = {
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
}
_MIME = re.compile(r"^(audio/[a-z0-9]+)(;\s*codecs=[\w.,\"\s-]{1,40})?$")


class NotSpoken(Refusal):
    """The question is not answered by speaking."""

    code = "not_spoken"
    message = "This question is not answered by speaking."


class NoTakesLeft(Refusal):
    """The person has a recording that can be heard, and has used the retake."""

    code = "no_takes_left"
    message = "You have used your retake. The newest recording that can be heard counts."


class UnknownSound(Refusal):
    """The browser records in a format that the server does not read."""

    code = "unknown_sound"
    message = "Record as WebM, Ogg, MP4, MP3 or WAV."
    field = "mime"
    status = 422


class RecordingComplete(Refusal):
    """The take takes no more chunks."""

    code = "recording_complete"
    message = "This recording is complete."


class ChunkDiffers(Refusal):
    """Another content arrived before under this number, or the bytes are not those announced."""

    code = "chunk_differs"
    message = "This part of the recording differs from what was announced. Send it again."


class ChunkTooBig(Refusal):
    """The chunk or the recording is larger than allowed."""

    code = "recording_too_big"
    message = "This recording is too large. Record a shorter answer."
    status = 413


class ChunksMissing(Refusal):
    """Some chunks have not arrived."""

    code = "chunks_missing"
    message = "Part of this recording has not arrived yet. It will be sent again."

    def __init__(self, missing: Sequence[int]) -> None:
        super().__init__()
        self.members = {"missing": list(missing[:50])}


@transaction.atomic
def start_recording(
    *, sitting: Sitting, question: SittingQuestion, device: UUID, mime: str, at: datetime
) -> Recording:
    """Open a take. A take that was left open, for example by a closed page, is given up."""
    if question.version.item.kind != ItemKind.SPEAKING:
        raise NotSpoken
    found = _MIME.match(mime.strip().lower())
    if found is None or found[1] not in MIME_TYPES:
        raise UnknownSound
    locked = delivery.advance_clock(sitting=sitting, at=at)
    delivery.require_live(locked, at)
    part = queries.current_section(locked)
    if part is None or part.pk != question.part_id:
        raise refusals.SectionClosed
    takes = Recording.objects.filter(question=question)
    if not takes_left(takes):
        raise NoTakesLeft
    takes.filter(state=Recording.State.OPEN).update(
        state=Recording.State.DISCARDED, closed_at=at, updated_at=at
    )
    _touch(locked, at)
    return Recording.objects.create(
        question=question,
        device=device,
        take=(takes.aggregate(last=Max("take"))["last"] or 0) + 1,
        mime=found[1],
        started_at=at,
    )


@transaction.atomic
def save_chunk(
    *, recording: Recording, sequence: int, data: bytes, sha256: str, at: datetime
) -> RecordingChunk:
    """Save one chunk, counted from 1. The same chunk again changes nothing."""
    locked = _lock(recording)
    if hashlib.sha256(data).hexdigest() != sha256.lower():
        raise ChunkDiffers
    known = locked.chunks.filter(sequence=sequence).first()
    if known is not None:
        if known.sha256 != sha256.lower():
            raise ChunkDiffers
        return known
    if locked.state != Recording.State.OPEN:
        raise RecordingComplete
    if locked.question.sitting.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused
    _require_time(locked, at)
    total = sum(locked.chunks.values_list("size", flat=True))
    if not data or len(data) > MAX_CHUNK_BYTES or total + len(data) > MAX_BYTES:
        raise ChunkTooBig
    _touch(locked.question.sitting, at)
    return RecordingChunk.objects.create(
        recording=locked,
        sequence=sequence,
        size=len(data),
        sha256=sha256.lower(),
        data=crypto.seal(data, context=_context(locked, sequence)),
        received_at=at,
    )


def close_recording(*, recording: Recording, chunks: int, at: datetime) -> Recording:
    """Complete a take of so many chunks, and judge its sound. Does nothing if it is complete."""
    with transaction.atomic():
        locked = _lock(recording)
        if locked.state != Recording.State.OPEN:
            return locked
        _require_time(locked, at)
        held = set(locked.chunks.values_list("sequence", flat=True))
        missing = [number for number in range(1, chunks + 1) if number not in held]
        if missing or not chunks:
            raise ChunksMissing(missing)
    return _complete(locked, upto=chunks, at=at)


def close_abandoned(*, recording: Recording, at: datetime) -> None:
    """Complete a take that nobody closed, with the chunks that follow each other."""
    held = sorted(recording.chunks.values_list("sequence", flat=True))
    upto = next((n for n, number in enumerate(held, 1) if n != number), len(held) + 1) - 1
    if upto:
        _complete(recording, upto=upto, at=at)
        return
    Recording.objects.filter(pk=recording.pk, state=Recording.State.OPEN).update(
        state=Recording.State.DISCARDED, closed_at=at, updated_at=at
    )


def _complete(recording: Recording, *, upto: int, at: datetime) -> Recording:
    """Decode and store outside a transaction; then one request makes it the take's content."""
    chunks = list(recording.chunks.filter(sequence__lte=upto).order_by("sequence"))
    if any(chunk.data is None for chunk in chunks):  # another request completed it meanwhile
        return Recording.objects.get(pk=recording.pk)
    content = b"".join(
        crypto.unseal(bytes(chunk.data or b""), context=_context(recording, chunk.sequence))
        for chunk in chunks
    )
    judgement, duration, level = _judge(content, recording.question.version.seconds)
    stored = storage.store_bytes(
        content,
        name=f"answer-{recording.take}.{MIME_TYPES[recording.mime]}",
        content_type=recording.mime,
        purpose="proctoring.recording",
    )
    with transaction.atomic():
        locked = _lock(recording)
        if locked.state != Recording.State.OPEN:
            storage.destroy_on_commit(stored)
            return locked
        part = locked.question.part
        locked.state = Recording.State.CLOSED
        locked.file, locked.closed_at = stored, at
        locked.judgement, locked.duration_ms, locked.level = judgement, duration, level
        locked.late = part.closed_at is not None
        locked.save()
        locked.chunks.update(data=None, updated_at=at)
    return locked


def _judge(content: bytes, seconds: int) -> tuple[str, int | None, dict[str, object]]:
    """The judgement, the duration in milliseconds, and the level."""
    try:
        sound = decoding.decode(content, max_seconds=seconds + SPARE_SECONDS)
    except decoding.UnreadableRecording as fault:
        return Recording.Judgement.UNREADABLE, None, {"fault": fault.code}
    measured = loudness.measure(sound)
    return str(measured.judgement), round(measured.seconds * 1000), measured.as_json()


def _lock(recording: Recording) -> Recording:
    rows = Recording.objects.select_for_update(of=("self",))
    return rows.select_related(
        "question__sitting", "question__part", "question__version__item"
    ).get(pk=recording.pk)


def _require_time(recording: Recording, at: datetime) -> None:
    """Chunks count while the section is open, and in the grace after it."""
    part = recording.question.part
    ends = part.closed_at or part.ends_at
    if ends is None or at > ends + conf.answer_grace() or recording.started_at > ends:
        raise refusals.SectionClosed


def _touch(sitting: Sitting, at: datetime) -> None:
    """Speaking is activity."""
    Sitting.objects.live().filter(pk=sitting.pk).update(last_active_at=at, last_seen_at=at)


def _context(recording: Recording, sequence: int) -> str:
    return f"recording {recording.pk} {sequence}"
