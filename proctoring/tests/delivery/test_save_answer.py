"""Saving answers: revisions, section time limits, concurrency."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from conftest import NOON
from proctoring import queries
from proctoring.delivery import services as sittings
from proctoring.models import Answer, Sitting
from proctoring.tests.support.cast import make_sitting
from tests.support.waiting import DEADLINE_SECONDS


def address(sitting, drawn_id):
    return f"/api/v1/sittings/{sitting.pk}/answers/{drawn_id}/"


def put(client, sitting, drawn_id, revision, value):
    body = {"revision": revision, "value": value}
    return client.put(address(sitting, drawn_id), body, "application/json")


@pytest.fixture
def sitting(asha, assessment, live_clock):
    return make_sitting(asha, "IN_PROGRESS", live_clock)


@pytest.fixture
def drawn(sitting):
    return queries.questions_in(queries.current_section(sitting)).first()


def save(sitting, drawn, revision, value, at):
    return sittings.save_answer(sitting=sitting, drawn=drawn, revision=revision, value=value, at=at)


def test_api_saves_an_answer(asha, sitting, drawn, signed_in):
    """The API saves an answer with revision and time, and returns it with the questions."""
    client = signed_in(asha.user)
    saved = put(client, sitting, drawn.pk, 1, "a").json()
    assert (saved["revision"], saved["value"]) == (1, "a")
    assert saved["saved_at"]
    questions = client.get(f"/api/v1/sittings/{sitting.pk}/questions/").json()["questions"]
    assert questions[0]["answer"]["value"] == "a"


def test_older_revision_is_ignored(asha, sitting, drawn, signed_in):
    """An older revision does not replace a newer one, which is returned."""
    client = signed_in(asha.user)
    put(client, sitting, drawn.pk, 3, "c")
    late = put(client, sitting, drawn.pk, 2, "b").json()
    assert (late["revision"], late["value"]) == (3, "c")


def test_page_saves_the_form_without_javascript(asha, sitting, drawn, signed_in):
    """The form saves the chosen answers without JavaScript."""
    client = signed_in(asha.user)
    page = f"/assessment/{sitting.pk}/questions/"
    payload = {f"q-{drawn.pk}": "b", "position": 1, "action": "save"}
    assert b"Saved" in client.post(page, payload, follow=True).content
    assert Answer.objects.get().value == "b"
    assert client.get(page).content.count(b"checked") == 1


def test_invalid_option_is_refused(asha, sitting, drawn, signed_in):
    """A value that is not an option is refused; an empty one clears the answer."""
    client = signed_in(asha.user)
    answer = put(client, sitting, drawn.pk, 1, "z")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_option")
    assert put(client, sitting, drawn.pk, 1, "").status_code == 200


def test_question_of_another_sitting_is_not_found(
    asha, ravi, sitting, drawn, signed_in, live_clock
):
    """Unknown questions and those of other sittings return 404."""
    client = signed_in(asha.user)
    others = make_sitting(ravi, "IN_PROGRESS", live_clock).drawn.first()
    assert put(client, sitting, uuid4(), 1, "a").status_code == 404
    assert put(client, sitting, others.pk, 1, "a").status_code == 404
    assert put(signed_in(ravi.user), sitting, drawn.pk, 1, "a").status_code == 404


def test_a_locked_section_refuses_answers(asha, sitting, drawn, signed_in):
    """Page and API refuse answers to a finished section."""
    client = signed_in(asha.user)
    put(client, sitting, drawn.pk, 1, "a")
    left = client.post(
        f"/api/v1/sittings/{sitting.pk}/sections/next/", {"position": 1}, "application/json"
    )
    assert left.status_code == 200
    refused = put(client, sitting, drawn.pk, 2, "b")
    assert (refused.status_code, refused.json()["code"]) == (409, "section_closed")
    payload = {f"q-{drawn.pk}": "b", "position": 1, "action": "save"}
    client.post(f"/assessment/{sitting.pk}/questions/", payload)
    assert Answer.objects.get(drawn=drawn).value == "a"


def test_finishing_a_section_twice_skips_none(asha, assessment):
    """Finishing a section twice skips none; unused time is not carried over."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    at = NOON + timedelta(minutes=2)
    for _ in range(2):
        sitting = sittings.close_section(sitting=sitting, position=1, at=at)
    assert queries.current_section(sitting).position == 2
    assert sitting.ends_at == at + timedelta(minutes=6)
    with pytest.raises(sittings.LastSection):
        sittings.close_section(sitting=sitting, position=2, at=at)


def test_section_closes_when_its_time_is_over(asha, assessment):
    """When its time is over, a section refuses answers and the next one is open."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    drawn = queries.questions_in(queries.current_section(sitting)).first()
    save(sitting, drawn, 1, "a", NOON + timedelta(minutes=8, seconds=-1))
    with pytest.raises(sittings.SectionClosed):
        save(sitting, drawn, 2, "b", NOON + timedelta(minutes=8))
    sittings.advance_clock(sitting=sitting, at=NOON + timedelta(minutes=8))
    assert queries.current_section(sitting).position == 2


def test_no_answers_after_submission(asha, sitting, drawn, signed_in):
    """After submission the API and the database refuse answers."""
    client = signed_in(asha.user)
    put(client, sitting, drawn.pk, 1, "a")
    client.post(f"/api/v1/sittings/{sitting.pk}/submit/")
    refused = put(client, sitting, drawn.pk, 2, "b")
    assert (refused.status_code, refused.json()["code"]) == (409, "sitting_over")
    with pytest.raises(IntegrityError, match="takes no answers"):
        Answer.objects.filter(drawn=drawn).update(value="b")


@pytest.mark.django_db(transaction=True)
def test_highest_of_concurrent_revisions_wins(asha, assessment):
    """Of ten concurrent revisions the highest is stored."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    drawn = queries.questions_in(queries.current_section(sitting)).first()
    barrier = threading.Barrier(10, timeout=DEADLINE_SECONDS)

    def send(revision: int) -> None:
        barrier.wait()
        try:
            save(sitting, drawn, revision, "abcd"[revision % 4], NOON)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(1, 11)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    answer = Answer.objects.get()
    assert (answer.revision, answer.value) == (10, "c")


@pytest.mark.django_db(transaction=True)
def test_concurrent_answer_and_submission(asha, assessment):
    """An answer saved concurrently with the submission is never newer than the end."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    drawn = queries.questions_in(queries.current_section(sitting)).first()
    barrier = threading.Barrier(2, timeout=DEADLINE_SECONDS)

    def act(what) -> None:
        barrier.wait()
        try:
            what()
        except sittings.SittingOver:
            pass
        finally:
            connection.close()

    acts = [
        lambda: save(sitting, drawn, 1, "a", NOON + timedelta(seconds=1)),
        lambda: sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON),
    ]
    threads = [threading.Thread(target=act, args=(what,)) for what in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Sitting.objects.get().state == "SUBMITTED"
    with pytest.raises(IntegrityError):
        Answer.objects.update_or_create(
            drawn=drawn, defaults={"value": "b", "revision": 9, "answered_at": NOON}
        )
