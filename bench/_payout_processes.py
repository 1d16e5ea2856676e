"""What `payments_payouts.py` runs in processes of their own: preparing payouts, a worker, a count.

Time runs faster in them, so that the pauses of the janitor do not make the measurement long.
"""

import json
import os
import time
import zlib
from datetime import datetime, timedelta

from django.db import Error, connection

from conftest import make_agent, make_staff
from payments import seeding
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import Payout, PayoutAttempt
from payments.payouts import batches, events, sending
from payments.tests.factories import make_bank_account, make_work

FASTER = 30


def clock() -> datetime:
    """The moment, counted from the start of the measurement in faster time."""
    began = datetime.fromisoformat(os.environ["BENCH_BEGAN"])
    return began + (datetime.now(began.tzinfo) - began) * FASTER


def prepare(count: int) -> None:
    """Approved payouts in one batch, each to an agent of its own."""
    at = clock()
    seeding.seed(at)
    for number, name in enumerate(names(count)):
        agent = make_agent(name)
        make_bank_account(agent, f"{5 * 10**11 + number}")
        earnings.open_payment(work=make_work(agent, title=f"Gig {number}"), at=at)
    maker, checker, third = (make_staff(name, "finance") for name in STAFF)
    batch = batches.submit_batch(batch=batches.create_batch(by=maker, at=at), by=maker, at=at)
    for person in (checker, third):
        if batch.state in ("SUBMITTED", "CHECKED"):
            stated = {"count": batch.count, "total_paise": batch.total_paise}
            batch = batches.approve_batch(batch=batch, by=person, at=at, **stated)


STAFF = ("Mohan", "Chitra", "Tara")


def names(count: int) -> list[str]:
    """Names for which the tests' factory makes different phone numbers."""
    found: dict[int, str] = {phone_of(name): name for name in STAFF}
    number = 0
    while len(found) < count + len(STAFF):
        number += 1
        found.setdefault(phone_of(f"Agent {number}"), f"Agent {number}")
    return list(found.values())[len(STAFF) :]


def phone_of(name: str) -> int:
    """What makes the phone number of a name in `make_user`."""
    return zlib.crc32(name.encode()) % 100_000


def work() -> None:
    """Send, ask and apply events until it is killed."""
    while True:
        try:
            events.sweep_events(now=clock())
            batches.sweep(now=clock())
        except Error:
            connection.close()
        time.sleep(0.1)


def ask_about_all() -> None:
    """Ask the provider about every order once more, as after some days."""
    now = clock() + timedelta(days=1)
    PayoutAttempt.objects.update(next_try_at=now)
    while sending.sweep(now=now):
        now += timedelta(seconds=1)


def count() -> None:
    """Print each payout with its key, state and amount, and what the check of the books says."""
    rows = PayoutAttempt.objects.values_list("key", "payout__state", "payout__amount_paise")
    told = [[str(key), state, paise] for key, state, paise in rows]
    approved = Payout.objects.filter(state=Payout.State.APPROVED).count()
    books = [str(row) for row in invariants.check_money()]
    print(json.dumps({"payouts": told, "approved": approved, "books": books}))
