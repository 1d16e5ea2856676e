"""Passkeys: adding, renaming, removing, and logging in with one, alone or after the password."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, LogInEvent, User
from accounts.tests.conftest import last_message
from conftest import PASSWORD, make_staff, make_user
from tests.fakes.passkey import PRESENT, Phone

pytestmark = pytest.mark.django_db
ADD, ALONE, SECOND = (
    "/account/second-factor/passkeys/add/",
    "/log-in/passkey/",
    "/log-in/second-factor/",
)


@pytest.fixture
def browser(lata: User) -> Client:
    """A browser in which Lata has just logged in with her password."""
    return logged_in(lata)


def logged_in(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    body = {"contact": user.email, "password": PASSWORD}
    assert client.post("/log-in/", body).status_code == 302
    return client


def add(client: Client, phone: Phone, name: str = "My phone") -> Any:
    """Add a passkey on the page."""
    options = client.get(ADD).context["options"]
    return client.post(ADD, {"name": name, "credential": json.dumps(phone.make(options))})


def log_in(client: Client, phone: Phone, **more: str) -> Any:
    """Log in with a passkey alone."""
    options = client.get(ALONE).json()
    return client.post(ALONE, {"credential": json.dumps(phone.give(options)), **more})


def is_logged_in(client: Client) -> bool:
    """Whether somebody is logged in in this browser."""
    return "_auth_user_id" in client.session


def test_passkey_is_added(browser: Client, lata: User) -> None:
    """It is listed and recorded, recovery codes are shown, and the owner is notified."""
    assert add(browser, Phone()).url == "/account/second-factor/recovery-codes/"
    page = browser.get("/account/second-factor/").content.decode()
    assert "My phone" in page
    assert "Not used yet" in page
    assert "passkey was added" in last_message(lata.email).body
    assert AuditEvent.objects.filter(action="account.second_factor_added").exists()


def test_passkey_alone_logs_in(browser: Client, lata: User) -> None:
    """It counts as both factors and is recorded as a passkey."""
    phone, other = Phone(), Client()
    add(browser, phone)
    assert log_in(other, phone).url == "/next/"
    assert other.session["_auth_user_id"] == str(lata.pk)
    assert other.session["otp_device_id"]
    assert LogInEvent.objects.latest("at").way == LogInEvent.Way.PASSKEY
    assert Authenticator.objects.get(type="webauthn").last_used_at
    assert "Last used" in other.get("/account/second-factor/").content.decode()


def test_passkey_login_keeps_the_next_page(browser: Client) -> None:
    """To a page of ours, never to another site."""
    phone = Phone()
    add(browser, phone)
    assert log_in(Client(), phone, next="/account/").url == "/account/"
    assert log_in(Client(), phone, next="https://evil.example/").url == "/next/"


def test_passkey_opens_the_admin() -> None:
    """Staff need nothing else; the password alone is not enough."""
    dev = make_staff("Dev", "admin")
    dev.staticdevice_set.all().delete()
    dev.set_password(PASSWORD)
    dev.save()
    phone, other = Phone(), Client()
    first = logged_in(dev)
    assert first.get("/admin/").status_code == 302
    add(first, phone)
    assert first.get("/admin/").status_code == 200
    log_in(other, phone)
    assert other.get("/admin/").status_code == 200


def test_passkey_is_a_second_factor(browser: Client, lata: User) -> None:
    """After the password a passkey or a recovery code is required."""
    phone, other = Phone(), Client()
    add(browser, phone)
    response = other.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    assert response.url == SECOND
    assert not is_logged_in(other)
    options = other.get(SECOND).context["options"]
    given = {"credential": json.dumps(phone.give(options))}
    assert other.post(SECOND, given).url == "/next/"
    assert other.session["otp_device_id"]


def test_passkey_of_another_user_is_refused(browser: Client, lata: User) -> None:
    """Ravi's phone does not complete Lata's log-in."""
    own_phone, other_phone = Phone(), Phone()
    add(browser, own_phone)
    ravi = make_user("Ravi")
    ravi.set_password(PASSWORD)
    ravi.save()
    add(logged_in(ravi), other_phone)
    other = Client()
    other.post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    options = other.get(SECOND).context["options"]
    response = other.post(SECOND, {"credential": json.dumps(other_phone.give(options))})
    assert response.status_code == 200
    assert "That passkey didn" in response.content.decode()
    assert not is_logged_in(other)


@pytest.mark.parametrize(
    "phone",
    [Phone(origin="https://evil.example"), Phone(origin="http://testserver"), Phone(flags=PRESENT)],
    ids=["another site", "no encryption", "no finger"],
)
def test_invalid_passkey_is_not_added(browser: Client, phone: Phone) -> None:
    """From another site, over plain HTTP, or without user verification."""
    response = add(browser, phone)
    assert response.status_code == 200
    assert "That passkey didn" in response.content.decode()
    assert not Authenticator.objects.exists()


def test_passkey_alone_needs_user_verification(browser: Client) -> None:
    """The key alone, for instance of a stolen phone, does not log in."""
    phone, other = Phone(), Client()
    add(browser, phone)
    phone.flags = PRESENT
    assert log_in(other, phone).url == "/log-in/"
    assert not is_logged_in(other)
    assert LogInEvent.objects.filter(outcome=LogInEvent.Outcome.WRONG).exists()


def test_assertion_is_bound_to_one_browser_and_use(browser: Client) -> None:
    """It works neither in another browser nor a second time."""
    phone, other = Phone(), Client()
    add(browser, phone)
    options = other.get(ALONE).json()
    given = {"credential": json.dumps(phone.give(options))}
    visitor = Client()
    visitor.get(ALONE)
    assert visitor.post(ALONE, given).url == "/log-in/"
    assert not is_logged_in(visitor)
    assert other.post(ALONE, given).url == "/next/"
    other.post("/log-out/")
    assert other.post(ALONE, given).url == "/log-in/"
    assert not is_logged_in(other)


def test_suspended_user_cannot_log_in(browser: Client, lata: User) -> None:
    """The page says that the account is not active."""
    phone, other = Phone(), Client()
    add(browser, phone)
    User.objects.update(status=User.Status.SUSPENDED)
    assert log_in(other, phone).url == "/log-in/not-active/"
    assert not is_logged_in(other)
    assert LogInEvent.objects.latest("id").outcome == LogInEvent.Outcome.NOT_ACTIVE


NONSENSE = st.one_of(
    st.text(max_size=300),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=12,
    ).map(json.dumps),
    st.sampled_from(["[" * 100_000, "\0", "{}", '{"id": 1, "response": {}}', "NaN"]),
)
PARTS = ("id", "rawId", "type", "clientExtensionResults", "authenticatorAttachment")
INNER = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_malformed_passkey_is_an_error_message(browser: Client, data: st.DataObject) -> None:
    """No input in place of a passkey causes a server error."""
    phone = Phone()
    credential = phone.make(browser.get(ADD).context["options"])
    part = data.draw(st.sampled_from((*PARTS, *INNER, "all")))
    nonsense = data.draw(NONSENSE)
    if part in PARTS:
        credential[part] = nonsense
    elif part in INNER:
        credential["response"][part] = nonsense
    sent = {"name": "", "credential": nonsense if part == "all" else json.dumps(credential)}
    assert browser.post(ADD, sent).status_code in (200, 302)
    for key in ("authenticatorData", "signature", "userHandle"):
        credential["response"].setdefault(key, nonsense)
    sent = {"credential": nonsense if part == "all" else json.dumps(credential)}
    visitor = Client()
    visitor.get(ALONE)
    assert visitor.post(ALONE, sent).url == "/log-in/"
    assert not is_logged_in(visitor)


def test_passkey_is_renamed(browser: Client, lata: User) -> None:
    """By its owner; another user's is not found."""
    add(browser, Phone())
    key = Authenticator.objects.get(type="webauthn")
    page_url = f"/account/second-factor/passkeys/{key.pk}/"
    browser.post(page_url, {"name": "Work phone"})
    assert "Work phone" in browser.get("/account/second-factor/").content.decode()
    visitor = Client()
    visitor.force_login(make_user("Ravi"))
    visitor.post(page_url, {"name": "Mine now"})
    key.refresh_from_db()
    assert key.wrap().name == "Work phone"


def test_passkey_is_removed(browser: Client, lata: User) -> None:
    """With the last factor the recovery codes go.

    Its session is un-verified, the owner notified.
    """
    phone = Phone()
    add(browser, phone)
    key = Authenticator.objects.get(type="webauthn")
    browser.post(f"/account/second-factor/passkeys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert "passkey was removed" in last_message(lata.email).body
    assert log_in(Client(), phone).url == "/log-in/"


def test_removing_needs_reauthentication(lata: User, browser: Client, settings: Any) -> None:
    """An older session is redirected, and nothing is removed."""
    add(browser, Phone())
    key = Authenticator.objects.get(type="webauthn")
    stale = Client()
    stale.force_login(lata)
    for page_url in (f"passkeys/{key.pk}/remove/", "passkeys/add/", "set-up/", "remove/"):
        response = stale.post(f"/account/second-factor/{page_url}")
        assert response.url.startswith("/account/is-it-you/"), page_url
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_no_passkey_button_at_an_ip_address(browser: Client) -> None:
    """Passkeys belong to a host name."""
    assert 'data-passkey="give"' in Client().get("/log-in/").content.decode()
    for host in ("127.0.0.1:8000", "[::1]:8000"):
        page = Client().get("/log-in/", headers={"host": host})
        assert page.status_code == 200
        assert "data-passkey" not in page.content.decode()
    page = browser.get(ADD, headers={"host": "127.0.0.1:8000"})
    assert "work on an IP address" in page.content.decode()


def test_passkey_reauthenticates(browser: Client, lata: User) -> None:
    """A passkey is enough before a sensitive act."""
    phone = Phone()
    add(browser, phone)
    stale = Client()
    stale.force_login(lata)
    page_url = "/account/second-factor/confirm/passkey/"
    options = stale.get(page_url).context["options"]
    response = stale.post(
        f"{page_url}?next=/account/second-factor/set-up/",
        {"credential": json.dumps(phone.give(options))},
    )
    assert response.url == "/account/second-factor/set-up/"
    assert stale.get(response.url).status_code == 200
