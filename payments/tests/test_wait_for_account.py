"""Money goes to a verified account past its wait; until then it waits, and says why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conftest import NOON
from hitouch.core.db.state_machine import transition
from onboarding.models import AccountTest
from onboarding.payees import decisions
from onboarding.payees import services as payees
from payments import queries
from payments.models import Payout
from payments.services import payments
from payments.services import payouts as services

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BANK = {"ifsc": "HDFC0001234", "account_number": "501001234567"}


def give(agent, *, at=NOON, passed=True, **facts):
    """An account by the agent's own hand, which a colleague accepts or not yet."""
    account = payees.save_bank_account(
        agent=agent, by=agent.user, holder_name=agent.name, at=at, **(facts or BANK)
    )
    test = account.tests.get()
    transition(test, to=AccountTest.State.LOOK, by=None, at=at)
    if passed:
        transition(test, to=AccountTest.State.PASSED, by=None, at=at)
    return account


@pytest.fixture
def waits(work):
    """What Asha gets for her work, before she gave any account."""
    return payments.open_payment(work=work, at=NOON)


def test_unverified_account_gets_nothing(waits, asha):
    """Given, but not found to be hers: no payout is made, however long it takes."""
    give(asha, passed=False)
    assert services.create_waiting_payouts(now=NOON + 9 * DAY) == 0
    assert queries.amount_without_account(asha, NOON + 9 * DAY) == waits.net_paise


def test_payout_is_made_when_the_day_is_over(waits, asha):
    """Verified at once, used after a day; the sweep finds it then."""
    give(asha)
    assert services.create_waiting_payouts(now=NOON + DAY - timedelta(seconds=1)) == 0
    assert services.create_waiting_payouts(now=NOON + DAY) == 1
    assert Payout.objects.get().last_four == "4567"
    assert queries.amount_without_account(asha, NOON + DAY) == 0


def test_pages_say_why_it_waits(waits, asha, signed_in):
    """The page of money names the account and the moment."""
    give(asha)
    content = signed_in(asha.user).get(reverse("payments:money")).content.decode()
    assert "is waiting for your bank account" in content
    assert "24 November 2026, 12:00" in content


def test_new_account_does_not_take_over_at_once(waits, asha, maker):
    """A payout that is started within the day of a change goes to the account before it."""
    give(asha)
    services.create_waiting_payouts(now=NOON + DAY)
    give(asha, at=NOON + 2 * DAY, ifsc="SBIN0000001", account_number="999988887777")
    payout = services.start_payout(payout=Payout.objects.get(), by=maker, at=NOON + 2 * DAY)
    assert payout.last_four == "4567"


def test_stopped_payments_start_no_transfer(waits, asha, maker):
    """“This was not me” holds back what was prepared already, and the whole number too."""
    give(asha)
    services.create_waiting_payouts(now=NOON + DAY)
    ready = Payout.objects.get()
    decisions.hold_own_payments(agent=asha, by=asha.user, at=NOON + DAY)
    with pytest.raises(services.NoBankAccount):
        services.start_payout(payout=ready, by=maker, at=NOON + DAY)


def test_upi_transfer(waits, asha, maker, signed_in):
    """The maker sees the UPI address, and nobody else any of it."""
    give(asha, kind="UPI", vpa="asha.rao@okhdfc")
    services.create_waiting_payouts(now=NOON + DAY)
    payout = services.start_payout(payout=Payout.objects.get(), by=maker, at=NOON + DAY)
    target = services.instruction_for(payout=payout, by=maker, at=NOON + DAY).order.target
    assert (target.vpa, target.account_number, target.ifsc) == ("asha.rao@okhdfc", "", "")
    listed = signed_in(asha.user).get(f"/api/v1/payments/{waits.pk}/").content.decode()
    assert "asha.rao" not in listed


def test_sweep_costs_the_same_for_waiting_accounts(waits, asha, django_assert_max_num_queries):
    """One look at each payment that waits, and no more."""
    give(asha, passed=False)
    with django_assert_max_num_queries(4):
        services.create_waiting_payouts(now=NOON)
