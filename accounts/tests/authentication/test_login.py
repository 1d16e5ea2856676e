"""Logging in with a password or a code, on the page and over the API."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.authentication.services import login
from accounts.models import LogInEvent, User
from accounts.security import login_history, rate_limits
from accounts.security.origin import (
    UNKNOWN_ORIGIN,
    RequestOrigin,
    network_hash,
    read_known_browser_cookie,
)
from accounts.tests.conftest import sent_code
from conftest import NOON, PASSWORD, make_user
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db


def network_of(ip: str) -> RequestOrigin:
    return RequestOrigin(ip=ip, network_hash=network_hash(ip))


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_page_takes_either_contact(client: Client, lata: User, kind: str) -> None:
    """Either contact goes with the password, however it is written."""
    contact = getattr(lata, kind).upper().replace("+91", "0")
    answer = client.post("/log-in/", {"contact": contact, "password": PASSWORD})
    assert answer.url == "/next/"
    assert signed_in_as(client) == str(lata.pk)


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_api_takes_either_contact(call, lata: User, kind: str) -> None:
    """The same over the API gives tokens that open the API."""
    answer = call("auth/tokens/", contact=getattr(lata, kind), password=PASSWORD)
    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 900
    me = call("me/", method="get", token=answer.json()["access_token"])
    assert me.json()["id"] == str(lata.pk)


def test_unknown_and_wrong_look_alike(call, client: Client, lata: User) -> None:
    """Nobody can tell an unknown contact from a wrong password."""
    pairs = [(lata.email, "not-the-password"), ("nobody@example.com", PASSWORD)]
    bodies = []
    for contact, password in pairs:
        answer = call("auth/tokens/", contact=contact, password=password)
        assert answer.status_code == 401
        bodies.append(answer.json() | {"request_id": ""})
        page = client.post("/log-in/", {"contact": contact, "password": password})
        assert page.context["form"].non_field_errors() == [bodies[-1]["detail"]]
    assert bodies[0] == bodies[1]
    assert signed_in_as(client) is None


def test_typed_contact_stays_after_a_refusal(client: Client, lata: User) -> None:
    """The contact need not be typed again; the password is not sent back."""
    answer = client.post("/log-in/", {"contact": lata.email, "password": "not-the-password"})
    page = answer.content.decode()
    assert lata.email in page
    assert "not-the-password" not in page


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.CLOSED])
def test_only_active_accounts_get_in(call, client: Client, lata: User, status: str) -> None:
    """After the right password a suspended person is told so; after a wrong one nothing."""
    User.objects.filter(pk=lata.pk).update(status=status)
    right = call("auth/tokens/", contact=lata.email, password=PASSWORD)
    assert (right.status_code, right.json()["code"]) == (403, "account_not_active")
    guess = call("auth/tokens/", contact=lata.email, password="a-wrong-guess")
    assert guess.json()["code"] == "wrong_log_in"
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    assert signed_in_as(client) is None


def test_suspension_ends_what_is_open(call, client: Client, lata: User, asha) -> None:
    """A token and a session die with the account's standing."""
    token = call("auth/tokens/", contact=lata.email, password=PASSWORD).json()["access_token"]
    client.force_login(lata)
    User.objects.filter(pk=lata.pk).update(status=User.Status.SUSPENDED)
    assert call("me/", method="get", token=token).status_code == 401
    assert client.get("/account/").status_code == 302


def test_sixth_wrong_password_waits(call, client: Client, lata: User) -> None:
    """Five wrong passwords in five minutes, then 429 on both doors, also for the right one."""
    with time_machine.travel(timezone.now().replace(minute=1, second=0), tick=False):
        for _ in range(5):
            assert call("auth/tokens/", contact=lata.email, password="wrong").status_code == 401
        api = call("auth/tokens/", contact=lata.email, password=PASSWORD)
        page = client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    for answer in (api, page):
        assert answer.status_code == 429
        assert answer["Retry-After"] == "300"
    assert api.json()["code"] == "too_many_tries"


def test_stranger_cannot_lock_the_owner_out(lata: User) -> None:
    """Wrong tries from another address leave the owner's way open."""
    body = {"contact": lata.email, "password": "wrong"}
    for _ in range(6):
        Client(REMOTE_ADDR="198.51.100.9").post("/log-in/", body)
    own = Client(REMOTE_ADDR="203.0.113.5")
    assert own.post("/log-in/", body | {"password": PASSWORD}).status_code == 302


def test_one_address_may_not_try_everybody(call) -> None:
    """Thirty wrong tries a minute from one address, whoever they are for."""
    with time_machine.travel(timezone.now().replace(second=0), tick=False):
        for number in range(rate_limits.LOG_IN_FROM_ADDRESS.tries):
            rate_limits.LOG_IN_FROM_ADDRESS.spend(network_hash("127.0.0.1"), at=timezone.now())
            assert number < 30
        answer = call("auth/tokens/", contact="a@example.com", password="wrong")
    assert answer.status_code == 429


def test_thousand_strangers_do_not_lock_the_owner_out(lata: User) -> None:
    """Whatever is tried from elsewhere, the right password gets in at once, also from a new place.

    Only a place that has guessed wrong meanwhile is sent to log in by code.
    """
    own = network_of("203.0.113.5")
    login_history.record_login(user=lata, outcome="IN", method="PASSWORD", origin=own, at=NOON)
    for _ in range(1000):
        with suppress(Refusal):
            rate_limits.LOG_IN_FROM_AFAR.spend(lata.email or "", at=NOON)
    stranger = network_of("198.51.100.9")
    for refusal in (login.InvalidCredentials, login.CodeLoginRequired):
        with pytest.raises(refusal):
            login.check_password(contact=lata.email, password="x", at=NOON, origin=stranger)
    for origin in (own, network_of("192.0.2.55")):
        given = {"contact": lata.email, "password": PASSWORD, "at": NOON, "origin": origin}
        assert login.check_password(**given)
        assert login.check_password(**given)


def test_known_browser_gets_in_from_a_new_place(lata: User, monkeypatch) -> None:
    """Under attack, a browser that the owner has used before is let in from anywhere."""
    client = Client(REMOTE_ADDR="203.0.113.5")
    body = {"contact": lata.email, "password": PASSWORD}
    client.post("/log-in/", body)
    client.post("/log-out/")
    for number in range(100):
        rate_limits.LOG_IN_FROM_AFAR.spend(lata.email, at=timezone.now())
        assert number < 100
    elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
    Client(**elsewhere).post("/log-in/", body | {"password": "wrong"})
    assert "Log in with a code" in Client(**elsewhere).post("/log-in/", body).content.decode()
    assert client.post("/log-in/", body, **elsewhere).status_code == 302


def test_mark_of_a_browser_opens_nothing(lata: User, asha) -> None:
    """The mark of one person's browser counts for nothing with another, and cannot be made up."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    mark = client.cookies["browser"].value
    for cookie, known in ((mark, str(lata.pk)), (mark + "x", ""), ("", "")):
        request = RequestFactory().get("/")
        request.COOKIES["browser"] = cookie
        assert read_known_browser_cookie(request)[0] == known
    assert mark not in client.get("/account/").content.decode()


def test_unknown_contact_is_held_back_alike(lata: User) -> None:
    """After a hundred tries from everywhere an unknown contact gets the same refusals."""
    for contact in (lata.email, "nobody@example.com"):
        for _ in range(100):
            rate_limits.LOG_IN_FROM_AFAR.spend(contact, at=NOON)
        for refusal in (login.InvalidCredentials, login.CodeLoginRequired):
            with pytest.raises(refusal):
                login.check_password(
                    contact=contact, password="x", at=NOON, origin=network_of("192.0.2.1")
                )


def test_every_try_is_on_record(call, lata: User) -> None:
    """Who came in and who tried, from where and with what; strangers' tries have no person."""
    call("auth/tokens/", contact=lata.email, password="wrong")
    call("auth/tokens/", contact="nobody@example.com", password="wrong")
    call("auth/tokens/", contact=lata.email, password=PASSWORD)
    Client().post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    events = LogInEvent.objects.order_by("id").values_list("user", "outcome", "way", "network")
    assert list(events) == [
        (lata.pk, "WRONG", "PASSWORD", "127.0.x.x"),
        (None, "WRONG", "PASSWORD", "127.0.x.x"),
        (lata.pk, "IN", "PASSWORD", "127.0.x.x"),
        (lata.pk, "IN", "PASSWORD", "127.0.x.x"),
    ]


def test_record_cannot_be_changed(lata: User) -> None:
    """A record of a log-in is added and, after ninety days, removed; never changed."""
    login_history.record_login(
        user=lata, outcome="IN", method="CODE", origin=UNKNOWN_ORIGIN, at=NOON
    )
    with pytest.raises(ProgrammingError), transaction.atomic():
        LogInEvent.objects.update(outcome="WRONG")
    assert login_history.sweep(at=NOON + timedelta(days=89)) == 0
    assert login_history.sweep(at=NOON + timedelta(days=91)) == 1


def test_right_passwords_do_not_count(call, lata: User) -> None:
    """Logging in often is not guessing."""
    for _ in range(6):
        assert call("auth/tokens/", contact=lata.email, password=PASSWORD).status_code == 201


def test_page_takes_a_code(client: Client, lata: User) -> None:
    """A code to a contact opens the account without the password."""
    assert client.post("/log-in/by-code/", {"contact": lata.phone}).url == "/log-in/code/"
    assert client.post("/log-in/code/", {"code": sent_code(lata.phone)}).url == "/next/"
    assert signed_in_as(client) == str(lata.pk)


def test_api_takes_a_code(call, lata: User) -> None:
    """The same over the API; a code is good once."""
    ticket = call("auth/log-in/code/", contact=lata.email).json()
    code = sent_code(lata.email)
    assert call("auth/tokens/", **ticket, code=code).status_code == 201
    assert call("auth/tokens/", **ticket, code=code).status_code == 422


def test_code_for_nobody_looks_alike(call, lata: User) -> None:
    """Asking for a code does not tell who has an account, and sends nothing to strangers."""
    known = call("auth/log-in/code/", contact=lata.email)
    unknown = call("auth/log-in/code/", contact="nobody@example.com")
    assert (known.status_code, *known.json()) == (unknown.status_code, *unknown.json())
    again = call("auth/log-in/code/", contact="nobody@example.com")
    assert again.status_code == 429


@pytest.mark.parametrize("proof", [{}, {"password": PASSWORD, "code": "123456"}])
def test_program_sends_one_proof(call, lata: User, proof: dict) -> None:
    """A log-in with no proof, or with two, is not understood."""
    assert call("auth/tokens/", contact=lata.email, **proof).status_code == 422


def test_next_stays_on_this_site(lata: User) -> None:
    """After logging in one goes where one wanted, but never to another site."""
    for wanted, reached in (("/account/", "/account/"), ("https://evil.example/", "/next/")):
        answer = Client().post(
            f"/log-in/?next={wanted}", {"contact": lata.email, "password": PASSWORD}
        )
        assert answer.url == reached


def test_log_out_needs_a_post(client: Client, lata: User) -> None:
    """A link or a picture cannot log anybody out."""
    client.force_login(lata)
    assert client.get("/log-out/").status_code == 405
    assert client.post("/log-out/").url == "/"
    assert signed_in_as(client) is None


def test_me_needs_a_token(call) -> None:
    """Without a token, or with a made-up one, 401 says how to send one."""
    for token in ("", "hcx_at_made-up"):
        answer = call("me/", method="get", token=token)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/account/signup/",
        "/account/login/",
        "/account/email/",
        "/account/password/reset/",
    ],
)
def test_allauth_pages_that_are_not_ours_are_absent(client: Client, path: str) -> None:
    """Only the stages and the second factor of allauth have an address."""
    client.force_login(make_user("Meena"))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("says", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("", "A browser"),
    ],
)
def test_account_page_names_where_one_is_signed_in(lata: User, says: str, name: str) -> None:
    """People know their browsers by name, and see which one they are at."""
    client = Client(headers={"user-agent": says})
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    page = client.get("/account/").content.decode()
    assert name in page
    assert "This device" in page
