"""Where a person can go from any page: their own places, and never more than five."""

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import make_staff
from hitouch import context_processors
from hitouch.core.templatetags import hitouch as words
from tests.deployment.sites import PROJECT

Login = Callable[..., Client]


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "sees"), [("proctor", True), ("reviewer", False)])
def test_live_tests_are_for_proctors(signed_in: Login, role: str, sees: bool) -> None:
    """A place is only offered to staff who may go there."""
    client = signed_in(make_staff("Kiran", role))
    assert (b"Live assessments" in client.get("/admin/").content) is sees


@pytest.mark.django_db
def test_admin_wears_our_sheets(signed_in: Login) -> None:
    """Django's own sheets come below ours, so that its colours cannot win."""
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
        context_processors.PROCTOR,
    ],
)
def test_at_most_five_places(table: tuple[tuple[str, str, str], ...]) -> None:
    """A bar on a phone has room for five, whose words fit side by side in 320 pixels."""
    assert len(table) <= 5
    assert sum(len(name) for name, _, _ in table) <= 42


def test_blank_lead_leaves_no_gap() -> None:
    """The line under a heading takes no room when there is nothing to say."""
    base = (PROJECT / "static" / "css" / "base.css").read_text(encoding="utf-8")
    assert ".lead:empty { display: none; }" in base
    for name in ("base_app.html", "base_public.html"):
        page = (PROJECT / "templates" / name).read_text(encoding="utf-8")
        assert '<p class="lead">{% block lead %}{% endblock %}</p>' in page


def test_parts_are_listed_without_holes() -> None:
    """An address without a landmark has no empty place in it."""
    assert words.listed(["12 Lake Road", "", "Pune"]) == "12 Lake Road, Pune"
