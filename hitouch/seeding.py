"""The rows a fresh site gets: reference rows everywhere, the demo's world in development."""

from datetime import datetime

from accounts import services as accounts
from accounts.models import Agent, Consent, User
from accounts.queries import has_second_factor
from accounts.signals import agent_joined
from chatbot import seeding as chatbot
from gigs import seeding as gigs
from hitouch import demo
from onboarding import seeding as onboarding
from payments import seeding as payments
from proctoring import seeding as proctoring


def reference(*, now: datetime) -> None:
    """Roles, the question bank, agreements, rates and the help's answers; what is there stays."""
    accounts.apply_roles()
    proctoring.seed(now)
    onboarding.seed(now)
    payments.seed(now)
    chatbot.seed(now)


def demo_world(*, now: datetime) -> None:
    """The demo's people, each as far as their story goes, and gigs to find."""
    staff = {person: _staff(person, now) for person in demo.STAFF}
    reviewer = staff[demo.REVIEWER]
    for person, level in ((demo.ASHA, "B2"), (demo.RAVI, "C1")):
        onboarding.clear_agent(agent=_agent(person, now), reviewer=reviewer, now=now, level=level)
    onboarding.clear_agent(agent=_agent(demo.NILA, now), reviewer=reviewer, now=now, upto="profile")
    gigs.seed(now, owner=_owner(demo.ORCHID, now))


def _staff(person: demo.DemoPerson, now: datetime) -> User:
    known = User.objects.with_contact(person.email).first()
    if known:
        return known
    made = accounts.create_staff(
        contact=person.email,
        password=demo.PASSWORD,
        role_names=person.roles,
        by=None,
        at=now,
        setup_key=person.totp_secret,
    )
    return made.user


def _owner(person: demo.DemoPerson, now: datetime) -> User:
    user = _user(person, now)
    if not has_second_factor(user):
        accounts.enrol_app(user=user, setup_key=person.totp_secret)
    return user


def _user(person: demo.DemoPerson, now: datetime) -> User:
    known = User.objects.with_contact(person.email).first()
    if known:
        return known
    user = User(
        email=person.email,
        phone=person.phone,
        email_verified_at=now,
        phone_verified_at=now,
        status=User.Status.ACTIVE,
    )
    user.set_password(demo.PASSWORD)
    user.save(force_insert=True)
    accounts.give_required(user=user, at=now, where=Consent.Where.PAGE)
    return user


def _agent(person: demo.DemoPerson, now: datetime) -> Agent:
    user = _user(person, now)
    if user.agent_or_none:
        return user.agent
    agent = Agent.objects.create(
        user=user, given_name=person.given_name, family_name=person.family_name
    )
    agent_joined.send(sender=Agent, agent=agent)
    return agent
