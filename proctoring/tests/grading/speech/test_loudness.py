"""A recording is judged at once: is there a voice, and is it loud and clean enough?"""

import numpy as np
import pytest

from proctoring.grading.speech import decoding, loudness
from proctoring.grading.speech.decoding import RATE, Sound
from proctoring.grading.speech.loudness import Judgement
from proctoring.tests.support.sound import DATA

CHANCE = np.random.default_rng(3)


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    """A synthetic voice that Chromium recorded, with its peak at full scale."""
    samples = decoding.decode((DATA / "chromium.webm").read_bytes()).samples
    return samples / np.abs(samples).max()


def measure(samples: np.ndarray) -> loudness.Loudness:
    return loudness.measure(Sound(samples.astype(np.float32)))


def judge(samples: np.ndarray) -> Judgement:
    return measure(samples).judgement


def noise(count: int, level: float) -> np.ndarray:
    return CHANCE.standard_normal(count) * level


def tone(count: int, level: float, hertz: float = 50) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(count) / RATE)


@pytest.mark.parametrize("level", [1, 0.5, 0.1, 0.06])
def test_a_usual_voice_is_well(voice, level):
    """From a loud headset to a laptop at arm's length."""
    assert judge(voice * level) == Judgement.OK


@pytest.mark.parametrize("level", [0.025, 0.01])
def test_a_voice_far_away_is_too_quiet(voice, level):
    """It can be heard, but words get lost."""
    assert judge(voice * level) == Judgement.TOO_QUIET


def test_noise_of_a_room_does_not_hide_a_voice(voice):
    """A fan, mains hum and an offset of the microphone are no fault of the speaker's."""
    spoken, count = voice * 0.3, len(voice)
    assert judge(spoken + noise(count, 0.01)) == Judgement.OK
    assert judge(spoken + tone(count, 0.2)) == Judgement.OK
    assert judge(spoken + 0.3) == Judgement.OK


def test_a_voice_in_loud_noise_asks_for_a_quieter_place(voice):
    """The sentence names the noise and not the microphone's level."""
    measured = measure(voice * 0.3 + noise(len(voice), 0.09))
    assert measured.judgement in (Judgement.TOO_QUIET, Judgement.SILENT)
    assert "noise" in measured.message


NO_VOICE = {
    "a muted microphone": np.zeros(20 * RATE),
    "a microphone's own noise": noise(20 * RATE, 0.0003),
    "a fan": noise(20 * RATE, 0.03),
    "mains hum": tone(20 * RATE, 0.3),
    "a test tone": tone(20 * RATE, 0.3, 440),
}


@pytest.mark.parametrize("samples", NO_VOICE.values(), ids=NO_VOICE)
def test_sound_without_a_voice_is_silent(samples):
    """Steady sound is no voice, however loud."""
    assert judge(samples) == Judgement.SILENT


def test_typing_is_no_voice():
    """Clicks are louder than a voice and shorter than a syllable."""
    samples = noise(20 * RATE, 0.0005)
    for start in range(0, len(samples) - 400, 5000):
        samples[start : start + 200] += noise(200, 0.4) * np.exp(-np.arange(200) / 40)
    assert judge(samples) in (Judgement.SILENT, Judgement.TOO_SHORT)


@pytest.mark.parametrize("later", [1, 0.3])
def test_a_distorted_voice_is_clipped(voice, later):
    """Also when the level was lowered after the distortion."""
    assert judge(np.clip(voice * 6, -1, 1) * later) == Judgement.CLIPPED


def test_long_pauses_are_no_silence(voice):
    """Who thinks for long has still answered; who says one word has not."""
    pause = np.zeros(20 * RATE)
    assert judge(np.concatenate([pause, voice * 0.3, pause])) == Judgement.OK
    word = voice[RATE : RATE + RATE // 2] * 0.3
    assert judge(np.concatenate([pause, word, pause])) == Judgement.TOO_SHORT


def test_half_a_second_is_too_short(voice):
    """A recording that was stopped at once."""
    assert judge(voice[RATE : RATE + RATE // 2]) == Judgement.TOO_SHORT
    assert judge(np.zeros(0)) == Judgement.TOO_SHORT


def test_measures_are_plain_json(voice):
    """What the row keeps: finite numbers, also of digital silence."""
    for samples in (voice, np.zeros(RATE * 2)):
        measured = measure(samples)
        assert np.isfinite(list(measured.as_json().values())).all()
        assert measured.message.endswith(".")
