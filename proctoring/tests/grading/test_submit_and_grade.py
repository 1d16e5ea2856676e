"""Submitting and grading a sitting, and further attempts."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON, make_agent
from proctoring import queries, signals, tasks
from proctoring.delivery import services as sittings
from proctoring.delivery.refusals import SittingOver
from proctoring.grading import services as services
from proctoring.models import Sitting
from proctoring.tests.support.cast import answer_all, make_graded_sitting, make_sitting
from tests.support.waiting import DEADLINE_SECONDS


@pytest.fixture
def sent_signals():
    """The signals sent about sittings, with the state at that time."""
    sent = []

    def note(name):
        return lambda sender, sitting, **facts: sent.append((name, sitting.state))

    names = ("sitting_ended", "sitting_graded", "sitting_voided")
    receivers = {name: note(name) for name in names}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield sent
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


def test_all_correct_is_c2(asha, assessment, sent_signals):
    """Score, level, the agent's level and the signals agree."""
    sitting = make_graded_sitting(asha)
    asha.refresh_from_db()
    assert (sitting.state, sitting.level) == ("GRADED", "C2")
    assert sitting.score >= 90
    assert asha.level == "C2"
    assert sent_signals == [("sitting_ended", "SUBMITTED"), ("sitting_graded", "GRADED")]


def test_levels_keep_their_order(assessment):
    """Who also answers items of the next level correctly gets a higher score and no lower level."""
    known = ("A1", "A2", "B1", "B2", "C1", "C2")
    found = [
        make_graded_sitting(make_agent(f"Agent{count}"), levels=known[:count])
        for count in (1, 3, 5)
    ]
    scores = [sitting.score for sitting in found]
    levels = [sitting.level for sitting in found]
    assert scores == sorted(set(scores))
    assert levels == sorted(levels)
    assert (levels[0], levels[-1] >= "C1") == ("A1", True)


def test_nothing_answered_is_a1(asha, assessment, signed_in, live_clock):
    """Without answers the level is A1, and the page offers a retake."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    action = {"action": "submit", "position": 1, "confirm": 1}
    page = client.post(f"/assessment/{sitting.pk}/questions/", action, follow=True)
    assert b"Grading in progress" in page.content
    services.grade_sitting(sitting=sitting, at=live_clock + timedelta(minutes=1))
    shown = client.get(f"/assessment/{sitting.pk}/result/").content
    assert b"A1, beginner" in shown
    assert b"Retake assessment" in shown


def test_page_and_api_show_the_result(asha, assessment, passed, signed_in):
    """Page and API show score and level; the API also whether the agent passed."""
    sitting = passed
    client = signed_in(asha.user)
    data = client.get(f"/api/v1/sittings/{sitting.pk}/").json()
    assert (data["score"], data["level"], data["passed"]) == ("100.00", "C2", True)
    assert b"C2, mastery" in client.get(f"/assessment/{sitting.pk}/result/").content


def test_grading_is_idempotent(asha, assessment, sent_signals):
    """Grading again by task or sweep changes nothing."""
    sitting = make_graded_sitting(asha)
    tasks.grade_sitting(sitting_id=str(sitting.pk))
    services.grade_sitting(sitting=sitting, at=NOON)
    assert sent_signals.count(("sitting_graded", "GRADED")) == 1


def test_task_for_a_missing_sitting_does_nothing(db):
    """The task ignores an unknown sitting."""
    tasks.grade_sitting(sitting_id="00000000-0000-0000-0000-000000000000")


def test_worse_retake_does_not_lower_the_level(asha, assessment):
    """The agent's level is that of the best result."""
    make_graded_sitting(asha)
    make_graded_sitting(asha, levels=("A1",), at=NOON + timedelta(days=1))
    asha.refresh_from_db()
    assert asha.level == "C2"


def test_late_submission_ends_when_the_time_was_over(asha, assessment):
    """A submission after the time limit is an end by the clock, and says when that was due."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    late = NOON + timedelta(minutes=20)
    done = sittings.submit_sitting(sitting=sitting, by=asha.user, at=late)
    assert (done.state, done.end_reason) == ("AUTO_SUBMITTED", "CLOCK")
    assert (done.due_at, done.ended_at) == (NOON + timedelta(minutes=14), late)


def test_another_attempt_after_a_low_result(asha, assessment, signed_in):
    """Page and API invite a failed agent again, with one invitation."""
    at = NOON
    make_graded_sitting(asha, levels=("A1",), at=at)
    client = signed_in(asha.user)
    assert client.post("/assessment/again/").url == "/assessment/"
    assert client.post("/api/v1/invitations/again/").status_code == 201
    assert asha.invitations.filter(why="RETAKE").count() == 1


@pytest.mark.parametrize(
    ("levels", "times", "code"), [((), 1, "already_passed"), (("A1",), 2, "no_attempts_left")]
)
def test_another_attempt_is_refused(asha, assessment, signed_in, live_clock, levels, times, code):
    """Another attempt is refused after passing, or when none is left."""
    for _ in range(times):
        make_graded_sitting(asha, levels=levels, at=live_clock)
    answer = signed_in(asha.user).post("/api/v1/invitations/again/")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_another_attempt_without_a_first_is_refused(asha, assessment, signed_in):
    """Without a graded sitting there is nothing to retake."""
    answer = signed_in(asha.user).post("/api/v1/invitations/again/")
    assert answer.json()["code"] == "nothing_to_repeat"


@pytest.mark.django_db(transaction=True)
def test_concurrent_submission_ends_once(asha, assessment):
    """Of two concurrent submissions one is refused."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    answer_all(sitting)
    barrier, outcomes = threading.Barrier(2, timeout=DEADLINE_SECONDS), []

    def press() -> None:
        barrier.wait()
        try:
            outcomes.append(sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON).state)
        except SittingOver:
            outcomes.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["SUBMITTED", "over"]
    assert Sitting.objects.get().events.filter(became="SUBMITTED").count() == 1
    assert queries.latest_sitting(asha).state == "SUBMITTED"
