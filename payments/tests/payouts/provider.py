"""Payouts of a batch in tests: a running fake of RazorpayX, approved payouts, time that passes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from conftest import NOON, make_agent
from hitouch.fakes.razorpayx import FakeRazorpayX
from hitouch.fakes.server import FakeServer
from payments.earnings import services as earnings
from payments.models import Payout
from payments.payouts import batches, sending
from payments.tests.factories import make_bank_account, make_work

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UTR = "HDFCN00000000001"


@pytest.fixture
def provider(settings: Any) -> Iterator[FakeRazorpayX]:
    """A running fake of RazorpayX, whose time the test sets forward."""
    fake = FakeRazorpayX(seconds=10)
    server = FakeServer([fake]).in_thread()
    settings.RAZORPAYX_URL = f"{server.url}/payouts"
    settings.RAZORPAYX_KEY_ID, settings.RAZORPAYX_KEY_SECRET = fake.key_id, fake.key_secret
    settings.RAZORPAYX_ACCOUNT = fake.account
    settings.RAZORPAYX_WEBHOOK_SECRET = fake.webhook_secret
    yield fake
    server.close()


def approved(maker: Any, checker: Any, *, numbers: Any = ("501001234567",)) -> list[Payout]:
    """Payouts of one payment each, to accounts with these numbers, in an approved batch."""
    for number in numbers:
        agent = make_agent(f"Tara {number}")
        make_bank_account(agent, number)
        earnings.open_payment(work=make_work(agent, title=f"Gig {number}"), at=NOON)
    batch = batches.create_batch(by=maker, at=NOON)
    batch = batches.submit_batch(batch=batch, by=maker, at=NOON)
    batches.approve_batch(
        batch=batch, count=batch.count, total_paise=batch.total_paise, by=checker, at=NOON
    )
    return list(Payout.objects.filter(batch=batch).order_by("created_at"))


def send(payout: Payout, *, at: Any = NOON) -> Payout:
    """Send the payout, or ask about it, as a worker does when it is due."""
    if payout.state == Payout.State.APPROVED:
        sending.send_payout(payout_id=payout.pk, now=at)
    else:
        attempt = payout.attempts.get()
        payout.attempts.update(next_try_at=at)
        sending.advance_attempt(attempt_id=attempt.pk, now=at)
    return Payout.objects.get(pk=payout.pk)


def paid_for(provider: FakeRazorpayX, payout: Payout) -> int:
    """Paise that really left the account for the payout, by the bank's own list."""
    keys = {str(key) for key in payout.attempts.values_list("key", flat=True)}
    moves = [m for m in provider.bank.moves() if m["source"].get("reference_id") in keys]
    return sum(move["debit"] - move["credit"] for move in moves)
