"""Concurrency: floors, the chain and snapshots hold when transactions run at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from conftest import NOON
from gigs.models import Client
from payments.ledger import queries, seals, snapshots
from payments.ledger import services as ledger
from payments.models import Entry, LedgerAccount, LedgerSeal, Leg
from payments.tests.factories import make_gig
from payments.tests.ledger import rows
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.HITOUCH_PRIVATE_FILES = tmp_path


def run_together(calls):
    """Run functions in threads; how many raised an `IntegrityError`."""
    start = Barrier(len(calls), timeout=DEADLINE_SECONDS)

    def one(call):
        try:
            start.wait()
            call()
        except IntegrityError:
            return 1
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return sum(pool.map(one, calls))


def test_the_last_rupees_are_reserved_once(asha):
    """Of eight reservations at the same moment as many succeed as there is money for."""
    orchid = make_gig(asha).client
    reserves = [rows.make_reserve(make_gig(asha).opportunity) for _ in range(8)]
    rows.deposit(orchid, 1_000)
    refused = run_together([lambda row=row: rows.reserve(row, 300) for row in reserves])
    assert refused == 5
    assert queries.money_of(orchid) == queries.ClientMoney(100, 900)


def test_opposite_directions_do_not_wait_for_each_other(asha):
    """Reserving and releasing at the same time never deadlocks, and adds up."""
    orchid = make_gig(asha).client
    row = rows.make_reserve(make_gig(asha).opportunity)
    rows.deposit(orchid, 1_000)
    rows.reserve(row, 500)
    legs = [(ledger.reserved(row), 10), (rows.available(orchid), -10)]

    def back_and_forth(kind, *legs):
        for _ in range(10):
            rows.post(kind, *legs)

    opposite = [(account, -paise) for account, paise in reversed(legs)]
    calls = [lambda: back_and_forth("RESERVED", *opposite)] * 3
    calls += [lambda: back_and_forth("RESERVE_RELEASED", *legs)] * 3
    assert run_together(calls) == 0
    assert queries.money_of(orchid) == queries.ClientMoney(500, 500)


def test_the_same_event_at_the_same_moment_has_one_entry():
    """Six workers that post one event: one entry, and none of them fails."""
    source = rows.source_of("DEPOSIT_RECEIVED")
    legs = [(rows.shared("CASH"), 10), (rows.shared("UNMATCHED_RECEIPTS"), -10)]
    post = lambda: rows.post("DEPOSIT_RECEIVED", *legs, source=source)  # noqa: E731
    assert run_together([post] * 6) == 0
    assert (Entry.objects.count(), Leg.objects.count()) == (1, 2)


def test_entries_are_sealed_once_while_others_are_posted():
    """Sealing and snapshots beside postings: every entry ends in the chain, once."""
    orchid = Client.objects.create(name="Orchid Retail")
    rows.deposit(orchid, 1)

    def post_some():
        for _ in range(10):
            rows.deposit(orchid, 1)

    def seal_some():
        for _ in range(10):
            seals.seal_entries(at=NOON, limit=7)
            snapshots.take()

    assert run_together([post_some, post_some, seal_some, seal_some]) == 0
    while seals.seal_entries(at=NOON):
        pass
    assert LedgerSeal.objects.count() == Entry.objects.count() == 42
    assert seals.findings() == []
    accounts = list(LedgerAccount.objects.values_list("pk", flat=True))
    before = queries.balances(accounts)
    snapshots.take()
    assert queries.balances(accounts) == before
    assert queries.money_of(orchid).available_paise == 21
