"""Sessions: of no use to who reads the database."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Agent
from accounts.sessions import store as sessions_store
from conftest import PASSWORD


def _log_in(agent: Agent) -> Client:
    if not agent.user.has_usable_password():
        agent.user.set_password(PASSWORD)
        agent.user.save()
    client = Client()
    client.post("/log-in/", {"contact": agent.user.email, "password": PASSWORD})
    return client


def test_the_database_does_not_hold_the_cookie(asha: Agent) -> None:
    """What lies in the tables of sessions is not what the browser sends."""
    client = _log_in(asha)
    key = client.cookies["sessionid"].value
    for rows in (Session.objects, UserSession.objects):
        assert [str(name) for name in rows.values_list("session_key", flat=True)] == [
            str(sessions_store.hashed_session_key(key))
        ]
    assert client.get("/account/").status_code == 200


def test_a_name_from_the_database_opens_nothing(asha: Agent) -> None:
    """Who copies a row's key into a cookie is nobody."""
    _log_in(asha)
    thief = Client()
    thief.cookies["sessionid"] = str(Session.objects.get().session_key)
    assert thief.get("/account/").status_code == 302


def test_the_data_cannot_be_read(asha: Agent) -> None:
    """A row's data tells neither the person nor what was typed."""
    client = Client()
    client.post("/sign-up/", {"contact": "new@example.com"})
    row = Session.objects.get()
    plain = row.get_decoded()
    assert "new@example.com" in str(plain)
    assert sessions_store.SealedSerializer().dumps(plain)[:1] == b"\x01"
    assert b"new@example.com" not in sessions_store.SealedSerializer().dumps(plain)


def test_each_place_can_be_ended(asha: Agent) -> None:
    """Ending the sessions of a person by allauth's list shuts their browsers out."""
    here, there = _log_in(asha), _log_in(asha)
    here.post("/account/sessions/end/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_the_list_knows_which_one_is_here(asha: Agent) -> None:
    """The browser that asks is marked as this one."""
    assert "This device" in _log_in(asha).get("/account/").content.decode()
