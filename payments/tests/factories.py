"""Gigs, approved work and bank accounts for tests."""

from datetime import timedelta

from conftest import NOON
from gigs.models import Application, Client, Gig, Opportunity, Project, Work
from hitouch.core.db.state_machine import transition
from onboarding.models import AccountTest, BankAccount


def make_gig(agent, *, title="Evening chat support", rate_paise=1_000_000):
    """A fixed-price gig of the client Orchid Retail."""
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
    """Submitted work, approved unless `approved` is false."""
    gig = make_gig(agent, **options)
    work = Work.objects.create(gig=gig, pay_kind="FIXED", summary="Done.", submitted_at=NOON)
    if approved:
        transition(work, to=Work.State.UNDER_REVIEW, by=None, at=NOON)
        transition(work, to=Work.State.APPROVED, by=None, at=NOON, decided_at=NOON)
    return work


def make_bank_account(agent, number="123456789012", *, version=1):
    """A verified bank account of the agent."""
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
