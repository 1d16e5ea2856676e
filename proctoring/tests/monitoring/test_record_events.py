"""Recording monitoring events and snapshots."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from conftest import NOON
from proctoring import conf
from proctoring.delivery import services as sittings
from proctoring.models import Observation
from proctoring.monitoring import services as monitoring
from proctoring.observations.queries import first_break
from proctoring.tests.support.cast import make_picture, make_sitting


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS")


def make_event(kind, at=NOON, **facts):
    return monitoring.ReportedEvent(uuid.uuid4(), kind, at, facts)


def record(sitting, *events, at=NOON):
    return monitoring.record_events(sitting=sitting, events=events, at=at)


def make_batch(*kinds, at=NOON):
    return {
        "events": [{"id": str(uuid.uuid4()), "kind": kind, "at": at.isoformat()} for kind in kinds]
    }


def post(client, sitting, payload):
    return client.post(f"/api/v1/sittings/{sitting.pk}/events/", payload, "application/json")


def test_api_records_events_and_returns_warnings(asha, assessment, signed_in, live_clock):
    """The API acknowledges event ids and returns warnings with the server's severity."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    payload = make_batch("COPY", "MOUSE_LEFT", at=live_clock)
    data = post(signed_in(asha.user), sitting, payload).json()
    assert data["taken"] == [event["id"] for event in payload["events"]]
    assert [(row["kind"], row["severity"], row["standing"]) for row in data["warnings"]] == [
        ("COPY", "MEDIUM", "WARNED")
    ]


def test_repeated_event_is_recorded_once(sitting):
    """An event id sent again, also in one batch, is acknowledged but recorded once."""
    event = make_event("PASTE")
    record(sitting, event, event)
    again = record(sitting, event)
    assert (again.ids, again.warnings) == ([event.id], [])
    assert sitting.observations.count() == 1


def test_unknown_kinds_are_reported(sitting):
    """Unknown kinds and kinds of the server are returned as unknown; others are recorded."""
    good, bad, claimed = make_event("COPY"), make_event("TELEPATHY"), make_event("NETWORK_BACK")
    taken = record(sitting, bad, good, claimed)
    assert (taken.ids, taken.unknown) == ([good.id], [bad.id, claimed.id])


def test_severity_sent_by_the_browser_is_ignored(asha, assessment, signed_in, live_clock):
    """Severity and points come from the server's rules."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    payload = make_batch("DEVELOPER_TOOLS", at=live_clock)
    payload["events"][0] |= {"severity": "INFO", "points": 0}
    post(signed_in(asha.user), sitting, payload)
    assert sitting.observations.get().ruling.severity == "CRITICAL"


def test_browser_time_is_limited_to_the_sitting(sitting):
    """A browser time before the start or in the future is corrected; both times are stored."""
    at = NOON + timedelta(minutes=1)
    record(
        sitting,
        make_event("COPY", NOON + timedelta(days=9)),
        make_event("CUT", NOON - timedelta(days=9)),
        at=at,
    )
    moments = list(sitting.observations.order_by("number").values_list("client_at", "received_at"))
    assert moments == [(at, at), (NOON, at)]


def test_ten_points_submit_the_sitting(sitting):
    """Ten points submit the sitting; the recorded events are kept."""
    for minute in range(5):
        at = NOON + timedelta(minutes=minute)
        record(sitting, make_event("CAMERA_OFF", at), at=at)
    at = NOON + timedelta(minutes=6)
    ended = record(sitting, make_event("CAMERA_OFF", at), make_event("COPY", at), at=at).sitting
    assert (ended.state, ended.end_reason) == ("AUTO_SUBMITTED", "RULES")
    assert sitting.observations.count() == 7


def test_no_events_after_the_end(asha, sitting, signed_in):
    """Events of an ended sitting are refused."""
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    response = post(signed_in(asha.user), sitting, make_batch("COPY"))
    assert (response.status_code, response.json()["code"]) == (409, "sitting_over")


def test_events_are_chained_and_append_only(sitting):
    """Each event has the hash of the previous one; the database refuses changes."""
    record(sitting, make_event("COPY"), make_event("CAMERA_OFF"))
    first, second = sitting.observations.order_by("number")
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert first_break(sitting) is None
    for change in (sitting.observations.all().delete, lambda: sitting.observations.update(count=2)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"events": [{"kind": "COPY"}]},
        {"events": [{"id": "1", "kind": "COPY", "at": "now"}]},
        {"events": [{"id": str(uuid.uuid4()), "kind": "COPY", "at": NOON.isoformat(),
                     "data": {"x": "y" * 2000}}]},
    ],
)  # fmt: skip
def test_malformed_batch_is_refused(asha, sitting, signed_in, payload):
    """A malformed batch is refused with 422, and nothing is recorded."""
    assert post(signed_in(asha.user), sitting, payload).status_code == 422
    assert not sitting.observations.exists()


def test_number_of_events_is_limited(sitting, monkeypatch):
    """The number of events per sitting is limited."""
    monkeypatch.setattr(conf, "MAX_EVENTS_PER_SITTING", 2)
    with pytest.raises(monitoring.TooManyEvents):
        record(sitting, make_event("COPY"), make_event("CUT"), make_event("PASTE"))


def test_other_agents_cannot_report(ravi, sitting, signed_in):
    """Other agents cannot send events or snapshots of a sitting."""
    client = signed_in(ravi.user)
    assert post(client, sitting, make_batch("COPY")).status_code == 404
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    assert client.post(address, {"picture": make_picture()}).status_code == 404
    assert not Observation.objects.exists()


def test_snapshot_is_stored_with_its_event(asha, ravi, assessment, signed_in, live_clock):
    """A snapshot is private, linked to its event, rate-limited, and kept for 90 days."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    event = make_event("TAB_HIDDEN", live_clock)
    record(sitting, event, at=live_clock)
    client = signed_in(asha.user)
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    response = client.post(address, {"picture": make_picture(), "event": str(event.id)})
    assert response.status_code == 201
    snapshot = sitting.snapshots.get()
    assert snapshot.observation.device == event.id
    assert snapshot.keep_until - snapshot.taken_at == timedelta(days=90)
    assert client.post(address, {"picture": make_picture()}).status_code == 429
    page = client.get(f"/assessment/{sitting.pk}/recorded/").content
    assert b"You switched to another tab" in page
    shown = f"/assessment/pictures/{snapshot.pk}/"
    assert shown.encode() in page
    assert client.get(shown)["Content-Type"] == "image/jpeg"
    assert signed_in(ravi.user).get(shown).status_code == 404
