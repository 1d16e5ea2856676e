"""Starting a sitting: drawn questions, time limits, concurrency."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Avg

from conftest import NOON, make_agent
from hitouch.core.db.state_machine import InvalidTransition
from proctoring import queries
from proctoring.delivery import services as sittings
from proctoring.models import Item, ItemFigures, Section, SittingQuestion
from proctoring.tests.support.cast import make_entry, make_graded_sitting, make_sitting
from tests.support.waiting import DEADLINE_SECONDS

DEVICE = uuid4()


def test_begin_sets_the_time_limits(asha, assessment):
    """The sitting ends after the minutes of all sections, and the first section is open."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    part = queries.current_section(sitting)
    assert sitting.ends_at == NOON + timedelta(minutes=14)
    assert (part.position, part.ends_at) == (1, NOON + timedelta(minutes=8))


def test_drawn_questions_are_spread_over_the_levels(asha, assessment):
    """Each section draws from all six levels, more in the middle, numbered from 1 to 16."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    drawn = list(queries.questions_of(sitting))
    assert [row.position for row in drawn] == list(range(1, 17))
    for part in sitting.parts.all():
        found = Counter(row.version.item.level for row in queries.questions_in(part))
        assert found == {"A1": 1, "A2": 1, "B1": 2, "B2": 2, "C1": 1, "C2": 1}


def test_draw_can_be_repeated_from_its_seed(asha, ravi, assessment):
    """The seed is kept; the same seed over the same bank draws the same questions."""
    first = make_sitting(asha, "IN_PROGRESS")
    assert first.seed == "7"
    drawn = list(first.drawn.order_by("position").values_list("version", "option_order"))
    SittingQuestion.objects.all().delete()
    second = make_sitting(ravi, "IN_PROGRESS")
    assert list(second.drawn.order_by("position").values_list("version", "option_order")) == drawn
    own = sittings.begin_sitting(sitting=make_sitting(make_agent("Meera"), "READY"),
                                 by=asha.user, at=NOON)  # fmt: skip
    assert len(own.seed) == 32


def test_agent_meets_no_item_again(asha, assessment):
    """The second attempt of an agent has none of the items of the first."""
    first = make_graded_sitting(asha)
    second = make_sitting(asha, "IN_PROGRESS", NOON + timedelta(days=1))
    items = [set(each.drawn.values_list("version__item", flat=True)) for each in (first, second)]
    assert not items[0] & items[1]
    assert len(items[1]) == 16


def test_routed_section_is_drawn_when_it_opens(asha, ravi, assessment):
    """A routed section follows the first: hard items for who answered all, easy ones for none."""
    Section.objects.filter(assessment=assessment, position=2).update(routing="ROUTED")
    means = []
    for agent, is_right in ((asha, True), (ravi, False)):
        sitting = make_sitting(agent, "IN_PROGRESS")
        assert not sitting.parts.get(position=2).drawn.exists()
        if is_right:
            for number, row in enumerate(queries.questions_in(sitting.parts.get(position=1)), 1):
                make_entry(row, row.version.key.key, at=NOON, sequence=number, device=DEVICE).save()
        sittings.close_section(sitting=sitting, position=1, at=NOON)
        part = sitting.parts.get(position=2)
        assert list(part.drawn.order_by("position").values_list("position", flat=True)) == list(
            range(9, 17)
        )
        figures = ItemFigures.objects.filter(version__drawn__part=part, current=True)
        means.append(figures.aggregate(mean=Avg("difficulty"))["mean"])
    assert means[0] > means[1] + 1


def test_trial_items_do_not_count(asha, assessment):
    """Trial items are added to a section, and are not scored."""
    Section.objects.filter(assessment=assessment, position=1).update(trial=1)
    Item.objects.filter(kind="READING_MCQ", code__in=some_codes("READING_MCQ")).update(
        state="TRIAL"
    )
    sitting = make_sitting(asha, "IN_PROGRESS")
    part = sitting.parts.get(position=1)
    assert Counter(part.drawn.values_list("scored", flat=True)) == {True: 8, False: 1}
    assert [row.position for row in queries.questions_of(sitting)] == list(range(1, 18))


def some_codes(kind):
    """Codes of two items of this kind."""
    return list(Item.objects.filter(kind=kind).order_by("code").values_list("code", flat=True)[:2])


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
