"""Demands of monitoring that accommodations lift: with who and why, frozen when opened."""

from datetime import timedelta

import pytest

from conftest import NOON
from hitouch.core.errors import Refusal
from proctoring.delivery import accommodations
from proctoring.leases import queries as leases
from proctoring.models import Accommodation
from proctoring.tests.support.cast import make_sitting

TODAY = NOON.date()


def grant(agent, by, *waives, **facts):
    facts = {
        "extra_percent": 0, "break_minutes": 0, "reason": "Face covered, doctor's letter seen",
        "valid_from": TODAY, "until": None,
    } | facts  # fmt: skip
    return accommodations.grant_accommodation(agent=agent, by=by, at=NOON, waives=waives, **facts)


def test_demands_of_several_accommodations_join(asha, ravi, assessment, proctor):
    """All that are valid on the day count together; those of others or other days do not."""
    grant(asha, proctor, "CAMERA", "FACE")
    grant(asha, proctor, "FACE", "MICROPHONE")
    grant(asha, proctor, "FULLSCREEN", valid_from=TODAY + timedelta(days=1))
    grant(ravi, proctor, "SENTENCE")
    revoked = grant(asha, proctor, "SECOND_SCREEN")
    accommodations.revoke_accommodation(accommodation=revoked, by=proctor, at=NOON)
    sitting = make_sitting(asha, "CREATED")
    assert sitting.waives == ["CAMERA", "MICROPHONE", "FACE"]
    assert leases.demands(sitting) == []


def test_demands_are_frozen_when_the_sitting_is_opened(asha, assessment, proctor):
    """Granting or revoking later changes nothing of a sitting that is open."""
    granted = grant(asha, proctor, "CAMERA")
    sitting = make_sitting(asha, "READY")
    accommodations.revoke_accommodation(accommodation=granted, by=proctor, at=NOON)
    grant(asha, proctor, "MICROPHONE")
    sitting.refresh_from_db()
    assert (sitting.waives, leases.demands(sitting)) == (["CAMERA"], ["sound"])


@pytest.mark.parametrize("waives", [["NOSE"], ["CAMERA", ""], ["camera"]])
def test_unknown_demand_is_refused(asha, assessment, proctor, waives):
    """Only demands that there are can be lifted."""
    with pytest.raises(Refusal) as refused:
        grant(asha, proctor, *waives)
    assert refused.value.code == "unknown_demand"


def test_demands_are_lifted_by_api_and_admin(asha, assessment, proctor, signed_in):
    """Both take the demands, say who and why, and refuse what there is not."""
    client, path = signed_in(proctor), "/api/v1/staff/accommodations/"
    facts = {
        "agent": str(asha.pk), "waives": ["FACE", "CAMERA"], "reason": "Low vision",
        "valid_from": str(TODAY),
    }  # fmt: skip
    made = client.post(path, facts, "application/json")
    assert (made.status_code, made.json()["waives"]) == (201, ["CAMERA", "FACE"])
    wrong = client.post(path, facts | {"waives": ["NOSE"]}, "application/json")
    assert wrong.status_code == 422
    form = {
        "agent": str(asha.pk), "extra_percent": 0, "break_minutes": 0, "reason": "Stammer",
        "waives": ["SENTENCE"], "valid_from": str(TODAY), "until": "",
    }  # fmt: skip
    assert client.post("/admin/proctoring/accommodation/add/", form).status_code == 302
    row = Accommodation.objects.get(reason="Stammer")
    assert (row.waives, row.granted_by) == (["SENTENCE"], proctor)


def test_strangers_lift_no_demand(asha, ravi, reviewer, signed_in, client):
    """Neither the agent, another agent, other staff nor nobody."""
    path, facts = "/api/v1/staff/accommodations/", {"agent": str(asha.pk), "waives": ["CAMERA"]}
    assert client.post(path, facts, "application/json").status_code == 401
    for user in (asha.user, ravi.user, reviewer):
        assert signed_in(user).post(path, facts, "application/json").status_code == 403
    assert not Accommodation.objects.exists()
