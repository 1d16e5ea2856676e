"""One row that cannot be processed does not keep a sweep from the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from conftest import NOON
from hitouch.celery import app as celery_app
from hitouch.core import sweeps
from hitouch.core.cefr import CEFR
from hitouch.core.models import PostponedRow
from hitouch.core.monitoring import lateness
from onboarding.steps import queries as steps_queries
from tests.sweeps.examples import EXAMPLES, Example

celery_app.loader.import_default_modules()
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Any, monkeypatch: Any) -> None:
    """Files in a folder of their own, no broker, and agents with a level count as cleared."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)
    clearance = steps_queries.Clearance(CEFR("B2"), NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: clearance)


def test_every_sweep_has_an_example() -> None:
    """A new sweep is tested like the others: it needs rows that are due in `examples.py`."""
    assert set(sweeps.SWEEPS) == set(EXAMPLES)


@contextmanager
def failing(row: Any, example: Example) -> Iterator[None]:
    """Inside, the database refuses to change or delete this row, or its column is unreadable."""
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        if example.spoil:
            cursor.execute(f"SELECT {example.spoil} FROM {table} WHERE id = %s", [row.pk])  # noqa: S608
            (before,) = cursor.fetchone()
            update = f"UPDATE {table} SET {example.spoil} = %s WHERE id = %s"  # noqa: S608
            for value in (b"spoiled", before):
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(update, [value, row.pk])
                cursor.execute("SET LOCAL session_replication_role = DEFAULT")
                if value == b"spoiled":
                    yield
            return
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'this row is broken'; END $$"
        )
        change = f"UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (OLD.id::text = '{row.pk}')"
        if example.refuses_new:
            model, column = example.refuses_new
            table = connection.ops.quote_name(model._meta.db_table)
            change = f"INSERT ON {table} FOR EACH ROW WHEN (NEW.{column}::text = '{row.pk}')"
        cursor.execute(f"CREATE TRIGGER refuse BEFORE {change} EXECUTE FUNCTION pg_temp.refuse()")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"DROP TRIGGER refuse ON {table}")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_one_failing_row_does_not_stop_the_others(name: str) -> None:
    """The others are done, and the failing row, which came first, is tried again later."""
    sweep, example = sweeps.SWEEPS[name], EXAMPLES[name]
    example.make()
    now = example.at
    due = sweep.due(now).order_by(*sweep.order)
    assert due.count() > 1
    first = due.first()
    broken = first
    if example.fails is not None:
        broken = example.fails._default_manager.get(**{example.column: first})
    with failing(broken, example):
        outcome = sweeps.run(sweep, now=now)
        assert outcome.failed == 1
        assert_only_the_first_is_left(sweep, first, now)
        assert name in lateness.failing_sweeps()
        again = sweeps.run(sweep, now=now)
        assert again.failed == 0
    sweeps.run(sweep, now=now + MINUTE)
    assert name not in lateness.failing_sweeps()


def assert_only_the_first_is_left(sweep: sweeps.Sweep, first: Any, now: Any) -> None:
    failed = PostponedRow.objects.get(sweep=sweep.name, failures__gt=0)
    assert (failed.row, failed.next_try_at) == (str(first.pk), now + MINUTE)
    tried = PostponedRow.objects.filter(sweep=sweep.name).values_list("row", flat=True)
    assert {str(row.pk) for row in sweep.due(now)} <= set(tried)
