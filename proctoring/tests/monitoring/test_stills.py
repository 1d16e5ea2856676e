"""Stills: what the server sees of them at once, challenges, and its own look for faces."""

import io
import json
import uuid
from datetime import timedelta

import pytest

from conftest import NOON
from hitouch.core.files import faces, storage
from proctoring import conf, maintenance
from proctoring.leases import services as leases
from proctoring.models import IdentityCheck, Snapshot
from proctoring.monitoring import checks, stills
from proctoring.monitoring import services as monitoring
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.reports import Reporter, picture_bytes, plain_bytes, report, upload


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS")


def save(sitting, data=None, at=NOON, **facts):
    return monitoring.save_snapshot(sitting=sitting, picture=upload(data), at=at, **facts)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def kinds_of(sitting):
    return list(sitting.observations.order_by("number").values_list("kind", flat=True))


def test_still_is_stored_with_its_event(asha, ravi, assessment, signed_in, live_clock):
    """A still is private, linked to its event, rate-limited, and kept for 90 days."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    page = Reporter(sitting, sitting.connections.get().device)
    report(page, "TAB_HIDDEN", at=live_clock)
    client = signed_in(asha.user)
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    facts = {"origin": "EVENT", "event_sequence": 1, "faces": 1}
    assert client.post(address, {"picture": upload(), **facts}).status_code == 201
    snapshot = sitting.snapshots.get()
    assert (snapshot.observation.kind, snapshot.check_result) == ("TAB_HIDDEN", "PENDING")
    assert snapshot.keep_until - snapshot.taken_at == timedelta(days=90)
    assert client.post(address, {"picture": upload()}).status_code == 429
    page = client.get(f"/assessment/{sitting.pk}/recorded/").content
    assert b"You switched to another tab" in page
    shown = f"/assessment/pictures/{snapshot.pk}/"
    assert shown.encode() in page
    assert client.get(shown)["Content-Type"] == "image/jpeg"
    assert signed_in(ravi.user).get(shown).status_code == 404


def test_still_is_not_linked_to_an_event_of_another_device(asha, assessment, signed_in, live_clock):
    """Each device counts its own events, so that equal numbers mean different events."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    report(Reporter(sitting), "TAB_HIDDEN", at=live_clock)
    facts = {"origin": "EVENT", "event_sequence": 1, "picture": upload()}
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    assert signed_in(asha.user).post(address, facts).status_code == 201
    assert sitting.snapshots.get().observation is None


@pytest.mark.parametrize(
    "facts", [{"faces": "NaN"}, {"distance": "1e400"}, {"nonce": "x"}, {"origin": "PROOF"}]
)
def test_odd_facts_of_a_still_are_refused(asha, sitting, signed_in, facts):
    """Facts that cannot be read, or that no page states, are refused."""
    address = f"/api/v1/sittings/{sitting.pk}/snapshots/"
    response = signed_in(asha.user).post(address, {"picture": upload(), **facts})
    assert response.status_code == 422


def test_replayed_still_is_seen(sitting):
    """The same picture again is noted each time, in whatever order old ones come."""
    first, second = picture_bytes(), picture_bytes()
    for number, data in enumerate([first, second, first, second]):
        save(sitting, data, after(5 * number))
    assert kinds_of(sitting) == ["STILL_REPEATED", "STILL_REPEATED"]


def test_dark_room_is_noted_once_and_costs_nothing(sitting):
    """Darkness is no fault of the person: it is noted when it begins, without a warning."""
    for number in range(4):
        save(sitting, plain_bytes("black", (160, 121 + number)), after(5 * number))
    (row,) = sitting.observations.with_rulings()
    assert (row.kind, row.ruling.standing, row.ruling.points) == ("STILL_DARK", "NOTED", 0)


def test_fingerprint_survives_another_encoding():
    """A picture that is scaled and encoded anew keeps its fingerprint; another one has another."""
    one, same, other = picture_bytes(1), picture_bytes(1, (320, 240)), picture_bytes(2)
    found = [stills.look(data) for data in (one, same, other)]
    apart = [bin(int(found[0].fingerprint, 16) ^ int(row.fingerprint, 16)).count("1")
             for row in found]  # fmt: skip
    assert apart[1] <= 4 < 12 < apart[2]
    assert found[0].digest != found[1].digest


def test_challenge_is_answered_in_time(sitting):
    """A still with the nonce answers the challenge, once, and is looked at."""
    challenge = monitoring.challenge(sitting=sitting, at=NOON)
    assert monitoring.challenge(sitting=sitting, at=NOON) is None
    row = save(sitting, at=after(10), nonce=challenge.nonce)
    assert (row.origin, row.challenge, row.check_result) == ("CHALLENGE", challenge, "PENDING")
    save(sitting, at=after(12), nonce=challenge.nonce)
    assert kinds_of(sitting) == ["CHALLENGE_STALE"]


@pytest.mark.parametrize("case", ["late", "unknown", "missed"])
def test_late_or_missing_answer_is_noted(sitting, case):
    """An answer after its time, to another nonce, or none at all, is noted by the server."""
    challenge = monitoring.challenge(sitting=sitting, at=NOON)
    if case == "missed":
        assert maintenance.sweep(at=after(30))["missed"] == 1
        assert maintenance.sweep(at=after(31))["missed"] == 0
    else:
        nonce = challenge.nonce if case == "late" else uuid.uuid4()
        save(sitting, at=after(25 if case == "late" else 5), nonce=nonce)
    expected = "CHALLENGE_MISSED" if case == "missed" else "CHALLENGE_STALE"
    assert kinds_of(sitting) == [expected]


def test_nobody_misses_a_challenge_while_offline(sitting):
    """While no connection has the lease, a challenge that was not answered is nobody's fault."""
    monitoring.challenge(sitting=sitting, at=NOON)
    held = sitting.connections.get()
    leases.release(connection=held, at=after(3), lost=True)
    maintenance.sweep(at=after(30))
    assert kinds_of(sitting) == []


FACE = faces.Face((10, 10, 50, 50), (0.0,) * 128)
STRANGER = faces.Face((10, 10, 50, 50), (0.1,) * 128)


@pytest.fixture
def seen(monkeypatch):
    """Faces that are found, in place of dlib, which has its own tests."""
    found = []
    monkeypatch.setattr(checks.faces, "find", lambda picture: list(found))
    return found


def pending(sitting, at=NOON, **facts):
    row = save(sitting, at=at, origin="EVENT", **facts)
    return Snapshot.objects.select_related("file", "sitting", "observation").get(pk=row.pk)


@pytest.mark.parametrize(
    ("kind", "count", "result", "observed"),
    [
        ("NO_FACE", 0, "CONFIRMED", "FACE_CONFIRMED"),
        ("NO_FACE", 1, "CONTRADICTED", "FACE_CONTRADICTED"),
        ("SEVERAL_FACES", 2, "CONFIRMED", "FACE_CONFIRMED"),
        ("SEVERAL_FACES", 1, "CONTRADICTED", "FACE_CONTRADICTED"),
        ("", 1, "CONFIRMED", None),
        ("", 0, "CONTRADICTED", "FACE_CONTRADICTED"),
        ("", 2, "CONTRADICTED", "FACE_CONTRADICTED"),
    ],
)
def test_page_is_checked_against_the_picture(sitting, seen, kind, count, result, observed):
    """What the page says of a picture is confirmed or contradicted by the server's own look."""
    facts = {"faces": 1}
    if kind:
        page = Reporter(sitting, sitting.connections.get().device)
        report(page, kind)
        facts = {"event_sequence": 1}
    seen += [FACE] * count
    still = pending(sitting, **facts)
    assert checks.check_still(still=still, at=after(1)) == result
    assert checks.check_still(still=still, at=after(2)) == result
    still.refresh_from_db()
    assert (still.check_result, still.faces_found) == (result, count)
    assert kinds_of(sitting) == [each for each in (kind, observed) if each]


def test_no_look_is_no_finding(sitting, monkeypatch):
    """Without models the check is unavailable, and nothing is held against anybody."""

    def unavailable(picture):
        raise faces.FaceMatchingUnavailable

    monkeypatch.setattr(checks.faces, "find", unavailable)
    assert checks.check_still(still=pending(sitting, faces=1), at=NOON) == "UNAVAILABLE"
    assert kinds_of(sitting) == []


def test_another_person_twice_is_an_observation(sitting, seen):
    """One picture of a stranger is none; the second in a row is."""
    photo = IdentityCheck.objects.get(sitting=sitting)
    photo.descriptor = json.dumps(FACE.descriptor)
    photo.save()
    seen.append(STRANGER)
    for number in range(2):
        checks.check_still(still=pending(sitting, after(number * 5), faces=1), at=after(60))
        assert kinds_of(sitting) == ["OTHER_PERSON_FOUND"] * number
    seen[:] = [FACE]
    checks.check_still(still=pending(sitting, after(30), faces=1), at=after(60))
    assert kinds_of(sitting) == ["OTHER_PERSON_FOUND"]


def test_lost_checks_are_made_up_for(sitting, seen):
    """The sweep looks at stills whose task was lost."""
    seen.append(FACE)
    pending(sitting, faces=1)
    assert maintenance.sweep_stills(at=after(5)) == 0
    assert maintenance.sweep_stills(at=after(60)) == 1
    assert sitting.snapshots.get().check_result == "CONFIRMED"
    assert conf.STILLS_CHECKED == 0.05


def test_bytes_after_the_picture_make_no_other_picture():
    """A still that is sent again with bytes that show nothing is the same still."""
    sent = picture_bytes()
    first, second = (
        stills.look(storage.fresh_picture(io.BytesIO(each))) for each in (sent, sent + b"another")
    )
    assert first.digest == second.digest
