"""Fixtures of gigs: clients with members, cleared agents, opportunities, and a fixed clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.models import Agent
from conftest import NOON, make_agent, make_user, sign_in
from gigs.models import Claim, Client, Gig, Member, Opportunity, Project, Slot
from gigs.services import applications as services
from gigs.services import claims, projects, shifts
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from tests.support.funding import fund

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def cleared_by_level(monkeypatch: Any) -> None:
    """Agents with a level count as cleared; onboarding is tested elsewhere."""

    def clearance_of(agent: Agent) -> steps_queries.Clearance | None:
        return steps_queries.Clearance(CEFR(agent.level), NOON) if agent.level else None

    monkeypatch.setattr(steps_queries, "clearance_of", clearance_of)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    """Stop the clock of the views at noon; tests may move it."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def make_client(name: str) -> Client:
    client = Client.objects.create(name=name)
    fund(client)
    return client


def make_member(name: str, client: Client, role: str = "OWNER") -> Member:
    """A member of the client; owners and managers have a second factor."""
    user = make_user(name)
    if role != "VIEWER":
        StaticDevice.objects.create(user=user, name="test")
    return Member.objects.create(user=user, client=client, role=role)


def make_project(client: Client, budget_paise: int = 10_00_000_00) -> Project:
    return projects.create_project(client=client, title="Desk", budget_paise=budget_paise)


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
    made = projects.create_opportunity(project=project, **facts)
    if publish:
        made = projects.publish(opportunity=made, by=owner_of(client), at=NOON)
    return made


def make_slot(opportunity: Opportunity, start: timedelta = DAY * 3, **changes: Any) -> Slot:
    starts_at = NOON + start
    facts = {"starts_at": starts_at, "ends_at": starts_at + 4 * HOUR, "capacity": 2, "now": NOON}
    return projects.add_slot(opportunity=opportunity, **(facts | changes))


def hire(agent: Agent, opportunity: Opportunity, at: datetime = NOON) -> Gig:
    application = services.apply(opportunity=opportunity, agent=agent, now=at)
    owner = owner_of(opportunity.client)
    return services.accept(application=application, by=owner, at=at)


def seat(agent: Agent, slot: Slot, at: datetime = NOON) -> Claim:
    return claims.claim_slot(slot=slot, agent=agent, now=at)


def work_hours(claim: Claim, time: timedelta) -> Any:
    """Clock in at the start and out so much later."""
    start = claim.slot.starts_at
    session = shifts.clock_in(claim=claim, by=claim.agent.user, at=start)
    return shifts.clock_out(session=session, at=start + time)


def cleared(name: str, level: str = "B2") -> Agent:
    return make_agent(name, level=level, skills=["Chat support"], languages=["English"])


@pytest.fixture
def asha(db: None) -> Agent:
    """Cleared, B2."""
    return cleared("Asha")


@pytest.fixture
def ravi(db: None) -> Agent:
    """Cleared, C1; the stranger to Asha's rows."""
    return cleared("Ravi", "C1")


@pytest.fixture
def orchid(db: None) -> Client:
    """A client with an owner, a manager and a viewer."""
    client = make_client("Orchid Retail")
    make_member("Olga", client)
    make_member("Manu", client, "MANAGER")
    make_member("Vijay", client, "VIEWER")
    return client


@pytest.fixture
def rival(db: None) -> Client:
    """Another client: the stranger to Orchid's rows."""
    client = make_client("Marigold Foods")
    make_member("Rosa", client)
    return client


@pytest.fixture
def owner(orchid: Client) -> Any:
    return orchid.members.get(role="OWNER")


@pytest.fixture
def viewer(orchid: Client) -> Any:
    return orchid.members.get(role="VIEWER")


@pytest.fixture
def opportunity(orchid: Client) -> Opportunity:
    return make_opportunity(orchid)


@pytest.fixture
def fixed(orchid: Client) -> Opportunity:
    return make_opportunity(
        orchid, title="Score calls", pay_kind="FIXED", rate_paise=5_000_00, hours_each=0
    )


@pytest.fixture
def browser() -> Callable[[Any], Browser]:
    """`browser(asha)` or `browser(owner)`: a client in which the person has signed in."""
    return lambda person: sign_in(Browser(), getattr(person, "user", person))


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


@pytest.fixture
def outsiders(ravi: Agent, rival: Client, staff_without_role: Any) -> dict[str, Any]:
    """Clients logged in as users who have no access to Asha's and Orchid's rows."""
    return {
        "another agent": sign_in(Browser(), ravi.user),
        "another client": sign_in(Browser(), rival.members.get().user),
        "staff": sign_in(Browser(), staff_without_role),
        "nobody": Browser(),
    }


def post_to(browser: Browser, url_name: str, *ids: Any, **data: Any) -> Any:
    """Post a form to a page, or the same data as JSON to the API."""
    kind = {"content_type": "application/json"} if url_name.startswith("api:") else {}
    return browser.post(reverse(url_name, args=ids), data, **kind)
