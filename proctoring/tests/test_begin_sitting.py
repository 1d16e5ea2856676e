"""The start: the draw and the clock."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from proctoring import queries
from proctoring.models import Question
from proctoring.services import sittings
from proctoring.tests.support.cast import sitting_at
from tests.support.waiting import DEADLINE_SECONDS


def test_clock_is_the_servers(asha, assessment):
    """The end is the begin and every section's minutes; the first section is open."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    part = queries.current_section(sitting)
    assert sitting.ends_at == NOON + timedelta(minutes=14)
    assert (part.position, part.ends_at) == (1, NOON + timedelta(minutes=8))


def test_draw_is_even_over_the_levels_and_in_order(asha, assessment):
    """Eight a section: one A1, two A2, two B1, two B2, one C1, at places 1 to 16."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    drawn = list(queries.questions_of(sitting))
    assert [row.position for row in drawn] == list(range(1, 17))
    for part in sitting.parts.all():
        found = Counter(row.question.level for row in queries.questions_in(part))
        assert found == {"A1": 1, "A2": 2, "B1": 2, "B2": 2, "C1": 1}


def test_both_doors_begin(asha, ravi, assessment, signed_in):
    """The page goes to the questions, the API tells the end."""
    sitting = sitting_at(asha, "READY")
    page = signed_in(asha.user).post(f"/assessment/{sitting.pk}/begin/")
    assert page.url == f"/assessment/{sitting.pk}/questions/"
    other = sitting_at(ravi, "READY")
    told = signed_in(ravi.user).post(f"/api/v1/sittings/{other.pk}/begin/").json()
    assert told["state"] == "IN_PROGRESS"
    assert told["ends_at"] > told["server_time"]


def test_bank_that_is_too_small_refuses_in_words(asha, assessment, signed_in):
    """No short test is given; nothing is half begun."""
    sitting = sitting_at(asha, "READY")
    Question.objects.filter(kind="FILL_BLANK").update(active=False)
    answer = signed_in(asha.user).post(f"/api/v1/sittings/{sitting.pk}/begin/")
    assert (answer.status_code, answer.json()["code"]) == (409, "bank_too_small")
    assert not sitting.drawn.exists()


@pytest.mark.django_db(transaction=True)
def test_two_begins_at_once_begin_once(asha, assessment):
    """The second finds it begun: one draw, one clock."""
    sitting = sitting_at(asha, "READY")
    barrier, outcomes = threading.Barrier(2, timeout=DEADLINE_SECONDS), []

    def press() -> None:
        barrier.wait()
        try:
            sittings.begin_sitting(sitting=sitting, by=asha.user, at=NOON)
            outcomes.append("begun")
        except InvalidTransition:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["begun", "refused"]
    assert sitting.drawn.count() == 16
