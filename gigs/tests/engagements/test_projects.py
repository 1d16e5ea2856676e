"""Projects: in progress, on hold, completed and cancelled, by page and API."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON
from gigs.applications import services as application_services
from gigs.engagements import services as gig_services
from gigs.models import Project
from gigs.opportunities import services as opportunity_services
from gigs.tests.support.marketplace import hire, make_opportunity, post_to, problem

WHY = {"reason": "The shop closes."}


@pytest.fixture
def project(opportunity: Any) -> Project:
    """Active, with one open opportunity."""
    return Project.objects.get()


def states(*rows: Any) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def test_first_acceptance_begins_the_project(project: Any, asha: Any, ravi: Any, opportunity: Any):
    """Once, with the member who accepted."""
    hire(asha, opportunity)
    hire(ravi, opportunity)
    assert states(project) == ["IN_PROGRESS"]
    assert [event.became for event in project.events.order_by("pk")] == ["ACTIVE", "IN_PROGRESS"]


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_project_on_hold(
    prefix: str, project: Any, opportunity: Any, orchid: Any, owner: Any, browser: Any, at_noon: Any
):
    """Open opportunities go on hold with it and come back; what was held before stays held."""
    other = make_opportunity(orchid, title="Mail desk")
    draft = make_opportunity(orchid, title="Later", publish=False)
    opportunity_services.hold(opportunity=other, by=owner.user, at=NOON)
    at_noon.shift(60)
    post_to(browser(owner), prefix + "client-hold-project", project.pk)
    assert states(project, opportunity, other, draft) == ["ON_HOLD", "ON_HOLD", "ON_HOLD", "DRAFT"]
    answer = post_to(browser(owner), "api:gigs:client-publish", draft.pk)
    assert problem(answer) == (409, "project_not_active")
    post_to(browser(owner), prefix + "client-resume-project", project.pk)
    assert states(project, opportunity, other) == ["ACTIVE", "OPEN", "ON_HOLD"]


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_project_is_completed_when_nothing_goes_on(
    prefix: str, project: Any, asha: Any, opportunity: Any, orchid: Any, owner: Any, browser: Any
):
    """Not before its gigs have ended and its opportunities are closed; drafts are cancelled."""
    gig = hire(asha, opportunity)
    draft = make_opportunity(orchid, title="Later", publish=False)
    complete = "api:gigs:client-complete-project"
    assert problem(post_to(browser(owner), complete, project.pk)) == (409, "project_unsettled")
    opportunity_services.close(opportunity=opportunity, by=owner.user, at=NOON)
    assert problem(post_to(browser(owner), complete, project.pk)) == (409, "project_unsettled")
    gig_services.end_gig(gig=gig, why="Over.", by=owner.user, at=NOON)
    post_to(browser(owner), prefix + "client-complete-project", project.pk)
    assert states(project, opportunity, draft) == ["COMPLETED", "CLOSED", "CANCELLED"]
    assert AuditEvent.objects.get(action="project.completed").by == owner.user


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_cancelling_a_project_ends_all(
    prefix: str, project: Any, asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """Opportunities, gigs and applications end, with the reason, and nothing is promised."""
    gig = hire(asha, opportunity)
    application = application_services.apply(opportunity=opportunity, agent=ravi, now=NOON)
    url = reverse("gigs:client-cancel-project", args=[project.pk])
    assert "Agents whose gigs end" in browser(owner).get(url).content.decode()
    post_to(browser(owner), prefix + "client-cancel-project", project.pk, **WHY)
    ended = states(project, opportunity, gig, application)
    assert ended == ["CANCELLED", "CANCELLED", "CANCELLED", "EXPIRED"]
    assert project.promised_paise == 0
    assert project.events.order_by("pk").last().why == WHY["reason"]
    again = post_to(browser(owner), "api:gigs:client-cancel-project", project.pk, **WHY)
    assert problem(again) == (409, "wrong_state")


@pytest.mark.parametrize("name", ["hold", "resume", "complete", "cancel"])
@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_only_managers_of_the_client_change_projects(
    prefix: str, name: str, project: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Other clients get 404; viewers, agents and staff are refused."""
    url_name = f"{prefix}client-{name}-project"
    for who, status in (("another client", 404), ("another agent", 403), ("staff", 403)):
        assert post_to(outsiders[who], url_name, project.pk, **WHY).status_code == status
    assert post_to(browser(viewer), url_name, project.pk, **WHY).status_code == 403
    assert post_to(outsiders["nobody"], url_name, project.pk, **WHY).status_code in (302, 401)
    assert states(project) == ["ACTIVE"]
