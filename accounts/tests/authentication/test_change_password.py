"""Changing a password, and resetting one with a code."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.sessions import tokens
from accounts.tests.conftest import last_message, sent_code
from conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another-long-secret"


def logged_in_browser(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


def test_page_keeps_this_session_only(call, lata: User) -> None:
    """This session stays logged in; every other one ends."""
    current, there = logged_in_browser(lata), logged_in_browser(lata)
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    form = {"present_password": PASSWORD, "password": NEW}
    assert current.post("/account/password/", form).url == "/account/"
    assert current.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401
    assert last_message(lata.email).template == "accounts/security"


def test_api_keeps_its_own_family_only(call, lata: User) -> None:
    """The calling app stays logged in; the others are logged out."""
    own, other = (tokens.issue(user=lata, at=timezone.now()).access_token for _ in "ab")
    form = {"present_password": PASSWORD, "password": NEW}
    assert call("me/password/", token=own, **form).status_code == 204
    assert call("me/", method="get", token=own).status_code == 200
    assert call("me/", method="get", token=other).status_code == 401


def test_current_password_is_needed(call, lata: User) -> None:
    """An unlocked screen is not enough to take over the account."""
    current = logged_in_browser(lata)
    form = {"present_password": "a-guess-of-it", "password": NEW}
    page = current.post("/account/password/", form)
    assert page.context["form"].errors["present_password"]
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    api = call("me/password/", token=token, **form)
    assert (api.status_code, api.json()["code"]) == (422, "wrong_password")


def test_page_resets_by_code(client: Client, call, lata: User) -> None:
    """A code sets a new password and ends all sessions; it does not log in."""
    there = logged_in_browser(lata)
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    assert client.post("/reset/", {"contact": lata.phone}).url == "/reset/code/"
    assert client.post("/reset/code/", {"code": sent_code(lata.phone)}).url == "/reset/password/"
    assert client.post("/reset/password/", {"password": "short"}).status_code == 200
    assert client.post("/reset/password/", {"password": NEW}).url == "/log-in/"
    assert "_auth_user_id" not in client.session
    assert there.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401
    assert call("auth/tokens/", contact=lata.email, password=NEW).status_code == 201


def test_api_resets_by_code_once(call, lata: User) -> None:
    """The same over the API; the reset token works once."""
    ticket = call("auth/reset/code/", contact=lata.email).json()
    token = call("auth/reset/confirm/", **ticket, code=sent_code(lata.email)).json()
    assert call("auth/reset/password/", **token, password=NEW).status_code == 204
    again = call("auth/reset/password/", **token, password=PASSWORD)
    assert (again.status_code, again.json()["code"]) == (409, "start_again")


def test_sign_up_token_is_refused(call, lata: User) -> None:
    """A grant works only for its own purpose."""
    ticket = call("auth/sign-up/code/", contact="anita@example.com").json()
    code = sent_code("anita@example.com")
    body = call("auth/sign-up/confirm/", **ticket, code=code).json()
    crossed = call("auth/reset/password/", reset_token=body["sign_up_token"], password=NEW)
    assert crossed.status_code == 409


def test_reset_for_unknown_contact_answers_alike(call, lata: User) -> None:
    """The response does not tell who has an account."""
    known = call("auth/reset/code/", contact=lata.email)
    unknown = call("auth/reset/code/", contact="nobody@example.com")
    assert (known.status_code, *known.json()) == (unknown.status_code, *unknown.json())
