"""The navigation bar: at most five entries, only those that the user may open."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from conftest import make_staff
from gigs.tests.support.marketplace import make_client, make_member
from hitouch import context_processors
from hitouch.core.templatetags import hitouch as words
from tests.deployment.sites import PROJECT

Login = Callable[..., Client]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "sees"), [("proctor", True), ("reviewer", False)])
def test_live_assessments_are_shown_to_proctors(signed_in: Login, role: str, sees: bool) -> None:
    """The entry is shown to proctors only."""
    client = signed_in(make_staff("Kiran", role))
    assert (b"Live assessments" in client.get("/admin/").content) is sees


@pytest.mark.django_db
def test_admin_uses_our_stylesheets(signed_in: Login) -> None:
    """Django's stylesheets are included below ours, so that its colours do not apply."""
    page = signed_in(make_staff("Meera", "admin")).get("/admin/").content.decode()
    assert "css/admin_base" in page
    assert 'href="/static/admin/css/base.css"' not in page
    assert "dark_mode.css" not in page


@pytest.mark.parametrize(
    "table",
    [
        context_processors.AGENT,
        context_processors.MEMBER,
        context_processors.STAFF,
        (*context_processors.STAFF, *context_processors.STAFF_PLACES.values()),
    ],
)
def test_at_most_five_entries(table: tuple[tuple[str, str, str], ...]) -> None:
    """Five entries with short labels fit into a bar of 320 pixels."""
    assert len(table) <= 5
    assert sum(len(name) for name, _, _ in table) <= 42


@pytest.mark.django_db
def test_a_member_reaches_each_page_of_the_client(signed_in: Login) -> None:
    """The rail of a wide screen and a phone's account menu link what the bar has no room for."""
    page = (
        signed_in(make_member("Latika", make_client("Lotus")).user)
        .get(reverse("gigs:client-home"))
        .content.decode()
    )
    for _, name, _ in context_processors.MEMBER:
        assert page.count(f'<a href="{reverse(name)}" ') == 1
    for _, name, _ in context_processors.MEMBER_MORE:
        assert page.count(f'href="{reverse(name)}" ') + page.count(f'href="{reverse(name)}">') >= 2


@pytest.mark.parametrize(
    ("path", "table", "current"),
    [
        ("/gigs/1/", context_processors.AGENT, "Opportunities"),
        ("/slots/1/", context_processors.AGENT, "Shifts"),
        ("/client/", context_processors.MEMBER, "Home"),
        ("/client/slots/1/", context_processors.MEMBER, "Schedule"),
        ("/client/opportunities/1/", context_processors.MEMBER, "Opportunities"),
        ("/client/live/", context_processors.MEMBER + context_processors.MEMBER_MORE, "Live board"),
        ("/account/", context_processors.AGENT, None),
    ],
)
def test_the_place_of_a_page_is_marked(
    path: str, table: tuple[tuple[str, str, str], ...], current: str | None
) -> None:
    """One entry at most: the nearest one above the page."""
    items = context_processors.nav_items(RequestFactory().get(path), table)
    assert [item.name for item in items if item.current] == [current] * bool(current)


def test_an_empty_lead_takes_no_space() -> None:
    """The paragraph under a heading is hidden when it is empty."""
    base = (PROJECT / "static" / "css" / "base.css").read_text(encoding="utf-8")
    assert ".lead:empty { display: none; }" in base
    for name in ("base_app.html", "base_public.html"):
        page = (PROJECT / "templates" / name).read_text(encoding="utf-8")
        assert '<p class="lead">{% block lead %}{% endblock %}</p>' in page


def test_empty_parts_are_not_listed() -> None:
    """An address without a landmark has no empty part between commas."""
    assert words.listed(["12 Lake Road", "", "Pune"]) == "12 Lake Road, Pune"
