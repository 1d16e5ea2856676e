"""The open step of an agent, on page and API."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from onboarding.dashboard import steps
from onboarding.models import Employment, Qualification
from onboarding.steps import queries as steps_queries

ORDER = ["contact", "profile", "kyc", "assessment", "agreements"]


@pytest.mark.parametrize(
    ("done", "open_step"),
    [("contact", "profile"), ("profile", "kyc"), ("kyc", "assessment")],
)
def test_next_step(nila: Agent, bring: Any, done: str, open_step: str) -> None:
    """The open step is the first whose gate is not passed."""
    agent = bring(nila, done)
    found = steps.steps_for(agent, NOON)
    assert [step.key for step in found] == ORDER
    at = ORDER.index(open_step)
    assert [step.state for step in found] == ["done"] * at + ["open"] + ["later"] * (4 - at)
    assert steps.next_step(agent, NOON).key == open_step


def test_contact_comes_first(nila: Agent, texts: Any) -> None:
    """With only one verified contact the contacts page is the open step."""
    nila.user.phone_verified_at = None
    nila.user.save()
    assert steps.next_step(nila, NOON).key == "contact"


def test_cleared_has_no_step(assessed: Agent, bring: Any) -> None:
    """After the last step no step is open, and the agent is cleared at the graded level."""
    agent = bring(assessed, "agreements")
    assert steps.next_step(agent, NOON) is None
    assert steps_queries.clearance_of(agent).level == "B2"


def test_clearance_costs_four_statements(
    assessed: Agent, bring: Any, django_assert_num_queries: Any
) -> None:
    """Each claim of a shift reads the clearance: the clearing, profile, documents, agreements."""
    agent = bring(assessed, "agreements")
    with django_assert_num_queries(4):
        assert steps_queries.clearance_of(agent)


@pytest.mark.parametrize("missing", ["employment", "qualifications"])
def test_a_part_of_the_profile_is_missing(assessed: Agent, bring: Any, missing: str) -> None:
    """Without employment or without qualifications the profile is the open step."""
    agent = bring(assessed, "agreements")
    {"employment": Employment, "qualifications": Qualification}[missing].objects.filter(
        agent=agent
    ).delete()
    assert steps.next_step(Agent.objects.get(pk=agent.pk), NOON).key == "profile"
    assert steps_queries.clearance_of(Agent.objects.get(pk=agent.pk)) is None


def test_steps_over_the_api(nila: Agent, texts: Any, agent_client: Any) -> None:
    """The API names the same step as the page."""
    body = agent_client(nila).get("/api/v1/onboarding/").json()
    assert body["next_step"] == "profile"
    assert [step["state"] for step in body["steps"]] == ["done", "open"] + ["later"] * 3


def test_home_shows_next_step(nila: Agent, texts: Any, agent_client: Any) -> None:
    """The home page links to the open step."""
    response = agent_client(nila).get(reverse("onboarding:home"))
    assert reverse("onboarding:profile") in response.content.decode()
    assert "1 of 5 steps completed" in response.content.decode()


@pytest.mark.parametrize("path", ["/home/", "/onboarding/profile/", "/money/bank-account/"])
def test_pages_refuse_others(client: Any, reviewer: Any, staff_client: Any, path: str) -> None:
    """Anonymous visitors are redirected to log in; staff without an agent are refused."""
    assert client.get(path).status_code == 302
    assert staff_client(reviewer).get(path).status_code == 403


@pytest.mark.parametrize("path", ["", "profile/", "documents/", "agreements/", "bank-account/"])
def test_api_refuses_others(client: Any, reviewer: Any, staff_client: Any, path: str) -> None:
    """Anonymous requests get 401, users without an agent 403."""
    assert client.get(f"/api/v1/onboarding/{path}").status_code == 401
    assert staff_client(reviewer).get(f"/api/v1/onboarding/{path}").status_code == 403
