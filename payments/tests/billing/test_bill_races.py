"""Bills in parallel: numbers without gaps, each earning once, whatever is rolled back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from conftest import make_agent
from hitouch.core.errors import Refusal
from payments.billing import services as billing
from payments.earnings import adjustments
from payments.integrity import invariants
from payments.models import Bill, BillLine, BillSeries, CreditNoteLine, Payment
from payments.tests.billing.conftest import NEXT_MONTH, earn, save_details
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 4


class RolledBack(Exception):
    """The transaction of a bill ends without a commit."""


def test_a_correction_while_its_bill_is_issued_is_credited_or_not_billed(maker, checker):
    """Whichever comes first, the client pays for the corrected amount only."""
    payments = [
        earn(make_agent(f"Ravi {'ABCD'[number]}"), client=f"Client {number}")
        for number in range(CLIENTS)
    ]
    proposed = []
    for payment in payments:
        save_details(payment.gig.client, maker)
        facts = {"gross_paise": 0, "reason": "Wrong.", "by": maker, "at": NEXT_MONTH}
        proposed.append(adjustments.propose(payment=payment, **facts))
    start = Barrier(2 * CLIENTS, timeout=DEADLINE_SECONDS)

    def one(number):
        start.wait()
        try:
            if number % 2:
                client = payments[number // 2].gig.client
                billing.bill_client(client=client, at=NEXT_MONTH)
            else:
                adjustment = proposed[number // 2]
                adjustments.approve(adjustment=adjustment, by=checker, at=NEXT_MONTH)
        except billing.NothingToBill:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2 * CLIENTS) as pool:
        list(pool.map(one, range(2 * CLIENTS)))
    assert Payment.objects.filter(kind="CORRECTION").count() == CLIENTS
    assert BillLine.objects.count() == CreditNoteLine.objects.count()
    assert [str(row) for row in invariants.check_money()] == []


def test_parallel_bills_have_numbers_without_gaps(maker):
    """Of eight transactions two bill each client; those of one client are rolled back once."""
    clients = []
    for number in range(CLIENTS):
        agent = make_agent(f"Asha {'ABCD'[number]}")
        clients.append(earn(agent, client=f"Client {number}").gig.client)
        save_details(clients[-1], maker)
    start = Barrier(2 * CLIENTS, timeout=DEADLINE_SECONDS)

    def one(number):
        start.wait()
        try:
            with transaction.atomic():
                billing.bill_client(client=clients[number % CLIENTS], at=NEXT_MONTH)
                if number == 0:
                    raise RolledBack
        except (Refusal, RolledBack) as fault:
            return type(fault).__name__
        finally:
            connection.close()
        return "billed"

    with ThreadPoolExecutor(max_workers=2 * CLIENTS) as pool:
        outcomes = list(pool.map(one, range(2 * CLIENTS)))
    assert outcomes.count("RolledBack") == 1 or outcomes[0] == "NothingToBill"
    sequences = sorted(Bill.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, CLIENTS + 1))
    assert BillSeries.objects.get().last_number == CLIENTS
    assert BillLine.objects.count() == Payment.objects.count() == CLIENTS
    assert [str(row) for row in invariants.check_money()] == []
