"""Active sessions and recent activity, on the page and over the API."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.authentication.services import passwords
from accounts.models import LogInEvent, User
from accounts.security import login_history
from accounts.security.notifications import record_factor_change
from accounts.security.origin import UNKNOWN_ORIGIN, RequestOrigin
from accounts.sessions import queries as sessions_queries
from accounts.sessions import tokens
from accounts.tests.conftest import log_in_recently
from conftest import NOON, PASSWORD, make_user

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36"
BANGALORE = RequestOrigin(
    ip="103.21.58.9",
    network_hash="p",
    network="103.21.x.x",
    country="India",
    device="Chrome on Android",
)
Outcome, Way = LogInEvent.Outcome, LogInEvent.Way


def record(user: User, **facts) -> None:
    """Record a log-in of the user from Bangalore."""
    fields = {
        "outcome": Outcome.IN,
        "method": Way.PASSWORD,
        "origin": BANGALORE,
        "at": NOON,
    } | facts
    login_history.record_login(user=user, **fields)


def activity_texts(user: User) -> list[str]:
    """The texts of the user's activity, newest first."""
    return [
        one.words
        for one in login_history.describe(
            login_history.activity_of(user, at=NOON + timedelta(hours=1))
        )
    ]


def test_page_shows_device_and_country(lata: User) -> None:
    """The browser's name, the country in words, and which session is the current one."""
    client = Client(headers={"user-agent": PHONE})
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    UserSession.objects.update(ip="103.21.58.9")
    page = client.get("/account/").content.decode()
    for words in ("Chrome on Android", "India", "103.21.x.x", "This device"):
        assert words in page
    assert "103.21.58.9" not in page


def test_api_lists_active_sessions(call, lata: User) -> None:
    """The current app first, with times and masked addresses."""
    Client(headers={"user-agent": PHONE}).post(
        "/log-in/", {"contact": lata.email, "password": PASSWORD}
    )
    token = tokens.issue(user=lata, at=NOON, program="Phone app").access_token
    response = call("me/sessions/", method="get", token=token).json()
    program, browser = response["data"]
    assert (program["kind"], program["device"], program["is_here"]) == (
        "program",
        "Phone app",
        True,
    )
    assert (browser["kind"], browser["device"], browser["is_here"]) == (
        "browser",
        "Chrome on Android",
        False,
    )
    assert browser["network"] == "127.0.x.x"
    assert (response["next"], response["previous"]) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "way", "words"),
    [
        (Outcome.IN, Way.PASSWORD, "Logged in with a password"),
        (Outcome.IN, Way.CODE, "Logged in with a code"),
        (Outcome.IN, Way.PASSKEY, "Logged in with a passkey"),
        (Outcome.IN, Way.GOOGLE, "Logged in with Google"),
        (Outcome.IN, Way.SIGN_UP, "Signed up"),
        (Outcome.WRONG, Way.PASSWORD, "Wrong password"),
        (Outcome.WRONG, Way.CODE, "Wrong code"),
        (Outcome.WRONG_FACTOR, Way.PASSWORD, "Wrong two-step verification code"),
        (Outcome.NOT_ACTIVE, Way.PASSWORD, "Login blocked: account not active"),
    ],
)
def test_login_texts(lata: User, outcome: str, way: str, words: str) -> None:
    """Every outcome of every method has its text."""
    record(lata, outcome=outcome, method=way)
    assert activity_texts(lata) == [words]


def test_every_outcome_has_a_text() -> None:
    """A new outcome or method needs a text."""
    for way in Way:
        assert way in login_history.SUCCESS_TEXTS
    assert {*login_history.OUTCOME_TEXTS, Outcome.IN, Outcome.WRONG} == set(Outcome)


def test_changes_and_logins_are_one_list(lata: User) -> None:
    """Account changes and log-ins together, newest first."""
    record(lata)
    at = NOON + timedelta(minutes=5)
    record_factor_change(user=lata, kind="totp", change="added", at=at)
    passwords.change_password(
        user=lata,
        present_password=PASSWORD,
        password="another-horse-battery",
        at=at + at.resolution,
    )
    assert activity_texts(lata) == [
        "Password changed",
        "Authenticator app added",
        "Logged in with a password",
    ]


def test_activity_is_own_and_recent(lata: User) -> None:
    """Only this user's events, and only those of the last thirty days."""
    record(make_user("Omar"))
    record(lata, at=NOON - timedelta(days=31))
    assert activity_texts(lata) == []


def test_page_and_api_paginate_activity(call, lata: User, client: Client) -> None:
    """Twenty per page; the API links with `next`."""
    for minute in range(45):
        record(lata, at=NOON - timedelta(minutes=minute))
    log_in_recently(client, lata)
    first = client.get("/account/activity/")
    assert len(first.context["events"]) == 20
    assert client.get("/account/activity/?page=nonsense").status_code == 400
    assert client.get("/account/activity/?page=99").status_code == 200
    token = tokens.issue(user=lata, at=NOON).access_token
    page = call("me/activity/?limit=30", method="get", token=token).json()
    assert len(page["data"]) == 30
    assert page["data"][0]["words"] == "Logged in with a password"
    assert page["data"][0]["what"] == "log_in.in"
    following = page["next"].partition("/api/v1/")[2]
    assert len(call(following, method="get", token=token).json()["data"]) >= 15


def test_page_shows_when_the_password_was_set(lata: User, client: Client) -> None:
    """The date, or that there is no password."""
    log_in_recently(client, lata)
    passwords.change_password(
        user=lata, present_password=PASSWORD, password="another-horse-battery", at=NOON
    )
    log_in_recently(client, lata)
    assert "Last changed on Mon 23 Nov, 12:00 pm" in client.get("/account/").content.decode()
    lata.set_unusable_password()
    lata.save()
    log_in_recently(client, lata)
    assert "set a password" in client.get("/account/").content.decode()


def test_page_has_constant_queries(lata: User, client: Client) -> None:
    """More sessions and events cost no more queries."""
    log_in_recently(client, lata)
    client.get("/account/")
    counts = []
    for rows in (1, 12):
        for number in range(rows):
            Client().post("/log-in/", {"contact": lata.email, "password": PASSWORD})
            tokens.issue(user=lata, at=NOON, program=f"Program {number}")
            record(lata)
        with CaptureQueriesContext(connection) as futures:
            assert client.get("/account/").status_code == 200
        counts.append(len(futures))
    assert counts[0] == counts[1]


def test_last_use_is_saved_every_five_minutes(lata: User) -> None:
    """One request a minute writes one row in five minutes, with time and address."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    client.get("/account/")
    began = UserSession.objects.get().last_seen_at
    for minutes, moved in ((2, False), (6, True)):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            if moved:
                expire_cache_entries()
            client.get("/account/", REMOTE_ADDR="103.21.58.9", headers={"user-agent": PHONE})
        session = UserSession.objects.get()
        assert (session.last_seen_at > began) is moved
    assert session.ip == "103.21.58.9"
    found = sessions_queries.active_sessions(lata, at=NOON + timedelta(minutes=6))[0]
    assert (found.device, found.place) == ("Chrome on Android", "India")


def expire_cache_entries() -> None:
    """Delete the cache entries, since the cache server's clock cannot be moved."""
    cache.clear()


def test_event_without_origin_has_a_text(lata: User, client: Client) -> None:
    """An event without device and country is still complete."""
    record(lata, origin=UNKNOWN_ORIGIN)
    log_in_recently(client, lata)
    assert "Logged in with a password" in client.get("/account/activity/").content.decode()
