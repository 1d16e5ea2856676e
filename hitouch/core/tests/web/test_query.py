"""Query parameters of pages: what is unknown or malformed is refused by name."""

import re

import pytest
from django.test import Client

from hitouch.core.web.query import fault_of_query
from tests.architecture.test_permissions import PAGES as ALL_PAGES

LIBRARIES = ("django", "allauth", "drf_spectacular")
VIEWS = [
    ("/" + path, pattern.callback)
    for path, pattern in ALL_PAGES
    if not pattern.callback.__module__.startswith(LIBRARIES)
    and not hasattr(pattern.callback, "view_class")
]
TAKES_ANY = [view for _, view in VIEWS if getattr(view, "query_forms", ()) is None]
#: Addresses without a part to fill in.
PAGES = sorted({path for path, view in VIEWS if "<" not in path and view not in TAKES_ANY})


def test_there_are_pages():
    """The list of pages below is that of the site."""
    assert {"/log-in/", "/help/", "/gigs/", "/client/applications/"} <= set(PAGES)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_an_unknown_parameter_is_refused_by_its_name(path):
    """Every page of ours answers 400 and names the parameter, before anything is read for it."""
    page = Client().get(path, {"colour": "red"})
    if page.status_code == 405:
        return
    assert page.status_code == 400
    assert "colour" in page.content.decode()
    assert f'href="{path}"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["abc", "-1", "0", "1e3", "9" * 5000])
def test_a_malformed_number_of_a_page_is_refused(value, signed_in, asha):
    """A page's number that is none does not show the first page instead."""
    answer = signed_in(asha.user).get("/account/notices/", {"page": value})
    assert answer.status_code == 400
    assert "page" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_beyond_the_end_shows_the_last(signed_in, asha):
    """A list may have become shorter since the link was made."""
    assert signed_in(asha.user).get("/account/notices/", {"page": 99}).status_code == 200


@pytest.mark.django_db
def test_parameters_of_mail_programs_change_nothing():
    """Links in mails get parameters by which senders count clicks."""
    assert Client().get("/log-in/?utm_source=mail&fbclid=x&next=/account/").status_code == 200


@pytest.mark.django_db
def test_a_page_for_what_others_send_takes_it(rf):
    """Where a provider sends people back, the parameters are the provider's."""
    assert TAKES_ANY
    request = rf.get("/x/", {"error_reason": "user_denied"})
    assert [fault_of_query(request, view) for view in TAKES_ANY] == [None] * len(TAKES_ANY)


def test_the_name_of_a_parameter_is_shown_as_text(rf, db):
    """A name that looks like HTML is escaped on the error page."""
    page = Client().get("/log-in/", {"<script>x": "1"}).content.decode()
    assert "<script>x" not in page
    assert re.search(r"&lt;script&gt;x", page)
