"""Agents who may work and two clients with shifts, for measurements of claims.

Import only after Django's set-up. Nothing is skipped on the site: the rows of onboarding are there,
so that a claim reads them as it does in production.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pgtrigger

from accounts.models import Agent
from conftest import make_staff, make_user
from gigs.clients import services as client_services
from gigs.models import Client, Gig, Member, Opportunity, Slot
from gigs.slots import openings
from gigs.slots import services as slot_services
from hitouch.core.files import storage
from onboarding.agreements import seeding as agreements
from onboarding.models import Clearing, Employment, KycCase, Qualification, Signature
from payments import seeding as rates
from tests.support import busy_agents
from tests.support.funding import fund

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)
ADDRESS = {
    "line1": "12 Lake View Road", "line2": "", "city": "Bengaluru", "state": "Karnataka",
    "pin": "560034",
}  # fmt: skip
#: Agents can claim from the first shifts of a market so long ahead.
FIRST_SHIFT = 16 * HOUR
SHIFT = 3 * HOUR


@dataclass
class Market:
    """What `market` made: a gig of each agent with each client, and the shifts of both."""

    owners: list[Member]
    agents: list[Agent]
    opportunities: list[Opportunity]
    slots: list[Slot]
    gigs: dict[tuple[object, object], Gig]


def cleared_agents(count: int, *, at: datetime) -> list[Agent]:
    """Agents whose onboarding is complete, by their rows."""
    agreements.seed(at)
    texts = agreements.AgreementTemplate.objects.in_force()
    photo = storage.store_bytes(
        b"a photo", name="photo.jpg", content_type="image/jpeg", purpose="photo"
    )
    agents = []
    for number in range(count):
        name = f"Agent{number:03}"
        user = make_user(name, phone=f"+9198761{number:05}")
        agents.append(
            Agent.objects.create(
                user=user, given_name=name, family_name="Rao", level="B2", photo=photo,
                birth_on=date(1998, 4, 17), current_address=ADDRESS, permanent_address=ADDRESS,
                shift=Agent.Shift.EVENING, hours_a_day=8,
                skills=["Chat support"], languages=["English"],
            )
        )  # fmt: skip
    Employment.objects.bulk_create(
        Employment(agent=agent, status="NOT_EMPLOYED") for agent in agents
    )
    Qualification.objects.bulk_create(
        Qualification(agent=agent, level="BACHELOR", title="B.Com.", year=2019) for agent in agents
    )
    with pgtrigger.ignore():
        KycCase.objects.bulk_create(
            KycCase(agent=agent, state=KycCase.State.APPROVED, decided_at=at) for agent in agents
        )
    Signature.objects.bulk_create(
        Signature(
            agent=agent, template=text, kind=text.kind, version=text.version, text=text.text,
            text_sha256="0" * 64, typed_name=agent.name, signed_at=at, evidence={},
        )
        for agent in agents for text in texts
    )  # fmt: skip
    Clearing.objects.bulk_create(Clearing(agent=agent, cleared_at=at) for agent in agents)
    return agents


def market(agents: int, *, days: int, overlapping: int, seats: int, now: datetime) -> Market:
    """Two clients who have the same agents; on each day so many shifts that overlap each other."""
    rates.seed(now - 3 * DAY)
    people = cleared_agents(agents, at=now - 5 * DAY)
    staff = [make_staff(name, "finance") for name in ("Mohan", "Chitra", "Tara")]
    made = Market([], people, [], [], {})
    for number in range(2):
        client = Client.objects.create(name=f"Client {number}")
        fund(client, at=now - 4 * DAY)
        owner = Member.objects.create(
            client=client, user=make_user(f"Owner{number}"), role=Member.Role.OWNER
        )
        project = client_services.create_project(
            now=now - 4 * DAY, client=client, title="Desk", budget_paise=9_00_000_00 * 10
        )
        cast = busy_agents.Cast(owner, *staff)
        offer = busy_agents.offer(
            project, cast, "Chat desk", now, pay_kind="HOURLY", rate_paise=300_00, hours_each=40,
            headcount=agents,
        )  # fmt: skip
        for agent in people:
            made.gigs[agent.pk, number] = busy_agents.hire(agent, cast, offer, now)
        made.owners.append(owner)
        made.opportunities.append(offer)
    first = _next_half_hour(now + FIRST_SHIFT)
    for number in range(days * overlapping):
        day, place = divmod(number, overlapping)
        starts_at = first + day * DAY + place * HALF_HOUR
        made.slots.append(
            slot_services.add_slot(
                opportunity=made.opportunities[place % 2], starts_at=starts_at,
                ends_at=starts_at + SHIFT, capacity=seats, now=now - 2 * DAY,
            )
        )  # fmt: skip
    return made


def open_in_steps(made: Market, *, now: datetime) -> list[openings.Opening]:
    """Open the shifts of each client in steps that are over, so that all moves are in receipts."""
    then = now - 30 * HOUR
    steps = openings.Steps(then, hours_between=2, steps=3, cap=3)
    return [
        openings.open_in_steps(
            opportunity=offer, slots=[slot.pk for slot in made.slots
                                      if slot.opportunity_id == offer.pk],
            steps=steps, by=owner.user, now=then,
        )
        for offer, owner in zip(made.opportunities, made.owners, strict=True)
    ]  # fmt: skip


def _next_half_hour(at: datetime) -> datetime:
    seconds = HALF_HOUR.total_seconds()
    return datetime.fromtimestamp((at.timestamp() // seconds + 1) * seconds, tz=at.tzinfo)
