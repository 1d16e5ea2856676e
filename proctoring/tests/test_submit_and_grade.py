"""The end, the grade, and what follows from it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from proctoring import queries, signals, tasks
from proctoring.models import Sitting
from proctoring.services import grading as services
from proctoring.services import sittings
from proctoring.tests.support.cast import answer_all, graded, sitting_at
from tests.support.waiting import DEADLINE_SECONDS


@pytest.fixture
def heard():
    """Which sittings were announced, and as what."""
    found = []

    def note(name):
        return lambda sender, sitting, **facts: found.append((name, sitting.state))

    names = ("sitting_ended", "sitting_graded", "sitting_voided")
    receivers = {name: note(name) for name in names}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield found
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


def test_all_right_is_100_and_c2(asha, assessment, heard):
    """Score, level, the agent's level and the announcements agree."""
    sitting = graded(asha)
    asha.refresh_from_db()
    assert (sitting.state, sitting.score, sitting.level) == ("GRADED", 100, "C2")
    assert asha.level == "C2"
    assert heard == [("sitting_ended", "SUBMITTED"), ("sitting_graded", "GRADED")]


def test_sure_up_to_b1_scores_by_weight(asha, assessment):
    """A1, A2 and B1 right of 32 a section: (2 + 6 + 8) / 32 is half, which is A2."""
    sitting = graded(asha, levels=("A1", "A2", "B1"))
    assert (sitting.score, sitting.level) == (50, "A2")
    assert [part.score for part in sitting.parts.order_by("position")] == [50, 50]


def test_nothing_answered_is_0_and_a1(asha, assessment, signed_in, live_clock):
    """What is not answered counts as nothing; the page says what now."""
    sitting = sitting_at(asha, "IN_PROGRESS", live_clock)
    client = signed_in(asha.user)
    page = client.post(
        f"/assessment/{sitting.pk}/questions/", {"action": "submit", "position": 1}, follow=True
    )
    assert b"Grading in progress" in page.content
    services.grade_sitting(sitting=sitting, at=live_clock)
    shown = client.get(f"/assessment/{sitting.pk}/result/").content
    assert b"A1, beginner" in shown
    assert b"Retake assessment" in shown


def test_result_is_told_over_both_doors(asha, assessment, passed, signed_in):
    """Score, level and whether it is enough."""
    sitting = passed
    client = signed_in(asha.user)
    told = client.get(f"/api/v1/sittings/{sitting.pk}/").json()
    assert (told["score"], told["level"], told["passed"]) == ("100.00", "C2", True)
    assert b"C2, mastery" in client.get(f"/assessment/{sitting.pk}/result/").content


def test_grading_twice_is_harmless(asha, assessment, heard):
    """The bell and the sweep may both come."""
    sitting = graded(asha)
    tasks.grade_sitting(sitting_id=str(sitting.pk))
    services.grade_sitting(sitting=sitting, at=NOON)
    assert heard.count(("sitting_graded", "GRADED")) == 1


def test_task_for_a_sitting_that_is_gone_does_nothing(db):
    """A bell for nobody."""
    tasks.grade_sitting(sitting_id="00000000-0000-0000-0000-000000000000")


def test_better_result_stands_beside_a_worse_one(asha, assessment):
    """A retake that went worse does not lower the level."""
    graded(asha)
    graded(asha, levels=("A1",), at=NOON + timedelta(days=1))
    asha.refresh_from_db()
    assert asha.level == "C2"


def test_handing_in_after_the_time_is_the_clocks_end(asha, assessment):
    """The end is when the time was over, not when the button was pressed."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    late = NOON + timedelta(minutes=20)
    done = sittings.submit_sitting(sitting=sitting, by=asha.user, at=late)
    assert (done.state, done.end_reason) == ("AUTO_SUBMITTED", "CLOCK")
    assert done.ended_at == NOON + timedelta(minutes=14)


def test_another_attempt_after_a_low_result(asha, assessment, signed_in):
    """Both doors ask for it; somebody who passed is told that there is nothing to repeat."""
    at = NOON
    graded(asha, levels=("A1",), at=at)
    client = signed_in(asha.user)
    assert client.post("/assessment/again/").url == "/assessment/"
    assert client.post("/api/v1/invitations/again/").status_code == 201
    assert asha.invitations.filter(why="RETAKE").count() == 1


@pytest.mark.parametrize(
    ("levels", "times", "code"), [((), 1, "already_passed"), (("A1",), 2, "no_attempts_left")]
)
def test_another_attempt_is_refused_with_its_reason(
    asha, assessment, signed_in, live_clock, levels, times, code
):
    """Passed already, or no attempt left."""
    for _ in range(times):
        graded(asha, levels=levels, at=live_clock)
    answer = signed_in(asha.user).post("/api/v1/invitations/again/")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_another_attempt_without_a_first_is_refused(asha, assessment, signed_in):
    """Nothing to repeat."""
    answer = signed_in(asha.user).post("/api/v1/invitations/again/")
    assert answer.json()["code"] == "nothing_to_repeat"


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_end_it_once(asha, assessment):
    """The second finds it over."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    answer_all(sitting)
    barrier, outcomes = threading.Barrier(2, timeout=DEADLINE_SECONDS), []

    def press() -> None:
        barrier.wait()
        try:
            outcomes.append(sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON).state)
        except sittings.SittingOver:
            outcomes.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["SUBMITTED", "over"]
    assert Sitting.objects.get().events.filter(became="SUBMITTED").count() == 1
    assert queries.latest_sitting(asha).state == "SUBMITTED"
