"""The sentence: the server chooses it, a recogniser listens, an accent holds nobody up."""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring import maintenance
from proctoring.models import Sitting
from proctoring.setup import listening, sentences
from proctoring.setup import queries as checks
from proctoring.setup import services as setup
from proctoring.tests.setup.conftest import sound
from proctoring.tests.support.cast import make_sitting, pass_checks


@pytest.fixture
def sitting(asha, assessment) -> Sitting:
    """A sitting whose photo has passed."""
    made = make_sitting(asha, "IDENTITY")
    pass_checks(made, "IDENTITY")
    return made


def say(sitting, **how):
    return setup.say_sentence(sitting=sitting, sound=sound(**how), by=sitting.agent.user, at=NOON)


def status(sitting) -> dict:
    sitting.refresh_from_db()
    return setup.sentence_status(sitting=sitting, at=NOON)


def test_sentences_are_plain_and_many():
    """About sixty different sentences of six to ten words, without names and numbers."""
    found = sentences.all_sentences()
    assert len(set(found)) >= 60
    assert all(6 <= len(sentence.split()) <= 10 for sentence in found)
    assert not any(character.isdigit() for sentence in found for character in sentence)


@pytest.mark.parametrize(
    ("heard", "share"),
    [
        ("The shop opens early on market days.", 1),
        ("the shop opens, early on market day", 6 / 7),
        ("days market on early opens shop the", 1 / 7),
        ("", 0),
    ],
)
def test_share_of_the_words(heard, share):
    """Words count in their order, whatever the case and punctuation."""
    assert sentences.share_heard("The shop opens early on market days.", heard) == share


def test_sentence_that_was_heard_opens_the_assessment(sitting, asha, signed_in):
    """It stays the same until it is said; when most of its words are heard, the step is done."""
    client = signed_in(asha.user)
    address = f"/api/v1/sittings/{sitting.pk}/sentence/"
    wanted = client.get(address).json()["sentence"]
    assert client.get(address).json()["sentence"] == wanted
    assert client.post(address, {"sound": sound()}).json()["check"] == "WAITING"
    check = sitting.checks.get(kind="SENTENCE")
    assert (check.facts["sentence"], check.pending) == (wanted, True)
    again = client.post(address, {"sound": sound()})
    assert (again.status_code, again.json()["code"]) == (409, "still_listening")
    setup.judge_sentence(check=check, heard=wanted.lower().rsplit(" ", 1)[0], at=NOON)
    sitting.refresh_from_db()
    assert sitting.state == "READY"


def test_new_sentence_after_each_try_and_on_after_three(sitting):
    """Three sentences that were not understood let the assessment go on, as facts for review."""
    said = []
    for left in (3, 2, 1):
        shown = status(sitting)
        assert shown["tries_left"] == left
        said.append(shown["sentence"])
        setup.judge_sentence(check=say(sitting), heard="something else", at=NOON)
    assert len(set(said)) == 3
    sitting.refresh_from_db()
    assert sitting.state == "READY"
    rows = sitting.checks.filter(kind="SENTENCE")
    assert [row.passed for row in rows] == [False] * 3
    assert [row.facts["heard"] for row in rows] == ["something else"] * 3


def test_silence_is_told_at_once(sitting, asha, signed_in):
    """Nobody listens to silence: the page says at once what to do."""
    page = f"/assessment/{sitting.pk}/sentence/"
    client = signed_in(asha.user)
    shown = client.post(page, {"sound": sound(level=0)}, follow=True)
    assert b"Check that the right microphone is chosen" in shown.content
    assert not sitting.checks.filter(pending=True).exists()


def test_nobody_waits_for_a_recogniser(sitting, monkeypatch):
    """Without a model, and when the worker was lost, the sound is kept and the person goes on."""
    check = say(sitting)
    monkeypatch.setattr(listening.whisper, "MODELS", ())
    monkeypatch.setattr(listening.whisper._installed, "recogniser", None)
    assert listening.listen(check_id=check.pk, clock=lambda: NOON)
    assert not listening.listen(check_id=check.pk, clock=lambda: NOON)
    check.refresh_from_db()
    assert (check.passed, check.facts["heard"], check.sound is None) == (True, None, False)
    later = NOON + timedelta(minutes=20)
    pass_checks(sitting, "IDENTITY", at=later)
    lost = setup.say_sentence(sitting=sitting, sound=sound(), by=sitting.agent.user, at=later)
    maintenance.sweep(at=later + listening.PATIENCE)
    lost.refresh_from_db()
    assert (lost.pending, lost.passed) == (False, True)


@pytest.mark.parametrize("demand", ["SENTENCE", "MICROPHONE"])
def test_lifted_demand_asks_for_no_sentence(asha, assessment, demand):
    """The photo is the last check for somebody who does not speak."""
    sitting = make_sitting(asha, "IDENTITY")
    Sitting.objects.filter(pk=sitting.pk).update(waives=[demand])
    pass_checks(sitting, "IDENTITY")
    sitting.refresh_from_db()
    assert sitting.state == "READY"
    assert checks.outstanding(sitting, NOON) == []
