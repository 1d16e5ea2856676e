"""A ban from assessments: for a time or for good, revocable, refused in one place."""

from datetime import timedelta

import pytest

from accounts.models import Notice
from conftest import NOON
from proctoring.delivery.services import begin_sitting
from proctoring.invitations.bans import Banned
from proctoring.invitations.services import grant_attempt, invite_again
from proctoring.models import ProctoringBan
from proctoring.review import bans
from proctoring.setup.services import open_sitting
from proctoring.tests.support.cast import make_graded_sitting, make_invitation, make_sitting

WEEK = timedelta(days=7)


def ban(agent, by, ends_at=None, at=NOON):
    return bans.ban_agent(agent=agent, ends_at=ends_at, reason="Sold answers.", by=by, at=at)


def test_banned_agent_is_refused_everywhere(asha, assessment, proctor):
    """Neither an invitation, nor another attempt, nor an open sitting leads to an assessment."""
    failed = make_graded_sitting(asha, levels=("A1",))
    invitation = make_invitation(asha, assessment)
    ban(asha, proctor, NOON + WEEK)
    for act in (
        lambda: make_invitation(asha, assessment),
        lambda: open_sitting(invitation=invitation, at=NOON),
        lambda: invite_again(agent=asha, by=asha.user, at=NOON),
        lambda: grant_attempt(sitting=failed, by=proctor, at=NOON),
    ):
        with pytest.raises(Banned):
            act()
    assert open_sitting(invitation=invitation, at=NOON + WEEK).state == "CREATED"


@pytest.mark.parametrize(
    "until", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59+05:30", "9000-01-01T00:00:00Z"]
)
def test_ban_that_outlives_everybody_is_refused(asha, proctor, signed_in, until):
    """A moment that no calendar shows in words is refused with a sentence."""
    facts = {"agent": str(asha.pk), "reason": "Sold answers.", "ends_at": until}
    answer = signed_in(proctor).post("/api/v1/staff/bans/", facts, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "ban_too_long")
    assert not ProctoringBan.objects.exists()


def test_ready_sitting_does_not_begin(asha, assessment, proctor):
    """A ban between the checks and the start stops the start."""
    sitting = make_sitting(asha, "READY")
    ban(asha, proctor)
    with pytest.raises(Banned):
        begin_sitting(sitting=sitting, by=asha.user, at=NOON)


def test_agent_reads_until_when_and_why(asha, assessment, proctor, signed_in):
    """Page, API and notice say until when, why, and what the agent can do."""
    invitation = make_invitation(asha, assessment)
    ban(asha, proctor, NOON + WEEK)
    client = signed_in(asha.user)
    page = client.get("/assessment/").content.decode()
    assert "until 30 November 2026. Reason: Sold answers. If you disagree" in page
    opened = client.post(
        "/api/v1/sittings/", {"invitation": str(invitation.pk)}, "application/json"
    )
    assert (opened.status_code, opened.json()["code"]) == (403, "banned")
    assert "Sold answers." in Notice.objects.get(kind="proctoring/assessments_banned").text


def test_ban_by_page_and_api(asha, ravi, assessment, proctor, signed_in):
    """Page and API ban; an end in the past or no reason is refused; revoking needs a reason."""
    sitting = make_graded_sitting(asha)
    client = signed_in(proctor)
    page = client.post(f"/proctor/{sitting.pk}/ban/", {"reason": "Sold answers.", "ends_at": ""})
    assert page.status_code == 302
    made = client.post(
        "/api/v1/staff/bans/",
        {"agent": str(ravi.pk), "reason": "Sold answers.", "ends_at": "2026-12-24T10:00:00Z"},
        "application/json",
    )
    assert (made.status_code, made.json()["agent_name"]) == (201, "Ravi Rao")
    own = ProctoringBan.objects.get(agent=asha)
    assert own.ends_at is None
    revoke = f"/proctor/{sitting.pk}/ban/revoke/"
    assert client.post(revoke, {"reason": ""}).status_code == 200
    assert client.post(revoke, {"reason": "Not theirs."}).status_code == 302
    own.refresh_from_db()
    assert own.revoked_reason == "Not theirs."
    assert client.post(revoke, {"reason": "Again."}).status_code == 404
    for wrong in ({"ends_at": "2026-01-01T10:00:00Z", "reason": "Sold."}, {"reason": " "}):
        body = {"agent": str(ravi.pk)} | wrong
        assert client.post("/api/v1/staff/bans/", body, "application/json").status_code == 422
    rows = client.get("/api/v1/staff/bans/").json()["data"]
    assert len(rows) == 2
    address = f"/api/v1/staff/bans/{made.json()['id']}/revoke/"
    assert client.post(address, {"reason": ""}, "application/json").status_code == 422
    done = client.post(address, {"reason": "It was a brother."}, "application/json")
    assert done.json()["revoked_reason"] == "It was a brother."
    assert client.post(address, {"reason": "Again."}, "application/json").status_code == 409
    assert make_invitation(ravi, assessment)


def test_longest_ban_counts(asha, assessment, proctor):
    """Of several bans the one for good counts; revoking it leaves the other."""
    ban(asha, proctor, NOON + WEEK)
    endless = ban(asha, proctor)
    with pytest.raises(Banned, match="for good"):
        make_invitation(asha, assessment, NOON + WEEK + WEEK)
    bans.revoke_ban(ban=endless, reason="Too hard.", by=proctor, at=NOON)
    with pytest.raises(Banned, match="until 30 November"):
        make_invitation(asha, assessment)
    assert make_invitation(asha, assessment, NOON + WEEK)
