"""Corrections and payouts: nothing is sent while one is decided, and what comes to nothing ends."""

import pytest

from conftest import NOON
from payments import privacy
from payments.earnings import adjustments
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import Payment, Payout, Rail
from payments.payouts import batches, decisions, sending, services
from payments.payouts.refusals import VerbNotPossible
from payments.statements import history, queries
from payments.tests.database import check_deferred_constraints
from payments.tests.factories import make_bank_account, make_work
from payments.tests.payouts import provider as support

pytestmark = pytest.mark.django_db
provider = support.provider
State = Payment.State


@pytest.fixture
def other(asha, payout):
    """Another payment of ₹10,000, in the same payout."""
    return earnings.open_payment(work=make_work(asha, title="Second"), at=NOON)


def propose(payment, maker, gross_paise=0):
    return adjustments.propose(
        payment=payment, gross_paise=gross_paise, reason="Counted twice.", by=maker, at=NOON
    )


def carried():
    live = Payout.objects.live().exclude(state="COMPLETED")
    return sorted(item.payment_id for payout in live for item in payout.items.all())


def require_sound_books():
    check_deferred_constraints()
    assert [str(row) for row in invariants.check_money()] == []


def test_a_payment_that_is_being_corrected_is_not_paid(payment, other, maker, checker):
    """A ready payout goes on without it; rejected, the next payout carries it."""
    adjustment = propose(payment, maker)
    assert carried() == [other.pk]
    services.create_waiting_payouts(now=NOON)
    assert carried() == [other.pk]
    shown = queries.payment_in_full(payment.agent, payment.pk).get()
    status = history.status_of(shown, has_account=True)
    assert (status.title, "correction" in status.text) == ("On hold", True)
    adjustments.reject(adjustment=adjustment, by=checker, at=NOON)
    services.create_waiting_payouts(now=NOON)
    assert carried() == sorted([payment.pk, other.pk])
    require_sound_books()


def test_a_batch_does_not_send_it(provider, payment, payout, maker, checker):
    """Proposed after the batch was submitted, or approved: it is cancelled, not sent."""
    batch = batches.submit_batch(batch=batches.create_batch(by=maker, at=NOON), by=maker, at=NOON)
    propose(payment, maker)
    stated = {"count": batch.count, "total_paise": batch.total_paise}
    batches.approve_batch(batch=batch, by=checker, at=NOON, **stated)
    payout.refresh_from_db()
    assert payout.state == "CANCELLED"
    assert sending.send_payout(payout_id=payout.pk, now=NOON)
    assert provider.bank.moves()[1:] == []


def test_an_approved_payout_is_stopped_before_it_is_sent(provider, payment, payout, maker, checker):
    """The worker looks again."""
    batch = batches.submit_batch(batch=batches.create_batch(by=maker, at=NOON), by=maker, at=NOON)
    stated = {"count": batch.count, "total_paise": batch.total_paise}
    batches.approve_batch(batch=batch, by=checker, at=NOON, **stated)
    propose(payment, maker)
    sending.send_payout(payout_id=payout.pk, now=NOON)
    payout.refresh_from_db()
    assert payout.state == "CANCELLED"


def test_the_right_amount_is_paid(payment, maker, checker):
    """The wrong payment, its correction and the right one are in one payout."""
    adjustments.approve(adjustment=propose(payment, maker, 8_000_00), by=checker, at=NOON)
    [payout] = Payout.objects.live()
    assert payout.amount_paise == Payment.objects.get(gross_paise=8_000_00).net_paise
    assert payout.items.filter(released_at=None).count() == 3
    require_sound_books()


def test_what_comes_to_nothing_is_set_off(payment, maker, checker):
    """Taken back altogether: both end, nothing is sent, and the agent reads so."""
    adjustments.approve(adjustment=propose(payment, maker), by=checker, at=NOON)
    assert set(Payment.objects.values_list("state", flat=True)) == {State.COMPLETED}
    payout = Payout.objects.get(rail=Rail.SET_OFF)
    assert (payout.amount_paise, payout.state, payout.attempts.count()) == (0, "COMPLETED", 0)
    require_sound_books()
    shown = queries.payment_in_full(payment.agent, payment.pk).get()
    assert history.status_of(shown, has_account=True).title == "Set off"
    assert "Set off" in [turn.title for turn in history.turns_of(shown)]
    with pytest.raises(VerbNotPossible):
        decisions.propose_decision(
            payout=payout, verb="REVERSE", reason="Returned.", by=maker, at=NOON
        )


def test_also_against_another_payment(payment, payout, maker, checker):
    """A paid payment that is taken back is set off against a new one of the same amount."""
    services.start_payout(payout=payout, by=maker, at=NOON)
    services.settle_payout(payout=payout, utr_number="HDFCN00000000001", by=checker, at=NOON)
    adjustments.approve(adjustment=propose(payment, maker), by=checker, at=NOON)
    correction = Payment.objects.get(corrects=payment)
    assert correction.state == State.PENDING
    new = earnings.open_payment(work=make_work(payment.agent, title="Second"), at=NOON)
    assert new.net_paise == -correction.net_paise
    assert {row.state for row in Payment.objects.all()} == {State.COMPLETED}
    require_sound_books()


def test_without_an_account_it_waits(asha, maker, checker):
    """As soon as there is one, nothing is left waiting."""
    payment = earnings.open_payment(work=make_work(asha), at=NOON)
    adjustments.approve(adjustment=propose(payment, maker), by=checker, at=NOON)
    make_bank_account(asha)
    services.create_waiting_payouts(now=NOON)
    assert {row.state for row in Payment.objects.all()} == {State.COMPLETED}
    require_sound_books()


def test_the_copy_of_ones_data_has_the_amount_of_each_payment(payment, other):
    """Not the whole transfer for each."""
    rows = privacy.export(payment.agent.user)["payments"]
    of_each = [row["transfers"][0]["amount_of_this_payment"]["paise"] for row in rows]
    whole = [row["transfers"][0]["whole_transfer"]["paise"] for row in rows]
    assert sorted(of_each) == sorted([payment.net_paise, other.net_paise])
    assert whole == [payment.net_paise + other.net_paise] * 2
