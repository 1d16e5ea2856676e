"""Starting a sitting: drawn questions, time limits, concurrency."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core.db.state_machine import InvalidTransition
from proctoring import queries
from proctoring.delivery import services as sittings
from proctoring.models import Item
from proctoring.tests.support.cast import make_sitting
from tests.support.waiting import DEADLINE_SECONDS


def test_begin_sets_the_time_limits(asha, assessment):
    """The sitting ends after the minutes of all sections, and the first section is open."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    part = queries.current_section(sitting)
    assert sitting.ends_at == NOON + timedelta(minutes=14)
    assert (part.position, part.ends_at) == (1, NOON + timedelta(minutes=8))


def test_drawn_questions_are_spread_over_the_levels(asha, assessment):
    """Each section draws one A1, two A2, two B1, two B2 and one C1, numbered from 1 to 16."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    drawn = list(queries.questions_of(sitting))
    assert [row.position for row in drawn] == list(range(1, 17))
    for part in sitting.parts.all():
        found = Counter(row.version.item.level for row in queries.questions_in(part))
        assert found == {"A1": 1, "A2": 2, "B1": 2, "B2": 2, "C1": 1}


def test_page_and_api_begin_a_sitting(asha, ravi, assessment, signed_in):
    """The page redirects to the questions; the API returns state and end."""
    sitting = make_sitting(asha, "READY")
    page = signed_in(asha.user).post(f"/assessment/{sitting.pk}/begin/")
    assert page.url == f"/assessment/{sitting.pk}/questions/"
    other = make_sitting(ravi, "READY")
    data = signed_in(ravi.user).post(f"/api/v1/sittings/{other.pk}/begin/").json()
    assert data["state"] == "IN_PROGRESS"
    assert data["ends_at"] > data["server_time"]


def test_too_small_bank_is_refused(asha, assessment, signed_in):
    """If the bank has too few questions, starting is refused and nothing is drawn."""
    sitting = make_sitting(asha, "READY")
    Item.objects.filter(kind="FILL_BLANK").update(state="RETIRED")
    answer = signed_in(asha.user).post(f"/api/v1/sittings/{sitting.pk}/begin/")
    assert (answer.status_code, answer.json()["code"]) == (409, "bank_too_small")
    assert not sitting.drawn.exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_start_begins_once(asha, assessment):
    """Of two concurrent starts one is refused, and the questions are drawn once."""
    sitting = make_sitting(asha, "READY")
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
