"""Using an invitation."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from proctoring import queries
from proctoring.models import Invitation, Sitting
from proctoring.services import invitations as services
from proctoring.services import maintenance, setup
from proctoring.tests.support.cast import graded, invited, sitting_at
from tests.support.waiting import DEADLINE_SECONDS


def test_invited_agent_opens_a_sitting_over_the_api(asha, assessment, signed_in, live_clock):
    """POST /sittings/ with the invitation makes attempt 1."""
    invitation = invited(asha, assessment, live_clock)
    client = signed_in(asha.user)
    listed = client.get("/api/v1/invitations/").json()["data"]
    assert [row["id"] for row in listed] == [str(invitation.pk)]
    answer = client.post(
        "/api/v1/sittings/", {"invitation": str(invitation.pk)}, "application/json"
    )
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["number"]) == ("CREATED", 1)


def test_page_opens_and_agrees_with_one_button(asha, assessment, signed_in, live_clock):
    """The consent form leads to the first check."""
    invited(asha, assessment, live_clock)
    client = signed_in(asha.user)
    assert b"What we record" in client.get("/assessment/").content
    answer = client.post("/assessment/", {"accept": "on"})
    sitting = asha.sittings.get()
    assert answer.url == f"/assessment/{sitting.pk}/computer/"
    assert sitting.consented_at is not None


def test_without_the_tick_nothing_is_opened(asha, assessment, signed_in, live_clock):
    """Consent is a tick of the agent's own, on the page as over the API."""
    invited(asha, assessment, live_clock)
    client = signed_in(asha.user)
    assert b"Tick the box" in client.post("/assessment/", {}).content
    assert not asha.sittings.exists()
    sitting = sitting_at(asha, "CREATED", live_clock)
    address = f"/api/v1/sittings/{sitting.pk}/consent/"
    assert client.post(address, {"accept": False}, "application/json").status_code == 422


def test_without_invitation_the_page_says_when_it_opens(asha, assessment, signed_in):
    """Nobody sits uninvited."""
    client = signed_in(asha.user)
    assert b"Not open yet" in client.get("/assessment/").content
    client.post("/assessment/", {"accept": "on"})
    assert not asha.sittings.exists()


def test_invitation_of_somebody_else_is_not_found(asha, ravi, assessment, signed_in, live_clock):
    """Ravi cannot sit for Asha."""
    invitation = invited(asha, assessment, live_clock)
    answer = signed_in(ravi.user).post(
        "/api/v1/sittings/", {"invitation": str(invitation.pk)}, "application/json"
    )
    assert answer.status_code == 404


def test_invitation_works_once(asha, assessment):
    """A used one is refused."""
    invitation = graded(asha).invitation
    with pytest.raises(setup.InvitationNotOpen):
        setup.open_sitting(invitation=invitation, at=NOON)


def test_invitation_that_is_over_is_refused(asha, assessment):
    """After its last moment nothing opens."""
    invitation = invited(asha, assessment)
    with pytest.raises(setup.InvitationNotOpen):
        setup.open_sitting(invitation=invitation, at=invitation.until)


def test_second_sitting_while_one_is_open_is_refused(asha, assessment, signed_in, live_clock):
    """One open sitting an agent, over the API too."""
    sitting = sitting_at(asha, "CREATED", live_clock)
    answer = signed_in(asha.user).post(
        "/api/v1/sittings/", {"invitation": str(sitting.invitation_id)}, "application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "sitting_already_open")


def test_expired_sitting_gives_the_invitation_back(asha, assessment):
    """A computer that failed yesterday does not cost the attempt."""
    sitting = sitting_at(asha, "SYSTEM_CHECK")
    Sitting.objects.filter(pk=sitting.pk).update(created_at=NOON - timedelta(hours=25))
    maintenance.sweep(at=NOON)
    again = setup.open_sitting(invitation=sitting.invitation, at=NOON)
    assert again.number == 2
    assert queries.attempts_left(asha, assessment, NOON) == 2


def test_third_attempt_in_ninety_days_is_refused(asha, assessment):
    """Two attempts, then a wait; after 90 days the count begins anew."""
    for _ in range(2):
        graded(asha)
    invitation = invited(asha, assessment)
    with pytest.raises(services.NoAttemptsLeft):
        setup.open_sitting(invitation=invitation, at=NOON)
    later = NOON + timedelta(days=91)
    invitation = invited(asha, assessment, later)
    assert setup.open_sitting(invitation=invitation, at=later).number == 3


def test_staff_can_grant_one_more(asha, assessment, proctor):
    """A granted invitation is above the limit."""
    graded(asha)
    last = graded(asha)
    invitation = services.grant_attempt(sitting=last, by=proctor, at=NOON)
    assert invitation.why == Invitation.Why.GRANTED
    assert setup.open_sitting(invitation=invitation, at=NOON).number == 3


def test_inviting_twice_gives_the_same_invitation(asha, assessment):
    """A receiver that runs twice does no harm."""
    assert invited(asha, assessment) == invited(asha, assessment)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_open_one(asha, assessment):
    """Two tabs that press at the same moment make one sitting."""
    invitation = invited(asha, assessment)
    barrier, outcomes = threading.Barrier(2, timeout=DEADLINE_SECONDS), []

    def press() -> None:
        barrier.wait()
        try:
            outcomes.append(setup.open_sitting(invitation=invitation, at=NOON).number)
        except setup.SittingAlreadyOpen:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes, key=str) == [1, "refused"]
