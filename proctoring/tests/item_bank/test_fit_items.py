"""The nightly fit: responses, figures, flags, ends of trials; idempotent."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from conftest import NOON
from proctoring import tasks
from proctoring.item_bank import fitting, review, services
from proctoring.item_bank.calibration import CalibrationFlag, ChoiceFigures, ItemCalibration
from proctoring.models import AnswerEntry, Item, ItemFigures, ItemFlag, ItemReview, Sitting
from proctoring.tests.support.cast import make_sitting

LATER = NOON + timedelta(days=1)


def fitted(item: Item, responses: int = 100, *flags: CalibrationFlag) -> ItemCalibration:
    return ItemCalibration(
        item=item.versions.get().pk, responses=responses, difficulty=0.4, difficulty_error=0.2,
        discrimination=1.1, discrimination_error=0.1, facility=0.6, median_seconds=21.0,
        choices=(ChoiceFigures("b", 60, 0.6, 0.5, correct=True),), flags=flags,
    )  # fmt: skip


@pytest.fixture
def on_trial(draft, author, checker) -> Item:
    """A new item on trial."""
    asked = services.request_review(version=draft, by=author, at=NOON)
    review.decide_review(review=asked, outcome="TRIAL", by=checker, at=NOON)
    return Item.objects.get()


def test_responses_of_graded_sittings_are_read(passed, django_assert_max_num_queries):
    """Each marked question of a valid sitting is one response; a cancelled sitting has none."""
    with django_assert_max_num_queries(4):
        results = list(fitting._results([passed.pk]))
    marked = passed.drawn.filter(correct__isnull=False)
    assert len(results) == marked.count() > 0
    assert {result.item for result in results} == set(marked.values_list("version", flat=True))
    assert fitting.fit_items(at=NOON).sittings == 1
    Sitting.objects.filter(pk=passed.pk).update(state="VOIDED", decision_reason="Notes")
    assert fitting.fit_items(at=NOON).sittings == 0


def test_few_responses_leave_the_author_figures(passed):
    """One sitting changes no figures, raises no flag, and the fit can be run again."""
    for _ in range(2):
        outcome = fitting.fit_items(at=NOON)
        assert (outcome.figures, outcome.flags, outcome.trials_over) == (0, 0, 0)


def test_new_figures_replace_the_current_ones(live):
    """Figures of responses become current, earlier ones stay; a second fit adds nothing."""
    assert fitting.record_fit([fitted(live)], at=LATER).figures == 1
    assert fitting.record_fit([fitted(live)], at=LATER).figures == 0
    assert fitting.record_fit([fitted(live, 103)], at=LATER).figures == 0
    assert fitting.record_fit([fitted(live, 110)], at=LATER).figures == 1
    rows = ItemFigures.objects.order_by("created_at")
    assert [(row.origin, row.responses, row.current) for row in rows] == [
        ("AUTHOR", 0, False), ("RESPONSES", 100, False), ("RESPONSES", 110, True),
    ]  # fmt: skip
    assert rows.last().choices == {"b": 60}


def test_doubts_become_flags_once(live, checker):
    """A doubt is raised once; after a person resolved it, only with many more responses."""
    doubt = CalibrationFlag("KEY", {"choice": "c", "count": 30})
    assert fitting.record_fit([fitted(live, 100, doubt)], at=NOON).flags == 1
    assert fitting.record_fit([fitted(live, 300, doubt)], at=NOON).flags == 0
    flag = ItemFlag.objects.get()
    assert flag.detail == {"choice": "c", "count": 30, "responses": 100}
    services.resolve_flag(flag=flag, resolution="The key is right.", by=checker, at=NOON)
    assert fitting.record_fit([fitted(live, 149, doubt)], at=NOON).flags == 0
    assert fitting.record_fit([fitted(live, 150, doubt)], at=NOON).flags == 1


def test_end_of_a_trial_is_decided_by_a_person(on_trial, author, checker):
    """With enough responses a reviewer is asked once; the author does not decide."""
    assert fitting.record_fit([fitted(on_trial, 59)], at=NOON).trials_over == 0
    assert fitting.record_fit([fitted(on_trial, 60)], at=NOON).trials_over == 1
    assert fitting.record_fit([fitted(on_trial, 90)], at=NOON).trials_over == 0
    asked = ItemReview.objects.get(kind="TRIAL")
    with pytest.raises(review.OwnItem):
        review.decide_review(review=asked, outcome="LIVE", by=author, at=NOON)
    review.decide_review(review=asked, outcome="LIVE", by=checker, at=NOON)
    on_trial.refresh_from_db()
    assert on_trial.state == "LIVE"
    assert fitting.record_fit([fitted(on_trial, 99)], at=NOON).trials_over == 0


def test_a_fit_that_fails_leaves_nothing(live, monkeypatch):
    """Everything is written in one transaction: a fit that is killed can be run again."""
    doubt = CalibrationFlag("LEAK", {"last": 30.0})

    def killed(*args):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(fitting, "_end_trials", killed)
        with pytest.raises(RuntimeError):
            fitting.record_fit([fitted(live, 100, doubt)], at=NOON)
    assert not ItemFlag.objects.exists()
    assert ItemFigures.objects.get().origin == "AUTHOR"
    assert fitting.record_fit([fitted(live, 100, doubt)], at=NOON).figures == 1


@pytest.mark.django_db(transaction=True)
def test_one_fit_writes_at_a_time(live):
    """While another fit writes, a second one does nothing."""
    with connection.copy().cursor() as other:
        other.execute("BEGIN")
        other.execute("SELECT pg_advisory_xact_lock(%s)", [fitting.LOCK])
        assert not fitting.record_fit([fitted(live)], at=NOON).ran
        other.execute("ROLLBACK")
    other.connection.close()
    assert fitting.record_fit([fitted(live)], at=NOON).ran


def test_times_are_those_between_entries(asha, assessment):
    """The seconds of a question are those since the entry before, over all visits to it."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    first, second = sitting.drawn.order_by("position")[:2]
    opened = first.part.opened_at
    entries = [(first, "a", 10), (second, "b", 25), (first, " C ", 30), (second, "b", 100)]
    device = uuid4()
    for number, (question, value, seconds) in enumerate(entries):
        at = opened + timedelta(seconds=seconds)
        AnswerEntry.objects.create(
            sitting=sitting, question=question, device=device, sequence=number + 1, hash="0",
            value=value, written_at=at, stated_at=at, received_at=at, origin="JOURNAL",
        )  # fmt: skip
    found = fitting._answers([sitting.pk])
    assert found[first.pk] == ("c", 15.0)
    assert found[second.pk] == ("b", 85.0)


def test_the_task_runs_the_fit(db):
    """The nightly task fits an empty bank as well."""
    tasks.fit_items()


def test_figures_without_responses_are_not_written(live):
    """An item that nobody answered keeps its figures."""
    none = replace(fitted(live), responses=0, facility=None, choices=())
    assert fitting.record_fit([none], at=NOON).figures == 0
