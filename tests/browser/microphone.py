"""The sound of Chromium's fake microphone: something like a voice, repeated."""

import wave
from pathlib import Path

import numpy as np

from proctoring.tests.support.sound import voice_like

RATE = 16_000


def voice(place: Path) -> Path:
    """Ten seconds of syllables."""
    with wave.open(str(place), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((voice_like(10) * 32767).astype(np.int16).tobytes())
    return place
