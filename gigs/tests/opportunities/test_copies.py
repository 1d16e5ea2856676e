"""Preview, copies, and the order of a client's list of opportunities."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.models import Opportunity, Project
from gigs.opportunities import copies
from gigs.tests.support.marketplace import (
    DAY,
    is_invalid,
    make_opportunity,
    make_slot,
    post_to,
    problem,
)

LATER = NOON + 30 * DAY
SITES = pytest.mark.parametrize("site", ["gigs", "api:gigs"])


@SITES
def test_copy_is_a_draft_with_all_but_dates(site: str, opportunity: Any, owner: Any, browser: Any):
    """Text, requirements and pay are the same; no shift, no version of terms, nothing reserved."""
    make_slot(opportunity)
    promised = opportunity.project.promised_paise
    answer = post_to(
        browser(owner), f"{site}:client-copy", opportunity.pk,
        title="Chat desk II", apply_by=LATER.isoformat(),
    )  # fmt: skip
    assert answer.status_code in (201, 302)
    made = Opportunity.objects.get(title="Chat desk II")
    assert {name: getattr(made, name) for name in copies.COPIED} == {
        name: getattr(opportunity, name) for name in copies.COPIED
    }
    assert (made.state, made.filled, made.slots.count(), made.terms_version) == ("DRAFT", 0, 0, 0)
    made.project.refresh_from_db()
    opportunity.project.refresh_from_db()
    assert opportunity.project.promised_paise - promised in (0, opportunity.cost_paise)


def test_copy_into_another_project_of_the_client_only(
    opportunity: Any, rival: Any, owner: Any, browser: Any
):
    """A project of another client is as if it did not exist."""
    other = make_opportunity(rival).project
    facts = {"apply_by": LATER.isoformat(), "title": "X", "project": str(other.pk)}
    answer = post_to(browser(owner), "api:gigs:client-copy", opportunity.pk, **facts)
    assert problem(answer)[0] == 404
    assert is_invalid(post_to(browser(owner), "gigs:client-copy", opportunity.pk, **facts))
    assert not Opportunity.objects.filter(title="X").exists()


@SITES
@pytest.mark.parametrize("apply_by", ["", "2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "soon"])
def test_copy_needs_a_date_ahead(
    site: str, apply_by: str, opportunity: Any, owner: Any, browser: Any
):
    """Past, beyond the horizon, none and unreadable: refused, and nothing is made."""
    answer = post_to(
        browser(owner), f"{site}:client-copy", opportunity.pk, title="X", apply_by=apply_by
    )
    assert answer.status_code in (200, 409, 422)
    assert Opportunity.objects.count() == 1


@SITES
def test_project_is_copied_with_drafts(
    site: str, orchid: Any, opportunity: Any, owner: Any, browser: Any
):
    """The same budget, a draft of each opportunity, and none of a cancelled one."""
    make_opportunity(orchid, title="Second", publish=False)
    cancelled = make_opportunity(orchid, title="Cancelled", publish=False)
    Opportunity.objects.filter(pk=cancelled.pk).update(state="CANCELLED")
    answer = post_to(
        browser(owner), f"{site}:client-copy-project", opportunity.project_id,
        title="Next year", apply_by=LATER.isoformat(),
    )  # fmt: skip
    assert answer.status_code in (201, 302)
    made = Project.objects.get(title="Next year")
    assert (made.budget_paise, made.promised_paise) == (opportunity.project.budget_paise, 0)
    drafts = made.opportunities.order_by("title").values_list("title", "state")
    assert list(drafts) == [("Chat desk", "DRAFT"), ("Second", "DRAFT")]


@SITES
def test_strangers_copy_nothing(
    site: str, opportunity: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Neither a viewer nor anybody from elsewhere."""
    for each in (*outsiders.values(), browser(viewer)):
        for name, pk in (
            ("client-copy", opportunity.pk),
            ("client-copy-project", opportunity.project_id),
        ):
            answer = post_to(each, f"{site}:{name}", pk, title="X", apply_by=LATER.isoformat())
            assert answer.status_code in (302, 401, 403, 404)
    assert (Opportunity.objects.count(), Project.objects.filter(title="X").count()) == (1, 0)


def test_preview_shows_what_agents_see_and_the_cost(
    orchid: Any, owner: Any, viewer: Any, browser: Any, outsiders: Any
):
    """A draft, which no agent can see yet; a viewer is not offered to publish it."""
    draft = make_opportunity(orchid, publish=False)
    make_slot(draft)
    path = reverse("gigs:client-preview", args=[draft.pk])
    page = browser(owner).get(path).text
    assert draft.description in page
    assert "₹36,000.00" in page
    assert reverse("gigs:client-publish", args=[draft.pk]) in page
    assert reverse("gigs:client-publish", args=[draft.pk]) not in browser(viewer).get(path).text
    for each in outsiders.values():
        assert each.get(path).status_code in (302, 403, 404)


def test_list_is_filtered_and_sorted(orchid: Any, opportunity: Any, owner: Any, browser: Any):
    """By status, project and order; what cannot be read is refused."""
    make_opportunity(orchid, title="Urgent", apply_by=NOON + DAY, headcount=1)
    client = browser(owner)

    def titles(**query: str) -> list[str]:
        page = client.get(reverse("gigs:client-opportunities"), query)
        return [row.title for row in page.context["page"]]

    assert titles(sort="deadline") == ["Urgent", "Chat desk"]
    assert titles(sort="open") == ["Chat desk", "Urgent"]
    assert titles(state="DRAFT") == []
    for name in ("sort", "state", "colour"):
        answer = client.get(reverse("gigs:client-opportunities"), {name: "x"})
        assert answer.status_code == 400, name
    with CaptureQueriesContext(connection) as queries:
        titles(sort="waiting")
    assert len(queries) <= 12
