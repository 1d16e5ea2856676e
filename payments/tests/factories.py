"""Gigs, approved work and bank accounts for tests."""

from datetime import timedelta

from psycopg.types.range import Range

from conftest import NOON
from gigs.models import Application, Client, Gig, Opportunity, Project, Work, WorkSession
from hitouch.core.db.state_machine import transition
from onboarding.models import AccountTest, BankAccount

#: Billing details of a client in Karnataka, where we are too.
ADDRESS = {
    "version": 1,
    "legal_name": "Orchid Retail Private Limited",
    "gstin": "29AAACO1234E1ZU",
    "address_1": "12 Brigade Road",
    "place": "Bengaluru",
    "pin_code": "560001",
    "state_code": "29",
}


def make_gig(agent, *, title="Evening chat support", rate_paise=1_000_000, client="Orchid Retail"):
    """A fixed-price gig of a client."""
    orchid, _ = Client.objects.get_or_create(name=client)
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
    application = _accepted(opportunity, agent)
    return Gig.objects.create(
        application=application,
        opportunity=opportunity,
        client=orchid,
        agent=agent,
        title=title,
        pay_kind="FIXED",
        rate_paise=rate_paise,
    )


def _accepted(opportunity, agent):
    application = Application.objects.create(opportunity=opportunity, agent=agent, score=80)
    transition(application, to=Application.State.ACCEPTED, by=None, at=NOON)
    return application


def make_work(agent, *, approved=True, in_milestone=False, **options):
    """Submitted work, approved unless `approved` is false; of the only milestone, if asked for."""
    gig = make_gig(agent, **options)
    facts = {"gig": gig, "pay_kind": "FIXED", "summary": "Done.", "submitted_at": NOON}
    if in_milestone:
        facts["milestone"] = gig.opportunity.milestones.create(
            position=1, title=gig.title, amount_paise=gig.rate_paise, due_on=NOON.date()
        )
    work = Work.objects.create(**facts)
    if approved:
        transition(work, to=Work.State.UNDER_REVIEW, by=None, at=NOON)
        transition(work, to=Work.State.APPROVED, by=None, at=NOON, decided_at=NOON)
    return work


def make_hours(agent, *sessions, rate_paise=25_000, title="Night calls"):
    """Approved hourly work. A session is its slot's start, its own start, and its end, in NOON's
    minutes; slots last two hours.
    """
    fixed = make_gig(agent, title=title)
    opportunity = Opportunity.objects.create(
        project=fixed.opportunity.project,
        title=title,
        description="Answer calls.",
        category="VOICE",
        pay_kind="HOURLY",
        rate_paise=rate_paise,
        hours_each=40,
        headcount=1,
        apply_by=NOON + timedelta(days=7),
    )
    application = _accepted(opportunity, agent)
    gig = Gig.objects.create(
        application=application,
        opportunity=opportunity,
        client=fixed.client,
        agent=agent,
        title=title,
        pay_kind="HOURLY",
        rate_paise=rate_paise,
        hours_each=40,
    )
    work = Work.objects.create(gig=gig, pay_kind="HOURLY", summary="Done.", submitted_at=NOON)
    for slot_start, start, end in sessions:
        begins = NOON + timedelta(minutes=slot_start)
        slot = opportunity.slots.create(
            starts_at=begins, ends_at=begins + timedelta(hours=2), capacity=1
        )
        claim = slot.claims.create(gig=gig, agent=agent, during=Range(slot.starts_at, slot.ends_at))
        WorkSession.objects.create(
            claim=claim,
            gig=gig,
            agent=agent,
            started_at=NOON + timedelta(minutes=start),
            ended_at=NOON + timedelta(minutes=end),
            ended_by=WorkSession.EndedBy.AGENT,
        )
    gig.sessions.update(work=work)
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
