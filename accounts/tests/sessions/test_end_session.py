"""Ending one sign-in of one's own, or all others, on the page and over the API."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.sessions import tokens
from conftest import NOON, PASSWORD, make_user

pytestmark = pytest.mark.django_db


def browser_of(user: User, agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0") -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


def other_of(client: Client) -> str:
    """The id of a sign-in that is not this browser."""
    sign_ins = client.get("/api/v1/me/sessions/").json()["data"]
    return next(one["id"] for one in sign_ins if not one["is_here"])


def by_page(client: Client, sign_in: str) -> int:
    return client.post(f"/account/sessions/{sign_in}/end/").status_code


def by_api(client: Client, sign_in: str) -> int:
    return client.delete(f"/api/v1/me/sessions/{sign_in}/").status_code


DOORS = pytest.mark.parametrize(("end", "done"), [(by_page, 302), (by_api, 204)])
Door = Callable[[Client, str], int]


@DOORS
def test_one_browser_is_shut_out(lata: User, end: Door, done: int) -> None:
    """The other browser is logged out at once, this one stays, and it is noted."""
    here, there = browser_of(lata), browser_of(lata)
    assert end(here, other_of(here)) == done
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    event = AuditEvent.objects.get(action="account.session_ended")
    assert event.new == {"device": "Chrome on Windows"}


@DOORS
def test_one_program_is_shut_out(call, lata: User, end: Door, done: int) -> None:
    """A program's tokens die with its line in the list."""
    here, issued = browser_of(lata), tokens.issue(user=lata, at=NOON, program="Phone app")
    assert end(here, other_of(here)) == done
    assert call("me/", method="get", token=issued.access_token).status_code == 401
    refreshed = call("auth/tokens/refresh/", refresh_token=issued.refresh_token)
    assert refreshed.status_code == 401


@DOORS
def test_only_ones_own_and_only_what_there_is(lata: User, end: Door, done: int) -> None:
    """Another person's sign-in, one that is over, and nonsense are all not there."""
    here, there = browser_of(lata), browser_of(lata)
    stranger = make_user("Omar")
    stranger.set_password(PASSWORD)
    stranger.save()
    theirs = browser_of(stranger)
    foreign = str(UserSession.objects.get(user=stranger).pk)
    family = str(tokens.issue(user=stranger, at=NOON).family.pk)
    over = other_of(here)
    assert end(here, over) == done
    for sign_in in (foreign, family, over, "9" * 50, "nonsense", "0"):
        assert end(here, sign_in) == 404
    assert theirs.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_all_others_on_the_page(call, lata: User) -> None:
    """Every other browser and program, and not this one."""
    here, there = browser_of(lata), browser_of(lata)
    token = tokens.issue(user=lata, at=NOON).access_token
    assert here.post("/account/sessions/end/").url == "/account/"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401


def test_all_others_over_the_api(call, lata: User) -> None:
    """A program stays logged in itself."""
    there = browser_of(lata)
    token = tokens.issue(user=lata, at=NOON).access_token
    assert call("me/sessions/end-others/", token=token).status_code == 204
    assert call("me/", method="get", token=token).status_code == 200
    assert there.get("/account/").status_code == 302


def test_nobody_and_reading_end_nothing(call, lata: User) -> None:
    """Who has not signed in gets nowhere, and a link ends nothing."""
    assert Client().post("/account/sessions/end/").url.startswith("/log-in/")
    assert Client().post("/account/sessions/1/end/").url.startswith("/log-in/")
    assert call("me/sessions/", method="get").status_code == 401
    assert call("me/sessions/1/", method="delete").status_code == 401
    assert browser_of(lata).get("/account/sessions/1/end/").status_code == 405
