"""Coverage: what was not monitored are intervals, and never violations."""

import uuid
from datetime import timedelta

import pytest

from conftest import NOON
from proctoring import conf
from proctoring.delivery import services as sittings
from proctoring.leases import services as leases
from proctoring.models import MonitoringConnection
from proctoring.monitoring import coverage, proofs
from proctoring.monitoring import services as monitoring
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.reports import Reporter, send, upload

DEVICE = uuid.uuid4()


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS", monitored=False)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def connect(sitting, at, device=DEVICE):
    connection, _ = monitoring.connect(
        sitting=sitting, device=device, client="PAGE", facts={}, at=at
    )
    change, _ = monitoring.prove(
        connection=connection, proof=proofs.PresenceProof(True, True), at=at
    )
    return change.connection


def hear(connection, at):
    MonitoringConnection.objects.filter(pk=connection.pk).update(last_beat_at=at)


def lose(connection, at):
    hear(connection, at)
    leases.release(connection=connection, at=at, lost=True)


def test_outages_cost_nothing_and_are_given_back_up_to_the_cap(sitting):
    """Fifty outages of 5 to 240 seconds: no points, no warning, and time up to the cap."""
    at = NOON
    page = connect(sitting, at)
    for number in range(50):
        at += timedelta(seconds=2)
        lose(page, at)
        at += timedelta(seconds=5 + number * 235 / 49)
        page = connect(sitting, at)
        sitting.parts.filter(opened_at__isnull=False).update(ends_at=at + timedelta(minutes=30))
    sitting.refresh_from_db()
    assert sitting.is_live
    rows = sitting.observations.with_rulings()
    assert {(row.kind, row.ruling.standing, row.ruling.points) for row in rows} == {
        ("NETWORK_BACK", "NOTED", 0)
    }
    assert len(rows) == sitting.gaps.count() == 50
    assert (sitting.monitoring.points, sitting.monitoring.warnings) == (0, 0)
    given = sitting.adjustments.filter(kind="OUTAGE").values_list("seconds", flat=True)
    assert sum(given) == conf.outage_credit_seconds()
    assert sum(row.data["credited"] for row in rows) == conf.outage_credit_seconds()


def test_lost_connection_gives_time_back_up_to_the_cap(sitting):
    """A page that was gone for 90 seconds and then for 60 gets 120 seconds in all."""
    page = connect(sitting, NOON)
    for gone, back in ((10, 100), (110, 170)):
        lose(page, after(gone))
        page = connect(sitting, after(back))
    kinds = sitting.adjustments.filter(kind="OUTAGE").values_list("seconds", flat=True)
    assert sorted(kinds) == [30, 90]


def test_reload_gives_nothing(sitting):
    """A reload is no outage."""
    page = connect(sitting, NOON)
    hear(page, after(10))
    leases.release(connection=page, at=after(10))
    connect(sitting, after(12))
    assert not sitting.adjustments.filter(kind="OUTAGE").exists()
    assert not sitting.gaps.exists()


def test_share_counts_overlapping_gaps_once(sitting):
    """Camera and connection gone together are one interval."""
    for reason, since, until in (
        ("CONNECTION", 100, 200), ("CAMERA", 150, 250), ("STILLS", 90, 110), ("TAKEOVER", 0, 400),
    ):  # fmt: skip
        sitting.gaps.create(reason=reason, since=after(since), until=after(until))
    page = connect(sitting, NOON)
    hear(page, after(400))
    assert coverage.share(sitting, after(400)) == pytest.approx(1 - 160 / 400)


def test_honest_sitting_is_covered_whole(asha, sitting):
    """With beats and stills all the time the share is 1, and nothing is noted."""
    page = connect(sitting, after(5))
    for number in range(10):
        monitoring.save_snapshot(sitting=sitting, picture=upload(), at=after(60 * number))
    hear(page, after(595))
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=after(440))
    sitting.refresh_from_db()
    assert sitting.coverage == 1
    assert not sitting.observations.exists()


def test_silent_client_is_not_covered(asha, sitting):
    """A client without connection and stills has no coverage, which is noted without points."""
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=after(400))
    sitting.refresh_from_db()
    assert sitting.coverage == 0
    (row,) = sitting.observations.with_rulings()
    assert (row.kind, row.ruling.points, row.data) == ("COVERAGE_LOW", 0, {"share": 0.0})
    assert set(sitting.gaps.values_list("reason", flat=True)) == {"CONNECTION", "STILLS"}


def test_missing_stills_are_a_gap(sitting):
    """Nothing for minutes is a gap from when the next still was expected."""
    page = connect(sitting, NOON)
    monitoring.save_snapshot(sitting=sitting, picture=upload(), at=after(10))
    monitoring.save_snapshot(sitting=sitting, picture=upload(), at=after(310))
    hear(page, after(310))
    gap = sitting.gaps.get()
    assert (gap.reason, gap.since, gap.until) == ("STILLS", after(70), after(310))


def test_detector_that_stopped_is_a_gap_until_it_works(sitting):
    """The gap of the face detector is open once, and closed when it looks again."""
    for works, seconds in ((False, 60), (False, 70), (True, 100), (True, 110)):
        monitoring.note_detector(sitting=sitting, works=works, since=after(15), at=after(seconds))
    gap = sitting.gaps.get()
    assert (gap.reason, gap.since, gap.until) == ("DETECTOR", after(15), after(100))


def test_devices_that_are_off_are_gaps(sitting):
    """Camera and microphone: off since, on again, and on again by a new proof."""
    page = Reporter(sitting)
    for seconds, kind, data in (
        (10, "CAMERA_OFF", {"phase": "BEGIN"}),
        (30, "CAMERA_OFF", {"phase": "LASTS", "seconds": 20}),
        (40, "CAMERA_OFF", {"phase": "END", "seconds": 30}), (50, "MICROPHONE_OFF", {"seconds": 5}),
        (60, "CAMERA_OFF", {"phase": "BEGIN"}),
    ):  # fmt: skip
        send(page, [page.entry(kind, after(seconds), **data)], after(seconds))
    connect(sitting, after(80))
    gaps = sitting.gaps.exclude(reason="CONNECTION").order_by("since")
    assert [(gap.reason, gap.since, gap.until) for gap in gaps] == [
        ("CAMERA", after(10), after(40)),
        ("MICROPHONE", after(45), after(50)),
        ("CAMERA", after(60), after(80)),
    ]
