"""Applying and withdrawing an application, on pages and over the API."""

from typing import Any

import pytest
from django.urls import reverse

from conftest import NOON, make_agent
from gigs import eligibility
from gigs.applications import services as application_services
from gigs.models import Application
from gigs.opportunities import services as opportunity_services
from gigs.tests.support.marketplace import (
    DAY,
    hire,
    make_opportunity,
    message_of,
    move_deadline,
    owner_of,
    post_to,
    problem,
)
from onboarding.agreements import seeding as agreements_seeding
from onboarding.tests import factories


def not_cleared(agent: Any, opportunity: Any) -> None:
    type(agent).objects.filter(pk=agent.pk).update(level="")


def level_too_low(agent: Any, opportunity: Any) -> None:
    type(agent).objects.filter(pk=agent.pk).update(level="A2")


def applied_already(agent: Any, opportunity: Any) -> None:
    application_services.apply(opportunity=opportunity, agent=agent, now=NOON)


def deadline_passed(agent: Any, opportunity: Any) -> None:
    move_deadline(NOON)


REFUSALS = [not_cleared, level_too_low, applied_already, deadline_passed]


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_application_is_refused(arrange: Any, asha: Any, opportunity: Any, browser: Any):
    """Page and API refuse with the same message, and no application is created."""
    arrange(asha, opportunity)
    before = Application.objects.count()
    page = post_to(browser(asha), "gigs:apply", opportunity.pk, note="Hello", terms_version=1)
    answer = post_to(browser(asha), "api:gigs:apply", opportunity.pk, terms_version=1)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)
    assert Application.objects.count() == before


def test_apply_on_the_page(asha: Any, opportunity: Any, browser: Any):
    """Applying on the page stores note, score and parts."""
    page = post_to(browser(asha), "gigs:apply", opportunity.pk, note="Please", terms_version=1)
    made = asha.applications.get()
    assert page.status_code == 302
    assert (made.state, made.note, made.score) == ("PENDING", "Please", 94)
    assert sum(part["points"] for part in made.parts) == made.score


def test_note_with_an_aadhaar_number_is_refused(asha: Any, opportunity: Any, browser: Any):
    """Clients never get an agent's full Aadhaar number, from the page or the API."""
    note = "My Aadhaar is 2345  6789  0124."
    page = post_to(browser(asha), "gigs:apply", opportunity.pk, note=note, terms_version=1)
    answer = post_to(browser(asha), "api:gigs:apply", opportunity.pk, note=note, terms_version=1)
    assert "full Aadhaar number" in page.content.decode()
    assert problem(answer) == (422, "full_aadhaar_number")
    assert not asha.applications.exists()


def test_apply_over_the_api(asha: Any, opportunity: Any, browser: Any):
    """Applying over the API returns 201 with the stored parts."""
    answer = post_to(browser(asha), "api:gigs:apply", opportunity.pk, terms_version=1)
    assert answer.status_code == 201
    assert [part["out_of"] for part in answer.json()["parts"]] == [30, 20, 20, 20, 10]


def test_closed_opportunity_takes_no_applications(
    asha: Any, ravi: Any, opportunity: Any, browser: Any
):
    """A closed opportunity is visible only to earlier applicants and takes no applications."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    application_services.withdraw(application=application, by=asha.user, at=NOON)
    opportunity_services.close(opportunity=opportunity, by=None, at=NOON)
    url_name = "api:gigs:apply"
    assert problem(post_to(browser(asha), url_name, opportunity.pk, terms_version=1)) == (
        409,
        "not_open",
    )
    assert post_to(browser(ravi), url_name, opportunity.pk).status_code == 404


@pytest.mark.parametrize("url_name", ["gigs:apply", "api:gigs:apply"])
def test_draft_is_not_found(url_name: str, asha: Any, orchid: Any, browser: Any):
    """A draft is not found by agents."""
    draft = make_opportunity(orchid, publish=False)
    assert post_to(browser(asha), url_name, draft.pk).status_code == 404


@pytest.mark.parametrize("url_name", ["gigs:apply", "api:gigs:apply"])
def test_only_agents_apply(url_name: str, outsiders: Any, opportunity: Any):
    """Clients and staff are refused; anonymous users have to log in."""
    url = reverse(url_name, args=[opportunity.pk])
    assert outsiders["another client"].post(url).status_code == 403
    assert outsiders["staff"].post(url).status_code == 403
    assert outsiders["nobody"].post(url).status_code in (302, 401)


def test_agent_may_apply_again_after_withdrawing(asha: Any, opportunity: Any, browser: Any):
    """An agent may apply again after withdrawing."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    post_to(browser(asha), "gigs:withdraw", application.pk)
    application.refresh_from_db()
    assert application.state == "WITHDRAWN"
    assert application.events.get().became == "WITHDRAWN"
    application_services.apply(opportunity=opportunity, agent=asha, now=NOON)


def test_rejected_agent_may_not_apply_again(asha: Any, opportunity: Any, orchid: Any):
    """A rejected agent cannot apply again."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    application_services.reject(
        application=application, reason="Too far.", by=owner_of(orchid), at=NOON
    )
    with pytest.raises(application_services.AlreadyApplied):
        application_services.apply(opportunity=opportunity, agent=asha, now=NOON)


@pytest.mark.parametrize("url_name", ["gigs:withdraw", "api:gigs:withdraw"])
def test_only_the_applicant_withdraws(url_name: str, asha: Any, opportunity: Any, outsiders: Any):
    """The application of another agent is not found."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    url = reverse(url_name, args=[application.pk])
    assert outsiders["another agent"].post(url).status_code == 404
    assert outsiders["another client"].post(url).status_code == 403
    assert outsiders["nobody"].post(url).status_code in (302, 401)


def test_accepted_application_cannot_be_withdrawn(asha: Any, opportunity: Any, browser: Any):
    """Page and API refuse to withdraw a decided application."""
    gig = hire(asha, opportunity)
    answer = post_to(browser(asha), "api:gigs:withdraw", gig.application_id)
    assert problem(answer) == (409, "wrong_state")
    page = post_to(browser(asha), "gigs:withdraw", gig.application_id)
    assert answer.json()["detail"] in message_of(page)


def test_applying_needs_clearance(monkeypatch: Any, meera: Any, opportunity: Any, settings: Any):
    """Only an agent who has completed onboarding may apply."""
    monkeypatch.undo()
    agreements_seeding.seed(NOON)
    neha = make_agent("Neha")
    with pytest.raises(eligibility.NotCleared):
        application_services.apply(opportunity=opportunity, agent=neha, now=NOON)
    neha = factories.clear_agent(agent=neha, reviewer=meera)
    made = application_services.apply(opportunity=opportunity, agent=neha, now=NOON + DAY)
    assert made.parts[3]["points"] == 20
