"""Leases of rows that carry work, and the waits between tries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from conftest import NOON
from hitouch.core.jobs import leases
from hitouch.core.models import OutboxMessage
from tests.support.waiting import DEADLINE_SECONDS

LEASE = timedelta(seconds=30)
WAITS = [timedelta(minutes=1), timedelta(minutes=5)]


@pytest.mark.parametrize(
    ("tries", "minutes"), [(0, 1), (1, 1), (2, 5), (3, None), (9, None)], ids=str
)
def test_each_try_has_its_wait(tries: int, minutes: int | None) -> None:
    """After the last wait there is no further try."""
    when = NOON + timedelta(minutes=minutes) if minutes else None
    assert leases.next_attempt(tries, waits=WAITS, now=NOON) == when


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 1), (2, 5), (3, 5), (9, 5)], ids=str)
def test_the_last_wait_repeats_for_work_that_is_never_given_up(tries: int, minutes: int) -> None:
    """It never grows beyond the last one."""
    assert leases.wait_after(tries, waits=WAITS) == timedelta(minutes=minutes)


def row(**changes: object) -> OutboxMessage:
    facts = {"channel": "MAIL", "template": "core/sms_money", "next_try_at": NOON} | changes
    return OutboxMessage.objects.create(**facts)


@pytest.mark.django_db
def test_a_row_is_held_until_another_worker_takes_it() -> None:
    """Each lease counts an attempt, by which a worker recognises its own lease."""
    work, rows = row(), OutboxMessage.objects
    assert rows.take(work.pk, now=NOON, lease=LEASE)
    assert not rows.take(work.pk, now=NOON + timedelta(seconds=29), lease=LEASE)
    mine = rows.get(pk=work.pk)
    assert (mine.tries, mine.next_try_at) == (1, NOON + LEASE)
    assert rows.held_by(mine).exists()
    assert rows.take(work.pk, now=NOON + LEASE, lease=LEASE)
    assert not rows.held_by(mine).exists()


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_can_be_passed_over() -> None:
    """`skip_locked` does not wait for the transaction that has the row."""
    work = row()

    def take() -> bool:
        try:
            return OutboxMessage.objects.take(work.pk, now=NOON, lease=LEASE, skip_locked=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            OutboxMessage.objects.select_for_update().get(pk=work.pk)
            assert not pool.submit(take).result(DEADLINE_SECONDS)
        assert pool.submit(take).result(DEADLINE_SECONDS)
