"""Fixtures of gigs: clients with members, cleared agents, opportunities, and a fixed clock."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Agent
from conftest import NOON, sign_in
from gigs.models import Client, Opportunity
from gigs.tests.support.marketplace import cleared, make_client, make_member, make_opportunity
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries


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


@pytest.fixture
def outsiders(ravi: Agent, rival: Client, staff_without_role: Any) -> dict[str, Any]:
    """Clients logged in as users who have no access to Asha's and Orchid's rows."""
    return {
        "another agent": sign_in(Browser(), ravi.user),
        "another client": sign_in(Browser(), rival.members.get().user),
        "staff": sign_in(Browser(), staff_without_role),
        "nobody": Browser(),
    }
