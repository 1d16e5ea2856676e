"""Closing one's account: request, blockers, cancellation, completion."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from accounts import tasks
from accounts.models import AuditEvent, Closing, User
from accounts.privacy import services as privacy
from accounts.sessions import tokens
from accounts.tests.conftest import log_in_recently
from chatbot.desk import services as chatbot
from conftest import NOON, make_staff, make_user, sign_in
from gigs.applications import services as application_services
from gigs.models import Client, Member
from gigs.work import services as work_services
from payments.models import Payment
from proctoring.tests.support.cast import make_sitting
from tests.privacy.conftest import Scene, hand_in, hire, offer

pytestmark = pytest.mark.django_db
API = "/api/v1/me/closing/"
LATER = NOON + timedelta(days=7, seconds=1)


@pytest.fixture
def nila_browser(nila: Any) -> Browser:
    """The browser of an agent who has only just signed up."""
    return log_in_recently(Browser(), nila.user)


def status(user: User) -> str:
    return User.objects.get(pk=user.pk).status


def test_page_requests_and_cancels_a_closing(nila_browser: Browser, nila: Any) -> None:
    """The page says what happens, asks, says the day, and lets the person change their mind."""
    assert b"Close my account" in nila_browser.get("/account/close/").content
    assert nila_browser.post("/account/close/").url == "/account/close/"
    page = nila_browser.get("/account/close/").content.decode()
    assert "30 Nov" in page
    assert "Nothing is pending" in page
    assert nila_browser.post("/account/close/take-back/").url == "/account/close/"
    assert nila.user.closings.get().state == Closing.State.TAKEN_BACK
    assert privacy.close_due(now=LATER) == 0
    assert status(nila.user) == User.Status.ACTIVE


def test_api_requests_and_cancels_a_closing(nila_browser: Browser) -> None:
    """The API does the same, with a code for each refusal."""
    asked = nila_browser.post(API)
    assert asked.status_code == 202
    assert asked.json()["due_at"].startswith("2026-11-30")
    assert asked.json()["holds"] == []
    again = nila_browser.post(API)
    assert (again.status_code, again.json()["code"]) == (409, "closing_asked")
    assert nila_browser.post(API + "take-back/").json()["asked_at"] is None
    nothing = nila_browser.post(API + "take-back/")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_take_back")


def test_a_closing_needs_recent_authentication(nila: Any) -> None:
    """An old session or an old token cannot close the account."""
    stale = sign_in(Browser(), nila.user)
    page = {"Referer": "http://testserver/account/close/"}
    asked = stale.post("/account/close/", headers=page).url
    assert asked == "/account/is-it-you/?next=%2Faccount%2Fclose%2F"
    refused = stale.post(API)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    issued = tokens.issue(user=nila.user, at=NOON - timedelta(minutes=6))
    headers = {"Authorization": f"Bearer {issued.access_token}"}
    refused = Browser().post(API, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    assert not Closing.objects.exists()


def test_days_of_grace_are_kept(nila: Any, settings: Any) -> None:
    """Not a second before they are over; their number is a setting."""
    settings.HITOUCH_CLOSING_DAYS = 3
    privacy.request_closing(user=nila.user, at=NOON)
    three = NOON + timedelta(days=3)
    assert privacy.close_due(now=three - timedelta(seconds=1)) == 0
    assert privacy.close_due(now=three) == 1
    assert status(nila.user) == User.Status.CLOSED


def test_beat_closes_what_is_due(nila: Any) -> None:
    """Celery beat closes accounts on the due day."""
    assert "accounts.tasks.close_due" in {entry["task"] for entry in tasks.schedule.values()}
    privacy.request_closing(user=nila.user, at=NOON)
    with time_machine.travel(LATER):
        tasks.close_due()
    assert status(nila.user) == User.Status.CLOSED


def test_staff_are_refused(meera: User) -> None:
    """Page and API refuse; an administrator closes staff accounts."""
    client = log_in_recently(Browser(), meera)
    answer = client.post(API)
    assert (answer.status_code, answer.json()["code"]) == (409, "staff_account")
    client.post("/account/close/")
    assert not Closing.objects.exists()


# Blockers of a closing ------------------------------------------------------------------


def with_money_owed(scene: Scene) -> None:
    work = hand_in(scene.agent, hire(scene.agent, scene.owner, "Second gig"))
    work_services.approve_work(work=work, member=scene.owner, at=NOON)


def with_work_undecided(scene: Scene) -> None:
    hand_in(scene.agent, hire(scene.agent, scene.owner, "Second gig"))


def with_ticket(scene: Scene) -> None:
    chatbot.open_ticket(user=scene.user, subject="Wrong amount", text="Look.", at=NOON)


def with_test(scene: Scene) -> None:
    make_sitting(scene.agent, "IN_PROGRESS")


HOLDS = {
    "money_owed": with_money_owed,
    "work_undecided": with_work_undecided,
    "ticket_open": with_ticket,
    "sitting_in_progress": with_test,
}


@pytest.mark.parametrize("code", HOLDS)
def test_a_blocker_delays_the_closing_and_is_shown(
    scene: Scene, browser: Browser, code: str, settings: Any
) -> None:
    """Page and API show the blocker, and the account stays open after the due day."""
    settings.HITOUCH_ASSESSMENT_ATTEMPTS = 5
    HOLDS[code](scene)
    browser.post("/account/close/")
    told = browser.get(API).json()
    assert code in {hold["code"] for hold in told["holds"]}
    page = browser.get("/account/close/").content.decode()
    assert "To be settled first" in page
    for hold in told["holds"]:
        assert hold["detail"] in page
        assert Browser().get(hold["page"]).status_code in (200, 302)
    assert privacy.close_due(now=LATER) == 0
    assert status(scene.user) == User.Status.ACTIVE


def test_account_is_closed_once_nothing_holds_it_back(scene: Scene) -> None:
    """The next run after it was settled closes."""
    ticket = chatbot.open_ticket(user=scene.user, subject="Wrong", text="Look.", at=NOON)
    privacy.request_closing(user=scene.user, at=NOON)
    assert privacy.close_due(now=LATER) == 0
    chatbot.resolve(ticket=ticket, by=make_staff("Sunita", "support"), at=LATER)
    assert privacy.close_due(now=LATER) == 1
    assert status(scene.user) == User.Status.CLOSED


def test_paid_work_holds_nothing(scene: Scene) -> None:
    """Everything settled: no hold."""
    assert Payment.objects.get().is_paid
    assert privacy.closing_blockers(scene.user, now=NOON) == []


def test_gig_without_work_does_not_hold_back_a_closing(scene: Scene) -> None:
    """No work, no shift: the gig ends with the account, and so does an application that waits.

    Its place can be filled again.
    """
    gig = hire(scene.agent, scene.owner, "Second gig")
    waiting = application_services.apply(
        opportunity=offer(scene.owner, "Third gig"), agent=scene.agent, now=NOON, note=""
    )
    privacy.request_closing(user=scene.user, at=NOON)
    assert privacy.close_due(now=LATER) == 1
    gig.refresh_from_db()
    waiting.refresh_from_db()
    assert (gig.state, waiting.state) == ("REPLACED", "WITHDRAWN")


def test_last_owner_of_a_client_stays(db: None) -> None:
    """A company is not left without anybody; a second owner lets the first one go."""
    client = Client.objects.create(name="Lotus Books")
    olga = Member.objects.create(user=make_user("Lotta"), client=client, role="OWNER")
    assert [hold.code for hold in privacy.closing_blockers(olga.user, now=NOON)] == ["last_owner"]
    Member.objects.create(user=make_user("Omkar"), client=client, role="OWNER")
    privacy.request_closing(user=olga.user, at=NOON)
    assert privacy.close_due(now=LATER) == 1
    assert status(olga.user) == User.Status.CLOSED


# Other accounts, requests by letter ---------------------------------------------------------


def test_nobody_closes_another_account(nila: Any, ravi: Any) -> None:
    """Requests apply to one's own account; anonymous visitors are sent to log in."""
    privacy.request_closing(user=nila.user, at=NOON)
    other = log_in_recently(Browser(), ravi.user)
    assert other.post(API + "take-back/").status_code == 409
    assert b"Nothing is pending" not in other.get("/account/close/").content
    assert nila.user.closings.get().is_open
    for page in ("/account/close/", "/account/data/"):
        assert Browser().get(page).url.startswith("/log-in/")
    assert Browser().post("/account/close/take-back/").status_code == 302
    for method in (Browser().get, Browser().post):
        assert method(API).status_code == 401


def test_erasure_command(scene: Scene) -> None:
    """The command erases a closed account and refuses an open one; with --close it closes first."""
    pk = str(scene.user.pk)
    with pytest.raises(CommandError, match="Close this account"):
        call_command("erase_account", pk, "--why", "Letter", stdout=StringIO())
    with pytest.raises(CommandError, match="no account"):
        call_command("erase_account", "nobody@example.com", "--why", "Letter", stdout=StringIO())
    out = StringIO()
    call_command("erase_account", pk, "--close", "--why", "Letter of 23 November", stdout=out)
    assert status(scene.user) == User.Status.CLOSED
    assert "erased" in out.getvalue()
    call_command("erase_account", pk, "--why", "Again", stdout=StringIO())
    asked = AuditEvent.objects.filter(action="account.erasure_asked").order_by("at")
    assert [event.new["why"] for event in asked] == ["Letter of 23 November", "Again"]


def test_erasure_command_respects_blockers(scene: Scene) -> None:
    """The command does not close an account that has a blocker."""
    with_ticket(scene)
    with pytest.raises(CommandError, match="ticket"):
        call_command(
            "erase_account", str(scene.user.pk), "--close", "--why", "Letter", stdout=StringIO()
        )
    assert status(scene.user) == User.Status.ACTIVE
