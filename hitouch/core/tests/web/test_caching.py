"""Caching: pages of a user are not stored; public pages and static files may be."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils.cache import patch_cache_control

from hitouch.core.middleware import RequestBoundaryMiddleware, is_public
from tests.architecture.test_permissions import ALL

EVERYONE = "everyone"


@pytest.mark.django_db
def test_nothing_that_a_user_is_shown_is_kept(asha, signed_in):
    """Every URL answers a logged-in user `no-store`, also with a redirect or an error."""
    browser = signed_in(asha.user)
    paths = {f"/{pattern}" for pattern, _ in ALL if not re.search(r"[<(^\\]", pattern)}
    kept = [path for path in sorted(paths) if "no-store" not in browser.get(path)["Cache-Control"]]
    assert not kept


@pytest.mark.django_db
def test_restricted_pages_are_not_cached():
    """Redirects to the log-in page, errors, health checks and the API are not cached either."""
    for path in ("/account/", "/admin/", "/none/", "/livez", "/readyz", "/api/v1/schema/"):
        assert "no-store" in Client().get(path)["Cache-Control"]


@pytest.mark.django_db
def test_public_pages_may_be_kept_until_the_session_holds_something():
    """Public pages may be cached until the session holds a contact."""
    stranger = Client()
    for path in ("/", "/terms/", "/privacy/", "/log-in/"):
        assert "no-store" not in stranger.get(path).get("Cache-Control", "")
    refused = stranger.post("/log-in/", {"contact": "asha@example.com", "password": "wrong"})
    assert "no-store" in refused["Cache-Control"]
    stranger.post("/log-in/by-code/", {"contact": "asha@example.com"})
    assert "no-store" in stranger.get("/terms/")["Cache-Control"]


@pytest.mark.django_db
def test_pages_with_a_secret_address_are_not_cached(asha, signed_in):
    """They need no session, but what a token or a code opens belongs to somebody."""
    page = signed_in(asha.user).post("/shifts/calendar/").content.decode()
    (path,) = set(re.findall(r"/calendar/[^\"<\s]+\.ics", page))
    answer = Client().get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    open_to_all = [entry for _, entry in ALL if getattr(entry.callback, "audience", "") == EVERYONE]
    for entry in open_to_all:
        request = RequestFactory().get("/somewhere/")
        request.session = SessionStore()
        facts = dict.fromkeys(entry.pattern.converters, "x")
        request.resolver_match = ResolverMatch(entry.callback, (), facts)
        assert is_public(request, HttpResponse()) is not bool(facts)


def test_static_files_keep_their_own_caching():
    """The server of static files says how long; their errors are pages like any other."""
    for status, is_kept in ((200, True), (304, True), (404, False)):
        answer = HttpResponse(status=status)
        patch_cache_control(answer, max_age=60, public=True)
        boundary = RequestBoundaryMiddleware(lambda request, answer=answer: answer)
        kept = boundary(RequestFactory().get("/static/css/base.css"))["Cache-Control"]
        assert ("max-age=60" in kept) is is_kept


@pytest.mark.django_db
def test_log_out_clears_what_the_browser_stored(asha, signed_in):
    """Copies of pages and unsaved input are deleted; cookies keep the known browser."""
    answer = signed_in(asha.user).post("/log-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in answer["Cache-Control"]
