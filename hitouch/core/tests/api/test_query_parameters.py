"""Query parameters that an endpoint does not know, or cannot read, are refused by name."""

import re

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIRequestFactory, force_authenticate

from hitouch.core.api.query import QueryParametersMixin
from tests.architecture.test_permissions import ENDPOINTS, view_class

OWN = [(path, view_class(pattern)) for path, pattern in ENDPOINTS]
READ = [
    (path, view) for path, view in OWN if hasattr(view, "get") and "headless" not in view.__module__
]
LISTS = [(path, view) for path, view in READ if hasattr(view, "pagination_class")]
WRITTEN = [
    (path, view, method)
    for path, view in OWN
    for method in ("post", "put", "patch", "delete")
    if hasattr(view, method) and issubclass(view, QueryParametersMixin)
]
ACTIVITY = "/api/v1/me/activity/"


@pytest.mark.parametrize(("path", "view"), LISTS, ids=[path for path, _ in LISTS])
def test_lists_refuse_unknown_parameters(path, view, asha, monkeypatch):
    """A misspelt filter does not answer with all rows."""
    monkeypatch.setattr(view, "get_permissions", lambda self: [])
    request = APIRequestFactory().get("/", {"stat": "READY", "limit": "5"})
    force_authenticate(request, asha.user)
    answer = view.as_view()(request)
    assert (answer.status_code, answer.data["code"]) == (400, "query_invalid")
    assert [error["parameter"] for error in answer.data["errors"]] == ["stat"]


@pytest.mark.parametrize(
    ("path", "view", "method"), WRITTEN, ids=[f"{method} {path}" for path, _, method in WRITTEN]
)
def test_requests_that_change_something_take_no_query_parameters(
    path, view, method, asha, monkeypatch
):
    """What a program puts into the URL instead of the body is refused, not ignored."""
    monkeypatch.setattr(view, "get_permissions", lambda self: [])
    request = getattr(APIRequestFactory(), method)("/?reason=late", {}, format="json")
    force_authenticate(request, asha.user)
    answer = view.as_view()(request)
    assert answer.status_code == 400
    # OAuth has its own words for it (RFC 6749, section 5.2).
    assert "query_invalid" in answer.data.values() or answer.data["error"] == "invalid_request"


def test_every_endpoint_that_reads_declares_its_parameters():
    """All of our endpoints read the query string by the same mechanism."""
    assert len(LISTS) > 15
    ours = [view for _, view in READ if not view.__module__.startswith("hitouch.api_urls")]
    assert not [view for view in ours if not issubclass(view, QueryParametersMixin)]


def test_the_document_names_the_parameters_that_are_read():
    """OpenAPI lists for each endpoint exactly the fields of its forms."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    documented, declared = {}, {}
    for path, view in READ:
        if not issubclass(view, QueryParametersMixin):
            continue
        url = next(name for name, operations in paths.items() if view_of(name) == plain(path))
        named = paths[url]["get"].get("parameters", [])
        documented[url] = {each["name"] for each in named if each["in"] == "query"}
        declared[url] = {name for form in view.query_forms() for name in form.base_fields}
    assert documented == declared


def plain(path: str) -> str:
    """The path with `{}` for each parameter, by which a URL pattern is found in the document."""
    return "/" + re.sub(r"<[^>]*>", "{}", path)


def view_of(url: str) -> str:
    return re.sub(r"{[^}]*}", "{}", url)


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=ten", "limit", "invalid"),
        ("limit=0", "limit", "min_value"),
        ("limit=-5", "limit", "min_value"),
        ("page=abc", "page", "invalid"),
        ("page=1&page=2", "page", "repeated_parameter"),
        ("cursor=abc", "cursor", "unknown_parameter"),
        ("format=json", "format", "unknown_parameter"),
        ("%F0%9F%98%80=1", "\U0001f600", "unknown_parameter"),
    ],
)
def test_malformed_parameters_are_named(query, parameter, code, asha, signed_in):
    """The problem names the parameter and what is wrong with it."""
    answer = signed_in(asha.user).get(f"{ACTIVITY}?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    error = answer.json()["errors"][0]
    assert (error["parameter"], error["code"]) == (parameter, code)


@pytest.mark.parametrize("query", ["", "limit=", "limit=5&page=1", "limit=1000"])
def test_good_parameters_are_read(query, asha, signed_in):
    """An empty parameter is like none, and a limit above the largest is cut."""
    assert signed_in(asha.user).get(f"{ACTIVITY}?{query}").status_code == 200


def test_filters_and_cursors_are_read(asha, signed_in):
    """A filter takes its choices only, and a cursor only one that was given out."""
    browser, path = signed_in(asha.user), "/api/v1/opportunities/"
    assert browser.get(f"{path}?level=B1&q=chat").status_code == 200
    for query, name in (("level=Z9", "level"), ("cursor=%ff", "cursor"), ("q=a%00b", "q")):
        answer = browser.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, name)


def test_authentication_is_checked_before_the_query(db):
    """Without authentication the answer is 401, whatever the query."""
    assert Client().get(f"{ACTIVITY}?nonsense=1").status_code == 401
