"""Sending by the provider: once for each key, whatever is lost, late, wrong or repeated."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from conftest import NOON, make_staff
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox.senders import http
from hitouch.fakes.payouts.faults import FaultPlan
from payments import seeding
from payments.integrity import invariants
from payments.models import Entry, Payment, Payout, PayoutAttempt, SendingSwitch
from payments.payouts import decisions, refusals, sending, services, switch
from payments.tests.factories import make_bank_account
from payments.tests.payouts import provider as support
from payments.tests.payouts.provider import DAY, HOUR, MINUTE, approved, paid_for, send

pytestmark = pytest.mark.django_db
provider = support.provider
State = Payout.State


@pytest.fixture
def payout(provider, maker, checker):
    """An approved payout."""
    return approved(maker, checker)[0]


def test_a_payout_is_sent_and_completed(provider, payout):
    """Sent once, completed with the bank's UTR; the agent is told, the books balance."""
    sent = send(payout)
    assert (sent.state, sent.rail, sent.started_by) == (State.PROCESSING, "RAZORPAYX", None)
    provider.bank.advance(10)
    done = send(sent, at=NOON + MINUTE)
    assert (done.state, done.payments.get().state) == (State.COMPLETED, Payment.State.COMPLETED)
    assert len(done.utr) == 12
    assert done.utr in OutboxMessage.objects.get(template="payments/paid").body
    assert paid_for(provider, done) == done.amount_paise
    assert invariants.check_money() == []


@pytest.mark.parametrize(
    ("ending", "states", "net"),
    [
        ("8001", ["PROCESSING", "FAILED"], 0),
        ("8002", ["PROCESSING", "REVERSED"], 0),
        ("8003", ["PROCESSING", "COMPLETED", "REVERSED"], 0),
        ("8004", ["PROCESSING", "COMPLETED"], 1),
        ("8005", ["PROCESSING", "COMPLETED"], 1),
        ("8006", ["PROCESSING", "FAILED", "REVERSED"], 0),
        ("8007", ["PROCESSING", "REVERSED", "FAILED"], 0),
    ],
)  # fmt: skip
def test_every_outcome(provider, maker, checker, ending, states, net):
    """Each documented outcome is followed to its end, also days after the transfer."""
    [payout] = approved(maker, checker, numbers=[f"50100123{ending}"])
    seen, at = [], NOON
    for seconds in (0, 10, 20, 40, 4 * 86_400):
        provider.bank.advance(seconds)
        at += timedelta(seconds=seconds + 60)
        payout = send(payout, at=at)
        seen += [payout.state] if seen[-1:] != [payout.state] else []
        assert invariants.check_money() == []
    assert seen == states
    assert paid_for(provider, payout) == net * payout.amount_paise
    assert payout.payments.get().state == ("COMPLETED" if net else "FAILED")
    assert bool(payout.utr) == ("COMPLETED" in states)
    assert bool(payout.failure) == (not net)


@pytest.mark.parametrize(
    "fault", ["drop_before", "drop_after", "reset_after", "error_before", "error_after", "late"]
)
def test_a_lost_answer(provider, payout, monkeypatch, fault):
    """Unknown until the provider is asked again with the same key; the money moves once."""
    monkeypatch.setattr(http, "SECONDS", 0.3)
    plan = FaultPlan(1, {fault: 1.0}, late_seconds=0.6)
    monkeypatch.setattr(provider.api, "answer", with_fault(provider, plan))
    sent = send(payout)
    assert sent.state == State.UNKNOWN
    assert sent.payments.get().state == Payment.State.PROCESSING
    monkeypatch.undo()
    provider.bank.plan = FaultPlan()
    provider.bank.advance(10)
    for minutes in (1, 2):
        sent = send(sent, at=NOON + minutes * MINUTE)
        provider.bank.advance(10)
    assert sent.state == State.COMPLETED
    assert paid_for(provider, sent) == sent.amount_paise
    assert PayoutAttempt.objects.count() == 1
    assert invariants.check_money() == []


def with_fault(provider: Any, plan: FaultPlan) -> Any:
    """Answer with the fault only when a payout is created."""
    real = provider.api.answer

    def answer(request: Any) -> Any:
        is_create = (request.method, request.path) == ("POST", "/v1/payouts")
        provider.bank.plan = plan if is_create else FaultPlan()
        return real(request)

    return answer


def test_a_worker_that_died_after_the_call(provider, payout):
    """`sent_at` is committed before the call: the next worker asks before it repeats the key."""
    attempt = sending.begin_payout(payout_id=payout.pk, now=NOON)
    PayoutAttempt.objects.update(sent_at=NOON, next_try_at=NOON)
    done = send(Payout.objects.get(pk=payout.pk), at=NOON + MINUTE)
    assert done.state == State.PROCESSING
    assert paid_for(provider, done) == done.amount_paise
    assert PayoutAttempt.objects.get().pk == attempt.pk


def test_no_answer_means_no_second_key(provider, payout, settings):
    """While the provider is down the order waits, unsent, with its key."""
    url, settings.RAZORPAYX_URL = settings.RAZORPAYX_URL, "http://127.0.0.1:9"
    waiting = send(payout)
    attempt = waiting.attempts.get()
    assert (waiting.state, attempt.sent_at) == (State.SENDING, None)
    settings.RAZORPAYX_URL = url
    assert send(waiting, at=NOON + MINUTE).state == State.PROCESSING
    assert waiting.attempts.get().key == attempt.key


def test_not_found_for_an_hour_goes_to_people(provider, payout, maker, checker):
    """The key is not repeated after an hour; two people say what happened, nobody alone."""
    sending.begin_payout(payout_id=payout.pk, now=NOON)
    PayoutAttempt.objects.update(sent_at=NOON)
    unknown = send(Payout.objects.get(pk=payout.pk), at=NOON + HOUR)
    assert (unknown.state, unknown.attention) == (State.UNKNOWN, sending.NOT_KNOWN)
    assert paid_for(provider, unknown) == 0
    said = {"payout": unknown, "verb": "RESEND", "reason": "Not on the statement.", "by": maker}
    with pytest.raises(refusals.StillAsking):
        decisions.propose_decision(**said, at=NOON + HOUR - MINUTE)
    decision = decisions.propose_decision(**said, at=NOON + HOUR)
    new = decisions.accept_decision(decision=decision, by=checker, at=NOON + HOUR)
    assert (new.state, new.pk != unknown.pk) == (State.READY, True)
    assert invariants.check_money() == []


def test_made_after_all_stops_sending(provider, payout, maker, checker):
    """People said that it failed, and the provider made it: all sending stops."""
    sent = send(payout)
    attempt = sent.attempts.get()
    Payout.objects.filter(pk=sent.pk).update(state=State.UNKNOWN)
    PayoutAttempt.objects.update(provider_id="", provider_state="", sent_at=NOON - HOUR)
    decision = decisions.propose_decision(
        payout=sent, verb="FAIL", reason="Not on the statement.", by=maker, at=NOON
    )
    decisions.accept_decision(decision=decision, by=checker, at=NOON)
    provider.bank.advance(10)
    late = send(Payout.objects.get(pk=sent.pk), at=NOON + HOUR)
    assert (late.state, late.attention) == (State.FAILED, "The provider says that it was made.")
    assert attempt.payout_id == late.pk
    assert SendingSwitch.objects.get().is_on is False


def test_stale_answers_change_nothing(provider, payout):
    """An answer from before the last news is ignored, also that nobody knows the payout."""
    provider.bank.plan = FaultPlan(1, {"stale": 1.0})
    sent = send(payout)
    provider.bank.advance(10)
    assert send(sent, at=NOON + MINUTE).state == State.PROCESSING
    provider.bank.plan = FaultPlan()
    done = send(sent, at=NOON + 2 * MINUTE)
    provider.bank.plan = FaultPlan(1, {"stale": 1.0})
    assert send(done, at=NOON + DAY).state == State.COMPLETED
    assert paid_for(provider, done) == done.amount_paise


def test_refused_at_the_first_call(provider, payout):
    """A first call that is refused certainly made nothing: failed, and owed again."""
    provider.account = provider.bank.account = "another"
    failed = send(payout)
    assert (failed.state, failed.failure) == (State.FAILED, sending.REFUSED)
    assert failed.payments.get().state == Payment.State.FAILED
    assert invariants.check_money() == []


def test_refused_later_is_unknown(provider, payout):
    """When an earlier call may have made the transfer, a refusal says nothing about it."""
    sending.begin_payout(payout_id=payout.pk, now=NOON)
    PayoutAttempt.objects.update(sent_at=NOON)
    provider.bank.account = "another"
    assert send(Payout.objects.get(pk=payout.pk), at=NOON + MINUTE).state == State.UNKNOWN


def test_the_switch_stops_every_step(provider, payout, maker, checker):
    """An approved payout is not begun, and one that was begun is not sent."""
    switch.stop_sending(reason="Doubt.", by=maker, at=NOON)
    assert send(payout).state == State.APPROVED
    switch.start_sending(by=maker, at=NOON)
    switch.start_sending(by=checker, at=NOON)
    sending.begin_payout(payout_id=payout.pk, now=NOON)
    switch.stop_sending(reason="Doubt.", by=maker, at=NOON)
    begun = send(Payout.objects.get(pk=payout.pk))
    assert (begun.state, paid_for(provider, begun)) == (State.SENDING, 0)


def test_what_must_not_be_paid_any_more(provider, maker, checker):
    """A hold, or a changed account, after the approval: cancelled, and the rest goes on."""
    held, changed, good = approved(maker, checker, numbers=["11110001", "11110002", "11110003"])
    services.hold_payment(payment=held.payments.get(), cause="DISPUTE", note="x", at=NOON)
    make_bank_account(changed.agent, "999999999999", version=2)
    assert [send(row).state for row in (held, changed, good)] == [
        State.CANCELLED, State.CANCELLED, State.PROCESSING,
    ]  # fmt: skip
    assert services.create_waiting_payouts(now=NOON) == 1
    assert Payout.objects.ready().get().agent == changed.agent
    assert invariants.check_money() == []


def test_a_used_utr_is_looked_at(provider, payout, maker, checker):
    """A UTR of another payout is not recorded twice; a person looks at it."""
    sent = send(payout)
    provider.bank.advance(10)
    utr = provider.bank.get(sent.attempts.get().provider_id)["utr"]
    [other] = approved(maker, checker, numbers=["501001239999"])
    other = send(other)
    Payout.objects.filter(pk=other.pk).update(utr=utr)
    done = send(sent, at=NOON + MINUTE)
    assert (done.state, done.utr) == (State.COMPLETED, "")
    assert "UTR" in done.attention


def test_all_orders_of_news_have_one_end(provider, maker, checker):
    """Whenever the provider is asked, in between or only at the end: the same end state."""
    ends = set()
    moments = list(itertools.product([True, False], repeat=3))
    numbers = [f"5010{n:04d}8003" for n in range(len(moments))]
    payouts = approved(maker, checker, numbers=numbers)
    payouts = [send(payout) for payout in payouts]
    for step, seconds in enumerate((10, 20, 4 * 86_400)):
        provider.bank.advance(seconds)
        at = NOON + (step + 1) * DAY
        for asked, payout in zip(moments, payouts, strict=True):
            if asked[step]:
                send(Payout.objects.get(pk=payout.pk), at=at)
    for payout in payouts:
        send(Payout.objects.get(pk=payout.pk), at=NOON + 4 * DAY)
        row = Payout.objects.get(pk=payout.pk)
        ends.add((row.state, row.payments.get().state, paid_for(provider, row)))
    assert ends == {("REVERSED", "FAILED", 0)}
    assert invariants.check_money() == []


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_once(provider, settings):
    """Eight workers at once on one payout: one order, one transfer, one entry of each kind."""
    seeding.seed(NOON)
    maker, checker = make_staff("Mohan", "finance"), make_staff("Chitra", "finance")
    [payout] = approved(maker, checker)

    def work(_: int) -> None:
        try:
            sending.send_payout(payout_id=payout.pk, now=NOON)
            sending.sweep(now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
        provider.bank.advance(10)
        PayoutAttempt.objects.update(next_try_at=NOON)
        list(threads.map(work, range(8)))
    payout.refresh_from_db()
    assert payout.state == State.COMPLETED
    assert paid_for(provider, payout) == payout.amount_paise
    kinds = Entry.objects.filter(kind__startswith="TRANSFER").values_list("kind", flat=True)
    assert sorted(kinds) == ["TRANSFER_SETTLED", "TRANSFER_STARTED"]
