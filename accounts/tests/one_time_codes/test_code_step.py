"""The step in which a code is typed or asked for again: one for every purpose."""

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.conftest import come_in, sent_code, wrong
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
def begun(lata: User, client: Client):
    """Somebody at the code page of a purpose: `begun("reset")` answers with browser and page."""

    def begin(step: str) -> tuple[Client, str, str]:
        start, page, contact, is_inside = STEPS[step]
        if is_inside:
            come_in(client, lata)
        assert client.post(start, {"contact": contact}).url == page
        return client, page, contact or lata.email

    return begin


def later(seconds: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timezone.timedelta(seconds=seconds))


@EACH
def test_page_says_where_the_code_went_and_when_the_next_may_go(begun, step: str) -> None:
    """The contact is masked, and the seconds come from the server."""
    client, page, contact = begun(step)
    shown = client.get(page)
    assert shown.status_code == 200
    assert contact not in shown.content.decode().partition("<main")[2]
    assert shown.context["step"]["contact"] == f"{contact[0]}•••@example.com"
    cooldown = settings.HITOUCH_CODE_COOLDOWN_SECONDS
    assert cooldown - 5 <= shown.context["step"]["wait"] <= cooldown
    with later(cooldown + 1):
        assert client.get(page).context["step"]["wait"] == 0


@EACH
def test_new_code_replaces_the_old(begun, step: str) -> None:
    """Each purpose can send again; only the newest code works."""
    client, page, contact = begun(step)
    old = sent_code(contact)
    with later(settings.HITOUCH_CODE_COOLDOWN_SECONDS + 1):
        answer = client.post(f"{page}again/", follow=True)
        assert "sent a new code" in answer.content.decode()
        new = sent_code(contact)
        if new != old:
            assert client.post(page, {"code": old}).context["form"].errors["code"]
        assert client.post(page, {"code": new}).status_code == 302


@EACH
def test_too_early_is_told_with_the_seconds(begun, step: str) -> None:
    """Asking again at once sends nothing, says how long, and the page counts on from there."""
    client, page, contact = begun(step)
    code = sent_code(contact)
    answer = client.post(f"{page}again/", follow=True)
    assert "already sent a code. You can request another in" in answer.content.decode()
    assert answer.context["step"]["wait"] > 50
    assert client.post(page, {"code": code}).status_code == 302


@EACH
def test_wrong_code_stays_typed_and_is_told_beside_the_field(begun, step: str) -> None:
    """After a wrong code the page keeps it and says what to do, and the right one still works."""
    client, page, contact = begun(step)
    code = sent_code(contact)
    answer = client.post(page, {"code": wrong(code)})
    assert "That code is not correct" in answer.context["form"].errors["code"][0]
    assert f'value="{wrong(code)}"' in answer.content.decode()
    assert client.post(page, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


@EACH
@pytest.mark.parametrize("ending", ["", "again/"])
def test_page_without_a_beginning_leads_to_the_start(lata: User, step: str, ending: str) -> None:
    """In another browser, a day late, typed by hand: a sentence and the start, never an error."""
    _, page, _, is_inside = STEPS[step]
    other = come_in(Client(), lata) if is_inside else Client()
    answer = other.post(f"{page}{ending}", {"code": "123456"}, follow=True)
    assert answer.status_code == 200
    assert "in another browser, or too long ago" in answer.content.decode()


@pytest.mark.parametrize("step", ["sign-up", "reset"])
def test_password_a_day_late_or_twice_leads_to_the_start(begun, step: str) -> None:
    """The password page says that it timed out, and one begins again."""
    client, page, contact = begun(step)
    client.post(page, {"code": sent_code(contact)})
    password = page.replace("code", "password")
    assert client.get(page).url == password
    with later(16 * 60):
        answer = client.post(password, {"password": "another-horse-battery"}, follow=True)
    assert "timed out" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == STEPS[step][0]


def test_going_back_after_signing_up_leads_on(begun) -> None:
    """Who has an account by now is not asked for a code again."""
    client, page, contact = begun("sign-up")
    client.post(page, {"code": sent_code(contact)})
    client.post("/sign-up/password/", {"password": PASSWORD})
    for path in ("/sign-up/", page, "/sign-up/password/"):
        assert client.get(path).url == "/next/"


def test_wish_where_to_go_survives_a_log_in_by_code(lata: User, client: Client) -> None:
    """Who was sent to log in on the way to a page comes there, also by code."""
    assert b"by-code/?next=%2Fmoney%2F" in client.get("/log-in/?next=/money/").content
    client.post("/log-in/by-code/?next=/money/", {"contact": lata.email})
    assert client.post("/log-in/code/", {"code": sent_code(lata.email)}).url == "/money/"


def test_limit_of_log_ins_offers_a_code(lata: User, client: Client) -> None:
    """Held back, one is told how long, and that a code works at once."""
    for _ in range(6):
        answer = client.post("/log-in/", {"contact": lata.email, "password": "wrong-guess"})
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Wait 5 minutes" in page
    assert "have to wait" in page


def test_without_cookies_the_page_says_so() -> None:
    """A browser that keeps no cookies hears that they are needed."""
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post("/log-in/", {"contact": NEW, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Allow cookies for this site" in answer.content.decode()
