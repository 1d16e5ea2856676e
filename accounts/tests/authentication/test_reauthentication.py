"""Re-authentication pages: available methods, redirects, and interrupted forms."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.mfa import totp
from accounts.models import User
from accounts.staff import services as staff
from accounts.tests.conftest import log_in_recently, sent_code, wrong_code
from conftest import NOON, PASSWORD, make_staff

pytestmark = pytest.mark.django_db
PAGE = "/account/is-it-you/"
#: A page that needs re-authentication.
ACT = "/account/contacts/"


def logged_in(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def clock():
    """Six minutes after the log-in, so that re-authentication is due."""
    with time_machine.travel(NOON, tick=True) as turned:
        yield turned


@pytest.fixture
def client(lata: User, clock) -> Client:
    """A browser in which Lata logged in six minutes ago."""
    browser = logged_in(lata)
    clock.shift(timedelta(minutes=6))
    return browser


def test_password_redirects_back(client: Client) -> None:
    """The user is asked once, returns to the page, and is not asked for five minutes."""
    futures = client.get(f"{ACT}?utm_source=mail")
    assert futures.url == f"{PAGE}?next=%2Faccount%2Fcontacts%2F%3Futm_source%3Dmail"
    form_data = {"way": "password", "password": PASSWORD, "next": f"{ACT}?utm_source=mail"}
    assert client.post(PAGE, form_data).url == f"{ACT}?utm_source=mail"
    assert client.get(ACT).status_code == 200


def test_recent_reauthentication_redirects(client: Client) -> None:
    """The page redirects at once if the last re-authentication is recent."""
    client.post(PAGE, {"way": "password", "password": PASSWORD})
    assert client.get(f"{PAGE}?next={ACT}").url == ACT


def test_code_redirects_back(client: Client, lata: User) -> None:
    """A code to a contact works in place of the password."""
    page = client.get(f"{PAGE}?next={ACT}").content.decode()
    assert "send a 6-digit code to l•••@example.com" in page
    assert client.post(f"{PAGE}code/send/", {"next": ACT}).url == f"{PAGE}code/"
    code = sent_code(lata.email)
    assert client.post(f"{PAGE}code/", {"code": wrong_code(code)}).status_code == 200
    assert client.post(f"{PAGE}code/", {"code": code}).url == ACT
    assert client.get(ACT).status_code == 200


def test_second_code_request_redirects_to_the_code_page(client: Client) -> None:
    """Nothing is sent, and the first code can be entered."""
    client.post(f"{PAGE}code/send/", {"next": ACT})
    response = client.post(f"{PAGE}code/send/", {"next": ACT}, follow=True)
    assert response.redirect_chain[-1][0] == f"{PAGE}code/"
    assert "already sent a code" in response.content.decode()


def test_wrong_password_is_shown_on_the_page(client: Client) -> None:
    """The error is shown, and the page behind stays closed."""
    response = client.post(PAGE, {"way": "password", "password": "wrong-guess", "next": ACT})
    assert response.status_code == 200
    assert response.context["forms"]["password"].errors["password"] == [
        "Wrong password. Try again."
    ]
    assert client.get(ACT).status_code == 302


def test_eleventh_wrong_password_is_limited(client: Client) -> None:
    """Ten an hour in one session, and the right one is refused after that."""
    for _ in range(10):
        assert client.post(PAGE, {"way": "password", "password": "wrong-guess"}).status_code == 200
    for guess in ("wrong-guess", PASSWORD):
        response = client.post(PAGE, {"way": "password", "password": guess})
        assert response.status_code == 429
        assert response["Retry-After"]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_next_stays_on_this_site(client: Client, elsewhere: str) -> None:
    """No redirect to another site."""
    form_data = {"way": "password", "password": PASSWORD, "next": elsewhere}
    assert client.post(PAGE, form_data).url == "/account/"


def test_interrupted_form_is_restored(client: Client) -> None:
    """The form has the same values; it is not submitted by itself."""
    sent = {"contact": "new@example.com", "csrfmiddlewaretoken": "x", "password": "hidden-word"}
    referer = {"Referer": f"http://testserver{ACT}"}
    futures = client.post(ACT, sent, headers=referer)
    assert futures.url == f"{PAGE}?next=%2Faccount%2Fcontacts%2F"
    assert "hidden-word" not in str(dict(client.session))
    form_data = {"way": "password", "password": PASSWORD, "next": ACT}
    page = client.post(PAGE, form_data, follow=True).content.decode()
    assert "Press the button again" in page
    assert 'value="new@example.com"' in page
    assert 'value="new@example.com"' not in client.get(ACT).content.decode()


def test_form_of_unknown_origin_is_not_restored(client: Client) -> None:
    """Without a trusted Referer the user comes to the account page."""
    for headers in ({}, {"Referer": "https://evil.example/account/contacts/"}):
        futures = client.post(ACT, {"contact": "new@example.com"}, headers=headers)
        assert futures.url == f"{PAGE}?next=%2Faccount%2F"


def test_staff_need_their_second_factor(clock) -> None:
    """Password and code are not offered, and a password is refused."""
    staff.apply_roles()
    dev = staff.create_staff(
        contact="dev@example.com", password=PASSWORD, role_names=["admin"], by=None, at=NOON
    )
    browser = logged_in(dev.user)
    browser.post("/log-in/second-factor/", {"code": totp.code(dev.setup_key, NOON)})
    clock.shift(timedelta(minutes=6))
    page = browser.get(f"{PAGE}?next={ACT}").content.decode()
    assert "Use your authenticator app" in page
    assert "Use your password" not in page
    assert "send a 6-digit code" not in page
    refused = browser.post(PAGE, {"way": "password", "password": PASSWORD, "next": ACT})
    assert refused.status_code == 200
    code = totp.code(dev.setup_key, datetime.now(UTC))
    form_data = {"way": "second_factor", "second_factor": code, "next": ACT}
    assert browser.post(PAGE, form_data).url == ACT


def test_staff_without_a_factor_see_how_to_enrol(client: Client, clock) -> None:
    """They have no method, and the page says so."""
    browser = Client()
    browser.force_login(make_staff("Uma", "admin"))
    assert "need two-step verification" in browser.get(PAGE).content.decode()


def test_allauth_reauthentication_does_not_loop(lata: User) -> None:
    """After a log-in with passkey or Google allauth's pages ask once more, then continue."""
    browser = log_in_recently(Client(), lata)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": NOON.timestamp()}]
    session.save()
    wanted = "/account/second-factor/recovery-codes/"
    assert browser.get(f"{PAGE}?next={wanted}").status_code == 200
    form_data = {"way": "password", "password": PASSWORD, "next": wanted}
    assert browser.post(PAGE, form_data).url == wanted
    assert browser.get(f"{PAGE}?next={wanted}").url == wanted


def test_visitors_are_redirected_to_log_in() -> None:
    """The page needs a logged-in user."""
    for path in (PAGE, f"{PAGE}code/"):
        assert Client().get(path).url.startswith("/log-in/")
    assert Client().post(f"{PAGE}code/send/").url.startswith("/log-in/")
