"""Applying and withdrawing, at both doors."""

from typing import Any

import pytest
from django.urls import reverse

from conftest import NOON, make_agent
from gigs.models import Application
from gigs.services import applications
from gigs.services import projects as services
from gigs.tests.conftest import DAY, hire, knock, make_opportunity, owner_of, problem, said
from onboarding import seeding as onboarding_seeding
from onboarding.tests import factories


def not_cleared(agent: Any, opportunity: Any) -> None:
    type(agent).objects.filter(pk=agent.pk).update(level="")


def level_too_low(agent: Any, opportunity: Any) -> None:
    type(agent).objects.filter(pk=agent.pk).update(level="A2")


def applied_already(agent: Any, opportunity: Any) -> None:
    applications.apply(opportunity=opportunity, agent=agent, now=NOON)


def deadline_passed(agent: Any, opportunity: Any) -> None:
    type(opportunity).objects.filter(pk=opportunity.pk).update(apply_by=NOON)


REFUSALS = [not_cleared, level_too_low, applied_already, deadline_passed]


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_both_doors_refuse(arrange: Any, asha: Any, opportunity: Any, browser: Any):
    """The page and the API refuse with the same words, and nothing is made."""
    arrange(asha, opportunity)
    before = Application.objects.count()
    page = knock(browser(asha), "gigs:apply", opportunity.pk, note="Hello")
    answer = knock(browser(asha), "api:gigs:apply", opportunity.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in said(page)
    assert Application.objects.count() == before


def test_the_page_applies(asha: Any, opportunity: Any, browser: Any):
    """Applying on the page keeps the score, its parts and the note as they were."""
    page = knock(browser(asha), "gigs:apply", opportunity.pk, note="Please")
    made = asha.applications.get()
    assert page.status_code == 302
    assert (made.state, made.note, made.score) == ("PENDING", "Please", 94)
    assert sum(part["points"] for part in made.parts) == made.score


def test_the_api_applies(asha: Any, opportunity: Any, browser: Any):
    """Applying over the API answers 201 with the frozen parts."""
    answer = knock(browser(asha), "api:gigs:apply", opportunity.pk)
    assert answer.status_code == 201
    assert [part["out_of"] for part in answer.json()["parts"]] == [30, 20, 20, 20, 10]


def test_a_closed_one_takes_nobody(asha: Any, ravi: Any, opportunity: Any, browser: Any):
    """Somebody who applied before sees a closed opportunity; nobody can apply."""
    application = applications.apply(opportunity=opportunity, agent=asha, now=NOON)
    applications.withdraw(application=application, by=asha.user, at=NOON)
    services.close(opportunity=opportunity, by=None, at=NOON)
    door = "api:gigs:apply"
    assert problem(knock(browser(asha), door, opportunity.pk)) == (409, "not_open")
    assert knock(browser(ravi), door, opportunity.pk).status_code == 404


@pytest.mark.parametrize("door", ["gigs:apply", "api:gigs:apply"])
def test_a_draft_does_not_exist(door: str, asha: Any, orchid: Any, browser: Any):
    """Agents cannot tell a draft from nothing."""
    draft = make_opportunity(orchid, publish=False)
    assert knock(browser(asha), door, draft.pk).status_code == 404


@pytest.mark.parametrize("door", ["gigs:apply", "api:gigs:apply"])
def test_only_agents_apply(door: str, strangers: Any, opportunity: Any):
    """Clients and staff are turned away, nobody is sent to log in."""
    url = reverse(door, args=[opportunity.pk])
    assert strangers["another client"].post(url).status_code == 403
    assert strangers["staff"].post(url).status_code == 403
    assert strangers["nobody"].post(url).status_code in (302, 401)


def test_withdrawn_may_apply_again(asha: Any, opportunity: Any, browser: Any):
    """Withdrawing frees the way for a new application."""
    application = applications.apply(opportunity=opportunity, agent=asha, now=NOON)
    knock(browser(asha), "gigs:withdraw", application.pk)
    application.refresh_from_db()
    assert application.state == "WITHDRAWN"
    assert application.events.get().became == "WITHDRAWN"
    applications.apply(opportunity=opportunity, agent=asha, now=NOON)


def test_rejected_may_not_apply_again(asha: Any, opportunity: Any, orchid: Any):
    """One applies once: a no stands."""
    application = applications.apply(opportunity=opportunity, agent=asha, now=NOON)
    applications.reject(application=application, reason="Too far.", by=owner_of(orchid), at=NOON)
    with pytest.raises(applications.AlreadyApplied):
        applications.apply(opportunity=opportunity, agent=asha, now=NOON)


@pytest.mark.parametrize("door", ["gigs:withdraw", "api:gigs:withdraw"])
def test_strangers_cannot_withdraw(door: str, asha: Any, opportunity: Any, strangers: Any):
    """Another agent's application is not found."""
    application = applications.apply(opportunity=opportunity, agent=asha, now=NOON)
    url = reverse(door, args=[application.pk])
    assert strangers["another agent"].post(url).status_code == 404
    assert strangers["another client"].post(url).status_code == 403
    assert strangers["nobody"].post(url).status_code in (302, 401)


def test_accepted_cannot_be_withdrawn(asha: Any, opportunity: Any, browser: Any):
    """What the client decided stays decided, at both doors."""
    gig = hire(asha, opportunity)
    answer = knock(browser(asha), "api:gigs:withdraw", gig.application_id)
    assert problem(answer) == (409, "wrong_state")
    page = knock(browser(asha), "gigs:withdraw", gig.application_id)
    assert answer.json()["detail"] in said(page)


def test_clearance_is_asked_of_onboarding(
    monkeypatch: Any, meera: Any, opportunity: Any, settings: Any
):
    """An agent who went all the way through onboarding may apply; one who did not may not."""
    monkeypatch.undo()
    onboarding_seeding.seed(NOON)
    neha = make_agent("Neha")
    with pytest.raises(applications.NotCleared):
        applications.apply(opportunity=opportunity, agent=neha, now=NOON)
    neha = factories.clear_agent(agent=neha, reviewer=meera)
    made = applications.apply(opportunity=opportunity, agent=neha, now=NOON + DAY)
    assert made.parts[3]["points"] == 20
