"""Connections that prove themselves at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection as database

from conftest import NOON, make_agent
from proctoring.item_bank.seeding import seed
from proctoring.leases import services
from proctoring.models import MonitoringConnection
from proctoring.tests.support.cast import make_sitting
from tests.support.waiting import DEADLINE_SECONDS

PAGES = 6


@pytest.mark.django_db(transaction=True)
def test_one_of_many_holds_the_lease():
    """Of pages that are proven at the same moment one holds the lease, the others lost it."""
    seed(NOON)
    sitting = make_sitting(make_agent("Asha"), "IN_PROGRESS", monitored=False)
    pages = [
        services.connect(sitting=sitting, device=uuid4(), client="PAGE", facts={}, at=NOON)
        for _ in range(PAGES)
    ]
    ticket = services.issue_ticket(sitting=sitting, at=NOON)
    start = Barrier(PAGES, timeout=DEADLINE_SECONDS)

    def go(page: MonitoringConnection) -> tuple[bool, bool]:
        try:
            start.wait()
            used = services.use_ticket(sitting=sitting, ticket=ticket, at=NOON)
            change = services.prove(connection=page, camera=True, sound=True, at=NOON)
            return used, change.is_takeover
        finally:
            database.close()

    with ThreadPoolExecutor(PAGES) as pool:
        results = list(pool.map(go, pages))
    states = list(sitting.connections.values_list("state", flat=True))
    assert sorted(states) == ["HELD"] + ["REPLACED"] * (PAGES - 1)
    assert sum(used for used, _ in results) == 1
    assert sum(takeover for _, takeover in results) == PAGES - 1
