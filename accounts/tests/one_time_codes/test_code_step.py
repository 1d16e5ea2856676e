"""The pages that ask for a code and resend it, for every purpose."""

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.conftest import log_in_recently, sent_code, wrong_code
from conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "anita@example.com"
#: Each purpose: where it starts, its code page, what contact, and whether one is signed in.
STEPS = {
    "sign-up": ("/sign-up/", "/sign-up/code/", NEW, False),
    "log-in": ("/log-in/by-code/", "/log-in/code/", "lata@example.com", False),
    "reset": ("/reset/", "/reset/code/", "lata@example.com", False),
    "contact": ("/account/contacts/", "/account/contacts/code/", NEW, True),
    "step-up": ("/account/is-it-you/code/send/", "/account/is-it-you/code/", "", True),
}
EACH = pytest.mark.parametrize("step", STEPS)


@pytest.fixture
def start_step(lata: User, client: Client):
    """`start_step("reset")` requests a code for a purpose; returns the browser and the page."""

    def begin(step: str) -> tuple[Client, str, str]:
        start, page, contact, is_inside = STEPS[step]
        if is_inside:
            log_in_recently(client, lata)
        assert client.post(start, {"contact": contact}).url == page
        return client, page, contact or lata.email

    return begin


def after(seconds: int) -> time_machine.travel:
    """Move the clock forward."""
    return time_machine.travel(timezone.now() + timezone.timedelta(seconds=seconds))


@EACH
def test_page_shows_the_contact_and_the_waiting_time(start_step, step: str) -> None:
    """The contact is masked, and the seconds come from the server."""
    client, page, contact = start_step(step)
    shown = client.get(page)
    assert shown.status_code == 200
    assert contact not in shown.content.decode().partition("<main")[2]
    assert shown.context["step"]["contact"] == f"{contact[0]}•••@example.com"
    cooldown = settings.HITOUCH_CODE_COOLDOWN_SECONDS
    assert cooldown - 5 <= shown.context["step"]["wait"] <= cooldown
    with after(cooldown + 1):
        assert client.get(page).context["step"]["wait"] == 0


@EACH
def test_new_code_replaces_the_old(start_step, step: str) -> None:
    """Every purpose can resend; only the newest code works."""
    client, page, contact = start_step(step)
    old = sent_code(contact)
    with after(settings.HITOUCH_CODE_COOLDOWN_SECONDS + 1):
        response = client.post(f"{page}again/", follow=True)
        assert "sent a new code" in response.content.decode()
        new = sent_code(contact)
        if new != old:
            assert client.post(page, {"code": old}).context["form"].errors["code"]
        assert client.post(page, {"code": new}).status_code == 302


@EACH
def test_resending_too_early_shows_the_waiting_time(start_step, step: str) -> None:
    """Nothing is sent, and the page counts down the remaining seconds."""
    client, page, contact = start_step(step)
    code = sent_code(contact)
    response = client.post(f"{page}again/", follow=True)
    assert "already sent a code. You can request another in" in response.content.decode()
    assert response.context["step"]["wait"] > 50
    assert client.post(page, {"code": code}).status_code == 302


@EACH
def test_wrong_code_is_shown_at_the_field(start_step, step: str) -> None:
    """The page keeps the input and shows the error; the right code still works."""
    client, page, contact = start_step(step)
    code = sent_code(contact)
    response = client.post(page, {"code": wrong_code(code)})
    assert "That code is not correct" in response.context["form"].errors["code"][0]
    assert f'value="{wrong_code(code)}"' in response.content.decode()
    assert client.post(page, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


@EACH
@pytest.mark.parametrize("ending", ["", "again/"])
def test_page_without_a_pending_code_redirects_to_the_start(
    lata: User, step: str, ending: str
) -> None:
    """In another browser, after a day, or by a typed URL. A message explains it."""
    _, page, _, is_inside = STEPS[step]
    other = log_in_recently(Client(), lata) if is_inside else Client()
    response = other.post(f"{page}{ending}", {"code": "123456"}, follow=True)
    assert response.status_code == 200
    assert "in another browser, or too long ago" in response.content.decode()


@pytest.mark.parametrize("step", ["sign-up", "reset"])
def test_expired_or_used_grant_redirects_to_the_start(start_step, step: str) -> None:
    """The password page says that the step has timed out."""
    client, page, contact = start_step(step)
    client.post(page, {"code": sent_code(contact)})
    password = page.replace("code", "password")
    assert client.get(page).url == password
    with after(16 * 60):
        response = client.post(password, {"password": "another-horse-battery"}, follow=True)
    assert "timed out" in response.content.decode()
    assert response.redirect_chain[-1][0] == STEPS[step][0]


def test_code_page_after_sign_up_redirects(start_step) -> None:
    """A logged-in user is not asked for a code again."""
    client, page, contact = start_step("sign-up")
    client.post(page, {"code": sent_code(contact)})
    client.post("/sign-up/password/", {"password": PASSWORD})
    for path in ("/sign-up/", page, "/sign-up/password/"):
        assert client.get(path).url == "/next/"


def test_login_by_code_keeps_the_next_page(lata: User, client: Client) -> None:
    """A user who was asked to log in returns to the page they wanted."""
    assert b"by-code/?next=%2Fmoney%2F" in client.get("/log-in/?next=/money/").content
    client.post("/log-in/by-code/?next=/money/", {"contact": lata.email})
    assert client.post("/log-in/code/", {"code": sent_code(lata.email)}).url == "/money/"


def test_rate_limited_login_offers_a_code(lata: User, client: Client) -> None:
    """The page shows the waiting time and the link to log in with a code."""
    for _ in range(6):
        response = client.post("/log-in/", {"contact": lata.email, "password": "wrong-guess"})
    assert response.status_code == 429
    page = response.content.decode()
    assert "Wait 5 minutes" in page
    assert "have to wait" in page


def test_missing_cookies_are_explained() -> None:
    """A browser that refuses cookies gets a message that they are needed."""
    careful = Client(enforce_csrf_checks=True)
    response = careful.post("/log-in/", {"contact": NEW, "password": PASSWORD})
    assert response.status_code == 403
    assert "Allow cookies for this site" in response.content.decode()
