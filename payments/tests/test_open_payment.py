"""Approved work becomes a payment, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import NOON, make_agent, make_user
from gigs.models import Member, Work
from gigs.services import work as gigs
from gigs.signals import work_approved
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from payments import integrity
from payments.models import Entry, Payment, Payout, TaxRule
from payments.services import payments
from payments.services import payouts as services
from payments.tests.conftest import give_account, make_work

pytestmark = pytest.mark.django_db


def test_amounts_by_the_rules_in_force(payment):
    """Gross, tax, fee, GST and net are frozen with the rules they came by."""
    amounts = [
        payment.gross_paise, payment.tds_paise, payment.fee_paise,
        payment.gst_paise, payment.net_paise,
    ]  # fmt: skip
    assert amounts == [1_000_000, 10_000, 50_000, 9_000, 931_000]
    assert (payment.tds_bp, payment.fee_bp, payment.gst_bp) == (100, 500, 1800)
    assert "2025" in payment.tax_rule.source


def test_payout_waits_for_finance(payment):
    """With a bank account there is a payout to it at once, its number masked."""
    payout = payment.payouts.get()
    assert payout.state == Payout.State.READY
    assert payout.amount_paise == payment.net_paise
    assert payout.masked == "•••• 9012"


def test_agent_is_told(payment):
    """The agent hears how much is coming."""
    message = OutboxMessage.objects.get(template="payments/opened")
    assert "₹9,310.00" in message.subject
    assert "your bank account" in message.body


def test_without_a_bank_account_it_waits(work):
    """Without a bank account there is no payout, and the agent is told what to do."""
    payment = payments.open_payment(work=work, at=NOON)
    assert not payment.payouts.exists()
    assert "Add one in HitouchCX" in OutboxMessage.objects.get().body


def test_sweep_takes_it_up_when_the_account_is_there(work, asha):
    """A payment that waited gets its payout when the account is there, once."""
    payment = payments.open_payment(work=work, at=NOON)
    assert services.create_waiting_payouts(now=NOON) == 0
    give_account(asha)
    assert services.create_waiting_payouts(now=NOON) == 1
    assert services.create_waiting_payouts(now=NOON) == 0
    assert payment.payouts.count() == 1


def test_twice_is_once(work, account):
    """Asking again hands back the payment there is."""
    assert payments.open_payment(work=work, at=NOON) == payments.open_payment(work=work, at=NOON)
    assert (Payment.objects.count(), Payout.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_only_approved_work_is_paid(asha):
    """Work that is not approved is not paid."""
    with pytest.raises(payments.WorkNotApproved):
        payments.open_payment(work=make_work(asha, approved=False), at=NOON)


def test_worth_nothing_is_refused(asha):
    """A paisa of work leaves something; without any paid time there is nothing to pay."""
    work = make_work(asha, rate_paise=1)
    assert payments.open_payment(work=work, at=NOON).net_paise == 1


def test_approval_opens_it(asha, account):
    """The announcement of an approval makes the payment."""
    work = make_work(asha)
    work_approved.send(sender=Work, work=work)
    assert Payment.objects.get().work == work


@transaction.atomic
def approve(work):
    transition(work, to=Work.State.UNDER_REVIEW, by=None, at=NOON)
    transition(work, to=Work.State.APPROVED, by=None, at=NOON, decided_at=NOON)
    work_approved.send(sender=Work, work=work)


def test_approval_is_undone_when_it_cannot_be_paid(asha):
    """Without a rate in force the approval does not stand."""
    work = make_work(asha, approved=False)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE payments_taxrule CASCADE")
    with pytest.raises(payments.NoRateInForce):
        approve(work)
    assert Work.objects.get().state == Work.State.PENDING


def test_amounts_are_frozen(payment):
    """Nobody changes what a payment is worth."""
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.update(net_paise=1, tds_paise=999_999, fee_paise=0, gst_paise=0)
    assert TaxRule.objects.count() == 2


def test_amounts_must_add_up(payment, ravi):
    """The database refuses a payment whose parts are not its gross."""
    facts = {
        name: getattr(payment, name)
        for name in ("tax_rule", "fee_rule", "tds_bp", "fee_bp", "gst_bp", "opened_at")
    }
    amounts = {"gross_paise": 100, "tds_paise": 1, "fee_paise": 1, "gst_paise": 1, "net_paise": 98}
    with pytest.raises(IntegrityError, match="payment_adds_up"), transaction.atomic():
        Payment.objects.create(work=make_work(ravi, title="Other"), agent=ravi, **facts, **amounts)


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_pays_once():
    """Six approvals of one work at once make one payment, one payout, one entry."""
    agent = make_agent("Asha")
    give_account(agent)
    work = make_work(agent)

    def open_it(_):
        try:
            return payments.open_payment(work=work, at=NOON).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(open_it, range(6)))
    assert len(found) == 1
    assert (Payment.objects.count(), Payout.objects.count(), Entry.objects.count()) == (1, 1, 1)
    assert integrity.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_client_who_approves_twice_pays_once():
    """Four clicks on approve at once approve once and pay once."""
    agent = make_agent("Asha")
    give_account(agent)
    work = make_work(agent, approved=False)
    member = Member.objects.create(
        client=work.gig.client, user=make_user("Omana"), role=Member.Role.OWNER
    )

    def approve_it(_):
        try:
            gigs.approve_work(work=work, member=member, at=NOON)
        except Refusal:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(approve_it, range(4))) == 1
    assert (Payment.objects.count(), Payout.objects.count()) == (1, 1)
