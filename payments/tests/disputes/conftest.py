"""Fixtures: a client with people and money, an opportunity at a fixed price, and staff."""

from typing import Any

import pytest

from conftest import NOON, make_staff
from gigs.models import Client
from gigs.tests.support.marketplace import make_client, make_member, make_opportunity
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries


@pytest.fixture(autouse=True)
def cleared(monkeypatch: Any) -> None:
    """All agents may work; onboarding has tests of its own."""
    clearance = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: clearance)


@pytest.fixture
def orchid(db: None) -> Client:
    client = make_client("Orchid Retail")
    make_member("Olga", client)
    make_member("Manu", client, "MANAGER")
    return client


@pytest.fixture
def fixed(orchid: Client) -> Any:
    return make_opportunity(
        orchid, title="Score calls", pay_kind="FIXED", rate_paise=5_000_00, hours_each=0
    )


@pytest.fixture
def opportunity(orchid: Client) -> Any:
    return make_opportunity(orchid)


@pytest.fixture
def desk(db: None) -> Any:
    return make_staff("Dev", "operations")
