"""Lists: who sees which rows, what the filters find, and that queries do not grow with rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.services import applications as services
from gigs.services import claims, projects, work
from gigs.tests.conftest import DAY, HOUR, cleared, hire, make_opportunity, make_slot, seat

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
    project = projects.create_project(client=client, title="More", budget_paise=10**9)
    make_opportunity(client, project=project, title=f"Open {number}")
    fixed = make_opportunity(
        client, project=project, title=f"Fixed {number}", pay_kind="FIXED", hours_each=0
    )
    services.apply(opportunity=make_opportunity(client, project=project), agent=agent, now=NOON)
    gig = hire(agent, fixed)
    seat(agent, make_slot(fixed, start))
    past = seat(agent, make_slot(fixed, start + 90 * DAY))
    claims.release_claim(claim=past, by=None, at=NOON)
    work.submit_work(
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
    projects.close(opportunity=closed, by=None, at=NOON)
    make_opportunity(orchid, title="Draft", publish=False)


def count(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow(asha: Any, orchid: Any, owner: Any, browser: Any):
    """On every list, four rows need no more queries than one."""
    agents, owners = browser(asha), browser(owner)
    doors = [(agents, door) for door in AGENT_LISTS] + [(owners, door) for door in CLIENT_LISTS]
    world(asha, orchid, 0)
    for client, door in doors:
        client.get(reverse(door))
    one = {door: count(client, reverse(door)) for client, door in doors}
    for number in range(1, 4):
        world(asha, orchid, number)
    four = {door: count(client, reverse(door)) for client, door in doors}
    assert {door: asked for door, asked in four.items() if asked > one[door]} == {}


def test_queries_of_a_gig_do_not_grow(asha: Any, opportunity: Any, browser: Any):
    """The page of a gig needs as many queries for ten slots as for one."""
    gig = hire(asha, opportunity)
    url = reverse("gigs:gig", args=[gig.pk])
    client = browser(asha)
    seat(asha, make_slot(opportunity))
    client.get(url)
    one = count(client, url)
    for number in range(1, 6):
        seat(asha, make_slot(opportunity, 3 * DAY + number * 5 * HOUR))
    assert count(client, url) <= one


@pytest.mark.parametrize("door", AGENT_LISTS)
def test_only_agents_see_the_lists_of_agents(door: str, strangers: Any, owner: Any, browser: Any):
    """Clients and staff are turned away; nobody is asked to log in."""
    url = reverse(door)
    assert browser(owner).get(url).status_code == 403
    assert strangers["staff"].get(url).status_code == 403
    assert strangers["nobody"].get(url).status_code in (302, 401)


@pytest.mark.parametrize("door", CLIENT_LISTS)
def test_only_members_see_the_lists_of_clients(door: str, asha: Any, strangers: Any, browser: Any):
    """Agents and staff are turned away; nobody is asked to log in."""
    url = reverse(door)
    assert browser(asha).get(url).status_code == 403
    assert strangers["staff"].get(url).status_code == 403
    assert strangers["nobody"].get(url).status_code in (302, 401)


@pytest.mark.parametrize("door", CLIENT_LISTS)
def test_another_client_sees_none_of_it(
    door: str, world_of_one: None, strangers: Any, viewer: Any, browser: Any
):
    """Every list holds one's own rows only; a viewer sees them."""
    theirs = strangers["another client"].get(reverse(door)).content.decode()
    ours = browser(viewer).get(reverse(door)).content.decode()
    for text in ("Fixed 0", "Asha", "More"):
        assert text not in theirs
    assert any(text in ours for text in ("Fixed 0", "Asha", "More"))


@pytest.mark.parametrize("door", [door for door in AGENT_LISTS if "opportun" not in door])
def test_another_agent_sees_none_of_it(
    door: str, world_of_one: None, asha: Any, strangers: Any, browser: Any
):
    """Applications, gigs and shifts are one's own."""
    gig = asha.gigs.get()
    theirs = strangers["another agent"].get(reverse(door)).content.decode()
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
        ({"level": "nonsense"}, {"Chat desk", "Phone desk", "Score calls"}),
        ({"q": "%"}, set()),
    ],
)
@pytest.mark.parametrize("door", ["gigs:opportunities", "api:gigs:opportunities"])
def test_search_and_filters(
    door: str, search: Any, found: set[str], asha: Any, on_offer: None, browser: Any
):
    """Both doors find the same opportunities; what is closed or over is not found."""
    page = browser(asha).get(reverse(door), search).content.decode()
    titles = {"Chat desk", "Phone desk", "Score calls", "Closed", "Draft"}
    assert {title for title in titles if f">{title}<" in page or f'"{title}"' in page} == found


def test_the_detail_shows_the_match(asha: Any, orchid: Any, browser: Any):
    """Each part with its points and why; too low a level with what would change it."""
    high = make_opportunity(orchid, minimum_level="C1")
    page = browser(asha).get(reverse("gigs:opportunity", args=[high.pk])).content.decode()
    assert "Needs C1. Your level is B2." in page
    assert "Reach C1 in the assessment to apply." in page
    url = reverse("api:gigs:opportunity", args=[high.pk])
    match = browser(asha).get(url).json()["match"]
    assert match["obstacles"][0]["code"] == "level_too_low"
    assert not match["is_eligible"]


def test_client_pages_of_one_row(
    asha: Any, world_of_one: None, owner: Any, strangers: Any, browser: Any
):
    """Project, opportunity, application and work: shown to their client, 404 to another."""
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
        assert strangers["another client"].get(url).status_code == 404
        assert strangers["another agent"].get(url).status_code == 403


def test_a_clients_page_hides_how_to_reach_an_agent(
    asha: Any, world_of_one: None, owner: Any, browser: Any
):
    """The client sees a name and a match, no e-mail address and no phone number."""
    gig = cleared("Bina") and asha.gigs.get()
    url = reverse("gigs:client-application", args=[gig.application_id])
    page = browser(owner).get(url).content.decode()
    assert "Asha Rao" in page
    assert asha.user.email not in page
    assert asha.user.phone not in page
