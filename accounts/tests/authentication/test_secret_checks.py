"""Guessing a password or a code inside a session: counted, recorded, and told to the owner."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.mfa import services as mfa
from accounts.models import AuditEvent, LogInEvent, User
from accounts.security import rate_limits
from accounts.sessions import tokens
from accounts.tests.conftest import log_in_recently, sent_code, wrong_code
from conftest import NOON, PASSWORD, make_staff, sign_in
from hitouch.core.models import OutboxMessage
from hitouch.core.rate_limits import RateLimited

pytestmark = pytest.mark.django_db
GUESS, NEW = "a-guess-of-it", "another-long-secret"
PROBLEM = "too_many_tries"


def guess_on_page(lata: User) -> Callable[[], int]:
    """Guesses the current password on the page that changes it."""
    browser = sign_in(Client(), lata)
    body = {"present_password": GUESS, "password": NEW}
    return lambda: browser.post("/account/password/", body).status_code


def guess_reauthentication(lata: User) -> Callable[[], int]:
    """Guesses the password on the page before a sensitive act."""
    browser = sign_in(Client(), lata)
    body = {"way": "password", "password": GUESS}
    return lambda: browser.post("/account/is-it-you/", body).status_code


def guess_in_app(path: str, **body: str) -> Callable[[User], Callable[[], int]]:
    """Guesses with the token of an app."""

    def begin(lata: User) -> Callable[[], int]:
        token = tokens.issue(user=lata, at=NOON).access_token
        headers = {"Authorization": f"Bearer {token}"}
        url = f"/api/v1/{path}"
        return lambda: (
            Client().post(url, body, content_type="application/json", headers=headers).status_code
        )

    return begin


PLACES = {
    "page": guess_on_page,
    "reauthentication page": guess_reauthentication,
    "api": guess_in_app("me/password/", present_password=GUESS, password=NEW),
    "reauthentication api": guess_in_app("me/proof/", password=GUESS),
}


@pytest.mark.parametrize("place", PLACES)
def test_ten_guesses_an_hour(lata: User, place: str) -> None:
    """Of fifteen wrong passwords in one session ten are compared; each of them is recorded."""
    guess = PLACES[place](lata)
    answers = [guess() for _ in range(15)]
    assert answers[10:] == [429] * 5
    assert 429 not in answers[:10]
    assert LogInEvent.objects.filter(user=lata, outcome="WRONG", way="PASSWORD").count() == 10


def test_places_of_a_session_count_together(lata: User, call) -> None:
    """Whoever has the session cannot go on at another page."""
    token = tokens.issue(user=lata, at=NOON).access_token
    for _ in range(5):
        call("me/password/", token=token, present_password=GUESS, password=NEW)
        call("me/proof/", token=token, password=GUESS)
    refused = call("me/password/", token=token, present_password=PASSWORD, password=NEW)
    assert (refused.status_code, refused.json()["code"]) == (429, PROBLEM)
    assert refused["Retry-After"]


def test_another_session_has_its_own(lata: User, call) -> None:
    """A thief in one session does not shut the owner out of another."""
    thief, owner = (tokens.issue(user=lata, at=NOON).access_token for _ in "ab")
    for _ in range(12):
        call("me/password/", token=thief, present_password=GUESS, password=NEW)
    body = {"present_password": PASSWORD, "password": NEW}
    assert call("me/password/", token=owner, **body).status_code == 204


def test_guesses_of_all_sessions_end_at_a_number(lata: User) -> None:
    """Fifty a day for one user, however many sessions were stolen."""
    for _ in range(rate_limits.OWN_SECRET_A_DAY.tries):
        rate_limits.OWN_SECRET_A_DAY.spend(str(lata.pk), at=NOON)
    assert guess_on_page(lata)() == 429


def test_owner_is_notified_of_a_series(lata: User) -> None:
    """The fifth wrong password leaves an audit event and a message, which comes once a day."""
    guess = guess_on_page(lata)
    for _ in range(4):
        guess()
    assert not AuditEvent.objects.filter(action="account.secret_guessed").exists()
    for _ in range(6):
        guess()
    assert AuditEvent.objects.get(action="account.secret_guessed").new == {"kind": "password"}
    messages = OutboxMessage.objects.filter(template="accounts/security")
    assert ["five wrong passwords" in message.body for message in messages] == [True]
    page = sign_in(Client(), lata).get("/account/activity/").content.decode()
    assert "Several wrong passwords or codes" in page


def test_right_password_is_not_counted(lata: User, call) -> None:
    """It leaves an audit event."""
    token = tokens.issue(user=lata, at=NOON).access_token
    for _ in range(12):
        assert call("me/proof/", token=token, password=PASSWORD).status_code == 204
    assert AuditEvent.objects.filter(action="account.reauthenticated", by=lata).count() == 12


def test_codes_to_a_contact_count_as_well(lata: User) -> None:
    """Wrong codes before a sensitive act and for a new contact are recorded."""
    browser = log_in_recently(Client(), lata)
    browser.post("/account/contacts/", {"contact": "new@example.com"})
    code = sent_code("new@example.com")
    browser.post("/account/contacts/code/", {"code": wrong_code(code)})
    browser.post("/account/is-it-you/code/send/")
    code = sent_code(lata.email or "")
    browser.post("/account/is-it-you/code/", {"code": wrong_code(code)})
    assert LogInEvent.objects.filter(user=lata, outcome="WRONG", way="CODE").count() == 2


def test_twenty_second_factors_a_day(lata: User) -> None:
    """The daily limit holds beyond the one of five minutes; a new password ends it."""
    mfa.enrol_totp(user=lata)
    for turn in range(6):
        at = NOON + timedelta(minutes=6 * turn)
        for _ in range(5):
            with pytest.raises((mfa.WrongSecondFactor, RateLimited)):
                mfa.check_second_factor(user=lata, code="000000", at=at)
    assert LogInEvent.objects.filter(user=lata, outcome="WRONG_FACTOR").count() == 20
    lata.set_password(NEW)
    with pytest.raises(mfa.WrongSecondFactor):
        mfa.check_second_factor(user=lata, code="000000", at=NOON + timedelta(hours=1))


def test_admin_changes_passwords_on_our_page() -> None:
    """Django's own form would neither count nor end other sessions."""
    browser = sign_in(Client(), make_staff("Meera", "admin"))
    assert browser.get(reverse("admin:password_change")).url == "/account/password/"
    assert browser.post(reverse("admin:password_change"), {}).url == "/account/password/"


def test_limits_of_an_hour_end(lata: User) -> None:
    """After an hour there are ten more."""
    guess = guess_on_page(lata)
    for _ in range(11):
        guess()
    with time_machine.travel(NOON + timedelta(hours=1, minutes=1)):
        assert guess() == 200


def test_passwords_are_compared_in_counted_places_only() -> None:
    """No other module of the project calls `check_password`."""
    root = Path(settings.BASE_DIR)
    counted = {
        "accounts/authentication/services/login.py",
        "accounts/authentication/services/passwords.py",
        "accounts/authentication/services/reauthentication.py",
    }
    callers = {
        str(path.relative_to(root))
        for app in (
            "accounts",
            "onboarding",
            "gigs",
            "payments",
            "proctoring",
            "chatbot",
            "hitouch",
        )
        for path in (root / app).rglob("*.py")
        if "tests" not in path.parts and _compares_password(path)
    }
    assert callers == counted


def _compares_password(path: Path) -> bool:
    """Whether a module calls `check_password` of a user."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "check_password"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "user"
        for node in ast.walk(ast.parse(path.read_text()))
    )
