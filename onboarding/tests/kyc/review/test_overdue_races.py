"""Parallel workers alert operations once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core.models import OutboxMessage
from onboarding.kyc.review import services as review
from onboarding.tests.kyc.test_waiting_times import wait
from tests.support.waiting import DEADLINE_SECONDS


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_alert_once(settings: Any) -> None:
    """The worker that creates the day's row first sends the mail; others find the row."""
    settings.HITOUCH_OPERATIONS_MAIL = "operations@example.com"
    wait("Late", since=NOON - timedelta(hours=26))
    barrier = Barrier(4, timeout=DEADLINE_SECONDS)

    def tell(_: int) -> bool:
        barrier.wait()
        try:
            return review.alert_overdue(at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(tell, range(4))) == [False, False, False, True]
    assert OutboxMessage.objects.count() == 1
