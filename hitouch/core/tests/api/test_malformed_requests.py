"""Malformed requests get problem details or an error page, never a 500 or a guess."""

import json
import re

import pytest
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, QueryDict
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from hitouch.core.api import malformed
from hitouch.core.web.text_encodings import with_text_encodings
from tests.architecture.test_permissions import ALL

LOG_IN = "/api/v1/auth/tokens"
FIELDS = {f"f{number}": "x" for number in range(600)}


@pytest.fixture
def stranger(db):
    return Client(raise_request_exception=False)


@pytest.fixture
def admin_browser(meera, signed_in):
    """A browser of staff who may open every page of the admin."""
    meera.is_superuser = True
    meera.save()
    browser = signed_in(meera)
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_without_the_last_slash_the_body_is_not_lost(stranger, settings, method, debug):
    """The API answers 404 with a name; a redirect would turn the request into a GET."""
    settings.DEBUG = debug
    answer = getattr(stranger, method)(LOG_IN, "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "missing_slash")


@pytest.mark.parametrize("debug", [True, False])
def test_pages_without_the_last_slash(stranger, settings, debug):
    """Reading is redirected with its query; a form is not, and the person is told."""
    settings.DEBUG = debug
    assert stranger.get("/log-in?next=/money/").url == "/log-in/?next=/money/"
    assert stranger.get("/api/v1/me").status_code == 301
    answer = stranger.post("/log-in", {"contact": "asha@example.com"})
    assert answer.status_code == 404
    assert "end with a slash" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/account/?page=%00", 400),
        ("/account/?%00=1", 400),
        ("/log-in/?next=%00", 400),
        ("/admin/?next=a%00b", 400),
        ("/opportunities/%00/", 404),
        ("/api/v1/me/sessions/a%00b/", 404),
        ("/admin/accounts/user/%00/change/", 404),
        ("/api/v1/me/?x=%00", 400),
        ("/api/v1/me/?" + "&".join(FIELDS), 400),
        ("/log-in/?" + "&".join(FIELDS), 400),
        ("/admin/?" + "&".join(FIELDS), 400),
    ],
)
def test_addresses_with_nul_or_too_many_parameters(stranger, path, status):
    """They are refused before anything is read; under /api/ as a problem."""
    answer = stranger.get(path)
    assert answer.status_code == status
    if path.startswith("/api/"):
        assert json.loads(answer.content)["code"]
    else:
        assert "Go to home" in answer.content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_forms_with_too_many_fields(stranger, settings, debug):
    """A form of 600 fields is 400 on a page and in the API."""
    settings.DEBUG = debug
    page = stranger.post("/log-in/", FIELDS)
    assert page.status_code == 400
    assert "Send 500 fields or fewer" in page.content.decode()
    form = "&".join(f"{name}=x" for name in FIELDS)
    api = stranger.post("/api/v1/oauth/token", form, "application/x-www-form-urlencoded")
    assert (api.status_code, api.json()["code"]) == (400, "too_many_fields")


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "unicode_escape"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_texts_are_utf_8(db, settings, charset, kind, debug):
    """Another encoding is refused before it is used, in the address and in a form."""
    settings.DEBUG = debug
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for path in ("/log-in/?next=/money/", f"{LOG_IN}/", "/nothing/?a=%C3%A9"):
        for method in ("GET", "POST"):
            answer = browser.generic(method, path, b"contact=1", f"{kind}; charset={charset}")
            assert answer.status_code == (404 if "nothing" in path else 400), (path, method)
    assert "UTF-8" in browser.generic("GET", "/log-in/", b"a=1", f"{kind}; charset={charset}").text


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["rot13", "base64", "zlib", "hex", "undefined", "idna", "\x00"])
def test_an_encoding_that_is_none_of_text_breaks_no_request(charset):
    """Django would fail at it before any middleware; pages are served by WSGI in production."""
    statuses = []

    def start_response(status: str, headers: object) -> None:
        statuses.append(status)

    request = RequestFactory().get("/log-in/", {"next": "/money/"})
    environ = request.environ | {"CONTENT_TYPE": f"text/plain; charset={charset}"}
    answer = with_text_encodings(get_wsgi_application())(environ, start_response)
    assert (statuses, b"UTF-8" in b"".join(answer)) == (["400 Bad Request"], True)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "'utf-8'", "no-such-charset"])
def test_every_name_of_utf_8_is_read(stranger, charset):
    """An unknown one counts as none, as before."""
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = stranger.generic("POST", "/log-in/", b"contact=%C3%A9&password=x", kind)
    assert answer.status_code == 200
    assert "é" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["no_such_field=1", "id__exact=abc", "id=not-a-uuid", "joined__year=x"]
)
def test_filters_of_the_admin_are_read_or_refused(admin_browser, query):
    """A list does not fall back to all rows."""
    answer = admin_browser.get(f"/admin/accounts/user/?{query}")
    assert answer.status_code == 400
    assert "Go to home" in answer.content.decode()


def test_every_list_of_the_admin_refuses_unknown_filters(admin_browser):
    """The rule holds for each model."""
    lists = [f"/admin/{model._meta.label_lower.replace('.', '/')}/" for model in site._registry]
    statuses = {path: admin_browser.get(f"{path}?no_such=1").status_code for path in lists}
    assert {path: status for path, status in statuses.items() if status not in (400, 403)} == {}


def test_odd_ids_break_no_page_of_the_admin(admin_browser):
    """Ids of another kind name no row, on every page of staff and for every action."""
    patterns = [pattern for pattern, _ in ALL if pattern.startswith("admin/") and "<" in pattern]
    paths = sorted({"/" + re.sub(r"<[^>]*>", "abc", each) for each in patterns if "(" not in each})
    assert len(paths) > 50
    failed = [
        (method, path)
        for path in paths
        for method in ("get", "post")
        if getattr(admin_browser, method)(path).status_code >= 500
    ]
    assert not failed


def request_to(query: str = "", **kwargs: str) -> HttpRequest:
    request = HttpRequest()
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    request.resolver_match = ResolverMatch(print, (), kwargs)
    return request


def test_ids_of_another_kind_name_no_row():
    """An uncaught error that quotes an id of the address is 404, of the query 400."""
    uuid, number = ValidationError("“abc” is not a valid UUID."), ValueError("but got 'abc'")
    for error in (uuid, number):
        assert malformed.fault_of_error(error, request_to(pk="abc")).status == 404
        assert malformed.fault_of_error(error, request_to("agent=abc")).status == 400
        assert malformed.fault_of_error(error, request_to(pk="other")) is None
    assert malformed.fault_of_error(KeyError("abc"), request_to(pk="abc")) is None
