"""Payouts wait until the agent's bank account is verified and its waiting period is over."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conftest import NOON
from hitouch.core.db.state_machine import transition
from onboarding.models import AccountTest
from onboarding.payees import decisions
from onboarding.payees import services as payees
from onboarding.tests.support import bank_accounts
from payments.earnings import services as earnings
from payments.models import Payout
from payments.payouts import queries, services

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BANK = {"ifsc": "HDFC0001234", "account_number": "501001234567"}


def add_account(agent, *, at=NOON, passed=True, **facts):
    """The agent adds a bank account, verified if `passed`."""
    bank_accounts.cleared_once(agent)
    account = payees.save_bank_account(
        agent=agent, by=agent.user, holder_name=agent.name, at=at, **(facts or BANK)
    )
    test = account.tests.get()
    transition(test, to=AccountTest.State.LOOK, by=None, at=at)
    if passed:
        transition(test, to=AccountTest.State.PASSED, by=None, at=at)
    return account


@pytest.fixture
def awaiting_payout(work):
    """Asha's payment, opened before she added a bank account."""
    return earnings.open_payment(work=work, at=NOON)


def test_unverified_account_gets_no_payout(awaiting_payout, asha):
    """No payout is created for an account that is not verified, however long it waits."""
    add_account(asha, passed=False)
    assert services.create_waiting_payouts(now=NOON + 9 * DAY) == 0
    assert queries.amount_awaiting_account(asha, NOON + 9 * DAY) == awaiting_payout.net_paise


def test_payout_is_created_after_the_waiting_period(awaiting_payout, asha):
    """A verified account is paid to one day after it was added."""
    add_account(asha)
    assert services.create_waiting_payouts(now=NOON + DAY - timedelta(seconds=1)) == 0
    assert services.create_waiting_payouts(now=NOON + DAY) == 1
    assert Payout.objects.get().last_four == "4567"
    assert queries.amount_awaiting_account(asha, NOON + DAY) == 0


def test_page_shows_until_when_the_payment_waits(awaiting_payout, asha, signed_in):
    """The summary page says that the payment waits for the account, and until when."""
    add_account(asha)
    content = signed_in(asha.user).get(reverse("payments:money")).content.decode()
    assert "is waiting for your bank account" in content
    assert "24 November 2026, 12:00 pm" in content


def test_changed_account_is_not_used_at_once(awaiting_payout, asha, maker):
    """A payout started within a day of a change goes to the previous account."""
    add_account(asha)
    services.create_waiting_payouts(now=NOON + DAY)
    add_account(asha, at=NOON + 2 * DAY, ifsc="SBIN0000001", account_number="999988887777")
    payout = services.start_payout(payout=Payout.objects.get(), by=maker, at=NOON + 2 * DAY)
    assert payout.last_four == "4567"


def test_payment_hold_blocks_payouts(awaiting_payout, asha, maker):
    """If the agent puts payments on hold, a payout that is ready cannot be started."""
    add_account(asha)
    services.create_waiting_payouts(now=NOON + DAY)
    ready = Payout.objects.get()
    decisions.hold_own_payments(agent=asha, by=asha.user, at=NOON + DAY)
    with pytest.raises(services.NoBankAccount):
        services.start_payout(payout=ready, by=maker, at=NOON + DAY)


def test_upi_transfer(awaiting_payout, asha, maker, signed_in):
    """The person who starts the payout sees the UPI ID; the agent's API does not show it."""
    add_account(asha, kind="UPI", vpa="asha.rao@okhdfc")
    services.create_waiting_payouts(now=NOON + DAY)
    payout = services.start_payout(payout=Payout.objects.get(), by=maker, at=NOON + DAY)
    target = services.show_transfer_instruction(payout=payout, by=maker, at=NOON + DAY).order.target
    assert (target.vpa, target.account_number, target.ifsc) == ("asha.rao@okhdfc", "", "")
    listed = signed_in(asha.user).get(f"/api/v1/payments/{awaiting_payout.pk}/").content.decode()
    assert "asha.rao" not in listed


def test_sweep_needs_few_queries_for_each_agent(
    awaiting_payout, asha, django_assert_max_num_queries
):
    """Each agent is read, and done, by itself; those who have to wait are put last."""
    add_account(asha, passed=False)
    with django_assert_max_num_queries(8):
        services.create_waiting_payouts(now=NOON)
