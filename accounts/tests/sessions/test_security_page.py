"""Where one is signed in and what happened, on the page and over the API."""

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
from accounts.tests.conftest import come_in
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


def note(user: User, **facts) -> None:
    given = {"outcome": Outcome.IN, "method": Way.PASSWORD, "origin": BANGALORE, "at": NOON} | facts
    login_history.record_login(user=user, **given)


def told(user: User) -> list[str]:
    return [
        one.words
        for one in login_history.describe(
            login_history.activity_of(user, at=NOON + timedelta(hours=1))
        )
    ]


def test_page_names_device_and_place(lata: User) -> None:
    """A browser by its name, its place in words, and which one is this one."""
    client = Client(headers={"user-agent": PHONE})
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    UserSession.objects.update(ip="103.21.58.9")
    page = client.get("/account/").content.decode()
    for words in ("Chrome on Android", "India", "103.21.x.x", "This device"):
        assert words in page
    assert "103.21.58.9" not in page


def test_api_tells_the_same(call, lata: User) -> None:
    """The list names this program first, with moments and without whole addresses."""
    Client(headers={"user-agent": PHONE}).post(
        "/log-in/", {"contact": lata.email, "password": PASSWORD}
    )
    token = tokens.issue(user=lata, at=NOON, program="Phone app").access_token
    answer = call("me/sessions/", method="get", token=token).json()
    program, browser = answer["data"]
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
    assert (answer["next"], answer["previous"]) == (None, None)


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
def test_log_ins_are_told_in_words(lata: User, outcome: str, way: str, words: str) -> None:
    """Every outcome of every way is a sentence."""
    note(lata, outcome=outcome, method=way)
    assert told(lata) == [words]


def test_every_outcome_has_words() -> None:
    """None is left to chance when one is added."""
    for way in Way:
        assert way in login_history.SUCCESS_TEXTS
    assert {*login_history.OUTCOME_TEXTS, Outcome.IN, Outcome.WRONG} == set(Outcome)


def test_changes_stand_among_the_log_ins(lata: User) -> None:
    """What was changed and who came in are one list, newest first."""
    note(lata)
    at = NOON + timedelta(minutes=5)
    record_factor_change(user=lata, kind="totp", change="added", at=at)
    passwords.change_password(
        user=lata,
        present_password=PASSWORD,
        password="another-horse-battery",
        at=at + at.resolution,
    )
    assert told(lata) == [
        "Password changed",
        "Authenticator app added",
        "Logged in with a password",
    ]


def test_others_and_old_things_are_not_told(lata: User) -> None:
    """Only this person's, and only the last thirty days."""
    note(make_user("Omar"))
    note(lata, at=NOON - timedelta(days=31))
    assert told(lata) == []


def test_both_doors_page_through_it(call, lata: User, client: Client) -> None:
    """Twenty to a page for people; programs follow `next`."""
    for minute in range(45):
        note(lata, at=NOON - timedelta(minutes=minute))
    come_in(client, lata)
    first = client.get("/account/activity/")
    assert len(first.context["happenings"]) == 20
    assert client.get("/account/activity/?page=nonsense").status_code == 200
    token = tokens.issue(user=lata, at=NOON).access_token
    page = call("me/activity/?limit=30", method="get", token=token).json()
    assert len(page["data"]) == 30
    assert page["data"][0]["words"] == "Logged in with a password"
    assert page["data"][0]["what"] == "log_in.in"
    following = page["next"].partition("/api/v1/")[2]
    assert len(call(following, method="get", token=token).json()["data"]) >= 15


def test_password_is_told_by_its_day(lata: User, client: Client) -> None:
    """When it was set, or that there is none yet."""
    come_in(client, lata)
    passwords.change_password(
        user=lata, present_password=PASSWORD, password="another-horse-battery", at=NOON
    )
    come_in(client, lata)
    assert "Last changed on Mon 23 Nov, 12:00 pm" in client.get("/account/").content.decode()
    lata.set_unusable_password()
    lata.save()
    come_in(client, lata)
    assert "set a password" in client.get("/account/").content.decode()


def test_queries_do_not_grow(lata: User, client: Client) -> None:
    """However many places and events there are, the page asks the database as often."""
    come_in(client, lata)
    client.get("/account/")
    counts = []
    for rows in (1, 12):
        for number in range(rows):
            Client().post("/log-in/", {"contact": lata.email, "password": PASSWORD})
            tokens.issue(user=lata, at=NOON, program=f"Program {number}")
            note(lata)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/account/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_last_use_is_noted_every_five_minutes(lata: User) -> None:
    """A page a minute writes one row in five; after that the list knows when and from where."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    client.get("/account/")
    began = UserSession.objects.get().last_seen_at
    for minutes, moved in ((2, False), (6, True)):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            if moved:
                forget_cache_entry()
            client.get("/account/", REMOTE_ADDR="103.21.58.9", headers={"user-agent": PHONE})
        session = UserSession.objects.get()
        assert (session.last_seen_at > began) is moved
    assert session.ip == "103.21.58.9"
    found = sessions_queries.active_sessions(lata, at=NOON + timedelta(minutes=6))[0]
    assert (found.device, found.place) == ("Chrome on Android", "India")


def forget_cache_entry() -> None:
    """The cache's clock is the server's own: let five minutes pass in it."""
    cache.clear()


def test_nowhere_is_told_without_a_place(lata: User, client: Client) -> None:
    """An event without device and place is still a sentence."""
    note(lata, origin=UNKNOWN_ORIGIN)
    come_in(client, lata)
    assert "Logged in with a password" in client.get("/account/activity/").content.decode()
