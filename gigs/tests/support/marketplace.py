"""Make clients with members, cleared agents, opportunities, slots and seats."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.test import Client as Browser
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.models import Agent, User
from conftest import NOON, make_agent, make_user
from gigs.applications import services as application_services
from gigs.clients import services as client_services
from gigs.models import Claim, Client, Gig, Member, Opportunity, Project, Slot
from gigs.opportunities import services as opportunity_services
from gigs.shifts import services as shift_services
from gigs.slots import claims
from gigs.slots import services as slot_services
from tests.support.funding import fund

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def make_client(name: str) -> Client:
    client = Client.objects.create(name=name)
    fund(client)
    return client


def make_member(
    name: str, client: Client, role: str = "OWNER", *, user: User | None = None
) -> Member:
    """A member of the client; owners and managers have a second factor.

    `user` is somebody who exists, such as an agent.
    """
    user = user or make_user(name)
    if role != "VIEWER":
        StaticDevice.objects.create(user=user, name="test")
    return Member.objects.create(user=user, client=client, role=role)


def make_project(client: Client, budget_paise: int = 10_00_000_00) -> Project:
    return client_services.create_project(
        now=NOON, client=client, title="Desk", budget_paise=budget_paise
    )


def owner_of(client: Client) -> Any:
    return client.members.get(role="OWNER").user


def make_opportunity(client: Client, *, publish: bool = True, **changes: Any) -> Opportunity:
    project = changes.pop("project", None) or client.projects.first() or make_project(client)
    facts = {
        "title": "Chat desk",
        "description": "Answer shoppers.",
        "category": "CHAT",
        "minimum_level": "B1",
        "pay_kind": "HOURLY",
        "rate_paise": 300_00,
        "hours_each": 40,
        "headcount": 3,
        "apply_by": NOON + 5 * DAY,
        "skills": ["Chat support"],
        "languages": ["English"],
        "now": NOON,
    } | changes
    made = opportunity_services.create_opportunity(project=project, **facts)
    if publish:
        made = opportunity_services.publish(opportunity=made, by=owner_of(client), at=NOON)
    return made


def move_deadline(to: datetime) -> None:
    """Move the deadline of all opportunities, also into the past, without new terms."""
    with pgtrigger.ignore("gigs.Opportunity:published_text_stays"):
        Opportunity.objects.update(apply_by=to)


def make_slot(opportunity: Opportunity, start: timedelta = DAY * 3, **changes: Any) -> Slot:
    starts_at = NOON + start
    facts = {"starts_at": starts_at, "ends_at": starts_at + 4 * HOUR, "capacity": 2, "now": NOON}
    return slot_services.add_slot(opportunity=opportunity, **(facts | changes))


def hire(agent: Agent, opportunity: Opportunity, at: datetime = NOON) -> Gig:
    application = application_services.apply(opportunity=opportunity, agent=agent, now=at)
    owner = owner_of(opportunity.client)
    return application_services.accept(application=application, by=owner, at=at)


def seat(agent: Agent, slot: Slot, at: datetime = NOON) -> Claim:
    return claims.claim_slot(slot=slot, agent=agent, now=at)


def work_hours(claim: Claim, time: timedelta) -> Any:
    """Clock in at the start and out so much later."""
    start = claim.slot.starts_at
    session = shift_services.clock_in(claim=claim, by=claim.agent.user, at=start)
    return shift_services.clock_out(session=session, at=start + time)


def cleared(name: str, level: str = "B2") -> Agent:
    return make_agent(name, level=level, skills=["Chat support"], languages=["English"])


def message_of(response: Any) -> str:
    """The messages or form errors shown after posting a form."""
    form = (response.context or {}).get("form")
    if form is not None and form.errors:
        return str(form.errors)
    follow = response.wsgi_request
    return " ".join(str(message) for message in follow._messages)


def is_invalid(response: Any) -> bool:
    """Whether the input was refused with field errors, by page or API."""
    return response.status_code == 422 or bool(response.context["form"].errors)


def problem(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def post_to(browser: Browser, url_name: str, *ids: Any, **data: Any) -> Any:
    """Post a form to a page, or the same data as JSON to the API."""
    kind = {"content_type": "application/json"} if url_name.startswith("api:") else {}
    return browser.post(reverse(url_name, args=ids), data, **kind)
