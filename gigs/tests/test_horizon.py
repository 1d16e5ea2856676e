"""Dates and times that somebody enters lie between now and 400 days ahead."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conftest import NOON
from gigs.models import Opportunity, Project, Slot
from gigs.tests.support.marketplace import DAY, HOUR, make_opportunity, make_project, post_to

FAR = ["9999-12-31T23:59:59Z", (NOON + 401 * DAY).isoformat()]
ODD = ["0001-01-01T00:00:00Z", "2026-02-30T10:00:00Z", "9999-12-31T23:59:59-12:00", "soon"]
PLAN = {
    "title": "Chat desk", "description": "Answer.", "category": "CHAT", "minimum_level": "B1",
    "pay_kind": "FIXED", "rate_paise": 100_00, "headcount": 1, "experience_years": 0,
}  # fmt: skip


@pytest.mark.parametrize("when", [*FAR, *ODD])
@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_nothing_is_kept_of_a_date_out_of_range(
    prefix: str, when: str, orchid: Any, owner: Any, opportunity: Any, browser: Any
):
    """Page and API refuse the deadline, the shift and the due date, and store nothing."""
    project, client = opportunity.project, browser(owner)
    before = (Opportunity.objects.count(), Project.objects.count())
    ids = [] if prefix.startswith("api") else [project.pk]
    name = "client-opportunities" if prefix.startswith("api") else "client-new-opportunity"
    plan = {**PLAN, "project": str(project.pk), "rate_paise": 100, "apply_by": when}
    shift = {"starts_at": when, "ends_at": when, "capacity": 1}
    if when == FAR[1]:
        shift["ends_at"] = (NOON + 401 * DAY + HOUR).isoformat()
    desk = {"title": "Desk", "budget_paise": 1000, "due_on": when[:10]}
    projects = "client-projects" if prefix.startswith("api") else "client-new-project"
    answers = [
        post_to(client, prefix + name, *ids, **plan),
        post_to(client, prefix + "client-add-slot", opportunity.pk, **shift),
        post_to(client, prefix + projects, **desk),
    ]
    statuses = {answer.status_code for answer in answers}
    assert statuses <= ({409, 422} if prefix.startswith("api") else {200, 422})
    assert (Opportunity.objects.count(), Project.objects.count()) == before
    assert not Slot.objects.exists()
    if when == FAR[1] and prefix.startswith("api"):
        assert [answer.json()["code"] for answer in answers] == ["beyond_horizon"] * 3


def test_pages_of_the_client_still_work_after_refused_dates(owner: Any, orchid: Any, browser: Any):
    """The last day of the horizon is allowed, and shown."""
    project = make_project(orchid)
    last = (NOON + 400 * DAY).date().isoformat()
    answer = post_to(
        browser(owner), "api:gigs:client-projects", title="Desk", budget_paise=1000, due_on=last
    )
    assert (answer.status_code, answer.json()["due_on"]) == (201, last)
    page = browser(owner).get(reverse("gigs:client-project", args=[project.pk]))
    assert page.status_code == 200


def test_database_keeps_years_that_can_be_shown(opportunity: Any):
    """No path stores a time in the year 9999."""
    far, draft = NOON.replace(year=9999), make_opportunity(opportunity.client, publish=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(pk=draft.pk).update(apply_by=far)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.update(due_on=far.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        opportunity.slots.create(starts_at=far, ends_at=far + timedelta(hours=1), capacity=1)
