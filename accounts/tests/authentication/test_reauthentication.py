"""“Is it you?”: what is offered, what proves it, and that nothing typed is lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.mfa import totp
from accounts.models import User
from accounts.staff import services as staff
from accounts.tests.conftest import come_in, sent_code, wrong
from conftest import NOON, PASSWORD, make_staff

pytestmark = pytest.mark.django_db
PAGE = "/account/is-it-you/"
#: An act that needs a proof.
ACT = "/account/contacts/"


def logged_in(user: User) -> Client:
    client = Client()
    client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def clock():
    """Six minutes after the log-in: its proof is too old."""
    with time_machine.travel(NOON, tick=True) as turned:
        yield turned


@pytest.fixture
def client(lata: User, clock) -> Client:
    """Lata's browser, in which she logged in a while ago."""
    browser = logged_in(lata)
    clock.shift(timedelta(minutes=6))
    return browser


def test_act_asks_and_the_password_leads_back(client: Client) -> None:
    """One is asked once, comes back to where one was, and is not asked for five minutes."""
    asked = client.get(f"{ACT}?from=home")
    assert asked.url == f"{PAGE}?next=%2Faccount%2Fcontacts%2F%3Ffrom%3Dhome"
    given = {"way": "password", "password": PASSWORD, "next": f"{ACT}?from=home"}
    assert client.post(PAGE, given).url == f"{ACT}?from=home"
    assert client.get(ACT).status_code == 200


def test_asking_again_in_time_goes_straight_on(client: Client) -> None:
    """Who has proved it a moment ago and opens the page is led on."""
    client.post(PAGE, {"way": "password", "password": PASSWORD})
    assert client.get(f"{PAGE}?next={ACT}").url == ACT


def test_code_to_a_contact_proves_it(client: Client, lata: User) -> None:
    """Without a password at hand a code does, and leads back too."""
    page = client.get(f"{PAGE}?next={ACT}").content.decode()
    assert "send a 6-digit code to l•••@example.com" in page
    assert client.post(f"{PAGE}code/send/", {"next": ACT}).url == f"{PAGE}code/"
    code = sent_code(lata.email)
    assert client.post(f"{PAGE}code/", {"code": wrong(code)}).status_code == 200
    assert client.post(f"{PAGE}code/", {"code": code}).url == ACT
    assert client.get(ACT).status_code == 200


def test_asking_twice_for_a_code_leads_to_its_page(client: Client) -> None:
    """The second press sends nothing; the code of the first is typed on the same page."""
    client.post(f"{PAGE}code/send/", {"next": ACT})
    answer = client.post(f"{PAGE}code/send/", {"next": ACT}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAGE}code/"
    assert "already sent a code" in answer.content.decode()


def test_wrong_password_proves_nothing(client: Client) -> None:
    """A wrong one is told on the page, and the door stays shut."""
    answer = client.post(PAGE, {"way": "password", "password": "wrong-guess", "next": ACT})
    assert answer.status_code == 200
    assert answer.context["forms"]["password"].errors["password"] == ["Wrong password. Try again."]
    assert client.get(ACT).status_code == 302


def test_sixth_wrong_password_is_told_how_long(client: Client) -> None:
    """The limits of the log-in hold here too."""
    for _ in range(6):
        answer = client.post(PAGE, {"way": "password", "password": "wrong-guess"})
    assert answer.status_code == 429
    assert answer["Retry-After"]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_next_stays_on_this_site(client: Client, elsewhere: str) -> None:
    """Nobody is sent to another site from here."""
    given = {"way": "password", "password": PASSWORD, "next": elsewhere}
    assert client.post(PAGE, given).url == "/account/"


def test_interrupted_form_is_there_again_and_nothing_was_done(client: Client) -> None:
    """What was typed stands in the form again; the person presses the button themselves."""
    sent = {"contact": "new@example.com", "csrfmiddlewaretoken": "x", "password": "hidden-word"}
    referer = {"Referer": f"http://testserver{ACT}"}
    asked = client.post(ACT, sent, headers=referer)
    assert asked.url == f"{PAGE}?next=%2Faccount%2Fcontacts%2F"
    assert "hidden-word" not in str(dict(client.session))
    given = {"way": "password", "password": PASSWORD, "next": ACT}
    page = client.post(PAGE, given, follow=True).content.decode()
    assert "Press the button again" in page
    assert 'value="new@example.com"' in page
    assert 'value="new@example.com"' not in client.get(ACT).content.decode()


def test_interrupted_without_a_page_leads_to_the_account(client: Client) -> None:
    """A form from who knows where is not repeated, and no address of another site is trusted."""
    for headers in ({}, {"Referer": "https://evil.example/account/contacts/"}):
        asked = client.post(ACT, {"contact": "new@example.com"}, headers=headers)
        assert asked.url == f"{PAGE}?next=%2Faccount%2F"


def test_staff_give_their_second_factor(clock) -> None:
    """Staff are offered neither password nor code, and a password sent anyway is refused."""
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
    given = {"way": "second_factor", "second_factor": code, "next": ACT}
    assert browser.post(PAGE, given).url == ACT


def test_staff_without_a_factor_are_told_what_to_do(client: Client, clock) -> None:
    """There is nothing they could prove themselves with, and the page says so."""
    browser = Client()
    browser.force_login(make_staff("Uma", "admin"))
    assert "need two-step verification" in browser.get(PAGE).content.decode()


def test_log_in_that_allauth_does_not_count_runs_in_no_circle(lata: User) -> None:
    """After a passkey or Google allauth's own pages ask once more, and the answer leads on."""
    browser = come_in(Client(), lata)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": NOON.timestamp()}]
    session.save()
    wanted = "/account/second-factor/recovery-codes/"
    assert browser.get(f"{PAGE}?next={wanted}").status_code == 200
    given = {"way": "password", "password": PASSWORD, "next": wanted}
    assert browser.post(PAGE, given).url == wanted
    assert browser.get(f"{PAGE}?next={wanted}").url == wanted


def test_strangers_log_in_first() -> None:
    """Nobody who has not signed in is asked whether it is them."""
    for path in (PAGE, f"{PAGE}code/"):
        assert Client().get(path).url.startswith("/log-in/")
    assert Client().post(f"{PAGE}code/send/").url.startswith("/log-in/")
