"""Log-ins that are under way while the password is changed or the account is suspended."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from accounts.authentication.services import login, passwords
from accounts.mfa import services as mfa
from accounts.mfa import totp
from accounts.models import LogInEvent, OneTimeCode, TokenFamily, User
from accounts.one_time_codes.grants import GrantExpired
from accounts.security import locks
from accounts.security.hashers import Argon2id
from accounts.security.origin import UNKNOWN_ORIGIN
from accounts.sessions import services as sessions
from accounts.sessions import tokens
from accounts.staff import services as staff
from accounts.tests.conftest import sent_code
from conftest import NOON, PASSWORD, make_staff, make_user

NEW_PASSWORD = "battery-staple-orange"
APP = "/api/v1/auth/app/auth/"
JSON = "application/json"
TOKENS, LOG_IN = "/api/v1/auth/tokens/", f"{APP}login"


def reset_password(user: User) -> None:
    """Reset the password with a code, as its owner does."""
    ticket = passwords.begin_reset(contact=user.email or "", at=NOON)
    code = sent_code(user.email or "")
    grant = passwords.confirm_reset(ticket=ticket, code=code, at=NOON, ip="")
    passwords.finish_reset(grant=grant, password=NEW_PASSWORD, at=NOON, ip="")


def change_password(user: User) -> None:
    """Change the password, as its owner does."""
    owner = User.objects.get(pk=user.pk)
    passwords.change_password(user=owner, present_password=PASSWORD, password=NEW_PASSWORD, at=NOON)


def suspend(user: User) -> None:
    """Suspend the account and reactivate it."""
    admin = make_staff("Meera", "admin")
    staff.suspend(user=user, by=admin, at=NOON, why="A complaint")
    staff.reactivate(user=user, by=admin, at=NOON, why="It was unfounded")


def end_sessions(user: User) -> None:
    """Log out everywhere."""
    sessions.end_all_others(user=User.objects.get(pk=user.pk), at=NOON)


CHANGES = [reset_password, change_password, suspend, end_sessions]


@pytest.fixture
def guarded(lata: User) -> tuple[User, str]:
    """A user with an authenticator app, and its set-up key."""
    key, _ = mfa.enrol_totp(user=lata)
    return lata, key


def alive() -> int:
    """How many sessions and token families can be used."""
    return TokenFamily.objects.alive(NOON).count() + UserSession.objects.count()


def log_in_at(path: str, content_type: str = MULTIPART_CONTENT) -> Callable[[], int]:
    """A log-in with the old password at this path; returns the status."""
    body = {"contact": "lata@example.com", "password": PASSWORD}
    return lambda: Client().post(path, body, content_type=content_type).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [reset_password, change_password])
def test_old_password_leaves_nothing_alive(change: Callable[[User], None]) -> None:
    """Four loops of log-ins with the old password leave no token and no session after a change."""
    user = make_user("Lata")
    for _ in range(5):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        is_changed = Event()

        def keep_logging_in(post: Callable[[], int], is_changed: Event = is_changed) -> None:
            try:
                while not is_changed.is_set():
                    post()
                post()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            ways = [log_in_at(TOKENS, JSON)] * 2 + [log_in_at("/log-in/"), log_in_at(LOG_IN, JSON)]
            loops = [pool.submit(keep_logging_in, way) for way in ways]
            deadline = monotonic() + 60
            while not TokenFamily.objects.alive(NOON).exists() and monotonic() < deadline:
                sleep(0.01)
            try:
                change(user)
            finally:
                is_changed.set()
            for loop in loops:
                loop.result(timeout=60)
        assert alive() == 0
        # Attempts and codes are limited; each turn is one of its own.
        cache.clear()
        OneTimeCode.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_half_finished_page_log_in_is_refused(
    guarded: tuple[User, str], change: Callable[[User], None]
) -> None:
    """After the right password a change to the account ends the log-in before the second factor."""
    user, key = guarded
    browser = Client()
    browser.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    change(user)
    response = browser.post("/log-in/second-factor/", {"code": totp.code(key, NOON)}, follow=True)
    assert "_auth_user_id" not in browser.session
    assert response.redirect_chain[-1][0] == "/log-in/"
    assert "Log in again" in response.content.decode()
    assert alive() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_half_finished_app_log_in_is_refused(
    guarded: tuple[User, str], change: Callable[[User], None]
) -> None:
    """The same through the API of apps, which answers with a problem document."""
    user, key = guarded
    client, body = Client(), {"contact": user.email, "password": PASSWORD}
    begun = client.post(LOG_IN, body, content_type=JSON).json()
    change(user)
    response = client.post(
        f"{APP}2fa/authenticate",
        {"code": totp.code(key, NOON)},
        content_type=JSON,
        headers={"X-Session-Token": begun["meta"]["session_token"]},
    )
    assert (response.status_code, response.json()["code"]) == (401, "log_in_again")
    assert alive() == 0


@pytest.mark.django_db
def test_log_in_finished_while_suspended_stays_dead(guarded: tuple[User, str]) -> None:
    """A session that would have begun during the suspension does not exist after it."""
    user, key = guarded
    browser = Client()
    browser.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    User.objects.filter(pk=user.pk).update(status=User.Status.SUSPENDED)
    browser.post("/log-in/second-factor/", {"code": totp.code(key, NOON)})
    User.objects.filter(pk=user.pk).update(status=User.Status.ACTIVE)
    assert browser.get("/account/").url.startswith("/log-in/")
    assert alive() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_tokens_belong_to_the_checked_account(lata: User, change: Callable[[User], None]) -> None:
    """Tokens are refused to whoever proved the password or a code before the change."""
    body = {"contact": lata.email or "", "at": NOON, "origin": UNKNOWN_ORIGIN}
    by_password = login.check_password(**body, password=PASSWORD)
    ticket = login.begin_log_in_by_code(contact=lata.phone or "", at=NOON)
    by_code = login.check_log_in_code(
        ticket=ticket, code=sent_code(lata.phone or ""), at=NOON, origin=UNKNOWN_ORIGIN
    )
    change(lata)
    for user in (by_password, by_code):
        with pytest.raises(locks.LoginOutdated):
            tokens.issue(user=user, at=NOON)
    assert alive() == 0


@pytest.mark.django_db
def test_app_session_issues_nothing_after_a_change(lata: User) -> None:
    """The session token of an app's log-in is worth nothing after a reset."""
    client, body = Client(), {"contact": lata.email, "password": PASSWORD}
    begun = client.post(LOG_IN, body, content_type=JSON).json()
    reset_password(lata)
    answer = client.get(
        f"{APP}session", headers={"X-Session-Token": begun["meta"]["session_token"]}
    )
    assert answer.status_code in (401, 410)
    assert alive() == 0


@pytest.mark.django_db
def test_upgrade_of_a_hash_does_not_bring_back_a_password(
    lata: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hash of older parameters is replaced, but never a password that was set meanwhile."""
    monkeypatch.setattr(Argon2id, "time_cost", 2)
    slow, quick = User.objects.get(pk=lata.pk), User.objects.get(pk=lata.pk)
    assert quick.check_password(PASSWORD)
    assert "t=2" in User.objects.get(pk=lata.pk).password
    reset_password(lata)
    assert slow.check_password(PASSWORD)
    assert check_password(NEW_PASSWORD, User.objects.get(pk=lata.pk).password)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [change_password, end_sessions, suspend])
def test_half_finished_reset_is_refused(lata: User, change: Callable[[User], None]) -> None:
    """A grant to set a new password ends with everything else that was begun before the change."""
    ticket = passwords.begin_reset(contact=lata.phone or "", at=NOON)
    code = sent_code(lata.phone or "")
    grant = passwords.confirm_reset(ticket=ticket, code=code, at=NOON, ip="")
    change(lata)
    with pytest.raises(GrantExpired):
        passwords.finish_reset(grant=grant, password="another-long-word", at=NOON, ip="")


@pytest.mark.django_db
def test_refused_log_in_is_not_recorded_as_one(
    lata: User, call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the network of whoever was too late would be known to the account."""
    compare = login.check_password

    def compare_slowly(**facts: Any) -> User:
        user = compare(**facts)
        reset_password(lata)
        return user

    monkeypatch.setattr(login, "check_password", compare_slowly)
    refused = call("auth/tokens/", contact=lata.email, password=PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (401, "log_in_again")
    assert not LogInEvent.objects.filter(user=lata, outcome="IN").exists()


@pytest.mark.django_db
def test_change_with_an_old_password_after_a_reset_is_refused(lata: User) -> None:
    """Whoever proved the old password just before a reset does not set another one after it."""
    slow = User.objects.get(pk=lata.pk)
    reset_password(lata)
    with pytest.raises(locks.LoginOutdated):
        passwords.change_password(
            user=slow, present_password=PASSWORD, password="another-long-word", at=NOON
        )
