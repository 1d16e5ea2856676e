"""What was seen: taken once, judged by the server."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from conftest import NOON
from proctoring import conf as proctoring_conf
from proctoring.models import MonitoringEvent
from proctoring.services import monitoring, sittings
from proctoring.tests.support.cast import picture, sitting_at


@pytest.fixture
def sitting(asha, assessment):
    return sitting_at(asha, "IN_PROGRESS")


def seen(kind, at=NOON, **facts):
    return monitoring.ReportedEvent(uuid.uuid4(), kind, at, facts)


def take(sitting, *events, at=NOON):
    return monitoring.record_events(sitting=sitting, events=events, at=at)


def body(*kinds, at=NOON):
    return {
        "events": [{"id": str(uuid.uuid4()), "kind": kind, "at": at.isoformat()} for kind in kinds]
    }


def post(client, sitting, sent):
    return client.post(f"/api/v1/sittings/{sitting.pk}/events/", sent, "application/json")


def test_api_takes_events_and_answers_with_warnings(asha, assessment, signed_in, live_clock):
    """Severity is the server's word."""
    sitting = sitting_at(asha, "IN_PROGRESS", live_clock)
    sent = body("COPY", "MOUSE_LEFT", at=live_clock)
    told = post(signed_in(asha.user), sitting, sent).json()
    assert told["taken"] == [event["id"] for event in sent["events"]]
    assert [(row["kind"], row["severity"], row["standing"]) for row in told["warnings"]] == [
        ("COPY", "MEDIUM", "WARNED")
    ]


def test_id_that_is_known_is_acknowledged_and_not_counted(sitting):
    """A flush that is sent twice counts once, also inside one batch."""
    event = seen("PASTE")
    take(sitting, event, event)
    again = take(sitting, event)
    assert (again.ids, again.warnings) == ([event.id], [])
    assert sitting.seen.count() == 1


def test_unknown_kind_does_not_spoil_the_batch(sitting):
    """It is named, and the others are taken; nor can a browser claim what only we can know."""
    good, bad, claimed = seen("COPY"), seen("TELEPATHY"), seen("NETWORK_BACK")
    taken = take(sitting, bad, good, claimed)
    assert (taken.ids, taken.unknown) == ([good.id], [bad.id, claimed.id])


def test_severity_sent_by_a_browser_is_ignored(asha, assessment, signed_in, live_clock):
    """It may send what it likes."""
    sitting = sitting_at(asha, "IN_PROGRESS", live_clock)
    sent = body("DEVELOPER_TOOLS", at=live_clock)
    sent["events"][0] |= {"severity": "INFO", "points": 0}
    post(signed_in(asha.user), sitting, sent)
    assert sitting.seen.get().severity == "CRITICAL"


def test_moment_of_the_browser_is_kept_inside_the_sitting(sitting):
    """A clock in the future or before the start is not believed; both moments are kept."""
    at = NOON + timedelta(minutes=1)
    take(
        sitting,
        seen("COPY", NOON + timedelta(days=9)),
        seen("CUT", NOON - timedelta(days=9)),
        at=at,
    )
    moments = list(sitting.seen.order_by("number").values_list("browser_at", "received_at"))
    assert moments == [(at, at), (NOON, at)]


def test_ten_points_over_the_grace_end_the_sitting(sitting):
    """In one batch as in many; what was saved stays."""
    for minute in range(5):
        at = NOON + timedelta(minutes=minute)
        take(sitting, seen("CAMERA_OFF", at), at=at)
    at = NOON + timedelta(minutes=6)
    ended = take(sitting, seen("CAMERA_OFF", at), seen("COPY", at), at=at).sitting
    assert (ended.state, ended.end_reason) == ("AUTO_SUBMITTED", "RULES")
    assert sitting.seen.count() == 7


def test_nothing_is_taken_after_the_end(asha, sitting, signed_in):
    """No event can move a sitting that is over."""
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    answer = post(signed_in(asha.user), sitting, body("COPY"))
    assert (answer.status_code, answer.json()["code"]) == (409, "sitting_over")


def test_events_are_chained_and_append_only(sitting):
    """Each knows the one before; none can be changed or removed, not even in SQL."""
    take(sitting, seen("COPY"), seen("CAMERA_OFF"))
    first, second = sitting.seen.order_by("number")
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert first.hash == monitoring.chain_hash(first)
    for change in (sitting.seen.all().delete, lambda: sitting.seen.update(points=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_hash_of_an_event_never_changes():
    """Chains in production were made with this digest and have to stay whole."""
    event = MonitoringEvent(
        sitting_id=uuid.UUID(int=1), number=1, browser_id=uuid.UUID(int=2), kind="TAB_HIDDEN",
        severity="LOW", standing="WARNED", points=2, browser_at=NOON,
        received_at=NOON + timedelta(seconds=1), data={"seconds": 4, "a": "é"},
    )  # fmt: skip
    expected = "5e3fec9c5340c7d7598c82ca227a5a422411d41fb6a6fb9898863c2aace8b498"
    assert monitoring.chain_hash(event) == expected


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"events": [{"kind": "COPY"}]},
        {"events": [{"id": "1", "kind": "COPY", "at": "now"}]},
        {"events": [{"id": str(uuid.uuid4()), "kind": "COPY", "at": NOON.isoformat(),
                     "data": {"x": "y" * 2000}}]},
    ],
)  # fmt: skip
def test_malformed_batch_is_422(asha, sitting, signed_in, sent):
    """And nothing of it is kept."""
    assert post(signed_in(asha.user), sitting, sent).status_code == 422
    assert not sitting.seen.exists()


def test_more_than_we_take_is_refused(sitting, monkeypatch):
    """A browser cannot fill the disk."""
    monkeypatch.setattr(proctoring_conf, "EVENTS_A_SITTING", 2)
    with pytest.raises(monitoring.TooManyEvents):
        take(sitting, seen("COPY"), seen("CUT"), seen("PASTE"))


def test_stranger_reports_nothing(ravi, sitting, signed_in):
    """Events and pictures of Asha's sitting are hers alone."""
    client = signed_in(ravi.user)
    assert post(client, sitting, body("COPY")).status_code == 404
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    assert client.post(address, {"picture": picture()}).status_code == 404
    assert not MonitoringEvent.objects.exists()


def test_snapshot_is_kept_with_its_event_and_shown_to_the_agent(
    asha, ravi, assessment, signed_in, live_clock
):
    """Private, tied to the event, to be deleted after the time that was agreed."""
    sitting = sitting_at(asha, "IN_PROGRESS", live_clock)
    event = seen("TAB_HIDDEN", live_clock)
    take(sitting, event, at=live_clock)
    client = signed_in(asha.user)
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    kept = client.post(address, {"picture": picture(), "event": str(event.id)})
    assert kept.status_code == 201
    snapshot = sitting.snapshots.get()
    assert snapshot.event.browser_id == event.id
    assert snapshot.keep_until - snapshot.taken_at == timedelta(days=90)
    assert client.post(address, {"picture": picture()}).status_code == 429
    page = client.get(f"/assessment/{sitting.pk}/recorded/").content
    assert b"You switched to another tab" in page
    shown = f"/assessment/pictures/{snapshot.pk}/"
    assert shown.encode() in page
    assert client.get(shown)["Content-Type"] == "image/jpeg"
    assert signed_in(ravi.user).get(shown).status_code == 404
