"""The mechanism of sweeps: order, limits, rows that fail, are refused or stay due."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from conftest import NOON
from hitouch.core import sweeps
from hitouch.core.errors import Refusal
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.models import OperationsAlarm, OutboxMessage, PostponedRow
from hitouch.core.monitoring import lateness

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class NotYet(Refusal):
    code = "not_yet"


def due(now: Any) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(state="WAITING")


def finish(row: OutboxMessage, now: Any) -> None:
    OutboxMessage.objects.filter(pk=row.pk).update(state="SENT", sent_at=now)


@pytest.fixture
def rows() -> list[OutboxMessage]:
    """Five rows, named 0 to 4."""
    facts = {"channel": "MAIL", "next_try_at": NOON}
    return [OutboxMessage.objects.create(template=str(number), **facts) for number in range(5)]


@pytest.fixture
def sweep_of() -> Iterator[Callable[..., sweeps.Sweep]]:
    """`sweep_of(act)` makes a sweep that leaves the register after the test."""

    def make(
        act: Callable[[Any, Any], object], kind: type[sweeps.Sweep] = sweeps.Sweep, **options: Any
    ) -> sweeps.Sweep:
        return kind(
            **{"name": "test", "due": due, "act": act, "order": ("template", "pk")} | options
        )

    yield make
    sweeps.SWEEPS.pop("test", None)


class Recorder:
    """Finishes rows, except those named in `bad`, and records in which order it got them."""

    def __init__(self, **bad: Exception) -> None:
        self.bad = {name.removeprefix("row"): fault for name, fault in bad.items()}
        self.tried = ""

    def __call__(self, row: OutboxMessage, now: Any) -> None:
        self.tried += row.template
        if row.template in self.bad:
            raise self.bad[row.template]
        finish(row, now)


def run(sweep: sweeps.Sweep, minutes: float = 0, **options: Any) -> sweeps.SweepOutcome:
    return sweeps.run(sweep, now=NOON + timedelta(minutes=minutes), **options)


def test_a_failing_row_waits_longer_each_time(rows: Any, sweep_of: Any) -> None:
    """The others are done at once; it is tried after 1, 5, 15, 60 and then every 240 minutes."""
    act = Recorder(row0=ZeroDivisionError())
    sweep = sweep_of(act)
    assert run(sweep) == sweeps.SweepOutcome(done=4, failed=1)
    assert act.tried == "01234"
    minutes = 0
    for wait in (1, 5, 15, 60, 240, 240):
        assert run(sweep, minutes + wait - 0.1) == sweeps.SweepOutcome()
        minutes += wait
        assert run(sweep, minutes) == sweeps.SweepOutcome(failed=1)
    postponed = PostponedRow.objects.get()
    assert (postponed.failures, postponed.reason) == (7, "ZeroDivisionError")
    del act.bad["0"]
    assert run(sweep, minutes + 240) == sweeps.SweepOutcome(done=1)
    assert not PostponedRow.objects.exists()


def test_a_row_that_is_gone_is_forgotten(rows: Any, sweep_of: Any) -> None:
    """A row that failed and was finished in another way leaves no record."""
    sweep = sweep_of(Recorder(row0=ZeroDivisionError()))
    run(sweep)
    finish(rows[0], NOON)
    assert run(sweep, 1) == sweeps.SweepOutcome()
    assert not PostponedRow.objects.exists()


def test_failing_rows_raise_an_alarm_once(rows: Any, sweep_of: Any, settings: Any) -> None:
    """One alarm and one mail while rows fail, however many; it ends when they are done."""
    settings.HITOUCH_OPERATIONS_MAIL = "ops@example.com"
    OutboxMessage.objects.update(next_try_at=NOON + HOUR)
    act = Recorder(row0=ZeroDivisionError())
    sweep = sweep_of(act)
    run(sweep)
    lateness.check(NOON)
    act.bad["0"] = ValueError()
    run(sweep, 1)
    lateness.check(NOON + MINUTE)
    assert "test" in OperationsAlarm.objects.get(name=lateness.ROWS_FAILED).detail
    assert OutboxMessage.objects.filter(template="core/alarm").count() == 1
    act.bad.clear()
    run(sweep, 10)
    lateness.check(NOON + 10 * MINUTE)
    assert not OperationsAlarm.objects.exists()


def test_refused_rows_come_after_the_others(rows: Any, sweep_of: Any) -> None:
    """A refusal is no failure: those rows take turns in the places that the others leave."""
    act = Recorder(row0=NotYet(), row1=NotYet(), row2=NotYet())
    sweep = sweep_of(act, limit=2)
    turns = []
    for minute in range(5):
        before = len(act.tried)
        run(sweep, minute)
        turns.append(act.tried[before:])
    assert [turn[:2] for turn in turns[:2]] == ["01", "23"]
    assert turns[2][0] == "4"
    assert set("".join(turns[2:])) == set("0124")
    assert lateness.failing_sweeps() == []


def test_rows_that_stay_due_come_after_the_others(rows: Any, sweep_of: Any) -> None:
    """The same for rows on which the action had no effect, such as rows locked by a worker."""
    tried = []
    sweep = sweep_of(lambda row, now: tried.append(row.template), limit=2)
    for minute in range(3):
        run(sweep, minute)
    assert "".join(tried)[:2] == "01"
    assert set(tried) == set("01234")


def test_a_run_ends_when_its_time_is_over(rows: Any, sweep_of: Any) -> None:
    """The rest is done by the next run."""
    act = Recorder()
    sweep = sweep_of(act, seconds=0)
    assert run(sweep).is_cut_short
    assert act.tried == ""
    assert not PostponedRow.objects.exists()


def test_a_row_that_is_done_meanwhile_is_passed_over(rows: Any, sweep_of: Any) -> None:
    """Each row is read again before the action."""
    act = Recorder()

    def finish_all(row: OutboxMessage, now: Any) -> None:
        act(row, now)
        OutboxMessage.objects.update(state="SENT")

    assert run(sweep_of(finish_all)).done == 1
    assert act.tried == "0"


def test_a_provider_that_does_not_answer_ends_the_run(rows: Any, sweep_of: Any) -> None:
    """The row whose attempt failed counts one; the rows behind it are not attempted."""
    tried = []

    def work(pk: Any, now: Any) -> object:
        tried.append(pk)
        return sweeps.NO_ANSWER if len(tried) == 2 else True

    outcome = run(sweep_of(work, sweeps.QueueSweep))
    assert outcome == sweeps.SweepOutcome(done=2, is_cut_short=True)
    assert tried == [rows[0].pk, rows[1].pk]


def test_a_lost_file_store_ends_the_run(rows: Any, sweep_of: Any) -> None:
    """It costs one timeout; the next run begins with the rows that were not tried."""
    act = Recorder(row1=StoreUnavailable())
    sweep = sweep_of(act)
    assert run(sweep) == sweeps.SweepOutcome(done=1, refused=1, is_cut_short=True)
    assert act.tried == "01"
    act.bad = {}
    assert run(sweep).done == 4
    assert act.tried == "012341"


def test_old_rows_are_deleted_in_batches(
    rows: Any, sweep_of: Any, django_assert_max_num_queries: Any
) -> None:
    """All of them in one run, a batch at a time."""
    sweep = sweep_of(sweeps._delete, sweeps.DeletionSweep, limit=2)
    with django_assert_max_num_queries(30):
        assert run(sweep).done == 5
    assert not OutboxMessage.objects.exists()


def test_what_a_failing_row_wrote_is_undone(rows: Any, sweep_of: Any) -> None:
    """Each row has a transaction of its own."""

    def act(row: OutboxMessage, now: Any) -> None:
        finish(row, now)
        if row == rows[0]:
            raise ValueError

    run(sweep_of(act))
    assert list(due(NOON)) == [rows[0]]


def test_two_sweeps_cannot_have_one_name(sweep_of: Any) -> None:
    """Rows are postponed under the name."""
    sweep_of(finish)
    with pytest.raises(ValueError, match="test"):
        sweep_of(finish)


def test_records_that_no_sweep_takes_up_are_deleted(rows: Any) -> None:
    """For example those of a sweep that a new release does not have any more."""
    facts = {"sweep": "gone", "row": "1", "reason": "ValueError", "failures": 1}
    PostponedRow.objects.create(next_try_at=NOON, **facts)
    sweeps.run(sweeps.FORGOTTEN_ROWS, now=NOON + timedelta(days=1))
    assert PostponedRow.objects.exists()
    sweeps.run(sweeps.FORGOTTEN_ROWS, now=NOON + timedelta(days=2))
    assert not PostponedRow.objects.exists()
