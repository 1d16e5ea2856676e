"""Answers: saved as given, the newest wins, nothing after the end."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from conftest import NOON
from proctoring import queries
from proctoring.models import Answer, Sitting
from proctoring.services import sittings
from proctoring.tests.support.cast import sitting_at
from tests.support.waiting import DEADLINE_SECONDS


def address(sitting, drawn_id):
    return f"/api/v1/sittings/{sitting.pk}/answers/{drawn_id}/"


def put(client, sitting, drawn_id, revision, value):
    body = {"revision": revision, "value": value}
    return client.put(address(sitting, drawn_id), body, "application/json")


@pytest.fixture
def sitting(asha, assessment, live_clock):
    return sitting_at(asha, "IN_PROGRESS", live_clock)


@pytest.fixture
def drawn(sitting):
    return queries.questions_in(queries.current_section(sitting)).first()


def save(sitting, drawn, revision, value, at):
    return sittings.save_answer(sitting=sitting, drawn=drawn, revision=revision, value=value, at=at)


def test_api_saves_and_says_when(asha, sitting, drawn, signed_in):
    """The answer is there after a reload, with its revision."""
    client = signed_in(asha.user)
    saved = put(client, sitting, drawn.pk, 1, "a").json()
    assert (saved["revision"], saved["value"]) == (1, "a")
    assert saved["saved_at"]
    questions = client.get(f"/api/v1/sittings/{sitting.pk}/questions/").json()["questions"]
    assert questions[0]["answer"]["value"] == "a"


def test_older_revision_changes_nothing(asha, sitting, drawn, signed_in):
    """A late packet gets the newer answer back."""
    client = signed_in(asha.user)
    put(client, sitting, drawn.pk, 3, "c")
    late = put(client, sitting, drawn.pk, 2, "b").json()
    assert (late["revision"], late["value"]) == (3, "c")


def test_page_saves_the_whole_form_without_script(asha, sitting, drawn, signed_in):
    """Save, reload: what was chosen is chosen, what was not touched is not."""
    client = signed_in(asha.user)
    page = f"/assessment/{sitting.pk}/questions/"
    sent = {f"q-{drawn.pk}": "b", "position": 1, "action": "save"}
    assert b"Saved" in client.post(page, sent, follow=True).content
    assert Answer.objects.get().value == "b"
    assert client.get(page).content.count(b"checked") == 1


def test_what_is_no_option_is_refused(asha, sitting, drawn, signed_in):
    """A choice is one of the options, or nothing."""
    client = signed_in(asha.user)
    answer = put(client, sitting, drawn.pk, 1, "z")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_option")
    assert put(client, sitting, drawn.pk, 1, "").status_code == 200


def test_question_that_was_not_drawn_is_not_found(
    asha, ravi, sitting, drawn, signed_in, live_clock
):
    """Neither an id out of the air nor another sitting's question."""
    client = signed_in(asha.user)
    others = sitting_at(ravi, "IN_PROGRESS", live_clock).drawn.first()
    assert put(client, sitting, uuid4(), 1, "a").status_code == 404
    assert put(client, sitting, others.pk, 1, "a").status_code == 404
    assert put(signed_in(ravi.user), sitting, drawn.pk, 1, "a").status_code == 404


def test_section_that_was_left_stays_locked(asha, sitting, drawn, signed_in):
    """Both doors refuse; the saved answer stays as it was."""
    client = signed_in(asha.user)
    put(client, sitting, drawn.pk, 1, "a")
    left = client.post(
        f"/api/v1/sittings/{sitting.pk}/sections/next/", {"position": 1}, "application/json"
    )
    assert left.status_code == 200
    refused = put(client, sitting, drawn.pk, 2, "b")
    assert (refused.status_code, refused.json()["code"]) == (409, "section_closed")
    sent = {f"q-{drawn.pk}": "b", "position": 1, "action": "save"}
    client.post(f"/assessment/{sitting.pk}/questions/", sent)
    assert Answer.objects.get(drawn=drawn).value == "a"


def test_leaving_twice_leaves_once_and_shortens_the_end(asha, assessment):
    """A double press does not skip a section; time that is left over is not carried on."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    at = NOON + timedelta(minutes=2)
    for _ in range(2):
        sitting = sittings.close_section(sitting=sitting, position=1, at=at)
    assert queries.current_section(sitting).position == 2
    assert sitting.ends_at == at + timedelta(minutes=6)
    with pytest.raises(sittings.LastSection):
        sittings.close_section(sitting=sitting, position=2, at=at)


def test_section_whose_time_is_over_closes_by_itself(asha, assessment):
    """At its last moment the first section takes nothing and the second is open."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    drawn = queries.questions_in(queries.current_section(sitting)).first()
    save(sitting, drawn, 1, "a", NOON + timedelta(minutes=8, seconds=-1))
    with pytest.raises(sittings.SectionClosed):
        save(sitting, drawn, 2, "b", NOON + timedelta(minutes=8))
    sittings.advance_clock(sitting=sitting, at=NOON + timedelta(minutes=8))
    assert queries.current_section(sitting).position == 2


def test_nothing_is_taken_after_the_end(asha, sitting, drawn, signed_in):
    """After submission nothing changes, over the API and in the database itself."""
    client = signed_in(asha.user)
    put(client, sitting, drawn.pk, 1, "a")
    client.post(f"/api/v1/sittings/{sitting.pk}/submit/")
    refused = put(client, sitting, drawn.pk, 2, "b")
    assert (refused.status_code, refused.json()["code"]) == (409, "sitting_over")
    with pytest.raises(IntegrityError, match="takes no answers"):
        Answer.objects.filter(drawn=drawn).update(value="b")


@pytest.mark.django_db(transaction=True)
def test_of_parallel_revisions_the_newest_wins(asha, assessment):
    """Ten revisions at once, in any order: the tenth stays."""
    sitting = sitting_at(asha, "IN_PROGRESS")
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
def test_answer_and_end_at_once_never_leave_an_answer_behind_the_end(asha, assessment):
    """Whoever comes first, no answer is newer than the end."""
    sitting = sitting_at(asha, "IN_PROGRESS")
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
