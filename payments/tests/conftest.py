"""Orchid Retail, its approved works, rates in force, and two people of finance."""

from datetime import timedelta

import pytest

from conftest import NOON, make_staff
from gigs.models import Application, Client, Gig, Opportunity, Project, Work
from hitouch.core.db.state_machine import transition
from onboarding.models import AccountTest, BankAccount
from payments import seeding
from payments.services import payments
from payments.services import payouts as services


@pytest.fixture(autouse=True)
def rates(db):
    """Rates and accounts are there, as on any running site."""
    seeding.seed(NOON)


@pytest.fixture
def maker(db):
    """Finance: starts payouts."""
    return make_staff("Mohan", "finance")


@pytest.fixture
def checker(db):
    """Finance: records UTRs."""
    return make_staff("Chitra", "finance")


def make_gig(agent, *, title="Evening chat support", rate_paise=1_000_000):
    """A gig at a fixed price."""
    orchid, _ = Client.objects.get_or_create(name="Orchid Retail")
    project = Project.objects.create(client=orchid, title=title, budget_paise=100_000_000)
    opportunity = Opportunity.objects.create(
        project=project,
        title=title,
        description="Answer customers.",
        category="CHAT",
        pay_kind="FIXED",
        rate_paise=rate_paise,
        headcount=1,
        apply_by=NOON + timedelta(days=7),
    )
    application = Application.objects.create(opportunity=opportunity, agent=agent, score=80)
    return Gig.objects.create(
        application=application,
        opportunity=opportunity,
        client=orchid,
        agent=agent,
        title=title,
        pay_kind="FIXED",
        rate_paise=rate_paise,
    )


def make_work(agent, *, approved=True, **options):
    """A work that was handed in, and approved unless told otherwise."""
    gig = make_gig(agent, **options)
    work = Work.objects.create(gig=gig, pay_kind="FIXED", summary="Done.", submitted_at=NOON)
    if approved:
        transition(work, to=Work.State.UNDER_REVIEW, by=None, at=NOON)
        transition(work, to=Work.State.APPROVED, by=None, at=NOON, decided_at=NOON)
    return work


def give_account(agent, number="123456789012", *, version=1):
    """A bank account of the agent, found to be theirs."""
    account = BankAccount.objects.create(
        agent=agent,
        version=version,
        holder_name=agent.name,
        ifsc="HDFC0001234",
        account_number=number,
        last_four=number[-4:],
        number_index=str(version) * 64,
        added_at=NOON,
    )
    test = AccountTest.objects.create(account=account, asked_at=NOON, next_try_at=NOON)
    transition(test, to=AccountTest.State.LOOK, by=None, at=NOON)
    transition(test, to=AccountTest.State.PASSED, by=None, at=NOON)
    return account


@pytest.fixture
def work(asha):
    """An approved work of Asha, worth ₹10,000."""
    return make_work(asha)


@pytest.fixture
def account(asha):
    """Where Asha's money goes."""
    return give_account(asha)


@pytest.fixture
def payment(rates, work, account):
    """What Asha gets for it."""
    return payments.open_payment(work=work, at=NOON)


@pytest.fixture
def payout(payment):
    """The payout that waits for finance."""
    return payment.payouts.get()


@pytest.fixture
def started(payout, maker):
    """The payout in the maker's hands."""
    return services.start_payout(payout=payout, by=maker, at=NOON)
