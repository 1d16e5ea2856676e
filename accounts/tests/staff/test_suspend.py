"""An account that is shut out: in the middle of a session, with a reason, and told."""

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
from accounts.tests.conftest import come_in, last_message
from conftest import NOON, PASSWORD, make_staff, make_user, sign_in
from hitouch.core.errors import ReasonRequired

pytestmark = pytest.mark.django_db
WHY = "Two people seem to use it"


@pytest.fixture
def omar(db: None) -> User:
    """Staff who look after accounts."""
    staff_services.apply_roles()
    return make_staff("Omar", "operations")


def log_in(user: User) -> Client:
    client = Client()
    answer = client.post("/log-in/", {"contact": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_next_page_leads_to_log_in_with_a_sentence(lata: User, omar: User) -> None:
    """In the middle of a session the next page is the log-in page, and says what happened."""
    client = log_in(lata)
    assert client.get("/account/").status_code == 200
    staff_services.suspend(user=lata, by=omar, at=timezone.now(), why=WHY)
    page = client.get("/account/", follow=True)
    assert page.redirect_chain[0][0].startswith("/log-in/")
    assert b"been logged out" in page.content


def test_sentence_is_said_also_while_the_session_stands(lata: User) -> None:
    """An account that was shut in the database alone is out at its next page as well."""
    client = log_in(lata)
    User.objects.filter(pk=lata.pk).update(status=User.Status.SUSPENDED)
    page = client.get("/account/", follow=True)
    assert b"been logged out" in page.content


def test_who_was_never_in_is_not_told(client: Client) -> None:
    """A stranger at a closed page just sees the log-in page."""
    assert b"been logged out" not in client.get("/account/", follow=True).content


def test_next_call_is_401(lata: User, omar: User, call: Callable) -> None:
    """A token and a session of the API are nothing any more, at once."""
    token = tokens.issue(user=lata, at=timezone.now()).access_token
    browser = log_in(lata)
    assert call("me/", method="get", token=token).status_code == 200
    staff_services.suspend(user=lata, by=omar, at=timezone.now(), why=WHY)
    assert call("me/", method="get", token=token).status_code == 401
    assert browser.get("/api/v1/me/").status_code == 401


def test_right_password_is_told_that_it_is_not_active(lata: User, omar: User) -> None:
    """Only who knows the password hears of it, and whom to ask."""
    staff_services.suspend(user=lata, by=omar, at=timezone.now(), why=WHY)
    page = Client().post("/log-in/", {"contact": lata.email, "password": PASSWORD})
    assert b"not active" in page.content
    page = Client().post("/log-in/", {"contact": lata.email, "password": "wrong-password"})
    assert b"not active" not in page.content


def test_person_is_told_of_both(lata: User, omar: User) -> None:
    """By every contact, without the reason, which support gives."""
    staff_services.suspend(user=lata, by=omar, at=NOON, why=WHY)
    for contact in (lata.email, lata.phone):
        message = last_message(contact)
        assert message.template == "accounts/account_suspended"
        assert WHY not in message.body
    staff_services.reactivate(user=lata, by=omar, at=NOON + timedelta(hours=1), why="Cleared up")
    assert last_message(lata.email).template == "accounts/account_active"


def test_staff_see_the_reason(lata: User, omar: User) -> None:
    """Colleagues can answer the person: the reason and who gave it stand on the account."""
    staff_services.suspend(user=lata, by=omar, at=NOON, why=WHY)
    page = sign_in(Client(), omar).get(reverse("admin:accounts_user_change", args=[lata.pk]))
    assert WHY in page.content.decode()
    staff_services.reactivate(user=lata, by=omar, at=NOON + timedelta(hours=1), why="Cleared up")
    told = queries.last_status_change(lata)
    assert told is not None
    assert told.new["why"] == "Cleared up"


def test_reason_has_to_be_given(lata: User, omar: User) -> None:
    """The admin asks for it, and the service refuses without."""
    with pytest.raises(ReasonRequired):
        staff_services.suspend(user=lata, by=omar, at=NOON, why="  ")
    staff, url = sign_in(Client(), omar), reverse("admin:accounts_user_changelist")
    chosen = {"action": "suspend", "_selected_action": [str(lata.pk)]}
    asked = staff.post(url, chosen)
    assert asked.status_code == 200
    assert b"Reason" in asked.content
    lata.refresh_from_db()
    assert lata.status == User.Status.ACTIVE
    staff.post(url, {**chosen, "why": WHY})
    lata.refresh_from_db()
    assert lata.status == User.Status.SUSPENDED
    assert AuditEvent.objects.get(action="account.suspended").new["why"] == WHY


# Ending log-ins by command ------------------------------------------------------------------


def in_twice(user: User, call: Callable) -> Callable[[], list[int]]:
    """Signed in with a browser and a program; asks both whether they still are."""
    browser = log_in(user)
    token = tokens.issue(user=user, at=timezone.now()).access_token
    return lambda: [
        browser.get("/account/").status_code,
        call("me/", method="get", token=token).status_code,
    ]


def test_command_ends_one_persons_log_ins(lata: User, call: Callable) -> None:
    """A lost phone: everything of hers ends, nobody else's, and why is noted."""
    rosa = make_user("Rosa")
    rosa.set_password(PASSWORD)
    rosa.save()
    hers, others = in_twice(lata, call), in_twice(rosa, call)
    out = StringIO()
    call_command("end_sessions", "LATA@example.com", "--why", "Lost phone", stdout=out)
    assert out.getvalue() == "Ended 1 browsers and 1 programs.\n"
    assert hers() == [302, 401]
    assert others() == [200, 200]
    assert AuditEvent.objects.get(action="account.sessions_ended").new == {"why": "Lost phone"}


def test_command_ends_everybodys(lata: User, omar: User, call: Callable) -> None:
    """A stolen backup: all log-ins end at once, by one event."""
    hers, staffs = in_twice(lata, call), come_in(Client(), omar)
    call_command("end_sessions", "--all", "--why", "Stolen backup", stdout=StringIO())
    assert hers() == [302, 401]
    assert staffs.get("/admin/").status_code == 302
    assert AuditEvent.objects.get(action="account.all_sessions_ended").new["why"] == "Stolen backup"


@pytest.mark.parametrize("wrong", [[], ["lata@example.com", "--all"], ["nobody@example.com"]])
def test_command_wants_one_or_all(lata: User, wrong: list[Any]) -> None:
    """Neither by accident."""
    with pytest.raises(CommandError):
        call_command("end_sessions", *wrong, "--why", "x", stdout=StringIO())
