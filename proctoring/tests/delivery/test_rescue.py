"""Rescue files: sealed as a browser does it, uploaded by the agent, decided by staff."""

import base64
import json
import os
from datetime import timedelta

import pgtrigger
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile

from hitouch.core.errors import Refusal
from hitouch.core.files.storage import InvalidFile
from proctoring import queries
from proctoring.delivery import journal, rescue
from proctoring.delivery import services as sittings
from proctoring.delivery.entries import to_milliseconds
from proctoring.delivery.sealed_files import current_public_key
from proctoring.models import RescueFile
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.device import Device


def seal(sitting, devices, changes=()):
    """A rescue file as `static/js/proctoring/rescue.js` makes it."""
    key = current_public_key()
    content = {
        "format": "hitouch-rescue-1", "sitting": str(sitting.pk), "made_at": "",
        "devices": [{"device": str(device.id), "entries": rows} for device, rows in devices],
    }  # fmt: skip
    ours = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), base64.b64decode(key.public)
    )
    salt, iv = os.urandom(16), os.urandom(12)
    header = f"hitouch-rescue-1 {sitting.pk} {key.id}".encode()
    secret = ours.exchange(ec.ECDH(), theirs)
    aes = HKDF(algorithm=SHA256(), length=32, salt=salt, info=header).derive(secret)
    sealed = AESGCM(aes).encrypt(iv, json.dumps(content).encode(), header)
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    names = {"ephemeral": point, "salt": salt, "iv": iv, "sealed": sealed}
    envelope = {
        "format": "hitouch-rescue-1", "sitting": str(sitting.pk), "key": key.id,
        **{name: base64.b64encode(value).decode() for name, value in names.items()},
    }  # fmt: skip
    return json.dumps(envelope | dict(changes)).encode()


def upload(data):
    return SimpleUploadedFile("answers.json", data, "application/json")


@pytest.fixture
def begun(live_clock):
    return live_clock - timedelta(minutes=20)


@pytest.fixture
def offline(asha, assessment, begun):
    """A sitting that ended while its page was offline, with two sent and two unsent answers."""
    sitting = make_sitting(asha, "IN_PROGRESS", begun)
    tab = Device(sitting)
    first, second = list(queries.questions_in(queries.current_section(sitting)))[:2]
    sent = [tab.write(first, "a", begun), tab.write(second, "a", begun)]
    journal.append_entries(sitting=sitting, device=tab.id, raw_entries=sent, at=begun)
    unsent = [
        tab.write(first, "b", begun + timedelta(minutes=7)),
        tab.write(second, "c", begun + timedelta(minutes=9)),
    ]
    sittings.advance_clock(sitting=sitting, at=begun + timedelta(minutes=14))
    sitting.refresh_from_db()
    return sitting, tab, sent, unsent, first, second


def given_to(question):
    return queries.questions_of(question.sitting).get(pk=question.pk).given


def test_staff_admit_what_was_written_in_time(
    asha, offline, proctor, signed_in, django_capture_on_commit_callbacks
):
    """The agent uploads; a proctor admits: answers written in time count, marked late."""
    sitting, tab, sent, unsent, first, second = offline
    path = f"/api/v1/sittings/{sitting.pk}/rescue/"
    data = seal(sitting, [(tab, [*sent, *unsent])])
    made = signed_in(asha.user).post(path, {"file": upload(data)})
    assert (made.status_code, made.json()["state"]) == (201, "WAITING")
    assert made.json()["counts"] == {"known": 2, "new": 1, "section_closed": 1}
    again = signed_in(asha.user).post(path, {"file": upload(data)})
    assert again.json()["id"] == made.json()["id"]
    staff = f"/api/v1/staff/rescue-files/{made.json()['id']}/"
    client = signed_in(proctor)
    assert client.post(f"{staff}admit/", {"reason": " "}, "application/json").status_code == 422
    done = client.post(f"{staff}admit/", {"reason": "Power cut"}, "application/json")
    assert (done.status_code, done.json()["state"]) == (200, "ADMITTED")
    entry = sitting.entries.get(origin="RESCUE")
    assert (entry.late, entry.counted, given_to(first), given_to(second)) == (True, True, "b", "a")
    twice = client.post(f"{staff}refuse/", {"reason": "No"}, "application/json")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_state")


def test_admin_refuses_with_a_reason(offline, proctor, signed_in, live_clock):
    """In the admin a file is refused with a reason; nothing of it counts."""
    sitting, tab, _, unsent, first, _ = offline
    data = seal(sitting, [(tab, unsent)])
    row = rescue.receive_rescue(sitting=sitting, upload=upload(data), at=live_clock)
    page = "/admin/proctoring/rescuefile/"
    form = {"action": "refuse", "_selected_action": str(row.pk), "reason": "Written elsewhere"}
    signed_in(proctor).post(page, form)
    row.refresh_from_db()
    assert (row.state, row.reason, row.decided_by) == ("REFUSED", "Written elsewhere", proctor)
    assert given_to(first) == "a"


def test_changed_entries_do_not_count(offline, proctor, live_clock):
    """Entries whose hash or chain is broken are counted as such, and not admitted."""
    sitting, tab, _, unsent, first, _ = offline
    forged = [{**unsent[0], "value": "d"}, unsent[1]]
    jump = Device(sitting)
    jump.write(first, "a", sitting.begun_at)
    later = jump.write(first, "d", sitting.begun_at)
    data = seal(sitting, [(tab, forged), (jump, [later])])
    row = rescue.receive_rescue(sitting=sitting, upload=upload(data), at=live_clock)
    assert row.counts == {"hash_wrong": 1, "chain_broken": 2}
    rescue.admit_rescue(rescue=row, reason="x", by=proctor, at=live_clock)
    assert given_to(first) == "a"


@pytest.mark.parametrize(
    "change",
    [
        {"format": "x"}, {"key": "x"}, {"sealed": "AAAA"}, {"salt": "?"}, {"ephemeral": "AAAA"},
        {"iv": ""}, {"sitting": "x"}, {"iv": 5},
    ],
)  # fmt: skip
def test_other_files_are_refused(offline, live_clock, change):
    """A damaged file, or one for another key or sitting, is refused and not kept."""
    sitting, tab, _, unsent, _, _ = offline
    data = seal(sitting, [(tab, unsent)], change)
    for content in (data, b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, b"null"):
        with pytest.raises(Refusal):
            rescue.receive_rescue(sitting=sitting, upload=upload(content), at=live_clock)
    assert not RescueFile.objects.exists()


def test_too_large_and_empty_files_are_refused(offline, live_clock):
    """More than 5 MB, or nothing, is refused."""
    for content in (b"", b" " * (5 * 1024 * 1024 + 1)):
        with pytest.raises(InvalidFile):
            rescue.receive_rescue(sitting=offline[0], upload=upload(content), at=live_clock)


def test_files_come_in_the_seven_days_after_the_end(asha, assessment, offline, live_clock):
    """Not during the assessment, and not later than seven days after it."""
    sitting, tab, _, unsent, _, _ = offline
    data = seal(sitting, [(tab, unsent)])
    for at in (sitting.ended_at - timedelta(seconds=1), sitting.ended_at + timedelta(days=8)):
        with pytest.raises(rescue.RescueTooLate):
            rescue.receive_rescue(sitting=sitting, upload=upload(data), at=at)


def test_strangers_neither_upload_nor_decide(
    asha, ravi, offline, reviewer, signed_in, client, live_clock
):
    """Only the agent uploads, only proctors decide."""
    sitting, tab, _, unsent, _, _ = offline
    path = f"/api/v1/sittings/{sitting.pk}/rescue/"
    data = seal(sitting, [(tab, unsent)])
    assert client.post(path, {"file": upload(data)}).status_code == 401
    assert signed_in(ravi.user).post(path, {"file": upload(data)}).status_code == 404
    assert signed_in(reviewer).post(path, {"file": upload(data)}).status_code == 403
    row = rescue.receive_rescue(sitting=sitting, upload=upload(data), at=live_clock)
    for act in ("admit", "refuse"):
        staff = f"/api/v1/staff/rescue-files/{row.pk}/{act}/"
        assert client.post(staff, {}, "application/json").status_code == 401
        for user in (asha.user, reviewer):
            answer = signed_in(user).post(staff, {"reason": "x"}, "application/json")
            assert answer.status_code == 403


def test_page_uploads_a_file(asha, offline, signed_in):
    """The page takes the file, says so, and says what is wrong with another one."""
    sitting, tab, _, unsent, _, _ = offline
    client, page = signed_in(asha.user), f"/assessment/{sitting.pk}/rescue/"
    assert b"seven days" in client.get(page).content
    assert b"not the file of this assessment" in client.post(page, {"file": upload(b"{}")}).content
    sent = client.post(page, {"file": upload(seal(sitting, [(tab, unsent)]))}, follow=True)
    assert b"We have your file" in sent.content
    assert sitting.rescue_files.count() == 1


def test_questions_come_with_the_key(asha, assessment, signed_in, live_clock):
    """The page gets the public key with the questions, before it may lose its connection."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    told = signed_in(asha.user).get(f"/api/v1/sittings/{sitting.pk}/questions/").json()
    assert told["rescue_key"] == vars(current_public_key())
    assert len(base64.b64decode(told["rescue_key"]["public"])) == 65


@pytest.mark.parametrize("handed_in", [False, True])
def test_nothing_counts_that_was_written_after_a_section_was_closed(
    asha, assessment, proctor, live_clock, handed_in
):
    """Who closes a section or hands in before the time is over adds nothing to it by a file."""
    begun = live_clock - timedelta(minutes=10)
    sitting = make_sitting(asha, "IN_PROGRESS", begun)
    question = queries.questions_in(queries.current_section(sitting))[0]
    closed = begun + timedelta(minutes=2)
    if not handed_in:
        sittings.close_section(sitting=sitting, position=1, at=closed)
        closed += timedelta(minutes=1)
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=closed)
    rows = []
    for minutes in (1, 4):
        tab = Device(sitting)
        rows.append((tab, [tab.write(question, "c", begun + timedelta(minutes=minutes))]))
    data = seal(sitting, rows)
    row = rescue.receive_rescue(sitting=sitting, upload=upload(data), at=live_clock)
    assert row.counts == {"new": 1, "section_closed": 1}
    rescue.admit_rescue(rescue=row, reason="x", by=proctor, at=live_clock)
    assert sitting.entries.get().stated_at == to_milliseconds(begun + timedelta(minutes=1))


@pytest.mark.parametrize("with_the_sent", [False, True])
def test_an_entry_is_not_older_than_the_one_before_it(offline, live_clock, with_the_sent):
    """The time of an entry is not before that of the stored entry that it follows."""
    sitting, _, sent, _, first, _ = offline
    late = Device(sitting)
    late.id, late.sequence, late.head = offline[1].id, 2, sent[-1]["hash"]
    backdated = late.write(first, "d", sitting.begun_at - timedelta(hours=1))
    with pgtrigger.ignore():
        moment = sitting.begun_at + timedelta(minutes=9)
        sitting.entries.update(written_at=moment, received_at=moment)
    data = seal(sitting, [(late, [*(sent if with_the_sent else []), backdated])])
    row = rescue.receive_rescue(sitting=sitting, upload=upload(data), at=live_clock)
    assert row.counts == {"section_closed": 1} | ({"known": 2} if with_the_sent else {})


def test_a_file_of_countless_devices_is_refused(offline, live_clock):
    """A file asks for a few queries, however many devices it names."""
    sitting = offline[0]
    data = seal(sitting, [(Device(sitting), []) for _ in range(51)])
    with pytest.raises(Refusal):
        rescue.receive_rescue(sitting=sitting, upload=upload(data), at=live_clock)


def test_a_device_with_the_id_of_the_file_does_not_stop_it(offline, proctor, live_clock):
    """The chain of a file goes on after what a program wrote under the file's id."""
    sitting, tab, sent, unsent, first, _ = offline
    end = sitting.ended_at
    data = seal(sitting, [(tab, [*sent, *unsent])])
    row = rescue.receive_rescue(sitting=sitting, upload=upload(data), at=end)
    same = Device(sitting, row.pk)
    entry = same.write(first, "a", sitting.begun_at)
    journal.append_entries(sitting=sitting, device=row.pk, raw_entries=[entry], at=end)
    rescue.admit_rescue(rescue=row, reason="x", by=proctor, at=live_clock)
    assert given_to(first) == "b"
