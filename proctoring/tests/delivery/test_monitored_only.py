"""Questions are served and answers taken only while a connection holds the lease."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from conftest import NOON, sign_in
from proctoring import queries
from proctoring.delivery import journal
from proctoring.delivery import services as sittings
from proctoring.leases import services as leases
from proctoring.leases.refusals import NotMonitored
from proctoring.models import AnswerEntry
from proctoring.sound import plays
from proctoring.sound import services as sound
from proctoring.tests.support.cast import correct_answer, hold_lease, make_sitting
from proctoring.tests.support.device import Device

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(asha, assessment):
    """A sitting in progress that nothing is connected to."""
    return make_sitting(asha, "IN_PROGRESS", monitored=False)


@pytest.fixture
def api(asha) -> Client:
    return sign_in(Client(), asha.user)


def test_nothing_goes_without_monitoring(sitting, api):
    """No socket, no camera, no sound: neither questions nor answers, by page or by API."""
    path = f"/api/v1/sittings/{sitting.pk}/"
    shown = api.get(f"{path}questions/").json()
    assert (shown["monitored"], shown["questions"]) == (False, [])
    question = queries.questions_of(sitting).first()
    saved = api.put(f"{path}answers/{question.pk}/", {"value": "a"}, "application/json")
    assert (saved.status_code, saved.json()["code"]) == (409, "not_monitored")
    device = Device(sitting)
    sent = device.send(api, device.write(question, correct_answer(question), NOON))
    assert (sent.status_code, sent.json()["code"]) == (409, "not_monitored")
    page = f"/assessment/{sitting.pk}/questions/"
    api.post(page, {"position": "1", f"q-{question.pk}": "a", "action": "save"})
    assert not AnswerEntry.objects.exists()


def texts_of(sitting) -> list[str]:
    """The texts, passages and options of all questions."""
    versions = [row.version for row in queries.questions_of(sitting)]
    return [
        text
        for each in versions
        for text in (each.text, each.passage, *each.options.values())
        if len(text) > 3
    ]


def test_no_text_of_a_question_without_monitoring(sitting, api):
    """No answer of the server has a text of a question, until the lease is held."""
    places = [
        f"/api/v1/sittings/{sitting.pk}/questions/",
        f"/api/v1/sittings/{sitting.pk}/journal/",
        f"/assessment/{sitting.pk}/questions/",
        f"/assessment/{sitting.pk}/questions/?fragment=1",
    ]
    texts = texts_of(sitting)
    for place in places:
        content = api.get(place).content.decode()
        assert not [text for text in texts if json.dumps(text)[1:-1] in content], place
    assert api.get(places[-1]).status_code == 409
    hold_lease(sitting, NOON)
    first = queries.questions_of(sitting).first().version.text
    for place in (places[0], places[2], places[3]):
        assert json.dumps(first)[1:-1] in api.get(place).content.decode()
    fragment = api.get(places[2], headers={"X-Requested-With": "fetch"})
    assert b"<html" not in fragment.content
    assert b'id="section"' in fragment.content


def test_page_without_scripts_says_what_is_needed(sitting, api):
    """There is no way in without monitoring: the page asks for JavaScript."""
    page = api.get(f"/assessment/{sitting.pk}/questions/").content.decode()
    assert "monitoring needs JavaScript" in page.partition("<noscript>")[2]


def test_lease_is_asked_for_at_each_save(sitting):
    """When the connection is gone, nothing is taken; what waited is taken when it is back."""
    question = queries.questions_of(sitting).first()
    page = hold_lease(sitting, NOON, lasts=timedelta(seconds=10))
    device = Device(sitting)
    first = device.write(question, "a", NOON + timedelta(seconds=5))

    def send(*entries, at):
        return journal.append_entries(
            sitting=sitting, device=device.id, raw_entries=entries, at=NOON + timedelta(seconds=at)
        )

    assert [each.status for each in send(first, at=6).receipts] == ["saved"]
    second = device.write(question, "b", NOON + timedelta(seconds=30))
    with pytest.raises(NotMonitored):
        send(second, at=40)
    leases.lose_silent(at=NOON + timedelta(seconds=41))
    again = NOON + timedelta(seconds=50)
    back = leases.connect(sitting=sitting, device=page.device, client="PAGE", facts={}, at=again)
    leases.prove(connection=back, camera=True, sound=True, at=again)
    assert [each.status for each in send(first, second, at=51).receipts] == ["known", "saved"]
    assert journal.queries.held_answers([question.pk])[question.pk].value == "b"


def test_grace_after_the_end_needs_no_lease(sitting):
    """After the clock ended the sitting, what was written in time still comes in."""
    question = queries.questions_of(sitting).first()
    device = Device(sitting)
    entry = device.write(question, "a", NOON + timedelta(minutes=1))
    end = sitting.ends_at
    sittings.advance_clock(sitting=sitting, at=end)
    first_part_over = queries.current_section(sitting)
    assert first_part_over is None
    question.part.refresh_from_db()
    late = question.part.ends_at + timedelta(seconds=30)
    batch = journal.append_entries(
        sitting=sitting, device=device.id, raw_entries=[entry], at=max(late, end)
    )
    assert batch.receipts[0].code != "not_monitored"


def test_finishing_needs_no_lease(sitting, asha):
    """Who lost camera or network may still finish a section and hand in."""
    sittings.close_section(sitting=sitting, position=1, at=NOON)
    over = sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    assert over.state == "SUBMITTED"


def test_connections_close_with_the_sitting(sitting, asha):
    """When a sitting ends, no connection of it is open any more."""
    hold_lease(sitting, NOON)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    assert list(sitting.connections.values_list("state", flat=True)) == ["CLOSED"]


def test_plays_and_recordings_need_the_lease(sitting):
    """A clip is played, and a recording started, only while the sitting is monitored."""
    question = queries.questions_of(sitting).first()
    with pytest.raises(NotMonitored):
        plays.start_play(sitting=sitting, question=question, at=NOON)
    question.version.item.kind = "SPEAKING"
    with pytest.raises(NotMonitored):
        sound.start_recording(
            sitting=sitting, question=question, device=sitting.pk, mime="audio/webm", at=NOON
        )
