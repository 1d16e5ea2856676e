"""Changing a password, and setting a new one by code."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.sessions import tokens
from accounts.tests.conftest import last_message, sent_code
from conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another-long-secret"


def browser_of(user: User) -> Client:
    client = Client()
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


def test_page_changes_and_stays_here_only(call, lata: User) -> None:
    """One stays signed in where one changed it; every other place is logged out."""
    here, there = browser_of(lata), browser_of(lata)
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    typed = {"present_password": PASSWORD, "password": NEW}
    assert here.post("/account/password/", typed).url == "/account/"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert call("me/", method="get", token=token).status_code == 401
    assert last_message(lata.email).template == "accounts/security"


def test_api_changes_and_keeps_its_own_log_in(call, lata: User) -> None:
    """Over the API the program that changed it stays, the others go."""
    own, other = (tokens.issue(user=lata, at=timezone.now()).access_token for _ in "ab")
    typed = {"present_password": PASSWORD, "password": NEW}
    assert call("me/password/", token=own, **typed).status_code == 204
    assert call("me/", method="get", token=own).status_code == 200
    assert call("me/", method="get", token=other).status_code == 401


def test_present_password_is_needed(call, lata: User) -> None:
    """Who found an open screen cannot take the account over."""
    here = browser_of(lata)
    typed = {"present_password": "a-guess-of-it", "password": NEW}
    page = here.post("/account/password/", typed)
    assert page.context["form"].errors["present_password"]
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    api = call("me/password/", token=token, **typed)
    assert (api.status_code, api.json()["code"]) == (422, "wrong_password")


def test_page_resets_by_code(client: Client, call, lata: User) -> None:
    """A code sets a new password, logs out everywhere and signs nobody in."""
    there = browser_of(lata)
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


def test_sign_up_grant_resets_nothing(call, lata: User) -> None:
    """A grant is good for what it was given for."""
    ticket = call("auth/sign-up/code/", contact="anita@example.com").json()
    code = sent_code("anita@example.com")
    told = call("auth/sign-up/confirm/", **ticket, code=code).json()
    crossed = call("auth/reset/password/", reset_token=told["sign_up_token"], password=NEW)
    assert crossed.status_code == 409


def test_reset_for_nobody_looks_alike(call, lata: User) -> None:
    """Asking for a reset does not tell who has an account."""
    known = call("auth/reset/code/", contact=lata.email)
    unknown = call("auth/reset/code/", contact="nobody@example.com")
    assert (known.status_code, *known.json()) == (unknown.status_code, *unknown.json())
