"""Fixtures: seeded rates, approved work, a bank account, a payment, and finance staff."""

import pytest

from conftest import NOON, make_staff
from payments import seeding
from payments.earnings import services as earnings
from payments.payouts import services
from payments.tests.factories import make_bank_account, make_work


@pytest.fixture(autouse=True)
def rates(db):
    """Seed the rates and ledger accounts, as on any running site."""
    seeding.seed(NOON)


@pytest.fixture
def maker(db):
    """Finance staff who starts payouts."""
    return make_staff("Mohan", "finance")


@pytest.fixture
def checker(db):
    """Finance staff who records UTRs."""
    return make_staff("Chitra", "finance")


@pytest.fixture
def work(asha):
    """Approved work of Asha, worth ₹10,000."""
    return make_work(asha)


@pytest.fixture
def account(asha):
    """Asha's verified bank account."""
    return make_bank_account(asha)


@pytest.fixture
def payment(rates, work, account):
    """The payment for Asha's work."""
    return earnings.open_payment(work=work, at=NOON)


@pytest.fixture
def payout(payment):
    """The payout of Asha's payment, ready to start."""
    return payment.payouts.get()


@pytest.fixture
def started(payout, maker):
    """The payout, started by the maker."""
    return services.start_payout(payout=payout, by=maker, at=NOON)
