"""Planning of clients: projects, opportunities and slots; publishing and closing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conftest import NOON
from gigs import tasks
from gigs.applications import services as application_services
from gigs.clients import services as client_services
from gigs.models import Opportunity, Project
from gigs.opportunities import services as opportunity_services
from gigs.slots import services as slot_services
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_opportunity,
    make_project,
    message_of,
    owner_of,
    post_to,
    problem,
)

PROJECT = {"title": "Winter", "department": "Care"}
OFFER = {
    "title": "Chat desk",
    "description": "Answer shoppers.",
    "category": "CHAT",
    "minimum_level": "B1",
    "experience_years": 1,
    "headcount": 2,
    "pay_kind": "HOURLY",
    "hours_each": 10,
}


def test_the_page_plans_in_rupees(owner: Any, browser: Any):
    """A budget is typed in rupees and kept in paise."""
    post_to(browser(owner), "gigs:client-new-project", **PROJECT, budget_paise="1,000.50")
    assert not Project.objects.exists()
    post_to(browser(owner), "gigs:client-new-project", **PROJECT, budget_paise="1000.50")
    assert Project.objects.get().budget_paise == 1_000_50


def test_the_api_plans_in_paise(owner: Any, browser: Any):
    """A program sends paise."""
    answer = post_to(browser(owner), "api:gigs:client-projects", **PROJECT, budget_paise=1_000_50)
    assert answer.status_code == 201
    assert answer.json()["free_paise"] == 1_000_50
    bad = post_to(browser(owner), "api:gigs:client-projects", **PROJECT, budget_paise=-5)
    assert bad.json()["errors"][0]["pointer"] == "#/budget_paise"


def test_the_page_drafts_an_opportunity(owner: Any, orchid: Any, browser: Any):
    """Local time and words with commas become a draft that promises nothing."""
    project = make_project(orchid)
    facts = {**OFFER, "skills": "Chat, Typing", "rate_paise": "250", "apply_by": "2026-11-30T18:00"}
    post_to(browser(owner), "gigs:client-new-opportunity", project.pk, **facts)
    made = project.opportunities.get()
    project.refresh_from_db()
    assert (made.state, made.rate_paise, made.skills) == (
        "DRAFT",
        250_00,
        ["Chat support", "Typing"],
    )
    assert made.apply_by.isoformat() == "2026-11-30T12:30:00+00:00"
    assert project.promised_paise == 0


def test_the_api_drafts_an_opportunity(owner: Any, orchid: Any, rival: Any, browser: Any):
    """In a project of one's own client only."""
    facts = {**OFFER, "skills": ["Chat"], "rate_paise": 250_00, "apply_by": "2026-11-30T18:00Z"}
    url_name = "api:gigs:client-opportunities"
    mine, theirs = make_project(orchid), make_project(rival)
    assert post_to(browser(owner), url_name, project=str(theirs.pk), **facts).status_code == 404
    answer = post_to(browser(owner), url_name, project=str(mine.pk), **facts)
    assert (answer.status_code, answer.json()["cost_paise"]) == (201, 5_000_00)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"apply_by": "2026-11-01T10:00Z"}, "deadline_passed"),
        ({"hours_each": 0}, "hours_do_not_fit"),
        ({"pay_kind": "FIXED"}, "hours_do_not_fit"),
    ],
)
def test_invalid_draft_is_refused(change: Any, code: str, owner: Any, orchid: Any, browser: Any):
    """Page and API refuse a draft with an error of the field."""
    project = make_project(orchid)
    facts = {**OFFER, "rate_paise": 250, "apply_by": "2026-11-30T18:00Z"} | change
    url_name = "api:gigs:client-opportunities"
    answer = post_to(browser(owner), url_name, project=str(project.pk), **facts)
    page = post_to(browser(owner), "gigs:client-new-opportunity", project.pk, **facts)
    assert problem(answer) == (409, code)
    assert answer.json()["detail"] in str(page.context["form"].errors)


def test_a_budget_is_above_zero(orchid: Any):
    """The service refuses what the forms would not let through."""
    with pytest.raises(client_services.BudgetNotPositive):
        client_services.create_project(now=NOON, client=orchid, title="x", budget_paise=0)


@pytest.mark.parametrize("url_name", ["gigs:client-publish", "api:gigs:client-publish"])
def test_publishing_commits_the_cost(url_name: str, orchid: Any, owner: Any, browser: Any):
    """The cost is committed, and the project becomes active."""
    draft = make_opportunity(orchid, publish=False)
    post_to(browser(owner), url_name, draft.pk)
    draft.refresh_from_db()
    project = draft.project
    assert (draft.state, project.state) == ("OPEN", "ACTIVE")
    assert project.promised_paise == 300_00 * 40 * 3


def budget_too_small(draft: Any) -> None:
    Project.objects.update(budget_paise=draft.cost_paise - 1)


def deadline_passed(draft: Any) -> None:
    Opportunity.objects.update(apply_by=NOON)


def wrong_state(draft: Any) -> None:
    opportunity_services.publish(opportunity=draft, by=None, at=NOON)


@pytest.mark.parametrize(
    "arrange", [budget_too_small, deadline_passed, wrong_state], ids=lambda f: f.__name__
)
def test_publishing_is_refused(arrange: Any, orchid: Any, owner: Any, browser: Any):
    """Page and API refuse with the same message."""
    draft = make_opportunity(orchid, publish=False)
    arrange(draft)
    answer = post_to(browser(owner), "api:gigs:client-publish", draft.pk)
    page = post_to(browser(owner), "gigs:client-publish", draft.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)


@pytest.mark.parametrize("url_name", ["gigs:client-close", "api:gigs:client-close"])
def test_closing_releases_the_cost_of_unfilled_places(
    url_name: str, asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """Closing releases the cost of unfilled places; closing twice is refused."""
    hire(asha, opportunity)
    post_to(browser(owner), url_name, opportunity.pk)
    assert Project.objects.get().promised_paise == 300_00 * 40
    assert post_to(browser(owner), url_name, opportunity.pk).status_code in (302, 409)
    assert Project.objects.get().promised_paise == 300_00 * 40


@pytest.mark.parametrize("url_name", ["gigs:client-add-slot", "api:gigs:client-add-slot"])
def test_a_slot_is_added(url_name: str, opportunity: Any, owner: Any, browser: Any):
    """A page's time is India's, a program's says its zone."""
    zone = "Z" if url_name.startswith("api") else ""
    facts = {"starts_at": f"2026-11-25T10:00{zone}", "ends_at": f"2026-11-25T14:00{zone}"}
    assert post_to(browser(owner), url_name, opportunity.pk, **facts, capacity=2).status_code < 400
    hour = 10 if zone else 4
    assert opportunity.slots.get().starts_at.hour == hour


def slot_empty(opportunity: Any) -> Any:
    return (NOON + DAY, NOON + DAY)


def slot_over(opportunity: Any) -> Any:
    return (NOON - 2 * HOUR, NOON)


def slot_exists(opportunity: Any) -> Any:
    hours = (NOON + DAY, NOON + DAY + HOUR)
    slot_services.add_slot(
        opportunity=opportunity, starts_at=hours[0], ends_at=hours[1], capacity=1, now=NOON
    )
    return hours


def opportunity_closed(opportunity: Any) -> Any:
    opportunity_services.close(opportunity=opportunity, by=None, at=NOON)
    return (NOON + DAY, NOON + DAY + HOUR)


@pytest.mark.parametrize(
    "arrange", [slot_empty, slot_over, slot_exists, opportunity_closed], ids=lambda f: f.__name__
)
def test_invalid_slot_is_refused(arrange: Any, opportunity: Any, owner: Any, browser: Any):
    """Page and API refuse with the same message."""
    start, end = arrange(opportunity)
    facts = {"starts_at": start.isoformat(), "ends_at": end.isoformat(), "capacity": 1}
    answer = post_to(browser(owner), "api:gigs:client-add-slot", opportunity.pk, **facts)
    page = post_to(browser(owner), "gigs:client-add-slot", opportunity.pk, **facts)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)


NAMES = ["client-publish", "client-close", "client-add-slot"]


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
@pytest.mark.parametrize("name", NAMES)
def test_only_managers_of_the_client_plan(
    prefix: str, name: str, opportunity: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Other clients get 404; viewers, agents and staff are refused."""
    url_name = prefix + name
    assert post_to(outsiders["another client"], url_name, opportunity.pk).status_code == 404
    assert post_to(outsiders["another agent"], url_name, opportunity.pk).status_code == 403
    assert post_to(outsiders["staff"], url_name, opportunity.pk).status_code == 403
    assert post_to(browser(viewer), url_name, opportunity.pk).status_code == 403
    assert post_to(outsiders["nobody"], url_name, opportunity.pk).status_code in (302, 401)


def test_viewer_only_reads(viewer: Any, orchid: Any, browser: Any):
    """Viewers may read, but not change."""
    project = make_project(orchid)
    assert browser(viewer).get(reverse("api:gigs:client-projects")).status_code == 200
    assert post_to(browser(viewer), "api:gigs:client-projects", **PROJECT).status_code == 403
    assert browser(viewer).get(reverse("gigs:client-new-project")).status_code == 403
    url = reverse("gigs:client-new-opportunity", args=[project.pk])
    assert browser(viewer).get(url).status_code == 403


def test_database_refuses_to_exceed_the_budget(opportunity: Any):
    """The database refuses commitments above the budget."""
    project = opportunity.project
    with pytest.raises(IntegrityError, match="within_budget"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(budget_paise=project.promised_paise - 1)


def test_sweep_closes_expired_opportunities(asha: Any, opportunity: Any, at_noon: Any):
    """Two weeks after the deadline applications expire, and the opportunity is closed."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    at_noon.move_to(opportunity.apply_by + 14 * DAY - timedelta(seconds=1))
    tasks.sweep()
    application.refresh_from_db()
    assert application.is_pending
    at_noon.move_to(opportunity.apply_by + 14 * DAY)
    tasks.sweep()
    application.refresh_from_db()
    opportunity.refresh_from_db()
    assert (application.state, opportunity.state) == ("EXPIRED", "CLOSED")
    assert Project.objects.get().promised_paise == 0
    assert opportunity.events.last().by is None
    assert owner_of(opportunity.client)
