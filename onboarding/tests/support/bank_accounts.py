"""Bank accounts in tests: a fake RazorpayX, and saving and verifying accounts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import NOON
from hitouch.fakes import razorpayx
from hitouch.fakes.server import FakeServer
from onboarding.models import AccountTest, Clearing
from onboarding.payees import services as payees
from onboarding.payees import verification as payees_verification

API = "/api/v1/onboarding/bank-account/"
ACCOUNT = {
    "holder_name": "Nila Rao",
    "ifsc": "HDFC0001234",
    "account_number": "5010 0123 4567 8901",
}
DAY = timedelta(days=1)


@pytest.fixture
def fake_provider(settings: Any) -> Iterator[razorpayx.FakeRazorpayX]:
    """A running fake of RazorpayX. A validation completes when the test says so (`finish`)."""
    fake = razorpayx.FakeRazorpayX(seconds=3600)
    server = FakeServer([fake]).in_thread()
    settings.RAZORPAYX_URL = f"{server.url}/payouts"
    settings.RAZORPAYX_KEY_ID, settings.RAZORPAYX_KEY_SECRET = fake.key_id, fake.key_secret
    settings.RAZORPAYX_ACCOUNT = fake.account
    settings.RAZORPAYX_WEBHOOK_SECRET = fake.webhook_secret
    yield fake
    server.close()


def put(client: Client, **changes: str) -> Any:
    """Save an account through the API."""
    return client.put(API, ACCOUNT | changes, content_type="application/json")


def cleared_once(agent: Any) -> Any:
    """Only agents with approved documents, or cleared once, may add an account."""
    Clearing.objects.get_or_create(
        agent=agent, defaults={"cleared_at": NOON - DAY, "ended_at": NOON - DAY}
    )
    return agent


def save(agent: Any, *, at: datetime = NOON, ending: str = "8901", **changes: str) -> AccountTest:
    """Save an account through the service; returns its verification test."""
    cleared_once(agent)
    facts = {"holder_name": agent.name, "ifsc": "HDFC0001234", **changes}
    facts.setdefault("account_number", f"501001234567{ending}")
    account = payees.save_bank_account(agent=agent, by=agent.user, at=at, **facts)
    return account.tests.order_by("-asked_at", "-created_at")[0]


def finish(fake_provider: razorpayx.FakeRazorpayX) -> None:
    """Complete all open validations."""
    for row in list(fake_provider.validations.values()):
        if row["status"] == "created":
            fake_provider.finish(row["id"])


def run(test: AccountTest, *, at: datetime = NOON) -> AccountTest:
    """Advance the test as a worker does, whenever it is due."""
    AccountTest.objects.under_way().filter(pk=test.pk).update(next_try_at=at)
    payees_verification.advance_verification(test_id=test.pk, now=at)
    return AccountTest.objects.get(pk=test.pk)


def verified(agent: Any, fake_provider: razorpayx.FakeRazorpayX, **changes: Any) -> AccountTest:
    """Save an account and run its verification to the end."""
    test = run(save(agent, **changes))
    finish(fake_provider)
    return run(test)
