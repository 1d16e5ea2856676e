"""Seed data: reference rows on every site, demo people and gigs in development."""

from datetime import datetime, timedelta

from accounts.consents import services as consents
from accounts.mfa import services as mfa
from accounts.mfa.queries import has_second_factor
from accounts.models import Agent, Consent, User
from accounts.signals import agent_joined
from accounts.staff import services as staff_services
from chatbot import seeding as chatbot
from chatbot.desk import seeding as support_desk
from gigs import demo as gigs_demo
from gigs import seeding as gigs
from gigs.models import Member
from hitouch.demo import people
from onboarding.agreements import seeding as agreements
from onboarding.demo import agents
from onboarding.payees import queries as payees
from payments import seeding as payments
from payments.demo import week
from proctoring.item_bank import seeding as proctoring
from proctoring.policies import seeding as monitoring

#: The demo's agents who are paid, with their account numbers.
PAID_AGENTS = {people.ASHA: "501001234567", people.RAVI: "501007654321"}


def reference(*, now: datetime) -> None:
    """Roles, question bank, agreements, rates and FAQ. Existing rows stay."""
    staff_services.apply_roles()
    proctoring.seed(now)
    monitoring.seed(now)
    agreements.seed(now)
    payments.seed(now)
    chatbot.seed(now)
    support_desk.seed(now)


def demo_data(*, now: datetime) -> None:
    """The demo's people at different stages of onboarding, and gigs."""
    staff = {person: _staff(person, now) for person in people.STAFF}
    support_desk.add_member(staff[people.SUPPORT])
    reviewer = staff[people.REVIEWER]
    for person, level in ((people.ASHA, "B2"), (people.RAVI, "C1"), (people.FARAH, "B2")):
        agents.clear_agent(agent=_agent(person, now), reviewer=reviewer, now=now, level=level)
    agents.clear_agent(agent=_agent(people.NILA, now), reviewer=reviewer, now=now, upto="profile")
    owner = _owner(people.ORCHID, now)
    gigs.seed(now, owner=owner, fund=lambda client: payments.fund_client(client, now))
    maker, checker = staff[people.MAKER], staff[people.CHECKER]
    paid = {
        person: _paid_agent(person, number, finance=maker, now=now)
        for person, number in PAID_AGENTS.items()
    }
    cast = week.DemoCast(
        asha=paid[people.ASHA], ravi=paid[people.RAVI], member=Member.objects.get(user=owner),
        maker=maker, checker=checker,
    )  # fmt: skip
    week.play(cast=cast, now=now)
    gigs_demo.play(
        now,
        owner=_owner(people.LOTUS, now),
        agents=gigs_demo.DemoAgents(
            asha=cast.asha, ravi=cast.ravi, farah=_agent(people.FARAH, now)
        ),
        fund=payments.fund_client,
    )


def _paid_agent(person: people.DemoPerson, number: str, *, finance: User, now: datetime) -> Agent:
    """The agent, with a bank account since before the first payment."""
    agent = _agent(person, now)
    if payees.bank_account_of(agent) is None:
        then = now - timedelta(days=week.HISTORY_DAYS + 1)
        agents.add_bank_account(agent=agent, finance=finance, now=then, number=number)
    return agent


def _staff(person: people.DemoPerson, now: datetime) -> User:
    existing = User.objects.with_contact(person.email).first()
    if existing:
        return existing
    created = staff_services.create_staff(
        contact=person.email,
        password=people.PASSWORD,
        role_names=person.roles,
        by=None,
        at=now,
        setup_key=person.totp_secret,
    )
    return created.user


def _owner(person: people.DemoPerson, now: datetime) -> User:
    user = _user(person, now)
    if not has_second_factor(user):
        mfa.enrol_totp(user=user, setup_key=person.totp_secret)
    return user


def _user(person: people.DemoPerson, now: datetime) -> User:
    existing = User.objects.with_contact(person.email).first()
    if existing:
        return existing
    user = User(
        email=person.email,
        phone=person.phone,
        email_verified_at=now,
        phone_verified_at=now,
        status=User.Status.ACTIVE,
    )
    user.set_password(people.PASSWORD)
    user.save(force_insert=True)
    consents.give_required(user=user, at=now, where=Consent.Where.PAGE)
    return user


def _agent(person: people.DemoPerson, now: datetime) -> Agent:
    user = _user(person, now)
    if user.agent_or_none:
        return user.agent
    agent = Agent.objects.create(
        user=user, given_name=person.given_name, family_name=person.family_name
    )
    agent_joined.send(sender=Agent, agent=agent)
    return agent
