"""What tests of accounts share: a rail of our own, and agents who give accounts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import NOON
from hitouch.fakes import razorpayx
from hitouch.fakes.server import FakeServer
from onboarding.models import AccountTest
from onboarding.payees import services as payees
from onboarding.payees import verification as payees_verification

API = "/api/v1/onboarding/bank-account/"
GOOD = {"holder_name": "Nila Rao", "ifsc": "HDFC0001234", "account_number": "5010 0123 4567 8901"}
DAY = timedelta(days=1)


@pytest.fixture
def rail(settings: Any) -> Iterator[razorpayx.FakeRazorpayX]:
    """RazorpayX as our own server speaks it; it answers a test when it is told to."""
    books = razorpayx.FakeRazorpayX(seconds=3600)
    server = FakeServer([books]).in_thread()
    settings.RAZORPAYX_URL = f"{server.url}/payouts"
    settings.RAZORPAYX_KEY_ID, settings.RAZORPAYX_KEY_SECRET = books.key_id, books.key_secret
    settings.RAZORPAYX_ACCOUNT = books.account
    settings.RAZORPAYX_WEBHOOK_SECRET = books.webhook_secret
    yield books
    server.close()


def put(client: Client, **changes: str) -> Any:
    """Give an account by the API."""
    return client.put(API, GOOD | changes, content_type="application/json")


def save(agent: Any, *, at: datetime = NOON, ending: str = "8901", **changes: str) -> AccountTest:
    """Give an account by the service; answers with its test."""
    facts = {"holder_name": agent.name, "ifsc": "HDFC0001234", **changes}
    facts.setdefault("account_number", f"501001234567{ending}")
    account = payees.save_bank_account(agent=agent, by=agent.user, at=at, **facts)
    return account.tests.order_by("-asked_at", "-created_at")[0]


def finish(rail: razorpayx.FakeRazorpayX) -> None:
    """The bank answers everything that is open."""
    for row in list(rail.validations.values()):
        if row["status"] == "created":
            rail.finish(row["id"])


def run(test: AccountTest, *, at: datetime = NOON) -> AccountTest:
    """A worker takes the test a step further, whenever it is due."""
    AccountTest.objects.under_way().filter(pk=test.pk).update(next_try_at=at)
    payees_verification.advance_verification(test_id=test.pk, now=at)
    return AccountTest.objects.get(pk=test.pk)


def verified(agent: Any, rail: razorpayx.FakeRazorpayX, **changes: Any) -> AccountTest:
    """An account that a rupee verified."""
    test = run(save(agent, **changes))
    finish(rail)
    return run(test)
