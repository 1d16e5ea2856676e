"""Ending one of one's own sessions, or all others, on the page and over the API."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.sessions import tokens
from conftest import NOON, PASSWORD, make_user

pytestmark = pytest.mark.django_db


def logged_in_browser(
    user: User, agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0"
) -> Client:
    """A browser in which the user is logged in."""
    client = Client(headers={"user-agent": agent})
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


def other_session_id(client: Client) -> str:
    """The id of a session that is not this browser's."""
    sign_ins = client.get("/api/v1/me/sessions/").json()["data"]
    return next(one["id"] for one in sign_ins if not one["is_here"])


def end_on_page(client: Client, sign_in: str) -> int:
    """End a session on the page."""
    return client.post(f"/account/sessions/{sign_in}/end/").status_code


def end_by_api(client: Client, sign_in: str) -> int:
    """End a session over the API."""
    return client.delete(f"/api/v1/me/sessions/{sign_in}/").status_code


DOORS = pytest.mark.parametrize(("end", "done"), [(end_on_page, 302), (end_by_api, 204)])
Door = Callable[[Client, str], int]


@DOORS
def test_ending_a_browser_session(lata: User, end: Door, done: int) -> None:
    """That browser is logged out at once, this one stays, and it is recorded."""
    current, elsewhere = logged_in_browser(lata), logged_in_browser(lata)
    assert end(current, other_session_id(current)) == done
    assert elsewhere.get("/account/").status_code == 302
    assert current.get("/account/").status_code == 200
    event = AuditEvent.objects.get(action="account.session_ended")
    assert event.new == {"device": "Chrome on Windows"}


@DOORS
def test_ending_an_app_session(call, lata: User, end: Door, done: int) -> None:
    """The app's tokens are revoked."""
    current, issued = logged_in_browser(lata), tokens.issue(user=lata, at=NOON, program="Phone app")
    assert end(current, other_session_id(current)) == done
    assert call("me/", method="get", token=issued.access_token).status_code == 401
    refreshed = call("auth/tokens/refresh/", refresh_token=issued.refresh_token)
    assert refreshed.status_code == 401


@DOORS
def test_unknown_session_is_404(lata: User, end: Door, done: int) -> None:
    """Another user's session, an ended one and nonsense are all not found."""
    current, elsewhere = logged_in_browser(lata), logged_in_browser(lata)
    visitor = make_user("Omar")
    visitor.set_password(PASSWORD)
    visitor.save()
    other_browser = logged_in_browser(visitor)
    foreign = str(UserSession.objects.get(user=visitor).pk)
    family = str(tokens.issue(user=visitor, at=NOON).family.pk)
    over = other_session_id(current)
    assert end(current, over) == done
    for sign_in in (foreign, family, over, "9" * 50, "nonsense", "0"):
        assert end(current, sign_in) == 404
    assert other_browser.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_page_ends_all_other_sessions(call, lata: User) -> None:
    """Every other browser and app, but not this one."""
    current, elsewhere = logged_in_browser(lata), logged_in_browser(lata)
    token = tokens.issue(user=lata, at=NOON).access_token
    assert current.post("/account/sessions/end/").url == "/account/"
    assert current.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401


def test_api_ends_all_other_sessions(call, lata: User) -> None:
    """The calling app stays logged in."""
    elsewhere = logged_in_browser(lata)
    token = tokens.issue(user=lata, at=NOON).access_token
    assert call("me/sessions/end-others/", token=token).status_code == 204
    assert call("me/", method="get", token=token).status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_cookie_beside_a_token_is_another_session(lata: User) -> None:
    """The token is what was authenticated with, so the session of the cookie is ended too."""
    browser, token = logged_in_browser(lata), tokens.issue(user=lata, at=NOON).access_token
    headers = {"Authorization": f"Bearer {token}"}
    sessions = browser.get("/api/v1/me/sessions/", headers=headers).json()["data"]
    assert [one["is_here"] for one in sessions] == [True, False]
    assert browser.post("/api/v1/me/sessions/end-others/", headers=headers).status_code == 204
    assert browser.get("/account/").status_code == 302
    assert Client().get("/api/v1/me/", headers=headers).status_code == 200


def test_ending_needs_a_login_and_a_post(call, lata: User) -> None:
    """Visitors are refused, and a GET request ends nothing."""
    assert Client().post("/account/sessions/end/").url.startswith("/log-in/")
    assert Client().post("/account/sessions/1/end/").url.startswith("/log-in/")
    assert call("me/sessions/", method="get").status_code == 401
    assert call("me/sessions/1/", method="delete").status_code == 401
    assert logged_in_browser(lata).get("/account/sessions/1/end/").status_code == 405
