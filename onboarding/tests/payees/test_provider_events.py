"""Webhooks of the payout provider: signature, deduplication, and asking the provider."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON, make_agent
from hitouch.fakes import razorpayx
from onboarding.models import AccountTest, RailEvent
from onboarding.payees import verification as payees_verification
from onboarding.tests.support import bank_accounts
from onboarding.tests.support.bank_accounts import DAY, run, save

fake_provider = bank_accounts.fake_provider


def send(
    fake_provider: razorpayx.FakeRazorpayX, reference: str, *, event: str = "evt_1", **changes: Any
) -> Any:
    """Send a webhook of a completed validation."""
    row = {"id": reference, "results": {"account_status": "active", "registered_name": "Nila Rao"}}
    payload = {
        "event": "fund_account.validation.completed",
        "payload": {"fund_account.validation": {"entity": row}},
    }
    raw = changes.get("raw", json.dumps(payload).encode())
    secret = changes.get("secret", fake_provider.webhook_secret).encode()
    signature = changes.get("signature", hmac.new(secret, raw, hashlib.sha256).hexdigest())
    headers = {"X-Razorpay-Signature": signature, "X-Razorpay-Event-Id": event}
    url = reverse("onboarding:razorpayx-events")
    return Client().post(url, raw, content_type="application/json", headers=headers)


@pytest.fixture
def sent(nila: Agent, fake_provider: razorpayx.FakeRazorpayX) -> AccountTest:
    """A test the bank has not answered yet."""
    return run(save(nila))


def test_an_event_triggers_a_request_to_the_provider(
    sent: AccountTest, fake_provider: razorpayx.FakeRazorpayX
) -> None:
    """The test becomes due at once; only the provider's own answer decides."""
    assert send(fake_provider, sent.reference).json() == {"taken": True}
    sent.refresh_from_db()
    assert sent.state == "SENT"
    payees_verification.sweep_verifications(now=NOON + DAY)
    sent.refresh_from_db()
    assert sent.state == "SENT"  # the provider says that the bank has not answered
    fake_provider.finish(sent.reference)
    assert run(sent).state == "PASSED"


def test_an_event_is_recorded_once(
    sent: AccountTest, fake_provider: razorpayx.FakeRazorpayX
) -> None:
    """An event with a known ID is accepted and changes nothing."""
    assert send(fake_provider, sent.reference).json() == {"taken": True}
    AccountTest.objects.filter(pk=sent.pk).update(next_try_at=NOON + DAY)
    assert send(fake_provider, sent.reference).json() == {"taken": False}
    sent.refresh_from_db()
    assert sent.next_try_at == NOON + DAY
    assert RailEvent.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "a-forger's"},
        {"signature": ""},
        {"signature": "é"},
        {"signature": "0" * 64},
        {"raw": b"{}"},
        {"raw": b"not json"},
        {"raw": b'{"event": "payout.processed", "payload": []}'},
        {"event": ""},
    ],
)
def test_forged_and_malformed_events(
    sent: AccountTest, fake_provider: razorpayx.FakeRazorpayX, changes: Any
) -> None:
    """They are refused and not recorded."""
    assert send(fake_provider, sent.reference, **changes).status_code == 400
    assert not RailEvent.objects.exists()


def test_without_a_secret_every_event_is_refused(
    sent: AccountTest, fake_provider: razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """With an empty secret anybody could sign."""
    settings.RAZORPAYX_WEBHOOK_SECRET = ""
    assert send(fake_provider, sent.reference, secret="").status_code == 400


def test_events_about_unknown_objects(fake_provider: razorpayx.FakeRazorpayX, db: None) -> None:
    """They are recorded, ignored, and deleted after 30 days."""
    assert send(fake_provider, "fav_unknown0001").json() == {"taken": True}
    assert payees_verification.delete_old_events(now=NOON + 31 * DAY) == 1


def test_webhooks_over_http(
    live_server: Any, transactional_db: None, fake_provider: razorpayx.FakeRazorpayX
) -> None:
    """Of a forged event and two equal ones the first is refused, and the last changes nothing."""
    agent = make_agent("Tara")
    fake_provider.webhook_url = live_server.url + reverse("onboarding:razorpayx-events")
    test = run(save(agent, ending="7777"))
    fake_provider.finish(test.reference)
    assert fake_provider.webhook_statuses == [400, 200, 200]
    assert RailEvent.objects.count() == 1
    assert run(test).state == "PASSED"
