"""What `payments_events.py` runs with Django set up: words and events in all orders."""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from conftest import make_agent, make_staff
from hitouch.fakes.payouts import states
from hitouch.fakes.razorpayx import FakeRazorpayX
from hitouch.fakes.server import FakeServer
from payments import seeding
from payments.earnings import services as earnings
from payments.models import Payout
from payments.payouts import batches, events, sending
from payments.tests.factories import make_bank_account, make_work
from payments.tests.payouts import provider_words

AT = timezone.now()
KINDS = ["payout.initiated", "payout.processed", "payout.reversed", "payout.failed"]
#: Accounts by what becomes of a payout to them; the first is simply paid.
OUTCOMES = ["4321", *states.BY_NUMBER]


def _approved(numbers: list[str]) -> list[Payout]:
    seeding.seed(AT)
    for number in numbers:
        agent = make_agent(f"Tara {number}")
        make_bank_account(agent, number)
        earnings.open_payment(work=make_work(agent, title=f"Gig {number}"), at=AT)
    maker, checker, third = (make_staff(f"{name} {numbers[0]}", "finance") for name in "ABC")
    batch = batches.submit_batch(batch=batches.create_batch(by=maker, at=AT), by=maker, at=AT)
    for person in (checker, third):
        if batch.state in ("SUBMITTED", "CHECKED"):
            stated = {"count": batch.count, "total_paise": batch.total_paise}
            batch = batches.approve_batch(batch=batch, by=person, at=AT, **stated)
    return list(Payout.objects.filter(batch=batch).order_by("created_at"))


def words_of_all_life_cycles(most: int) -> tuple[int, list[int]]:
    """All sequences of two words of each life cycle, and longer ones for each of our own."""
    ways = [(way, 2) for way in provider_words.life_cycles()]
    ways += [(way, most) for way in provider_words.shortest_by_meaning()]
    payout = _approved(["501001234567"])[0]
    sending.begin_payout(payout_id=payout.pk, now=AT)
    tried, ends = 0, []
    for way, words in ways:
        with provider_words.undone():
            found, count = provider_words.ends_of(
                provider_words.Transfer(payout, AT), way, words=words
            )
        tried += count
        ends.append(len(found))
        if len(found) > 1:
            print(" > ".join(way), found)
    return tried, ends


def start_provider() -> FakeRazorpayX:
    """Start the fake of RazorpayX, and make it the payout provider."""
    fake = FakeRazorpayX(seconds=10)
    server = FakeServer([fake]).in_thread()
    settings.RAZORPAYX_URL = f"{server.url}/payouts"
    settings.RAZORPAYX_KEY_ID, settings.RAZORPAYX_KEY_SECRET = fake.key_id, fake.key_secret
    settings.RAZORPAYX_ACCOUNT = fake.account
    return fake


def events_in_all_orders(fake: FakeRazorpayX) -> tuple[int, list[int]]:
    """Each order of four events, each event twice, while the bank is anywhere on its way."""
    orders = list(itertools.permutations(KINDS))
    chance, tried, ends = random.Random(7), 0, []
    for outcome in OUTCOMES:
        found = set()
        numbers = [f"50{OUTCOMES.index(outcome)}{n:05d}{outcome}" for n in range(len(orders))]
        payouts = _approved(numbers)
        for order, payout in zip(orders, payouts, strict=True):
            sending.send_payout(payout_id=payout.pk, now=AT)
            at = _tell(payout, order, fake, chance)
            fake.bank.advance(5 * 86_400)
            _ask(payout, at + timedelta(days=5))
            row = Payout.objects.get(pk=payout.pk)
            found.add((row.state, *row.payments.values_list("state", flat=True), bool(row.utr)))
            tried += 1
        ends.append(len(found))
        print(outcome, found, flush=True)
    return tried, ends


def _tell(
    payout: Payout, order: tuple[str, ...], fake: FakeRazorpayX, chance: random.Random
) -> datetime:
    at = AT
    reference = payout.attempts.get().provider_id
    for number, kind in enumerate(_with_repeats(order, chance)):
        fake.bank.advance(chance.choice([0, 1, 10, 86_400]))
        at += timedelta(minutes=2)
        name = f"evt_{payout.pk}{number % 5}"
        events.record_event(event_id=name, kind=kind, reference=reference, body_hash="x", at=at)
        events.sweep_events(now=at)
    return at


def _with_repeats(order: tuple[str, ...], chance: random.Random) -> Iterator[str]:
    for kind in order:
        yield from [kind] * chance.choice([1, 2])
    yield chance.choice(order)


def _ask(payout: Payout, at: datetime) -> Any:
    attempt = payout.attempts.get()
    payout.attempts.update(next_try_at=at)
    return sending.advance_attempt(attempt_id=attempt.pk, now=at)
