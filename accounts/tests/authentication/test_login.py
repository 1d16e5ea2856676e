"""Log-in with a password or a code, on the page and over the API, and its rate limits."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.authentication.services import login, passwords, signup
from accounts.models import LogInEvent, OneTimeCode, User
from accounts.one_time_codes.grants import GrantExpired
from accounts.security import login_history, rate_limits
from accounts.security.hashers import Argon2id
from accounts.security.origin import (
    UNKNOWN_ORIGIN,
    RequestOrigin,
    network_hash,
    read_known_browser_cookie,
)
from accounts.tests.conftest import sent_code
from conftest import NOON, PASSWORD, make_user, sign_in
from hitouch.core.errors import Refusal

pytestmark = pytest.mark.django_db


def origin_at(ip: str) -> RequestOrigin:
    """The origin of a request from this address."""
    return RequestOrigin(ip=ip, network_hash=network_hash(ip))


def logged_in_user_id(client: Client) -> str | None:
    """The id of the user logged in in this browser."""
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_page_takes_either_contact(client: Client, lata: User, kind: str) -> None:
    """E-mail address and phone number both work, in any notation."""
    contact = getattr(lata, kind).upper().replace("+91", "0")
    response = client.post("/log-in/", {"contact": contact, "password": PASSWORD})
    assert response.url == "/next/"
    assert logged_in_user_id(client) == str(lata.pk)


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_api_takes_either_contact(call, lata: User, kind: str) -> None:
    """The same over the API returns tokens that work."""
    response = call("auth/tokens/", contact=getattr(lata, kind), password=PASSWORD)
    assert response.status_code == 201
    assert response.json()["expires_in"] == 900
    me = call("me/", method="get", token=response.json()["access_token"])
    assert me.json()["id"] == str(lata.pk)


def test_unknown_contact_and_wrong_password_answer_alike(call, client: Client, lata: User) -> None:
    """The response does not tell which of the two it was."""
    pairs = [(lata.email, "not-the-password"), ("nobody@example.com", PASSWORD)]
    bodies = []
    for contact, password in pairs:
        response = call("auth/tokens/", contact=contact, password=password)
        assert response.status_code == 401
        bodies.append(response.json() | {"request_id": ""})
        page = client.post("/log-in/", {"contact": contact, "password": password})
        assert page.context["form"].non_field_errors() == [bodies[-1]["detail"]]
    assert bodies[0] == bodies[1]
    assert logged_in_user_id(client) is None


def test_contact_is_kept_after_a_refusal(client: Client, lata: User) -> None:
    """The form keeps the contact; the password is not sent back."""
    response = client.post("/log-in/", {"contact": lata.email, "password": "not-the-password"})
    page = response.content.decode()
    assert lata.email in page
    assert "not-the-password" not in page


@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.CLOSED])
def test_only_active_accounts_can_log_in(call, client: Client, lata: User, status: str) -> None:
    """The reason is shown only after the right password."""
    User.objects.filter(pk=lata.pk).update(status=status)
    right = call("auth/tokens/", contact=lata.email, password=PASSWORD)
    assert (right.status_code, right.json()["code"]) == (403, "account_not_active")
    guess = call("auth/tokens/", contact=lata.email, password="a-wrong-guess")
    assert guess.json()["code"] == "wrong_log_in"
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    assert logged_in_user_id(client) is None


def test_suspension_ends_sessions(call, client: Client, lata: User, asha) -> None:
    """Token and session stop working with the account's status."""
    token = call("auth/tokens/", contact=lata.email, password=PASSWORD).json()["access_token"]
    client.force_login(lata)
    User.objects.filter(pk=lata.pk).update(status=User.Status.SUSPENDED)
    assert call("me/", method="get", token=token).status_code == 401
    assert client.get("/account/").status_code == 302


def test_sixth_wrong_password_is_limited(call, client: Client, lata: User) -> None:
    """After five in five minutes page and API answer 429, also for the right one."""
    with time_machine.travel(timezone.now().replace(minute=1, second=0), tick=False):
        for _ in range(5):
            assert call("auth/tokens/", contact=lata.email, password="wrong").status_code == 401
        api = call("auth/tokens/", contact=lata.email, password=PASSWORD)
        page = client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    for response in (api, page):
        assert response.status_code == 429
        assert response["Retry-After"] == "300"
    assert api.json()["code"] == "too_many_tries"


def test_attempts_elsewhere_do_not_lock_the_owner_out(lata: User) -> None:
    """Wrong passwords from another network do not limit the owner."""
    body = {"contact": lata.email, "password": "wrong"}
    for _ in range(6):
        Client(REMOTE_ADDR="198.51.100.9").post("/log-in/", body)
    own = Client(REMOTE_ADDR="203.0.113.5")
    assert own.post("/log-in/", body | {"password": PASSWORD}).status_code == 302


def test_attempts_per_network_are_limited(call) -> None:
    """Thirty wrong passwords a minute per network, for any accounts."""
    with time_machine.travel(timezone.now().replace(second=0), tick=False):
        for number in range(rate_limits.LOG_IN_FROM_ADDRESS.tries):
            rate_limits.LOG_IN_FROM_ADDRESS.spend(network_hash("127.0.0.1"), at=timezone.now())
            assert number < 30
        response = call("auth/tokens/", contact="a@example.com", password="wrong")
    assert response.status_code == 429


def test_many_networks_do_not_lock_the_owner_out(lata: User) -> None:
    """Whatever is tried elsewhere, the right password works, also from a new network.

    Only a network that has sent a wrong password meanwhile is asked to log in by code.
    """
    own = origin_at("203.0.113.5")
    login_history.record_login(user=lata, outcome="IN", method="PASSWORD", origin=own, at=NOON)
    for _ in range(1000):
        with suppress(Refusal):
            rate_limits.LOG_IN_FROM_AFAR.spend(lata.email or "", at=NOON)
    visitor = origin_at("198.51.100.9")
    for refusal in (login.InvalidCredentials, login.CodeLoginRequired):
        with pytest.raises(refusal):
            login.check_password(contact=lata.email, password="x", at=NOON, origin=visitor)
    for origin in (own, origin_at("192.0.2.55")):
        credentials = {"contact": lata.email, "password": PASSWORD, "at": NOON, "origin": origin}
        assert login.check_password(**credentials)
        assert login.check_password(**credentials)


def test_known_browser_works_from_a_new_network(lata: User, monkeypatch) -> None:
    """During an attack a browser that the owner has used before is let in from anywhere."""
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


def test_browser_cookie_is_bound_to_its_user(lata: User, asha) -> None:
    """It counts for no other user, cannot be forged, and is in no page."""
    client = Client()
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    mark = client.cookies["browser"].value
    for cookie, known in ((mark, str(lata.pk)), (mark + "x", ""), ("", "")):
        request = RequestFactory().get("/")
        request.COOKIES["browser"] = cookie
        assert read_known_browser_cookie(request)[0] == known
    assert mark not in client.get("/account/").content.decode()


def test_unknown_contact_is_limited_alike(lata: User) -> None:
    """After a hundred attempts from everywhere an unknown contact gets the same refusals."""
    for contact in (lata.email, "nobody@example.com"):
        for _ in range(100):
            rate_limits.LOG_IN_FROM_AFAR.spend(contact, at=NOON)
        for refusal in (login.InvalidCredentials, login.CodeLoginRequired):
            with pytest.raises(refusal):
                login.check_password(
                    contact=contact, password="x", at=NOON, origin=origin_at("192.0.2.1")
                )


def test_every_attempt_is_recorded(call, lata: User) -> None:
    """With outcome, method and network; without a user for unknown contacts."""
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


def test_login_events_are_append_only(lata: User) -> None:
    """Events cannot be updated, and are deleted after ninety days."""
    login_history.record_login(
        user=lata, outcome="IN", method="CODE", origin=UNKNOWN_ORIGIN, at=NOON
    )
    with pytest.raises(ProgrammingError), transaction.atomic():
        LogInEvent.objects.update(outcome="WRONG")
    assert login_history.sweep(at=NOON + timedelta(days=89)) == 0
    assert login_history.sweep(at=NOON + timedelta(days=91)) == 1


def test_right_passwords_are_not_limited(call, lata: User) -> None:
    """Logging in often is not limited."""
    for _ in range(6):
        assert call("auth/tokens/", contact=lata.email, password=PASSWORD).status_code == 201


def test_page_accepts_a_code(client: Client, lata: User) -> None:
    """A code sent to a contact replaces the password."""
    assert client.post("/log-in/by-code/", {"contact": lata.phone}).url == "/log-in/code/"
    assert client.post("/log-in/code/", {"code": sent_code(lata.phone)}).url == "/next/"
    assert logged_in_user_id(client) == str(lata.pk)


def test_api_accepts_a_code(call, lata: User) -> None:
    """The same over the API; a code works once."""
    ticket = call("auth/log-in/code/", contact=lata.email).json()
    code = sent_code(lata.email)
    assert call("auth/tokens/", **ticket, code=code).status_code == 201
    assert call("auth/tokens/", **ticket, code=code).status_code == 422


def test_code_for_unknown_contact_answers_alike(call, lata: User) -> None:
    """The response does not tell who has an account, and nothing is sent."""
    known = call("auth/log-in/code/", contact=lata.email)
    unknown = call("auth/log-in/code/", contact="nobody@example.com")
    assert (known.status_code, *known.json()) == (unknown.status_code, *unknown.json())
    again = call("auth/log-in/code/", contact="nobody@example.com")
    assert again.status_code == 429


@pytest.mark.parametrize("proof", [{}, {"password": PASSWORD, "code": "123456"}])
def test_api_login_needs_exactly_one_method(call, lata: User, proof: dict) -> None:
    """None or two of password and code are refused."""
    assert call("auth/tokens/", contact=lata.email, **proof).status_code == 422


@pytest.mark.parametrize("wanted", ["//[::1", "http://[", "//[x]/", "http://a:b:c/", "/[", "//"])
def test_an_address_that_nobody_can_read_leads_nowhere_else(lata: User, wanted: str) -> None:
    """On every page that leads on, and as the page that a form was on."""
    browser = Client(raise_request_exception=False)
    credentials = {"contact": lata.email, "password": PASSWORD, "next": wanted}
    for path in ("/log-in/", "/log-in/by-code/"):
        assert browser.get(path, {"next": wanted}).status_code == 200
    assert browser.post("/log-in/", credentials).url in ("/next/", "/[")
    for path in ("/", "/account/prove/", "/log-in/"):
        assert browser.get(path, {"next": wanted}).status_code < 500
    form = {"present_password": PASSWORD, "password": "eight-boats-and-a-drum"}
    with time_machine.travel(NOON + timedelta(hours=1)):
        answer = browser.post("/account/password/", form, headers={"Referer": wanted})
    assert answer.status_code < 500


def test_next_stays_on_this_site(lata: User) -> None:
    """The user reaches the page they wanted, but never another site."""
    for wanted, reached in (("/account/", "/account/"), ("https://evil.example/", "/next/")):
        response = Client().post(
            f"/log-in/?next={wanted}", {"contact": lata.email, "password": PASSWORD}
        )
        assert response.url == reached


def test_log_out_needs_a_post(client: Client, lata: User) -> None:
    """A link or an image cannot log anybody out."""
    client.force_login(lata)
    assert client.get("/log-out/").status_code == 405
    assert client.post("/log-out/").url == "/"
    assert logged_in_user_id(client) is None


def test_me_needs_a_token(call) -> None:
    """Without a token, or with an invalid one, 401 names the scheme."""
    for token in ("", "hcx_at_made-up"):
        response = call("me/", method="get", token=token)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")


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
def test_other_allauth_pages_are_absent(client: Client, path: str) -> None:
    """Only allauth's log-in stages and second factors are mounted."""
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
def test_account_page_names_browsers(lata: User, says: str, name: str) -> None:
    """The browser's name is shown, and which session is the current one."""
    client = Client(headers={"user-agent": says})
    client.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    page = client.get("/account/").content.decode()
    assert name in page
    assert "This device" in page


def token_in(page: str) -> str:
    """The CSRF token of the form."""
    match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert match
    return match[1]


@pytest.mark.parametrize("path", ["/log-in/", "/log-in/by-code/", "/sign-up/"])
def test_second_tab_leads_on(lata: User, path: str) -> None:
    """A form opened before another tab logged in has an old token; the person is logged in."""
    browser = Client(enforce_csrf_checks=True)
    body = {"contact": lata.email, "password": PASSWORD}
    first, second = (token_in(browser.get(page).content.decode()) for page in ("/log-in/", path))
    browser.post("/log-in/", body | {"csrfmiddlewaretoken": first})
    response = browser.post(path, body | {"csrfmiddlewaretoken": second, "next": "/account/"})
    assert (response.status_code, response.url) == (302, "/account/")
    away = body | {"csrfmiddlewaretoken": second, "next": "https://elsewhere.example/"}
    assert browser.post(path, away).url == reverse("hitouch:landing")


def test_old_token_elsewhere_is_refused(lata: User) -> None:
    """Only the way in leads on: any other form is shown to be expired."""
    browser = sign_in(Client(enforce_csrf_checks=True), lata)
    assert browser.post("/account/password/", {"password": "x"}).status_code == 403


@pytest.mark.parametrize("spoil", ["used", "expired", "changed"])
def test_grant_is_checked_before_a_password_is_hashed(
    lata: User, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    """A stranger with an old grant costs no processor time."""
    at, contact = NOON, lata.email or ""
    ticket = signup.begin_sign_up(contact="new@example.com", at=at)
    code = sent_code("new@example.com")
    first = signup.confirm_sign_up(ticket=ticket, code=code, at=at)
    ticket = passwords.begin_reset(contact=contact, at=at)
    second = passwords.confirm_reset(ticket=ticket, code=sent_code(contact), at=at, ip="")
    if spoil == "used":
        OneTimeCode.objects.update(spent_at=NOON)
    elif spoil == "expired":
        at += timedelta(minutes=16)
    else:
        first, second = first[:-3] + "xyz", second[:-3] + "xyz"

    def hash_nothing(*_: object, **__: object) -> str:
        raise AssertionError("a password was hashed")

    monkeypatch.setattr(Argon2id, "encode", hash_nothing)
    with pytest.raises(GrantExpired):
        signup.finish_sign_up(grant=first, password="three-random-words", at=at)
    with pytest.raises(GrantExpired):
        passwords.finish_reset(grant=second, password="three-random-words", at=at, ip="")
