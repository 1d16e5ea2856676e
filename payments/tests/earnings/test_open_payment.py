"""Opening a payment for approved work: amounts, payout, notification, concurrency."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.range import Range

from conftest import NOON, make_agent, make_user
from gigs.models import Member, Work
from gigs.signals import work_approved
from gigs.work import services as work_services
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from payments.earnings import services as earnings
from payments.integrity import invariants
from payments.models import Entry, Payment, Payout, TaxRule
from payments.payouts import services
from payments.rates.services import NoRateInForce
from payments.tests.factories import make_bank_account, make_work

pytestmark = pytest.mark.django_db


def test_amounts_follow_the_rates_in_force(payment):
    """The payment stores gross, tax, fee, GST and net, and the rates that were applied."""
    amounts = [
        payment.gross_paise, payment.tds_paise, payment.fee_paise,
        payment.gst_paise, payment.net_paise,
    ]  # fmt: skip
    assert amounts == [1_000_000, 0, 50_000, 9_000, 941_000]
    assert (payment.tds_bp, payment.fee_bp, payment.gst_bp) == (0, 500, 1800)
    assert "2025" in payment.tax_rule.source


def test_payout_is_created_with_the_payment(payment):
    """If the agent has a bank account, a payout to it is ready, with a masked number."""
    payout = payment.payouts.get()
    assert payout.state == Payout.State.READY
    assert payout.amount_paise == payment.net_paise
    assert payout.masked == "•••• 9012"


def test_agent_is_notified(payment):
    """The agent is notified of the amount."""
    message = OutboxMessage.objects.get(template="payments/opened")
    assert "₹9,410.00" in message.subject
    assert "your bank account" in message.body


def test_payment_waits_for_a_bank_account(work):
    """Without a bank account there is no payout, and the agent is asked to add one."""
    payment = earnings.open_payment(work=work, at=NOON)
    assert not payment.payouts.exists()
    assert "Add one in HitouchCX" in OutboxMessage.objects.get().body


def test_sweep_creates_the_payout_once_there_is_an_account(work, asha):
    """The sweep creates one payout when the agent has added a bank account."""
    payment = earnings.open_payment(work=work, at=NOON)
    assert services.create_waiting_payouts(now=NOON) == 0
    make_bank_account(asha)
    assert services.create_waiting_payouts(now=NOON) == 1
    assert services.create_waiting_payouts(now=NOON) == 0
    assert payment.payouts.count() == 1


def test_opening_twice_returns_the_same_payment(work, account):
    """Opening a payment again returns the existing one."""
    assert earnings.open_payment(work=work, at=NOON) == earnings.open_payment(work=work, at=NOON)
    assert (Payment.objects.count(), Payout.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_only_approved_work_is_paid(asha):
    """Opening a payment for work that is not approved is refused."""
    with pytest.raises(earnings.WorkNotApproved):
        earnings.open_payment(work=make_work(asha, approved=False), at=NOON)


def test_one_paisa_is_paid(asha):
    """Work worth one paisa has a net amount of one paisa."""
    work = make_work(asha, rate_paise=1)
    assert earnings.open_payment(work=work, at=NOON).net_paise == 1


def test_approval_opens_the_payment(asha, account):
    """The signal `work_approved` opens the payment."""
    work = make_work(asha)
    work_approved.send(sender=Work, work=work)
    assert Payment.objects.get().work == work


@transaction.atomic
def approve(work):
    transition(work, to=Work.State.UNDER_REVIEW, by=None, at=NOON)
    transition(work, to=Work.State.APPROVED, by=None, at=NOON, decided_at=NOON)
    work_approved.send(sender=Work, work=work)


def test_approval_is_rolled_back_without_a_rate(asha):
    """If no rate is in force, the approval is rolled back."""
    work = make_work(asha, approved=False)
    for rule in TaxRule.objects.all():
        ended = Range(rule.starts_on, rule.starts_on + timedelta(days=1))
        TaxRule.objects.filter(pk=rule.pk).update(valid=ended)
    with pytest.raises(NoRateInForce):
        approve(work)
    assert Work.objects.get().state == Work.State.PENDING


def test_amounts_are_immutable(payment):
    """The database refuses to change the amounts of a payment."""
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.update(net_paise=1, tds_paise=999_999, fee_paise=0, gst_paise=0)
    assert TaxRule.objects.count() == 4


def test_amounts_must_add_up(payment, ravi):
    """The database refuses a payment whose parts do not add up to its gross amount."""
    facts = {
        name: getattr(payment, name)
        for name in ("tax_rule", "fee_rule", "tds_bp", "fee_bp", "gst_bp", "opened_at")
    }
    work = make_work(ravi, title="Other")
    amounts = {"gross_paise": 100, "tds_paise": 1, "fee_paise": 1, "gst_paise": 1, "net_paise": 98}
    with pytest.raises(IntegrityError, match="payment_adds_up"), transaction.atomic():
        Payment.objects.create(
            kind="BONUS", source_type="gigs.work", source_id=work.pk, gig=work.gig, agent=ravi,
            **facts, **amounts,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_concurrent_opening_pays_once():
    """Opening a payment in six threads creates one payment, one payout and one entry."""
    agent = make_agent("Asha")
    make_bank_account(agent)
    work = make_work(agent)

    def open_payment(_):
        try:
            return earnings.open_payment(work=work, at=NOON).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(open_payment, range(6)))
    assert len(found) == 1
    assert (Payment.objects.count(), Payout.objects.count(), Entry.objects.count()) == (1, 1, 1)
    assert invariants.check_money() == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_approval_pays_once():
    """Four concurrent approvals of one work approve and pay it once."""
    agent = make_agent("Asha")
    make_bank_account(agent)
    work = make_work(agent, approved=False)
    member = Member.objects.create(
        client=work.gig.client, user=make_user("Omana"), role=Member.Role.OWNER
    )

    def approve_work(_):
        try:
            work_services.approve_work(work=work, member=member, at=NOON)
        except Refusal:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(approve_work, range(4))) == 1
    assert (Payment.objects.count(), Payout.objects.count()) == (1, 1)
