"""Periodic maintenance of sittings."""

from datetime import timedelta

import pytest

from conftest import NOON
from hitouch.core.models import StoredFile
from proctoring import maintenance, tasks
from proctoring.delivery import services as sittings
from proctoring.models import Sitting, Snapshot
from proctoring.monitoring import services as monitoring
from proctoring.tests.support.cast import answer_all, make_picture, make_sitting


def later(**time):
    return NOON + timedelta(**time)


def test_sitting_is_submitted_when_its_time_is_over(asha, assessment):
    """Without a connection both sections time out, and the sitting is submitted."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    assert maintenance.sweep(at=later(minutes=8, seconds=-1))["late"] == 0
    assert maintenance.sweep(at=later(minutes=8))["late"] == 1
    Sitting.objects.update(last_active_at=later(minutes=9))
    maintenance.sweep(at=later(minutes=14, seconds=5))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.end_reason) == ("AUTO_SUBMITTED", "CLOCK")
    assert (sitting.due_at, sitting.ended_at) == (later(minutes=14), later(minutes=14, seconds=5))


def test_idle_sitting_is_submitted(asha, assessment):
    """A sitting without activity for ten minutes is submitted."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    Sitting.objects.update(last_seen_at=later(minutes=9))
    maintenance.sweep(at=later(minutes=9, seconds=59))
    sitting.refresh_from_db()
    assert sitting.is_live
    maintenance.sweep(at=later(minutes=10))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.end_reason) == ("AUTO_SUBMITTED", "IDLE")


def test_overdue_grading_is_done(asha, assessment):
    """A submitted sitting whose task was lost is graded by the sweep."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    answer_all(sitting)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    assert maintenance.sweep(at=later(seconds=5))["ungraded"] == 0
    assert maintenance.sweep(at=later(seconds=20))["ungraded"] == 1
    sitting.refresh_from_db()
    assert (sitting.state, sitting.level) == ("GRADED", "C2")


@pytest.mark.parametrize("state", ["CREATED", "SYSTEM_CHECK", "DEVICE_TEST", "IDENTITY", "READY"])
def test_sitting_not_started_in_a_day_expires(asha, assessment, live_clock, state):
    """A sitting expires at any setup step after 24 hours."""
    sitting = make_sitting(asha, state, live_clock)
    assert maintenance.sweep(at=live_clock + timedelta(hours=23))["expired"] == 0
    assert maintenance.sweep(at=live_clock + timedelta(hours=25))["expired"] == 1
    sitting.refresh_from_db()
    assert sitting.state == "EXPIRED"


def test_pictures_are_deleted_after_their_retention(asha, assessment, settings):
    """Photo and snapshots are deleted after 90 days."""

    def files():
        rows = set(StoredFile.objects.values_list("pk", flat=True))
        return rows, {path for path in settings.HITOUCH_PRIVATE_FILES.rglob("*") if path.is_file()}

    of_the_bank = files()
    sitting = make_sitting(asha, "IN_PROGRESS")
    monitoring.save_snapshot(sitting=sitting, picture=make_picture(), at=NOON)
    assert maintenance.sweep(at=later(days=89))["files_deleted"] == 0
    assert maintenance.sweep(at=later(days=90))["files_deleted"] == 2
    assert not Snapshot.objects.exists()
    assert files() == of_the_bank
    assert sitting.identity_checks.get().photo is None


def test_sweep_task(asha, assessment):
    """The task runs every five seconds with the real clock."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    tasks.sweep()
    sitting.refresh_from_db()
    assert tasks.schedule["proctoring.sweep"]["schedule"] == 5
    assert sitting.ends_at > NOON


def test_all_sections_that_are_over_close_at_once(asha, ravi, assessment):
    """Whether the sections close one by one or all at once, they were due at the same times."""
    ends = [later(minutes=8), later(minutes=14)]
    for agent, moments in ((asha, ends), (ravi, ends[-1:])):
        sitting = make_sitting(agent, "IN_PROGRESS")
        for moment in moments:
            sittings.advance_clock(sitting=sitting, at=moment)
        sitting.refresh_from_db()
        assert (sitting.state, sitting.end_reason) == ("AUTO_SUBMITTED", "CLOCK")
        assert (sitting.due_at, sitting.ended_at) == (ends[-1], ends[-1])
        rows = sitting.parts.order_by("position").values_list("opened_at", "ends_at", "due_at")
        assert list(rows) == [(NOON, ends[0], ends[0]), (ends[0], ends[1], ends[1])]
        assert not sitting.parts.filter(closed_at=None).exists()
