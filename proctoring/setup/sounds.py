"""Judges a few seconds of sound: whether a voice can be heard."""

from dataclasses import dataclass
from typing import Any

from proctoring.grading.speech import decoding, loudness
from proctoring.grading.speech.decoding import Sound, UnreadableRecording
from proctoring.grading.speech.loudness import Judgement
from proctoring.setup.results import CheckResult, failed_result, passed_result

MAX_BYTES = 2 * 1024 * 1024
MAX_SECONDS = 60.0
#: How long a person speaks in the check of the microphone.
LEAST_SECONDS = 1.5
MIME_TYPES = {
    "matroska": ("audio/webm", "webm"),
    "ogg": ("audio/ogg", "ogg"),
    "mov": ("audio/mp4", "m4a"),
    "wav": ("audio/wav", "wav"),
    "mp3": ("audio/mpeg", "mp3"),
}
KEY, TITLE = "sound", "Your voice"
FOUND = {
    Judgement.TOO_QUIET: "Too quiet",
    Judgement.SILENT: "No voice heard",
    Judgement.CLIPPED: "Distorted",
    Judgement.TOO_SHORT: "Too short",
    Judgement.UNREADABLE: "Not readable",
}
REMEDIES = {
    Judgement.TOO_QUIET: "Move closer to the microphone, raise its level or go to a quieter place.",
    Judgement.SILENT: "Check that the right microphone is chosen and not muted, and speak.",
    Judgement.CLIPPED: "Move away from the microphone or lower its level.",
    Judgement.TOO_SHORT: "Speak for three seconds.",
    Judgement.UNREADABLE: "Record again. If that does not help, use another browser.",
}


@dataclass(frozen=True)
class SetupSound:
    """Decoded sound with its level; `sound` is None where it cannot be read."""

    judgement: Judgement
    content: bytes
    sound: Sound | None = None
    level: loudness.Loudness | None = None

    @property
    def mime(self) -> tuple[str, str]:
        """The type of the file, and the end of its name."""
        container = self.sound.container if self.sound else ""
        return MIME_TYPES.get(container, ("application/octet-stream", "bin"))

    def as_json(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"judgement": str(self.judgement)}
        if self.level is not None:
            facts |= {"seconds": round(self.level.seconds, 2), **self.level.as_json()}
        return facts


def listen(content: bytes) -> SetupSound:
    """Decode sound from outside in the sandbox, and measure it."""
    if len(content) > MAX_BYTES:
        return SetupSound(Judgement.UNREADABLE, b"")
    try:
        sound = decoding.decode(content, max_seconds=MAX_SECONDS)
    except UnreadableRecording:
        return SetupSound(Judgement.UNREADABLE, content)
    level = loudness.measure(sound)
    is_short = level.judgement == Judgement.OK and level.seconds < LEAST_SECONDS
    return SetupSound(Judgement.TOO_SHORT if is_short else level.judgement, content, sound, level)


def judge(heard: SetupSound | None) -> CheckResult:
    """Whether a voice is heard; None is no sound at all."""
    if heard is None:
        return failed_result(KEY, TITLE, "Nothing recorded", REMEDIES[Judgement.SILENT])
    if heard.judgement == Judgement.OK:
        return passed_result(KEY, TITLE, "We can hear you well")
    return failed_result(KEY, TITLE, FOUND[heard.judgement], REMEDIES[heard.judgement])
