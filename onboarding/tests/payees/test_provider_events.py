"""A webhook is evidence: signed or refused, taken once, and believed only after asking."""

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

rail = bank_accounts.rail


def send(
    rail: razorpayx.FakeRazorpayX, reference: str, *, event: str = "evt_1", **changes: Any
) -> Any:
    """A completed validation, as RazorpayX tells it."""
    row = {"id": reference, "results": {"account_status": "active", "registered_name": "Nila Rao"}}
    told = {
        "event": "fund_account.validation.completed",
        "payload": {"fund_account.validation": {"entity": row}},
    }
    raw = changes.get("raw", json.dumps(told).encode())
    secret = changes.get("secret", rail.webhook_secret).encode()
    signature = changes.get("signature", hmac.new(secret, raw, hashlib.sha256).hexdigest())
    headers = {"X-Razorpay-Signature": signature, "X-Razorpay-Event-Id": event}
    url = reverse("onboarding:razorpayx-events")
    return Client().post(url, raw, content_type="application/json", headers=headers)


@pytest.fixture
def sent(nila: Agent, rail: razorpayx.FakeRazorpayX) -> AccountTest:
    """A test whose bank has not answered yet."""
    return run(save(nila))


def test_event_makes_us_ask(sent: AccountTest, rail: razorpayx.FakeRazorpayX) -> None:
    """The test is due at once; it is the rail's own answer that decides."""
    assert send(rail, sent.reference).json() == {"taken": True}
    sent.refresh_from_db()
    assert sent.state == "SENT"
    payees_verification.sweep_verifications(now=NOON + DAY)
    sent.refresh_from_db()
    assert sent.state == "SENT"  # the rail itself says that the bank has not answered
    rail.finish(sent.reference)
    assert run(sent).state == "PASSED"


def test_event_counts_once(sent: AccountTest, rail: razorpayx.FakeRazorpayX) -> None:
    """The same id again is taken and changes nothing."""
    assert send(rail, sent.reference).json() == {"taken": True}
    AccountTest.objects.filter(pk=sent.pk).update(next_try_at=NOON + DAY)
    assert send(rail, sent.reference).json() == {"taken": False}
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
def test_forged_and_foolish(sent: AccountTest, rail: razorpayx.FakeRazorpayX, changes: Any) -> None:
    """Nothing is kept and nothing moves."""
    assert send(rail, sent.reference, **changes).status_code == 400
    assert not RailEvent.objects.exists()


def test_without_a_secret_nothing_is_signed(
    sent: AccountTest, rail: razorpayx.FakeRazorpayX, settings: Any
) -> None:
    """An empty secret would sign anybody's words."""
    settings.RAZORPAYX_WEBHOOK_SECRET = ""
    assert send(rail, sent.reference, secret="").status_code == 400


def test_event_about_others(rail: razorpayx.FakeRazorpayX, db: None) -> None:
    """A test that is not ours, or a transfer: noted, and let go."""
    assert send(rail, "fav_unknown0001").json() == {"taken": True}
    assert payees_verification.delete_old_events(now=NOON + 31 * DAY) == 1


def test_webhook_of_our_own_rail(
    live_server: Any, transactional_db: None, rail: razorpayx.FakeRazorpayX
) -> None:
    """Over HTTP: one forged, two the same; the first is refused, the last changes nothing."""
    agent = make_agent("Tara")
    rail.webhook_url = live_server.url + reverse("onboarding:razorpayx-events")
    test = run(save(agent, ending="7777"))
    rail.finish(test.reference)
    assert rail.told == [400, 200, 200]
    assert RailEvent.objects.count() == 1
    assert run(test).state == "PASSED"
