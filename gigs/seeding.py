"""Seed a demo client with opportunities and slots for the coming days, through the services.

Running it again adds what has expired since.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from gigs.clients import services as client_services
from gigs.models import Category, Client, Member, Opportunity, PayKind, Project
from gigs.opportunities import services as opportunity_services
from gigs.slots import services as slot_services
from hitouch.core.cefr import CEFR

CLIENT = "Orchid Retail"
ABOUT = "An online shop for home and garden, with customers all over India."
PROJECT = "Festive season desk"
BUDGET_PAISE = 60_00_000_00
APPLY_FOR = timedelta(days=30)
SHIFT = timedelta(hours=4)
DAYS = 7


@dataclass(frozen=True)
class Plan:
    """An opportunity of the demo, with the hours (in India) at which its slots start."""

    facts: dict[str, Any]
    starts: tuple[int, ...]
    seats: int


def _plan(starts: tuple[int, ...], seats: int, **facts: Any) -> Plan:
    return Plan(facts, starts, seats)


# Its shifts cover the whole day, so that a new agent can start at once.
FIRST_SHIFT = "First shift at the chat desk"
PLANS = (
    _plan(
        (0, 4, 8, 12, 16, 20),
        seats=40,
        title=FIRST_SHIFT,
        description=(
            "Answer shoppers' questions about orders, delivery and returns in our chat. "
            "You get a script for the ten most common questions and a colleague to ask. "
            "One shift of your choice, then send us a short report of what was asked most."
        ),
        category=Category.CHAT,
        minimum_level=CEFR.A2,
        skills=["Chat support", "Typing"],
        languages=["English"],
        pay_kind=PayKind.FIXED,
        rate_paise=1_200_00,
        headcount=200,
    ),
    _plan(
        (10, 16),
        seats=3,
        title="Evening chat support for home and garden",
        description=(
            "Regular shifts on our chat from November to January. You help shoppers choose, "
            "follow parcels and settle returns, up to three chats at a time."
        ),
        category=Category.CHAT,
        minimum_level=CEFR.B1,
        skills=["Chat support", "Typing", "Returns"],
        languages=["English", "Hindi"],
        experience_years=1,
        pay_kind=PayKind.HOURLY,
        rate_paise=260_00,
        hours_each=60,
        headcount=6,
    ),
    _plan(
        (9, 13),
        seats=2,
        title="Phone support in English and Tamil",
        description=(
            "Take calls about orders and deliveries, write down what was agreed, and hand over "
            "to the warehouse when a parcel is lost."
        ),
        category=Category.VOICE,
        minimum_level=CEFR.B2,
        skills=["Phone support", "Listening"],
        languages=["English", "Tamil"],
        qualifications="Bachelor's degree, Diploma or ITI",
        experience_years=2,
        pay_kind=PayKind.HOURLY,
        rate_paise=340_00,
        hours_each=80,
        headcount=4,
    ),
    _plan(
        (11,),
        seats=2,
        title="Listen to 100 calls and score them",
        description=(
            "Listen to recorded calls, score each on our sheet of twelve questions, and sum up "
            "in two pages what our agents do well and where they need training."
        ),
        category=Category.QUALITY,
        minimum_level=CEFR.C1,
        skills=["Quality review", "Reporting"],
        languages=["English"],
        qualifications="Bachelor's degree",
        experience_years=3,
        pay_kind=PayKind.FIXED,
        rate_paise=18_000_00,
        headcount=2,
    ),
    _plan(
        (14,),
        seats=2,
        title="Answer comments on our social pages",
        description=(
            "Answer what people write under our posts, in our tone, and pass on complaints. "
            "Two hours or more a day, including weekends."
        ),
        category=Category.SOCIAL,
        minimum_level=CEFR.B2,
        skills=["Social media", "Writing"],
        languages=["English", "Hindi"],
        pay_kind=PayKind.HOURLY,
        rate_paise=300_00,
        hours_each=40,
        headcount=2,
    ),
)


def seed(now: datetime, *, owner: User, fund: Callable[[Client], object]) -> Client:
    """Create the client, its owner, project, opportunities and upcoming slots.

    `fund` sees to the client's money, without which nothing is published.
    """
    client, _ = Client.objects.get_or_create(name=CLIENT, defaults={"about": ABOUT})
    Member.objects.get_or_create(user=owner, defaults={"client": client, "role": Member.Role.OWNER})
    fund(client)
    project = _project(client, now)
    for plan in PLANS:
        _add_missing_slots(plan, _opportunity(plan, project, owner, now), now)
    return client


def _project(client: Client, now: datetime) -> Project:
    """The project that takes work, or a new one if somebody ended it or put it on hold."""
    existing = client.projects.filter(title=PROJECT).order_by("-created_at")
    return next(
        (project for project in existing if project.takes_work), None
    ) or client_services.create_project(
        now=now,
        client=client,
        title=PROJECT,
        description="Enough people on every channel from Diwali to the January sale.",
        department="Customer care",
        budget_paise=BUDGET_PAISE,
    )


def _opportunity(plan: Plan, project: Project, by: User, now: datetime) -> Opportunity:
    """The open opportunity of the plan, or a new one if it has expired."""
    named = Opportunity.objects.open_at(now).filter(project=project, title=plan.facts["title"])
    existing = named.filter(apply_by__gt=now + timedelta(days=1)).first()
    if existing is not None:
        return existing
    made = opportunity_services.create_opportunity(
        project=project, apply_by=now + APPLY_FOR, now=now, **plan.facts
    )
    return opportunity_services.publish(opportunity=made, by=by, at=now)


def _add_missing_slots(plan: Plan, opportunity: Opportunity, now: datetime) -> None:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = [
        midnight + timedelta(days=day, hours=hour) for day in range(DAYS) for hour in plan.starts
    ]
    existing = set(opportunity.slots.values_list("starts_at", flat=True))
    for starts_at in wanted:
        if starts_at + SHIFT > now and starts_at not in existing:
            slot_services.add_slot(
                opportunity=opportunity,
                starts_at=starts_at,
                ends_at=starts_at + SHIFT,
                capacity=plan.seats,
                now=now,
            )
