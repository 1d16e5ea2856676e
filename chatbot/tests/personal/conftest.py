"""Fixtures: rates, cleared agents and a client, at noon."""

from typing import Any

import pytest
import time_machine

from accounts.models import Agent
from conftest import NOON
from gigs.models import Client
from gigs.tests.support.marketplace import cleared, make_client, make_member
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from payments import seeding


@pytest.fixture(autouse=True)
def prepared(monkeypatch: Any, settings: Any, tmp_path: Any, db: None) -> Any:
    """Agents with a level count as cleared; rates are seeded; the clock stands at noon."""

    def clearance_of(agent: Agent) -> steps_queries.Clearance | None:
        return steps_queries.Clearance(CEFR(agent.level), NOON) if agent.level else None

    monkeypatch.setattr(steps_queries, "clearance_of", clearance_of)
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    seeding.seed(NOON)
    with time_machine.travel(NOON, tick=False):
        yield


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
    """A client with an owner."""
    client = make_client("Orchid Retail")
    make_member("Olga", client)
    return client
