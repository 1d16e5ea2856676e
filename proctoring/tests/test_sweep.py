"""What happens though nobody rings."""

from datetime import timedelta

import pytest

from conftest import NOON
from hitouch.core.models import StoredFile
from proctoring import tasks
from proctoring.models import Snapshot
from proctoring.services import maintenance, monitoring, sittings
from proctoring.tests.support.cast import answer_all, picture, sitting_at


def later(**time):
    return NOON + timedelta(**time)


def test_time_that_is_over_ends_the_sitting(asha, assessment):
    """A closed lid does not stop the clock: both sections run out, and it is handed in."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    assert maintenance.sweep(at=later(minutes=8, seconds=-1))["late"] == 0
    assert maintenance.sweep(at=later(minutes=8))["late"] == 1
    monitoring.heartbeat(sitting=sitting, active=True, at=later(minutes=9))
    maintenance.sweep(at=later(minutes=14, seconds=5))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.end_reason) == ("AUTO_SUBMITTED", "CLOCK")
    assert sitting.ended_at == later(minutes=14)


def test_idle_for_ten_minutes_ends_the_sitting(asha, assessment):
    """The page is there, but nobody touches it."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    monitoring.heartbeat(sitting=sitting, active=False, at=later(minutes=9))
    maintenance.sweep(at=later(minutes=9, seconds=59))
    sitting.refresh_from_db()
    assert sitting.is_live
    maintenance.sweep(at=later(minutes=10))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.end_reason) == ("AUTO_SUBMITTED", "IDLE")


def test_lost_bell_is_made_good(asha, assessment):
    """A sitting that was handed in and not rung is graded by the sweep."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    answer_all(sitting)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    assert maintenance.sweep(at=later(seconds=5))["ungraded"] == 0
    assert maintenance.sweep(at=later(seconds=20))["ungraded"] == 1
    sitting.refresh_from_db()
    assert (sitting.state, sitting.level) == ("GRADED", "C2")


@pytest.mark.parametrize("state", ["CREATED", "SYSTEM_CHECK", "DEVICE_TEST", "IDENTITY", "READY"])
def test_sitting_not_begun_in_a_day_expires(asha, assessment, live_clock, state):
    """At whatever step it waits; a younger one stays."""
    sitting = sitting_at(asha, state, live_clock)
    assert maintenance.sweep(at=live_clock + timedelta(hours=23))["expired"] == 0
    assert maintenance.sweep(at=live_clock + timedelta(hours=25))["expired"] == 1
    sitting.refresh_from_db()
    assert sitting.state == "EXPIRED"


def test_pictures_are_deleted_when_promised(asha, assessment, settings):
    """After the days that the agent agreed to, photo and snapshots are gone, the rest stays."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    monitoring.keep_snapshot(sitting=sitting, picture=picture(), at=NOON)
    assert maintenance.sweep(at=later(days=89))["forgotten"] == 0
    assert maintenance.sweep(at=later(days=90))["forgotten"] == 2
    assert not Snapshot.objects.exists()
    assert not StoredFile.objects.exists()
    assert not any(path.is_file() for path in settings.HITOUCH_PRIVATE_FILES.rglob("*"))
    sitting.identity.refresh_from_db()
    assert sitting.identity.photo is None


def test_task_sweeps_by_the_real_clock(asha, assessment):
    """Beat rings it every five seconds."""
    sitting = sitting_at(asha, "IN_PROGRESS")
    tasks.sweep()
    sitting.refresh_from_db()
    assert tasks.schedule["proctoring.sweep"]["schedule"] == 5
    assert sitting.ends_at > NOON
