"""The session store: hashed keys and encrypted data."""

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


def test_database_does_not_hold_the_cookie(asha: Agent) -> None:
    """The session tables do not contain the cookie's value."""
    client = _log_in(asha)
    key = client.cookies["sessionid"].value
    for rows in (Session.objects, UserSession.objects):
        assert [str(name) for name in rows.values_list("session_key", flat=True)] == [
            str(sessions_store.hashed_session_key(key))
        ]
    assert client.get("/account/").status_code == 200


def test_stored_key_is_no_valid_cookie(asha: Agent) -> None:
    """A key copied from the database into a cookie is not logged in."""
    _log_in(asha)
    thief = Client()
    thief.cookies["sessionid"] = str(Session.objects.get().session_key)
    assert thief.get("/account/").status_code == 302


def test_session_data_is_encrypted(asha: Agent) -> None:
    """A row shows neither the user nor the session's values."""
    client = Client()
    client.post("/sign-up/", {"contact": "new@example.com"})
    row = Session.objects.get()
    plain = row.get_decoded()
    assert "new@example.com" in str(plain)
    assert sessions_store.SealedSerializer().dumps(plain)[:1] == b"\x01"
    assert b"new@example.com" not in sessions_store.SealedSerializer().dumps(plain)


def test_user_sessions_can_be_ended(asha: Agent) -> None:
    """Ending sessions through allauth's model logs the browsers out."""
    first, second = _log_in(asha), _log_in(asha)
    first.post("/account/sessions/end/")
    assert first.get("/account/").status_code == 200
    assert second.get("/account/").status_code == 302


def test_current_session_is_recognised(asha: Agent) -> None:
    """The browser of the request is marked as the current one."""
    assert "This device" in _log_in(asha).get("/account/").content.decode()
