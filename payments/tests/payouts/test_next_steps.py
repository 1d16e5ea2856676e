"""The pages of finance say whose turn it is, show amounts in rupees, and colleagues by name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from conftest import NOON, make_staff
from hitouch.core import money
from payments.demo import week
from payments.models import (
    Deposit,
    FeeRule,
    Payment,
    Payout,
    PayoutBatch,
    RateProposal,
    TaxRule,
    WelfareFeeRule,
    Withholding,
)
from payments.payouts import (
    batches,
    decisions,
    next_steps,
    queries,
    sending,
    services,
    switch,
)
from payments.rates import services as rates

pytestmark = pytest.mark.django_db


def step(payout, viewer, *, now=NOON):
    """The next step, as the page asks for it."""
    row = queries.payouts_for_staff().get(pk=payout.pk)
    return next_steps.next_step_of(
        row, viewer=viewer, is_carried=queries.is_carried_again(row), now=now
    )


def test_a_transfer_by_hand(payout, maker, checker):
    """Anyone starts it; then it is everybody's turn but the maker's; then nobody's."""
    assert step(payout, checker).is_yours
    services.start_payout(payout=payout, by=maker, at=NOON)
    assert (step(payout, maker).is_yours, step(payout, checker).is_yours) == (False, True)
    assert maker.name in step(payout, checker).whose
    services.settle_payout(payout=payout, utr_number="HDFCN00000000001", by=checker, at=NOON)
    assert step(payout, checker).whose == "Nobody"


def test_a_decision_waits_for_another_person(started, maker, checker):
    """Whoever said that it failed cannot confirm it; afterwards it can be tried again."""
    said = decisions.propose_decision(
        payout=started, verb="FAIL", reason="Closed.", by=maker, at=NOON
    )
    assert (step(started, maker).is_yours, step(started, checker).is_yours) == (False, True)
    decisions.accept_decision(decision=said, by=checker, at=NOON)
    assert "Retry" in step(started, maker).text
    services.retry_payout(payout=started, by=maker, at=NOON)
    assert step(started, maker).whose == "Nobody"


def test_a_batch(payout, maker, checker):
    """The maker submits, another one approves, and a stopped switch is told."""
    batch = batches.create_batch(by=maker, at=NOON, rail="NEFT_FILE")
    assert (step(payout, maker).is_yours, step(payout, checker).is_yours) == (True, False)
    batch = batches.submit_batch(batch=batch, by=maker, at=NOON)
    assert (step(payout, maker).is_yours, step(payout, checker).is_yours) == (False, True)
    yours = [
        next_steps.next_step_of_batch(batch, viewer=viewer).is_yours for viewer in (maker, checker)
    ]
    assert yours == [False, True]
    batches.approve_batch(batch=batch, count=1, total_paise=batch.total_paise, by=checker, at=NOON)
    assert "bank file" in step(payout, maker).text
    switch.stop_sending(reason="Check.", by=maker, at=NOON)
    assert "stopped" in step(payout, maker).text


def test_an_unknown_outcome(payout, maker, checker):
    """The provider is asked for an hour; then two people say what happened."""
    silent = week.SilentProvider()
    batch = batches.create_batch(by=maker, at=NOON, provider=silent)
    batch = batches.submit_batch(batch=batch, by=maker, at=NOON)
    batches.approve_batch(batch=batch, count=1, total_paise=batch.total_paise, by=checker, at=NOON)
    attempt = sending.begin_payout(payout_id=payout.pk, now=NOON)
    sending.advance_attempt(attempt_id=attempt.pk, now=NOON, provider=silent)
    sent_at = payout.attempts.get().sent_at
    assert step(payout, maker, now=sent_at + timedelta(minutes=5)).whose == "RazorpayX"
    assert step(payout, maker, now=sent_at + timedelta(hours=2)).whose == "Two people in finance"


def test_pages_are_in_rupees_and_with_names(demo_week, signed_in, checker, maker):
    """Each page tells amounts in rupees, rates in percent, and who did what, by name."""
    client = signed_in(checker)

    def text_of(name, *args):
        page = client.get(reverse(f"admin:payments_{name}", args=args))
        words = strip_tags(page.content.decode().split("<body")[1]).replace("To a paisa", "")
        for wrong in ("paise", "basis points", " bp", "_bp", "•••@"):
            assert wrong not in words.lower(), f"{name}: {wrong}"
        return words

    for state in ("COMPLETED", "REVERSED", "FAILED", "UNKNOWN"):
        payout = Payout.objects.filter(state=state).order_by("created_at").first()
        words = text_of("payout_change", payout.pk)
        assert money.rupees(payout.amount_paise) in words
        assert maker.name in words or state == "UNKNOWN"
    batch = PayoutBatch.objects.get(state="SUBMITTED")
    assert f"Anyone in finance but {maker.name}" in text_of("payoutbatch_change", batch.pk)
    for name in ("payout", "payoutbatch", "payoutdecision", "paymenthold", "entry"):
        text_of(f"{name}_changelist")
    for model in (TaxRule, FeeRule, WelfareFeeRule, Payment, Withholding, Deposit):
        words = text_of(f"{model._meta.model_name}_change", model.objects.first().pk)
        assert "₹" in words or "%" in words
    proposal = RateProposal.objects.get()
    words = text_of("rateproposal_change", proposal.pk)
    assert f"{proposal.payments_affected} payments differ by −₹" in words
    assert "6% (changed)" in " ".join(words.split())


def test_decide_on_the_page_of_a_rate(signed_in, maker, checker):
    """The proposer can only withdraw; another person in finance approves or rejects."""
    rule = FeeRule(fee_bp=600, gst_bp=1800, source="Price list.")
    day = (NOON + timedelta(days=9)).date()
    proposal = rates.propose_rate(rule=rule, starts_on=day, by=maker, at=NOON)
    url = reverse("admin:payments_rateproposal_change", args=[proposal.pk])
    assert "Withdraw" in signed_in(maker).get(url).content.decode()
    for person in (maker, make_staff("Rina", "reviewer")):
        assert signed_in(person).post(url, {"verb": "approve"}).status_code in (302, 403)
        proposal.refresh_from_db()
        assert proposal.state == "PROPOSED"
    signed_in(checker).post(url, {"verb": "approve"})
    proposal.refresh_from_db()
    assert proposal.state == "APPROVED"
