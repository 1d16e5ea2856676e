"""A recording gets a mark with its evidence, or a person grades; never a zero by failure."""

import json

import numpy as np
import pytest

from proctoring.grading.speech import decoding, phonemes, whisper
from proctoring.grading.speech.decoding import RATE, Sound
from proctoring.grading.speech.evaluation import SpeechEvaluation, evaluate_recording
from proctoring.grading.speech.pronunciation import phoneme_errors
from proctoring.grading.speech.recognition import Recogniser
from proctoring.grading.speech.score import LowConfidence
from proctoring.tests.support.sound import DATA, SAMPLES

TASK = "Would you rather work from home or in an office? Say why."
POINTS = {"points": ["Says which the speaker prefers.", "Gives a reason."]}
SPOKEN = (
    "If a customer is angry, I listen first, then I repeat the problem in my own words and say "
    "what I can do about it."
)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return whisper.load_best([whisper.TINY])


def answer(level: str) -> Sound:
    return decoding.decode((SAMPLES / f"answer-{level}-home.opus").read_bytes())


def evaluate(sound: Sound, recogniser: Recogniser) -> SpeechEvaluation:
    return evaluate_recording(sound, TASK, POINTS, recogniser=recogniser)


def test_better_answers_get_more(recogniser):
    """A beginner's answer is below a fluent one; both have points, an error and evidence."""
    low, high = (evaluate(answer(level), recogniser) for level in ("a1", "c1"))
    for found in (low, high):
        assert not found.needs_person
        assert 0 <= (found.score.points or 0) <= 1
        assert (found.score.ability_error or 0) > 0.5
        json.dumps(found.measures())
    assert (low.score.ability or 0) + 2 < (high.score.ability or 0)
    assert {span.kind for span in low.evidence} >= {"pause"}


def test_other_languages_go_to_a_person(recogniser):
    """Hindi is not turned into English and marked."""
    found = evaluate(decoding.decode((DATA / "hindi.opus").read_bytes()), recogniser)
    assert found.needs_person
    assert found.score.points is None
    assert found.score.reason == LowConfidence.NOT_UNDERSTOOD


def test_silence_goes_to_a_person(recogniser):
    """A recording in which nothing was recognised is no zero."""
    found = evaluate(Sound(np.zeros(5 * RATE, np.float32)), recogniser)
    assert found.needs_person
    assert found.score.points is None
    assert found.score.reason == LowConfidence.NO_SPEECH


def test_without_a_recogniser_a_person_grades(monkeypatch):
    """The evaluation says so and does not fail."""
    monkeypatch.setattr(whisper, "_installed", whisper._Installed())
    monkeypatch.setattr(whisper, "MODELS", ())
    found = evaluate_recording(Sound(np.zeros(RATE, np.float32)), TASK, POINTS)
    assert found.score.reason == LowConfidence.NO_RECOGNISER
    assert found.needs_person


def test_sounds_tell_the_words_from_others():
    """Phonemes agree with what was said, and not with another text."""
    sound = decoding.decode((DATA / "joe.opus").read_bytes())
    assert phoneme_errors(sound, SPOKEN) < 0.15
    assert phoneme_errors(sound, "Were I given free rein, I would rather stay at home") > 0.8


def test_an_accent_costs_less_than_another_word():
    """Sounds that accents exchange are near; punctuation and numbers have no sounds."""
    very = phonemes.sounds_of_word("very")
    accent = phonemes.compare([very], ("w", *very[1:])).by_word[0]
    other = phonemes.compare([very], ("k", "ʊ", "p")).by_word[0]
    assert accent is not None
    assert other is not None
    assert 0 < accent < 0.25 < other
    assert phonemes.sounds_of_word("“Very,”") == very
    assert phonemes.sounds_of_word("9") == ()
