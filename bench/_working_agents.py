"""Two cleared demo agents: one without work, one with rows of every kind."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Agent, User
from hitouch.demo import people
from onboarding.demo import agents
from tests.support import busy_agents


def working_agents(rows: int) -> tuple[Agent, Agent]:
    """Ravi without rows and Asha with so many rows of each kind, both with a bank account."""
    now = timezone.now()
    owner, maker, checker, support = (
        User.objects.get(email=person.email)
        for person in (people.ORCHID, people.MAKER, people.CHECKER, people.SUPPORT)
    )
    found = []
    for person, number in ((people.RAVI, "501004321001"), (people.ASHA, "501004321002")):
        agent = Agent.objects.select_related("user").get(user__email=person.email)
        then = now - timedelta(days=2)
        agents.add_bank_account(agent=agent, finance=maker, now=then, number=number)
        found.append(agent)
    ravi, asha = found
    cast = busy_agents.Cast(owner.memberships.get(), maker, checker, support)
    busy_agents.fill(asha, cast, rows=rows, now=now)
    return ravi, asha
