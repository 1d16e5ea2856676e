"""Opening a sitting: invitations, consent, attempts."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from conftest import NOON
from proctoring import maintenance, queries
from proctoring.invitations import services as services
from proctoring.models import Invitation, Sitting
from proctoring.setup import services as setup
from proctoring.tests.support.cast import make_graded_sitting, make_invitation, make_sitting
from tests.support.waiting import DEADLINE_SECONDS


def test_invited_agent_opens_a_sitting_over_the_api(asha, assessment, signed_in, live_clock):
    """Posting an invitation creates attempt 1."""
    invitation = make_invitation(asha, assessment, live_clock)
    client = signed_in(asha.user)
    listed = client.get("/api/v1/invitations/").json()["data"]
    assert [row["id"] for row in listed] == [str(invitation.pk)]
    answer = client.post(
        "/api/v1/sittings/", {"invitation": str(invitation.pk)}, "application/json"
    )
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["number"]) == ("CREATED", 1)


def test_page_opens_a_sitting_with_consent(asha, assessment, signed_in, live_clock):
    """The consent form opens a sitting, records the consent, and leads to the system check."""
    make_invitation(asha, assessment, live_clock)
    client = signed_in(asha.user)
    assert b"What we record" in client.get("/assessment/").content
    answer = client.post("/assessment/", {"accept": "on"})
    sitting = asha.sittings.get()
    assert answer.url == f"/assessment/{sitting.pk}/computer/"
    assert sitting.consented_at is not None


def test_consent_is_required(asha, assessment, signed_in, live_clock):
    """Without a tick, the page opens no sitting and the API refuses the consent."""
    make_invitation(asha, assessment, live_clock)
    client = signed_in(asha.user)
    assert b"Tick the box" in client.post("/assessment/", {}).content
    assert not asha.sittings.exists()
    sitting = make_sitting(asha, "CREATED", live_clock)
    address = f"/api/v1/sittings/{sitting.pk}/consent/"
    assert client.post(address, {"accept": False}, "application/json").status_code == 422


def test_no_sitting_without_an_invitation(asha, assessment, signed_in):
    """Without an invitation the page says so and opens no sitting."""
    client = signed_in(asha.user)
    assert b"Not open yet" in client.get("/assessment/").content
    client.post("/assessment/", {"accept": "on"})
    assert not asha.sittings.exists()


def test_invitation_of_another_agent_is_not_found(asha, ravi, assessment, signed_in, live_clock):
    """An agent cannot use the invitation of another agent."""
    invitation = make_invitation(asha, assessment, live_clock)
    answer = signed_in(ravi.user).post(
        "/api/v1/sittings/", {"invitation": str(invitation.pk)}, "application/json"
    )
    assert answer.status_code == 404


def test_invitation_works_once(asha, assessment):
    """A used invitation is refused."""
    invitation = make_graded_sitting(asha).invitation
    with pytest.raises(setup.InvitationNotOpen):
        setup.open_sitting(invitation=invitation, at=NOON)


def test_expired_invitation_is_refused(asha, assessment):
    """An expired invitation is refused."""
    invitation = make_invitation(asha, assessment)
    with pytest.raises(setup.InvitationNotOpen):
        setup.open_sitting(invitation=invitation, at=invitation.until)


def test_second_open_sitting_is_refused(asha, assessment, signed_in, live_clock):
    """An agent has at most one open sitting."""
    sitting = make_sitting(asha, "CREATED", live_clock)
    answer = signed_in(asha.user).post(
        "/api/v1/sittings/", {"invitation": str(sitting.invitation_id)}, "application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "sitting_already_open")


def test_expired_sitting_releases_the_invitation(asha, assessment):
    """A sitting that expired before its start does not use up invitation and attempt."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    Sitting.objects.filter(pk=sitting.pk).update(created_at=NOON - timedelta(hours=25))
    maintenance.sweep(at=NOON)
    again = setup.open_sitting(invitation=sitting.invitation, at=NOON)
    assert again.number == 2
    assert queries.attempts_left(asha, assessment, NOON) == 2


def test_third_attempt_in_90_days_is_refused(asha, assessment):
    """An agent has two attempts within 90 days."""
    for _ in range(2):
        make_graded_sitting(asha)
    invitation = make_invitation(asha, assessment)
    with pytest.raises(services.NoAttemptsLeft):
        setup.open_sitting(invitation=invitation, at=NOON)
    later = NOON + timedelta(days=91)
    invitation = make_invitation(asha, assessment, later)
    assert setup.open_sitting(invitation=invitation, at=later).number == 3


def test_staff_can_grant_an_attempt(asha, assessment, proctor):
    """An attempt granted by staff does not count towards the limit."""
    make_graded_sitting(asha)
    last = make_graded_sitting(asha)
    invitation = services.grant_attempt(sitting=last, by=proctor, at=NOON)
    assert invitation.why == Invitation.Why.GRANTED
    assert setup.open_sitting(invitation=invitation, at=NOON).number == 3


def test_inviting_is_idempotent(asha, assessment):
    """Inviting again returns the usable invitation."""
    assert make_invitation(asha, assessment) == make_invitation(asha, assessment)


@pytest.mark.django_db(transaction=True)
def test_concurrent_opening_creates_one_sitting(asha, assessment):
    """Of two concurrent requests one is refused."""
    invitation = make_invitation(asha, assessment)
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
