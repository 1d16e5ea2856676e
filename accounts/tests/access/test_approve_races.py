"""Two approvers at once: one change, one suspension."""

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.access import services
from accounts.models import AccessChange, AuditEvent, User
from accounts.staff import access
from accounts.tests.access.conftest import status
from conftest import NOON, make_staff
from hitouch.core.errors import Refusal
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Any) -> list[str]:
    """Run each in a thread of its own; what each was refused with, or nothing."""
    barrier, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int, act: Any) -> None:
        try:
            barrier.wait(DEADLINE_SECONDS)
            act()
        except Refusal as refusal:
            results[index] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_SECONDS)
    return sorted(results)


def test_two_approvers_at_once(anna: User, bela: User, carl: User) -> None:
    """The second one is told that it has changed."""
    change = access.suspend(user=anna, by=bela, at=NOON, why="Left")
    assert change
    dora = make_staff("Dora", "admin")
    results = at_once(
        *(
            lambda by=by: services.approve_change(change=change, by=by, at=NOON)
            for by in (carl, dora)
        )
    )
    assert results == ["", "wrong_state"]
    assert status(anna) == "SUSPENDED"
    assert AuditEvent.objects.filter(action="account.suspended").count() == 1
    assert AccessChange.objects.get().events.count() == 3


def test_approval_and_withdrawal_at_once(anna: User, bela: User, carl: User) -> None:
    """One of them holds."""
    change = access.suspend(user=anna, by=bela, at=NOON, why="Left")
    assert change
    results = at_once(
        lambda: services.approve_change(change=change, by=carl, at=NOON),
        lambda: services.withdraw_change(change=change, by=bela, at=NOON),
    )
    assert results == ["", "wrong_state"]
    assert (status(anna) == "SUSPENDED") == (AccessChange.objects.get().state == "APPLIED")


def test_the_last_two_admins_do_not_end_each_other(bela: User, carl: User, omar: User) -> None:
    """Each is approved by the other at the same moment; one stays."""
    ends = [access.suspend(user=user, by=omar, at=NOON, why="Left") for user in (bela, carl)]
    results = at_once(
        lambda: services.approve_change(change=ends[0], by=carl, at=NOON),
        lambda: services.approve_change(change=ends[1], by=bela, at=NOON),
    )
    assert results[0] == ""
    assert {status(bela), status(carl)} == {"ACTIVE", "SUSPENDED"}
