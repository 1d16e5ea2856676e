"""Suspending an account with admin rights takes two people."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts import queries, tasks
from accounts.access import services
from accounts.models import AccessChange, AuditEvent, User
from accounts.security.second_person import NotASecondPerson, SecondPersonRequired
from accounts.sessions import tokens
from accounts.staff import access
from accounts.staff import services as staff_services
from accounts.tests.access.conftest import ON_PAGE_AND_API, WHY, By, state, status
from accounts.tests.conftest import last_message
from conftest import NOON, make_staff
from hitouch.core.db.state_machine import InvalidTransition

pytestmark = pytest.mark.django_db
State = AccessChange.State


@ON_PAGE_AND_API
def test_an_admin_is_suspended_by_two_people(anna: User, bela: User, carl: User, by: By) -> None:
    """The first one requests it, nothing happens, the second one approves and it is done."""
    token = tokens.issue(user=anna, at=timezone.now()).access_token
    by(bela).suspend(anna)
    assert status(anna) == "ACTIVE"
    change = AccessChange.objects.get()
    assert last_message(carl.email).template == "accounts/access"
    by(carl).post(change, "approve")
    assert (status(anna), state(change)) == ("SUSPENDED", State.APPLIED)
    assert tokens.user_for_access_token(access_token=token, at=timezone.now()) is None
    assert "was approved" in last_message(bela.email).body
    assert last_message(anna.email).template == "accounts/account_suspended"
    done = AuditEvent.objects.order_by("id").values_list("action", "by_id")
    assert list(done) == [
        ("access.requested", bela.pk), ("access.approved", carl.pk), ("access.applied", carl.pk),
        ("account.suspended", bela.pk),
    ]  # fmt: skip
    event = AuditEvent.objects.get(action="account.suspended")
    assert event.new["approved_by"] == str(carl.pk)


@ON_PAGE_AND_API
@pytest.mark.parametrize("who", ["requester", "concerned", "finance", "no role", "agent", "nobody"])
def test_who_cannot_approve(
    change: AccessChange, anna: User, bela: User, lata: User, by: By, who: str
) -> None:
    """Neither the requester, nor the person concerned, nor anybody without the role."""
    person = {
        "requester": bela, "concerned": anna, "finance": make_staff("Finn", "finance"),
        "no role": make_staff("Kiran"), "agent": lata, "nobody": None,
    }[who]  # fmt: skip
    by(person).post(change, "approve")
    assert (status(anna), state(change)) == ("ACTIVE", State.REQUESTED)


@ON_PAGE_AND_API
def test_deciding_needs_reauthentication(
    change: AccessChange, anna: User, carl: User, bela: User, by: By
) -> None:
    """Within the last five minutes, for requesting and for approving."""
    by(carl, recent=False).post(change, "approve")
    assert state(change) == State.REQUESTED
    by(carl, recent=False).suspend(bela)
    assert AccessChange.objects.count() == 1


@ON_PAGE_AND_API
def test_others_are_suspended_by_one_person_at_once(lata: User, omar: User, by: By) -> None:
    """In an emergency nobody waits: agents, and staff without admin rights."""
    finn = make_staff("Finn", "finance")
    for user in (lata, finn):
        by(omar).suspend(user)
        assert status(user) == "SUSPENDED"
    assert not AccessChange.objects.exists()


def test_the_service_refuses_one_person(anna: User, bela: User, carl: User) -> None:
    """Whatever page calls it: with nobody, oneself or the person concerned as the second."""
    for approved_by in (None, bela, anna):
        with pytest.raises((SecondPersonRequired, NotASecondPerson)):
            staff_services.suspend(user=anna, by=bela, at=NOON, why=WHY, approved_by=approved_by)
    staff_services.suspend(user=anna, by=bela, at=NOON, why=WHY, approved_by=carl)
    with pytest.raises(SecondPersonRequired):
        staff_services.reactivate(user=anna, by=bela, at=NOON, why=WHY)


def test_operations_and_an_admin_are_two_people(anna: User, omar: User, bela: User) -> None:
    """Two of operations are not: one of both is an admin."""
    olga = make_staff("Olga", "operations")
    change = access.suspend(user=anna, by=omar, at=NOON, why=WHY)
    assert change
    with pytest.raises(services.CannotApproveAccess):
        services.approve_change(change=change, by=olga, at=NOON)
    services.approve_change(change=change, by=bela, at=NOON)
    assert status(anna) == "SUSPENDED"


@ON_PAGE_AND_API
def test_declining_needs_a_reason(change: AccessChange, anna: User, carl: User, by: By) -> None:
    """The requester reads it."""
    by(carl).post(change, "decline", why="")
    assert state(change) == State.REQUESTED
    by(carl).post(change, "decline", why="She is on leave")
    change.refresh_from_db()
    assert (change.state, change.decided_why, change.decided_by) == (
        State.DECLINED, "She is on leave", carl,
    )  # fmt: skip
    assert "declined" in last_message(change.requested_by.email).body
    by(carl).post(change, "approve")
    assert status(anna) == "ACTIVE"


@ON_PAGE_AND_API
def test_only_the_requester_withdraws(change: AccessChange, carl: User, bela: User, by: By) -> None:
    """It cannot be approved any more."""
    by(carl).post(change, "withdraw")
    assert state(change) == State.REQUESTED
    by(bela).post(change, "withdraw")
    by(carl).post(change, "approve")
    assert state(change) == State.WITHDRAWN


def test_a_request_ends_after_seven_days(change: AccessChange, anna: User, carl: User) -> None:
    """Also before the sweep has come by; its requester is told."""
    with time_machine.travel(change.expires_at, tick=False):
        with pytest.raises(services.ChangeExpired):
            services.approve_change(change=change, by=carl, at=timezone.now())
        tasks.sweep()
        assert state(change) == State.EXPIRED
        assert "expired" in last_message(change.requested_by.email).body
        tasks.sweep()
    assert status(anna) == "ACTIVE"
    assert change.events.count() == 2


def test_it_is_approved_once(change: AccessChange, carl: User) -> None:
    """A replayed approval changes nothing."""
    services.approve_change(change=change, by=carl, at=NOON)
    with pytest.raises(InvalidTransition):
        services.approve_change(change=change, by=carl, at=NOON)
    assert AuditEvent.objects.filter(action="account.suspended").count() == 1


def test_it_is_requested_once(change: AccessChange, anna: User, carl: User) -> None:
    """Two requests for the same would be approved one after the other."""
    with pytest.raises(services.AlreadyRequested):
        access.suspend(user=anna, by=carl, at=NOON, why=WHY)


@pytest.mark.parametrize("lost", ["role", "status"])
def test_the_requesters_rights_are_checked_again(
    change: AccessChange, bela: User, carl: User, lost: str
) -> None:
    """Who lost the role or the account meanwhile has requested nothing."""
    if lost == "role":
        bela.groups.clear()
    else:
        User.objects.filter(pk=bela.pk).update(status="SUSPENDED")
    with pytest.raises(services.RequesterLostRole):
        services.approve_change(change=change, by=carl, at=NOON)


@pytest.mark.parametrize("lost", ["role", "status"])
def test_the_approvers_rights_are_checked_again(
    change: AccessChange, carl: User, lost: str
) -> None:
    """By the database, not by what the session remembers."""
    assert carl.has_role("admin")
    if lost == "role":
        User.objects.get(pk=carl.pk).groups.clear()
    else:
        User.objects.filter(pk=carl.pk).update(status="SUSPENDED")
    with pytest.raises(services.CannotApproveAccess):
        services.approve_change(change=change, by=carl, at=NOON)


def test_a_target_that_changed_ends_the_request(
    change: AccessChange, anna: User, carl: User
) -> None:
    """What was requested for an admin is not done to somebody who is none any more."""
    anna.groups.clear()
    with pytest.raises(services.TargetChanged, match="has changed since"):
        services.approve_change(change=change, by=carl, at=NOON)
    assert status(anna) == "ACTIVE"


def test_the_last_admin_stays(anna: User, omar: User) -> None:
    """Nobody could run the platform; the command refuses as well."""
    with pytest.raises(staff_services.LastAdmin):
        access.suspend(user=anna, by=omar, at=NOON, why=WHY)
    with pytest.raises(CommandError, match="only active admin"):
        call_command("suspend_account", anna.email, "--why", WHY, stdout=StringIO())


def test_the_command_needs_no_second_person_and_tells_all_admins(
    anna: User, bela: User, carl: User
) -> None:
    """For an emergency; with an audit event without a name."""
    out = StringIO()
    call_command("suspend_account", anna.email, "--why", "Phone stolen", stdout=out)
    assert "Suspended" in out.getvalue()
    assert AuditEvent.objects.get(action="account.suspended").by is None
    for admin in (bela, carl):
        assert "changed by a command on the server" in last_message(admin.email).body
    call_command("suspend_account", anna.email, "--reactivate", "--why", WHY, stdout=StringIO())
    assert status(anna) == "ACTIVE"


def test_requests_wait_in_the_work_queue(change: AccessChange) -> None:
    """Until they are decided or over."""
    (queue,) = queries.work_queues(now=NOON)
    assert (queue.label, queue.count) == ("Access changes to approve", 1)
    assert queries.work_queues(now=NOON + timedelta(days=8)) == []


@pytest.mark.parametrize("decided_by", ["requester", "concerned", "nobody"])
def test_the_database_wants_another_approver(
    change: AccessChange, bela: User, anna: User, decided_by: str
) -> None:
    """Whatever the code does."""
    person = {"requester": bela, "concerned": anna, "nobody": None}[decided_by]
    with (
        pytest.raises(IntegrityError, match="access_approver_is_another_person"),
        transaction.atomic(),
    ):
        AccessChange.objects.update(state=State.APPROVED, decided_by=person, decided_at=NOON)


@pytest.mark.parametrize(
    "changes",
    [{"state": "APPLIED"}, {"payload": {"a": 1}}, {"why": "x"}, {"expires_at": NOON}],
)
def test_the_database_fixes_what_was_requested(change: AccessChange, changes: Any) -> None:
    """A request cannot be changed after it was approved, nor skip the approval, nor go away."""
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessChange.objects.update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_accesschange")
