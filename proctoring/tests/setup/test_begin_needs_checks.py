"""No assessment begins without checks that hold."""

from datetime import timedelta

import pytest

from conftest import NOON
from hitouch.core.rate_limits import RateLimited
from proctoring import maintenance
from proctoring.delivery import services as sittings
from proctoring.delivery.refusals import ChecksOutstanding
from proctoring.models import Sitting
from proctoring.setup import services as setup
from proctoring.tests.setup.conftest import sound
from proctoring.tests.support.cast import make_picture, make_sitting, pass_checks

ALL = ["NETWORK", "SYSTEM", "DEVICES", "IDENTITY", "SENTENCE"]


def test_begin_is_refused_after_fifteen_minutes(asha, assessment):
    """The refusal names the checks; repeated at this step, they let it begin."""
    sitting = make_sitting(asha, "READY")
    later = NOON + timedelta(minutes=15)
    with pytest.raises(ChecksOutstanding) as refused:
        sittings.begin_sitting(sitting=sitting, by=asha.user, at=later)
    assert refused.value.members == {"checks": ALL}
    pass_checks(sitting, *ALL, at=later)
    assert sittings.begin_sitting(sitting=sitting, by=asha.user, at=later).is_live


def test_state_alone_begins_nothing(asha, assessment):
    """A sitting that is ready without rows of evidence does not begin."""
    sitting = make_sitting(asha, "READY")
    sitting.checks.all().delete()
    sitting.identity_checks.all().delete()
    with pytest.raises(ChecksOutstanding):
        sittings.begin_sitting(sitting=sitting, by=asha.user, at=NOON)


def test_newest_try_counts(asha, assessment, signed_in):
    """A camera that worked and now does not has to be mended first; page and API say so."""
    sitting = make_sitting(asha, "READY")
    setup.check_devices(sitting=sitting, picture=None, sound=sound(), by=asha.user, at=NOON)
    client = signed_in(asha.user)
    listed = client.get(f"/api/v1/sittings/{sitting.pk}/checks/").json()
    assert {row["check"]: row["state"] for row in listed["checks"]}["DEVICES"] == "TO_DO"
    answer = client.post(f"/api/v1/sittings/{sitting.pk}/begin/", {}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "checks_outstanding")
    assert "DEVICES" in answer.json()["checks"]
    page = client.get(f"/assessment/{sitting.pk}/begin/").content
    assert f"/assessment/{sitting.pk}/devices/".encode() in page


def test_files_of_checks_are_deleted_in_time(asha, assessment):
    """Still and sound of a check go after the assessment's retention; the measures stay."""
    sitting = make_sitting(asha, "DEVICE_TEST")
    check = setup.check_devices(sitting=sitting, picture=None, sound=sound(), by=asha.user, at=NOON)
    assert check.sound is not None
    maintenance.sweep(at=NOON + timedelta(days=assessment.retention_days))
    check.refresh_from_db()
    assert (check.sound, check.facts["sound"]["judgement"]) == (None, "OK")
    assert Sitting.objects.filter(pk=sitting.pk).exists()


def test_sixty_tries_in_ten_minutes(asha, assessment):
    """Checks cost work, so a program cannot try them without end."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    for _ in range(60):
        setup.start_probe(sitting=sitting, at=NOON)
    with pytest.raises(RateLimited):
        setup.start_probe(sitting=sitting, at=NOON)


def test_camera_frames_before_the_photo_are_rate_limited(asha, assessment):
    """A page asks about a frame every few seconds, and not more often."""
    sitting = make_sitting(asha, "IDENTITY")
    for _ in range(120):
        setup.HINTS.spend(str(sitting.pk), at=NOON)
    with pytest.raises(RateLimited):
        setup.photo_hint(sitting=sitting, frame=make_picture(), at=NOON)
