"""Judges at once whether a recording is loud enough to be understood, with numpy alone.

Levels are of the band in which speech carries its sense, so that mains hum and rumble are no voice,
and relative to the noise of the room, so that a fan is no voice either: speech rises and falls.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from proctoring.grading.speech.decoding import RATE, Sound

FRAME = RATE // 50
BAND = (250.0, 4_000.0)
#: Decibels below full scale that stand for digital silence.
NOTHING = -100.0
#: A frame with voice is so much louder than the noise, and at most so much softer than the voice.
ABOVE_NOISE, BELOW_VOICE = 8.0, 30.0
#: The voice of a working microphone; below the first nobody can be heard.
INAUDIBLE, QUIET = -58.0, -46.0
#: A voice this little above the noise is hard to understand.
LEAST_SIGNAL_TO_NOISE = 10.0
#: The share of samples with voice near the peak. Measured with seven synthetic voices: 0.003 to
#: 0.016, and 0.034 to 0.4 when clipped at a quarter of their height, also when made softer later.
NEAR_PEAK, MOST_NEAR_PEAK = 0.8, 0.03
#: A knock or a click is shorter than a syllable.
SMOOTHING = 5
LOUDEST_FRAMES = 15
LEAST_SECONDS, LEAST_VOICE_SECONDS = 1.0, 0.8
AUDIBLE_VOICE_SECONDS = 0.25


class Judgement(StrEnum):
    """What is said of a recording at once."""

    OK = "OK"
    TOO_QUIET = "TOO_QUIET"
    SILENT = "SILENT"
    CLIPPED = "CLIPPED"
    TOO_SHORT = "TOO_SHORT"
    UNREADABLE = "UNREADABLE"


MESSAGES = {
    Judgement.OK: "We can hear you well.",
    Judgement.TOO_QUIET: "Your voice is very quiet. Move closer to the microphone, or raise its "
    "level, and record your answer again.",
    Judgement.SILENT: "We hear no voice in this recording. Check that the right microphone is "
    "chosen and not muted, and record your answer again.",
    Judgement.CLIPPED: "Your voice is distorted because it is too loud. Move away from the "
    "microphone, or lower its level, and record your answer again.",
    Judgement.TOO_SHORT: "This recording is too short. Record your whole answer.",
}
NOISY = (
    "Your voice is hardly louder than the noise around you. Go to a quieter place or closer to "
    "the microphone, and record your answer again."
)
ONLY_NOISE = (
    "We hear noise but no voice in this recording. Go to a quieter place or closer to the "
    "microphone, and record your answer again."
)


@dataclass(frozen=True)
class Loudness:
    """The level of a recording. Decibels are relative to full scale."""

    judgement: Judgement
    message: str
    seconds: float
    rms: float
    peak: float
    voice: float
    noise: float
    #: Shares of the duration, and of the samples with voice.
    silence_share: float
    clipped_share: float
    voice_seconds: float

    def as_json(self) -> dict[str, Any]:
        """For `Recording.level`: rounded, without the judgement."""
        return {
            "rms": round(self.rms, 1),
            "peak": round(self.peak, 1),
            "voice": round(self.voice, 1),
            "noise": round(self.noise, 1),
            "silence_share": round(self.silence_share, 3),
            "clipped_share": round(self.clipped_share, 4),
            "voice_seconds": round(self.voice_seconds, 2),
        }


def measure(sound: Sound) -> Loudness:
    """The level of a recording and what is to be said of it."""
    samples = sound.samples - (sound.samples.mean() if sound.samples.size else 0)
    levels = _smooth(_levels(samples))
    voice, noise, heard = _voice_and_noise(levels)
    voice_seconds = float(heard.sum()) * FRAME / RATE
    clipped = _clipped_share(sound.samples, heard)
    judgement, message = _judge(sound.seconds, voice, noise, voice_seconds, clipped)
    return Loudness(
        judgement=judgement,
        message=message,
        seconds=sound.seconds,
        rms=_decibels(float(np.square(samples).mean()) if samples.size else 0.0),
        peak=_decibels(float(np.square(sound.samples).max()) if samples.size else 0.0),
        voice=voice,
        noise=noise,
        silence_share=1 - float(heard.mean()) if heard.size else 1.0,
        clipped_share=clipped,
        voice_seconds=voice_seconds,
    )


def _judge(
    seconds: float, voice: float, noise: float, voice_seconds: float, clipped: float
) -> tuple[Judgement, str]:
    said = Judgement.OK
    if seconds < LEAST_SECONDS:
        said = Judgement.TOO_SHORT
    elif voice < INAUDIBLE or voice_seconds < AUDIBLE_VOICE_SECONDS:
        said = Judgement.SILENT
    elif voice_seconds < LEAST_VOICE_SECONDS:
        said = Judgement.TOO_SHORT
    elif voice < QUIET:
        said = Judgement.TOO_QUIET
    elif clipped > MOST_NEAR_PEAK:
        said = Judgement.CLIPPED
    elif voice - noise < LEAST_SIGNAL_TO_NOISE:
        return Judgement.TOO_QUIET, NOISY
    if said == Judgement.SILENT and noise > QUIET:
        return said, ONLY_NOISE
    return said, MESSAGES[said]


def _levels(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """The level of each frame in the band of speech."""
    count = len(samples) // FRAME
    if not count:
        return np.zeros(0)
    window = np.hanning(FRAME).astype(np.float32)
    frames = samples[: count * FRAME].reshape(count, FRAME) * window
    spectrum = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    hertz = np.fft.rfftfreq(FRAME, 1 / RATE)
    inside = (hertz >= BAND[0]) & (hertz <= BAND[1])
    power = 2 * spectrum[:, inside].sum(axis=1) / (FRAME * float(np.square(window).sum()))
    decibels: NDArray[np.float64] = np.maximum(10 * np.log10(np.maximum(power, 1e-10)), NOTHING)
    return decibels


def _smooth(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of neighbouring frames: a click does not last."""
    if len(levels) < SMOOTHING:
        return levels
    padded = np.pad(levels, SMOOTHING // 2, mode="edge")
    smooth: NDArray[np.float64] = np.median(
        np.lib.stride_tricks.sliding_window_view(padded, SMOOTHING), axis=1
    )
    return smooth


def _voice_and_noise(
    levels: NDArray[np.float64],
) -> tuple[float, float, NDArray[np.bool_]]:
    """The level of the voice, of the noise, and which frames have voice."""
    if not levels.size:
        return NOTHING, NOTHING, np.zeros(0, bool)
    noise = float(np.percentile(levels, 10))
    loudest = float(np.sort(levels)[-min(LOUDEST_FRAMES, len(levels)) :].mean())
    heard = levels > max(noise + ABOVE_NOISE, loudest - BELOW_VOICE, INAUDIBLE - 6)
    voice = float(np.percentile(levels[heard], 75)) if heard.any() else loudest
    return voice, noise, heard


def _clipped_share(samples: NDArray[np.float32], heard: NDArray[np.bool_]) -> float:
    """The share of samples with voice near the peak: clipping flattens the waves there."""
    if not heard.any():
        return 0.0
    loud = np.abs(samples[: len(heard) * FRAME].reshape(-1, FRAME)[heard])
    peak = float(np.percentile(loud, 99.9))
    return float((loud > NEAR_PEAK * peak).mean()) if peak else 0.0


def _decibels(power: float) -> float:
    return float(max(10 * np.log10(max(power, 1e-10)), NOTHING))
