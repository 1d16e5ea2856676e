"""Webhooks about payouts: signed, stored once, a hint to ask; in any order, one end."""

import hashlib
import hmac
import itertools
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conftest import NOON, make_staff
from payments import seeding
from payments.models import Payout, PayoutAttempt, ProviderEvent
from payments.payouts import events
from payments.tests.payouts import provider as support
from payments.tests.payouts.provider import DAY, approved, send
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db
provider = support.provider
URL = "onboarding:razorpayx-events"


def post(provider, kind, entity, *, event_id="evt_1", secret=""):
    body = {"event": kind, "payload": {kind.partition(".")[0]: {"entity": entity}}}
    raw = json.dumps(body).encode()
    signed = hmac.new((secret or provider.webhook_secret).encode(), raw, hashlib.sha256)
    headers = {"X-Razorpay-Signature": signed.hexdigest(), "X-Razorpay-Event-Id": event_id}
    return Client().post(reverse(URL), raw, content_type="application/json", headers=headers)


@pytest.fixture
def sent(provider, maker, checker):
    """A payout the bank has not answered yet."""
    return send(approved(maker, checker)[0])


def entity_of(provider, payout):
    return provider.bank.get(payout.attempts.get().provider_id)


def test_an_event_makes_us_ask(provider, sent):
    """The provider's own answer decides, not what the event says."""
    entity = entity_of(provider, sent)
    lie = {**entity, "status": "processed", "utr": "HDFCN00000000009"}
    assert post(provider, "payout.processed", lie).json() == {"taken": True}
    events.sweep_events(now=NOON)
    sent.refresh_from_db()
    assert sent.state == Payout.State.PROCESSING
    provider.bank.advance(10)
    post(provider, "payout.processed", lie, event_id="evt_2")
    events.sweep_events(now=NOON + timedelta(minutes=2))
    sent.refresh_from_db()
    assert sent.state == Payout.State.COMPLETED
    assert sent.utr != "HDFCN00000000009"


def test_an_event_is_stored_once(provider, sent):
    """The same event again is answered, and stored once; a forged one is refused."""
    entity = entity_of(provider, sent)
    assert [post(provider, "payout.processed", entity).status_code for _ in range(3)] == [200] * 3
    assert ProviderEvent.objects.count() == 1
    forged = post(provider, "payout.failed", entity, event_id="evt_2", secret="other")
    assert forged.status_code == 400
    assert ProviderEvent.objects.count() == 1


def test_an_event_finds_an_order_whose_answer_was_lost(provider, sent):
    """By our key, because the transfer's id is not known yet."""
    entity = entity_of(provider, sent)
    PayoutAttempt.objects.update(provider_id="", provider_state="")
    Payout.objects.filter(pk=sent.pk).update(state="UNKNOWN")
    provider.bank.advance(10)
    post(provider, "payout.processed", entity)
    events.sweep_events(now=NOON + timedelta(minutes=2))
    sent.refresh_from_db()
    assert sent.state == Payout.State.COMPLETED


@pytest.mark.parametrize(
    "entity", [{}, {"id": "pout_unknown00001"}, {"id": "x", "reference_id": "not ours"}]
)
def test_events_about_others(provider, db, entity):
    """They are answered, stored if they have an id, and change nothing; deleted after 30 days."""
    post(provider, "payout.processed", entity)
    events.sweep_events(now=NOON)
    assert not ProviderEvent.objects.filter(applied_at=None).exists()
    events.sweep_events(now=NOON + 40 * 365 * DAY)
    assert not ProviderEvent.objects.exists()


def test_no_account_number_is_stored(provider, sent):
    """Of an event only ids and words are kept."""
    entity = entity_of(provider, sent) | {"fund_account": {"number": "501001234567"}}
    post(provider, "payout.processed", entity)
    assert "501001234567" not in str(list(ProviderEvent.objects.values()))


def test_all_orders_and_repeats_have_one_end(provider, maker, checker):
    """All orders of a payout's events, each twice, some lost: one end state."""
    kinds = ["payout.initiated", "payout.processed", "payout.reversed"]
    orders = [*itertools.permutations(kinds), *((kind,) for kind in kinds)]
    numbers = [f"5010{n:04d}8003" for n in range(len(orders))]
    payouts = [send(row) for row in approved(maker, checker, numbers=numbers)]
    provider.bank.advance(10)
    at, ends = NOON, set()
    for order, payout in zip(orders, payouts, strict=True):
        entity = entity_of(provider, payout)
        for number, kind in enumerate([*order, *order]):
            post(provider, kind, entity, event_id=f"evt_{payout.pk}{number % len(order)}")
            at += timedelta(minutes=2)
            events.sweep_events(now=at)
    provider.bank.advance(4 * 86_400)
    for payout in payouts:
        row = send(Payout.objects.get(pk=payout.pk), at=at + DAY)
        ends.add((row.state, row.payments.get().state, bool(row.failure)))
    assert len(ends) == 1


@pytest.mark.django_db(transaction=True)
def test_over_http(live_server, provider):
    """The provider delivers its events itself, and the next worker completes the payout."""
    seeding.seed(NOON)
    maker, checker = make_staff("Mohan", "finance"), make_staff("Chitra", "finance")
    provider.webhook_url = live_server.url + reverse(URL)
    sent = send(approved(maker, checker)[0])
    provider.bank.advance(10)
    wait_until(lambda: ProviderEvent.objects.filter(kind="payout.processed").exists())
    assert set(provider.webhook_statuses) == {200}
    events.sweep_events(now=NOON + timedelta(minutes=2))
    sent.refresh_from_db()
    assert sent.state == Payout.State.COMPLETED
