"""Audio of listening items that a person uploads: scanned, decoded in the sandbox, then stored."""

from typing import Any

from hitouch.core import sandbox
from hitouch.core.errors import Refusal
from hitouch.core.files import antivirus, storage
from hitouch.core.models import StoredFile
from hitouch.core.sandbox.limits import MEGABYTE, JobRefused, LimitExceeded, Limits

PURPOSE = "proctoring.item_audio"
MAX_BYTES = 8 * MEGABYTE
MAX_SECONDS = 300.0
LIMITS = Limits(cpu_seconds=8, memory_bytes=400 * MEGABYTE, patience_seconds=60)
DECODER = "proctoring.grading.speech.audio_decoder:decode"
#: The content type and suffix by the container that the decoder found.
TYPES = {
    "matroska": ("audio/webm", ".webm"),
    "ogg": ("audio/ogg", ".ogg"),
    "mov": ("audio/mp4", ".m4a"),
    "mp3": ("audio/mpeg", ".mp3"),
    "wav": ("audio/wav", ".wav"),
}


class InvalidClip(Refusal):
    """The file is no audio clip that browsers play."""

    code = "bad_clip"
    message = "We cannot play this file. Use a clip in WebM, Ogg, MP4, MP3 or WAV."
    status = 422
    field = "audio"


def store_clip(data: bytes, *, name: str) -> StoredFile:
    """Check and store a clip. Raises `InvalidClip`. Takes a while: call it before a transaction."""
    if not data:
        raise InvalidClip("This file is empty. Choose another one.")
    if len(data) > MAX_BYTES:
        raise InvalidClip(f"This file is larger than {MAX_BYTES // MEGABYTE} MB. Shorten the clip.")
    antivirus.refuse_infected(data)
    content_type, suffix = _type_of(data)
    stem = name.rsplit(".", 1)[0] or "clip"
    return storage.store_bytes(
        data, name=f"{stem}{suffix}", content_type=content_type, purpose=PURPOSE
    )


def _type_of(data: bytes) -> tuple[str, str]:
    """Decode all of the clip, and tell its type from what was decoded, not from its name."""
    try:
        facts: Any
        facts, _ = sandbox.run(DECODER, data, limits=LIMITS, max_seconds=MAX_SECONDS)
    except JobRefused as refused:
        message = InvalidClip.message
        if refused.code == "too_long":
            message = f"This clip is longer than {MAX_SECONDS / 60:g} minutes. Shorten it."
        raise InvalidClip(message) from refused
    except LimitExceeded as reached:
        raise InvalidClip from reached
    return TYPES[str(facts["container"])]
