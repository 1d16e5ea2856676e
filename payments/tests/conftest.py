"""Fixtures: seeded rates, approved work, a bank account, a payment, and finance staff."""

import pytest

from conftest import NOON, make_agent, make_staff, make_user
from gigs.models import Client, Member
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from payments import seeding
from payments.demo import week
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


@pytest.fixture
def demo_cast(maker, checker, monkeypatch, settings, tmp_path):
    """The people of the demo's week. Agents with a level count as cleared."""

    def clearance_of(agent):
        return steps_queries.Clearance(CEFR(agent.level), NOON) if agent.level else None

    monkeypatch.setattr(steps_queries, "clearance_of", clearance_of)
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    asha, ravi = make_agent("Asha", level="B2"), make_agent("Ravi", level="C1")
    for number, agent in enumerate((asha, ravi)):
        make_bank_account(agent, f"50100123456{number}")
    orchid = Client.objects.create(name="Orchid Retail")
    member = Member.objects.create(user=make_user("Olga"), client=orchid, role=Member.Role.OWNER)
    return week.DemoCast(asha=asha, ravi=ravi, member=member, maker=maker, checker=checker)


@pytest.fixture
def demo_week(demo_cast):
    """The week of payments that the demo shows, up to NOON."""
    week.play(cast=demo_cast, now=NOON)
    return demo_cast
