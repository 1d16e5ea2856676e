"""Creates any number of shifts, payments and tickets of an agent through the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Agent, User
from chatbot.desk import services as chatbot
from gigs.applications import services as application_services
from gigs.clients import services as client_services
from gigs.models import Gig, Member, Opportunity
from gigs.opportunities import services as opportunity_services
from gigs.slots import claims
from gigs.slots import services as slot_services
from gigs.work import services as work_services
from payments.models import Payment
from payments.payouts import services as payouts
from tests.support.funding import fund

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUDGET_PAISE = 50_00_000_00


@dataclass
class Cast:
    """The other people: the client's owner, finance (maker and checker), support."""

    owner: Member
    maker: User
    checker: User
    support: User


def fill(agent: Agent, cast: Cast, *, rows: int, now: datetime, begin: int = 0) -> None:
    """Create this many shifts, applications, payments, submitted works and answered tickets."""
    fund(cast.owner.client, at=now - 3 * DAY)
    project = client_services.create_project(
        now=now, client=cast.owner.client, title=f"Desk {begin}", budget_paise=BUDGET_PAISE
    )
    for n in range(begin, begin + rows):
        gig = hire(agent, cast, offer(project, cast, f"Evening desk {n}", now), now)
        claim_shift(agent, gig, now + DAY + n * 5 * HOUR, now)
        apply(agent, offer(project, cast, f"Score calls {n}", now), now)
        done = hire(agent, cast, offer(project, cast, f"Month-end report {n}", now), now)
        pay(done, cast, now, arrives=n % 2 == 0)
        hand_in(hire(agent, cast, offer(project, cast, f"Answer mails {n}", now), now), now)
        open_answered_ticket(agent, cast, f"How do I change hour {n}?", now)


def offer(project: Any, cast: Cast, title: str, now: datetime, **changes: Any) -> Opportunity:
    """A published opportunity with a fixed price."""
    facts = {
        "title": title, "description": "Answer shoppers.", "category": "CHAT",
        "minimum_level": "A2", "pay_kind": "FIXED", "rate_paise": 1_234_50, "hours_each": 0,
        "headcount": 3, "apply_by": now + 5 * DAY, "skills": ["Chat support"],
        "languages": ["English"], "now": now - 3 * DAY,
    } | changes  # fmt: skip
    made = opportunity_services.create_opportunity(project=project, **facts)
    return opportunity_services.publish(opportunity=made, by=cast.owner.user, at=now - 3 * DAY)


def apply(agent: Agent, opportunity: Opportunity, now: datetime) -> Any:
    return application_services.apply(opportunity=opportunity, agent=agent, now=now - 2 * DAY)


def hire(agent: Agent, cast: Cast, opportunity: Opportunity, now: datetime) -> Gig:
    application = apply(agent, opportunity, now)
    return application_services.accept(
        application=application, by=cast.owner.user, at=now - 2 * DAY
    )


def claim_shift(agent: Agent, gig: Gig, starts_at: datetime, now: datetime, hours: int = 4) -> Any:
    """A shift of the gig, claimed by the agent."""
    slot = slot_services.add_slot(
        opportunity=gig.opportunity, starts_at=starts_at, ends_at=starts_at + hours * HOUR,
        capacity=2, now=now - 2 * DAY,
    )  # fmt: skip
    return claims.claim_slot(slot=slot, agent=agent, now=now - 2 * DAY)


def hand_in(gig: Gig, now: datetime) -> Any:
    return work_services.submit_work(gig=gig, summary="All done.", by=gig.agent.user, at=now - DAY)


def pay(gig: Gig, cast: Cast, now: datetime, *, arrives: bool = True) -> Payment:
    """Approve work; its payment arrived an hour ago, or is still to be sent."""
    work_services.approve_work(work=hand_in(gig, now), member=cast.owner, at=now - DAY)
    payment = Payment.objects.get(work__gig=gig)
    if arrives:
        payout = payment.payouts.get()
        payouts.start_payout(payout=payout, by=cast.maker, at=now - 2 * HOUR)
        utr = f"HDFCR{payment.pk.int % 10**17:017d}"
        payouts.settle_payout(payout=payout, utr_number=utr, by=cast.checker, at=now - HOUR)
    return payment


def open_answered_ticket(agent: Agent, cast: Cast, subject: str, now: datetime) -> None:
    """A ticket that support has answered."""
    text = "The slot says 6 pm, I can from 7."
    ticket = chatbot.open_ticket(user=agent.user, subject=subject, text=text, at=now - 3 * HOUR)
    chatbot.answer(ticket=ticket, by=cast.support, text="Done.", at=now - HOUR)
