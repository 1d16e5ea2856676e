"""Lists: visibility, filters, and a constant number of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.applications import services as application_services
from gigs.clients import services as client_services
from gigs.opportunities import services as opportunity_services
from gigs.slots import claims
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    seat,
)
from gigs.work import services as work_services

AGENT_LISTS = [
    "gigs:opportunities",
    "gigs:applications",
    "gigs:gigs",
    "gigs:shifts",
    "api:gigs:opportunities",
    "api:gigs:applications",
    "api:gigs:gigs",
    "api:gigs:claims",
]
CLIENT_LISTS = [
    "gigs:client-home",
    "gigs:client-projects",
    "gigs:client-opportunities",
    "gigs:client-applications",
    "gigs:client-works",
    "gigs:client-gigs",
    "api:gigs:client-projects",
    "api:gigs:client-opportunities",
    "api:gigs:client-applications",
    "api:gigs:client-works",
]


def world(agent: Any, client: Any, number: int) -> None:
    """One more of everything that a list shows."""
    start = 3 * DAY + number * timedelta(hours=5)
    project = client_services.create_project(
        now=NOON, client=client, title="Spring desk", budget_paise=10**9
    )
    make_opportunity(client, project=project, title=f"Open {number}")
    fixed = make_opportunity(
        client, project=project, title=f"Fixed {number}", pay_kind="FIXED", hours_each=0
    )
    application_services.apply(
        opportunity=make_opportunity(client, project=project), agent=agent, now=NOON
    )
    gig = hire(agent, fixed)
    seat(agent, make_slot(fixed, start))
    past = seat(agent, make_slot(fixed, start + 90 * DAY))
    claims.release_claim(claim=past, by=None, at=NOON)
    work_services.submit_work(
        gig=gig,
        summary="Done.",
        by=agent.user,
        at=NOON,
        links=["https://a.example/1"],
        uploads=[SimpleUploadedFile("r.txt", b"x")],
    )


@pytest.fixture
def world_of_one(asha: Any, orchid: Any) -> None:
    """One of everything, between Asha and Orchid Retail."""
    world(asha, orchid, 0)


@pytest.fixture
def on_offer(orchid: Any) -> None:
    """Three opportunities that can be found, and two that cannot."""
    make_opportunity(orchid)
    make_opportunity(orchid, title="Phone desk", category="VOICE", minimum_level="C1")
    make_opportunity(orchid, title="Score calls", pay_kind="FIXED", hours_each=0)
    closed = make_opportunity(orchid, title="Closed")
    opportunity_services.close(opportunity=closed, by=None, at=NOON)
    make_opportunity(orchid, title="Draft", publish=False)


def count(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_have_a_constant_number_of_queries(asha: Any, orchid: Any, owner: Any, browser: Any):
    """The number of queries does not grow with the rows."""
    agents, owners = browser(asha), browser(owner)
    urls = [(agents, url_name) for url_name in AGENT_LISTS] + [
        (owners, url_name) for url_name in CLIENT_LISTS
    ]
    world(asha, orchid, 0)
    for client, url_name in urls:
        client.get(reverse(url_name))
    one = {url_name: count(client, reverse(url_name)) for client, url_name in urls}
    for number in range(1, 4):
        world(asha, orchid, number)
    four = {url_name: count(client, reverse(url_name)) for client, url_name in urls}
    assert {url_name: asked for url_name, asked in four.items() if asked > one[url_name]} == {}


def test_gig_page_has_a_constant_number_of_queries(asha: Any, opportunity: Any, browser: Any):
    """The number of queries does not grow with the slots."""
    gig = hire(asha, opportunity)
    url = reverse("gigs:gig", args=[gig.pk])
    client = browser(asha)
    seat(asha, make_slot(opportunity))
    client.get(url)
    one = count(client, url)
    for number in range(1, 6):
        seat(asha, make_slot(opportunity, 3 * DAY + number * 5 * HOUR))
    assert count(client, url) <= one


@pytest.mark.parametrize("url_name", AGENT_LISTS)
def test_only_agents_see_the_lists_of_agents(
    url_name: str, outsiders: Any, owner: Any, browser: Any
):
    """Clients and staff are refused; anonymous users have to log in."""
    url = reverse(url_name)
    assert browser(owner).get(url).status_code == 403
    assert outsiders["staff"].get(url).status_code == 403
    assert outsiders["nobody"].get(url).status_code in (302, 401)


@pytest.mark.parametrize("url_name", CLIENT_LISTS)
def test_only_members_see_the_lists_of_clients(
    url_name: str, asha: Any, outsiders: Any, browser: Any
):
    """Agents and staff are refused; anonymous users have to log in."""
    url = reverse(url_name)
    assert browser(asha).get(url).status_code == 403
    assert outsiders["staff"].get(url).status_code == 403
    assert outsiders["nobody"].get(url).status_code in (302, 401)


@pytest.mark.parametrize("url_name", CLIENT_LISTS)
def test_members_see_rows_of_their_client_only(
    url_name: str, world_of_one: None, outsiders: Any, viewer: Any, browser: Any
):
    """Lists contain rows of the own client only; viewers see them."""
    theirs = outsiders["another client"].get(reverse(url_name)).content.decode()
    ours = browser(viewer).get(reverse(url_name)).content.decode()
    for text in ("Fixed 0", "Asha", "Spring desk"):
        assert text not in theirs
    assert any(text in ours for text in ("Fixed 0", "Asha", "Spring desk"))


@pytest.mark.parametrize(
    "url_name", [url_name for url_name in AGENT_LISTS if "opportun" not in url_name]
)
def test_agents_see_their_own_rows_only(
    url_name: str, world_of_one: None, asha: Any, outsiders: Any, browser: Any
):
    """Lists contain the agent's own rows only."""
    gig = asha.gigs.get()
    theirs = outsiders["another agent"].get(reverse(url_name)).content.decode()
    assert "Fixed 0" not in theirs
    assert str(gig.pk) not in theirs


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({}, {"Chat desk", "Phone desk", "Score calls"}),
        ({"q": "phone"}, {"Phone desk"}),
        ({"q": "orchid desk"}, {"Chat desk", "Phone desk"}),
        ({"category": "VOICE"}, {"Phone desk"}),
        ({"pay": "FIXED"}, {"Score calls"}),
        ({"level": "B1"}, {"Chat desk", "Score calls"}),
        ({"q": "%"}, set()),
    ],
)
@pytest.mark.parametrize("url_name", ["gigs:opportunities", "api:gigs:opportunities"])
def test_search_and_filters(
    url_name: str, search: Any, found: set[str], asha: Any, on_offer: None, browser: Any
):
    """Page and API find the same open opportunities."""
    page = browser(asha).get(reverse(url_name), search).content.decode()
    titles = {"Chat desk", "Phone desk", "Score calls", "Closed", "Draft"}
    assert {title for title in titles if f">{title}<" in page or f'"{title}"' in page} == found


def test_unknown_level_is_refused(asha: Any, on_offer: None, browser: Any):
    """Page and API name the parameter whose level is not offered."""
    client = browser(asha)
    page = client.get(reverse("gigs:opportunities"), {"level": "nonsense"})
    assert page.status_code == 400
    assert "level" in page.text
    answer = client.get(reverse("api:gigs:opportunities"), {"level": "nonsense"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "level"


def test_opportunity_shows_the_match(asha: Any, orchid: Any, browser: Any):
    """The page shows each part of the score, and obstacles with their remedy."""
    high = make_opportunity(orchid, minimum_level="C1")
    page = browser(asha).get(reverse("gigs:opportunity", args=[high.pk])).content.decode()
    assert "Needs C1. Your level is B2." in page
    assert "Reach C1 in the assessment to apply." in page
    url = reverse("api:gigs:opportunity", args=[high.pk])
    match = browser(asha).get(url).json()["match"]
    assert match["obstacles"][0]["code"] == "level_too_low"
    assert not match["is_eligible"]


def test_detail_pages_of_clients(
    asha: Any, world_of_one: None, owner: Any, outsiders: Any, browser: Any
):
    """Detail pages are visible to the client and not found by another."""
    gig = asha.gigs.get()
    rows = {
        "client-project": gig.opportunity.project,
        "client-opportunity": gig.opportunity,
        "client-application": gig.application,
        "client-work": gig.works.get(),
    }
    for name, row in rows.items():
        url = reverse(f"gigs:{name}", args=[row.pk])
        assert browser(owner).get(url).status_code == 200
        assert outsiders["another client"].get(url).status_code == 404
        assert outsiders["another agent"].get(url).status_code == 403


def test_clients_do_not_see_contact_details(
    asha: Any, world_of_one: None, owner: Any, browser: Any
):
    """Clients see name and match of an agent, no email and phone."""
    gig = cleared("Bina") and asha.gigs.get()
    url = reverse("gigs:client-application", args=[gig.application_id])
    page = browser(owner).get(url).content.decode()
    assert "Asha Rao" in page
    assert asha.user.email not in page
    assert asha.user.phone not in page
