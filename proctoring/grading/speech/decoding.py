"""Decodes recordings that came from outside, in the sandbox.

Nothing about the file is believed: it is decoded in a child without files and network, with limits
on bytes, seconds of sound, processor time and memory (`hitouch.core.sandbox`).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hitouch.core import sandbox
from hitouch.core.sandbox.limits import MEGABYTE, JobRefused, LimitExceeded, Limits

RATE = 16_000
MAX_BYTES = 40 * MEGABYTE
MAX_SECONDS = 600.0
#: Ten minutes of Opus take about two seconds.
LIMITS = Limits(cpu_seconds=8, memory_bytes=400 * MEGABYTE, patience_seconds=60)
TOO_BIG = "This recording is larger than {} MB. Record a shorter answer."
LIMIT_REACHED = "We could not play this recording. Record your answer again."


class UnreadableRecording(Exception):
    """The file is no recording that can be played; `str()` is a sentence for people.

    `code` is one of `empty`, `too_big`, `too_long`, `not_sound`, `video`, `streams`, `rate`,
    `no_sound`, and `limit`: the decoder crashed or reached its limits, by the file's fault or by
    this machine's.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Sound:
    """Decoded sound: `RATE` samples a second between -1 and 1, one channel."""

    samples: NDArray[np.float32] = field(repr=False)
    container: str = ""
    codec: str = ""

    @property
    def seconds(self) -> float:
        """The duration."""
        return len(self.samples) / RATE

    def between(self, start: float, end: float) -> NDArray[np.float32]:
        """The samples from one second to another."""
        return self.samples[max(0, round(start * RATE)) : max(0, round(end * RATE))]


def decode(data: bytes, *, max_seconds: float = MAX_SECONDS) -> Sound:
    """The sound in a recording. Raises `UnreadableRecording`."""
    if len(data) > MAX_BYTES:
        raise UnreadableRecording(TOO_BIG.format(MAX_BYTES // MEGABYTE), code="too_big")
    try:
        facts, samples = sandbox.run(
            "proctoring.grading.speech.audio_decoder:decode",
            data,
            limits=LIMITS,
            max_seconds=max_seconds,
        )
    except JobRefused as refused:
        raise UnreadableRecording(str(refused), code=refused.code) from refused
    except LimitExceeded as reached:
        raise UnreadableRecording(LIMIT_REACHED, code="limit") from reached
    sound = np.frombuffer(samples, "<i2").astype(np.float32) / np.float32(32767)
    return Sound(sound, str(facts.get("container", "")), str(facts.get("codec", "")))
