"""Suspending accounts and ending sessions by command."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import queries
from accounts.models import AuditEvent, User
from accounts.sessions import tokens
from accounts.staff import services as staff_services
from accounts.tests.conftest import last_message, log_in_recently
from conftest import NOON, PASSWORD, make_staff, make_user, sign_in
from hitouch.core.errors import ReasonRequired

pytestmark = pytest.mark.django_db
WHY = "Two people seem to use it"


@pytest.fixture
def omar(db: None) -> User:
    """Staff with the role that manages accounts."""
    staff_services.apply_roles()
    return make_staff("Omar", "operations")


def log_in(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    response = client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    assert response.status_code == 302
    return client


def test_suspended_user_is_redirected_to_log_in(lata: User, omar: User) -> None:
    """During a session the next page is the log-in page, with a message."""
    client = log_in(lata)
    assert client.get("/account/").status_code == 200
    staff_services.suspend(user=lata, by=omar, at=timezone.now(), why=WHY)
    page = client.get("/account/", follow=True)
    assert page.redirect_chain[0][0].startswith("/log-in/")
    assert b"been logged out" in page.content


def test_inactive_user_with_a_session_is_redirected(lata: User) -> None:
    """The same when only the account's status changed and the session row still exists."""
    client = log_in(lata)
    User.objects.filter(pk=lata.pk).update(status=User.Status.SUSPENDED)
    page = client.get("/account/", follow=True)
    assert b"been logged out" in page.content


def test_visitor_without_a_session_gets_no_message(client: Client) -> None:
    """A logged-out visitor just sees the log-in page."""
    assert b"been logged out" not in client.get("/account/", follow=True).content


def test_suspension_revokes_api_access(lata: User, omar: User, call: Callable) -> None:
    """Tokens and sessions get 401 from the API at once."""
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    browser = log_in(lata)
    assert call("me/", method="get", token=token).status_code == 200
    staff_services.suspend(user=lata, by=omar, at=timezone.now(), why=WHY)
    assert call("me/", method="get", token=token).status_code == 401
    assert browser.get("/api/v1/me/").status_code == 401


def test_inactive_is_shown_only_after_the_right_password(lata: User, omar: User) -> None:
    """The message says whom to contact."""
    staff_services.suspend(user=lata, by=omar, at=timezone.now(), why=WHY)
    page = Client().post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    assert b"not active" in page.content
    page = Client().post("/log-in/", {"contact": lata.email, "password": "wrong-password"})
    assert b"not active" not in page.content


def test_user_is_notified_of_suspension_and_reactivation(lata: User, omar: User) -> None:
    """At every contact, without the reason."""
    staff_services.suspend(user=lata, by=omar, at=NOON, why=WHY)
    for contact in (lata.email, lata.phone):
        message = last_message(contact)
        assert message.template == "accounts/account_suspended"
        assert WHY not in message.body
    staff_services.reactivate(user=lata, by=omar, at=NOON + timedelta(hours=1), why="Cleared up")
    assert last_message(lata.email).template == "accounts/account_active"


def test_staff_see_the_reason(lata: User, omar: User) -> None:
    """The admin shows the reason and who gave it."""
    staff_services.suspend(user=lata, by=omar, at=NOON, why=WHY)
    page = sign_in(Client(), omar).get(reverse("admin:accounts_user_change", args=[lata.pk]))
    assert WHY in page.content.decode()
    staff_services.reactivate(user=lata, by=omar, at=NOON + timedelta(hours=1), why="Cleared up")
    event = queries.last_status_change(lata)
    assert event is not None
    assert event.new["why"] == "Cleared up"


def test_suspension_needs_a_reason(lata: User, omar: User) -> None:
    """The admin asks for it, and the service refuses without one."""
    with pytest.raises(ReasonRequired):
        staff_services.suspend(user=lata, by=omar, at=NOON, why="  ")
    staff, url = sign_in(Client(), omar), reverse("admin:accounts_user_changelist")
    chosen = {"action": "suspend", "_selected_action": [str(lata.pk)]}
    futures = staff.post(url, chosen)
    assert futures.status_code == 200
    assert b"Reason" in futures.content
    lata.refresh_from_db()
    assert lata.status == User.Status.ACTIVE
    staff.post(url, {**chosen, "why": WHY})
    lata.refresh_from_db()
    assert lata.status == User.Status.SUSPENDED
    assert AuditEvent.objects.get(action="account.suspended").new["why"] == WHY


# Command end_sessions --------------------------------------------------------------------------


def log_in_twice(user: User, call: Callable) -> Callable[[], list[int]]:
    """Log in with a browser and an app; the result checks the status of both."""
    browser = log_in(user)
    token = tokens.issue(user=user, at=timezone.now()).access_token
    return lambda: [
        browser.get("/account/").status_code,
        call("me/", method="get", token=token).status_code,
    ]


def test_end_sessions_of_one_user(lata: User, call: Callable) -> None:
    """All of the user's sessions end, nobody else's, and the reason is recorded."""
    rosa = make_user("Rosa")
    rosa.set_password(PASSWORD)
    rosa.save()
    hers, others = log_in_twice(lata, call), log_in_twice(rosa, call)
    out = StringIO()
    call_command("end_sessions", "LATA@example.com", "--why", "Lost phone", stdout=out)
    assert out.getvalue() == "Ended 1 browsers and 1 programs.\n"
    assert hers() == [302, 401]
    assert others() == [200, 200]
    assert AuditEvent.objects.get(action="account.sessions_ended").new == {"why": "Lost phone"}


def test_end_sessions_of_everybody(lata: User, omar: User, call: Callable) -> None:
    """All sessions end, with one audit event."""
    hers, staffs = log_in_twice(lata, call), log_in_recently(Client(), omar)
    call_command("end_sessions", "--all", "--why", "Stolen backup", stdout=StringIO())
    assert hers() == [302, 401]
    assert staffs.get("/admin/").status_code == 302
    assert AuditEvent.objects.get(action="account.all_sessions_ended").new["why"] == "Stolen backup"


@pytest.mark.parametrize("wrong", [[], ["lata@example.com", "--all"], ["nobody@example.com"]])
def test_end_sessions_needs_a_user_or_all(lata: User, wrong: list[Any]) -> None:
    """Neither both nor none."""
    with pytest.raises(CommandError):
        call_command("end_sessions", *wrong, "--why", "x", stdout=StringIO())
