"""The journal of answers: receipts, chains, deadlines, grace, conflicts of devices."""

import hashlib
import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NOON
from proctoring import maintenance, queries
from proctoring.delivery import journal
from proctoring.delivery import services as sittings
from proctoring.delivery.queries import held_answers
from proctoring.delivery.refusals import SectionClosed, SittingOver
from proctoring.models import AnswerEntry, Sitting
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.device import Device
from tests.support.waiting import DEADLINE_SECONDS


def after(**time):
    return NOON + timedelta(**time)


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS")


@pytest.fixture
def running(asha, assessment, live_clock):
    """A sitting that runs now, for tests through the API."""
    return make_sitting(asha, "IN_PROGRESS", live_clock)


@pytest.fixture
def tab(sitting):
    return Device(sitting)


def first(sitting):
    return queries.questions_in(queries.current_section(sitting)).first()


def append(device, *entries, at=NOON):
    return journal.append_entries(
        sitting=device.sitting, device=device.id, raw_entries=entries, at=at
    )


def statuses(batch):
    return [receipt.status for receipt in batch.receipts]


def given_to(question):
    return queries.questions_of(question.sitting).get(pk=question.pk).given


def test_entries_are_saved_once(sitting, tab):
    """An entry is saved; sent again it is known, and nothing changes."""
    question = first(sitting)
    one, two = tab.write(question, "a", NOON), tab.write(question, "b", NOON)
    assert statuses(append(tab, one)) == ["saved"]
    again = append(tab, one, two)
    assert statuses(again) == ["known", "saved"]
    assert (again.head.next_sequence, again.head.hash) == (3, two["hash"])
    assert (AnswerEntry.objects.count(), given_to(question)) == (2, "b")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(st.sampled_from("abcd"), min_size=1, max_size=6),
    sends=st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=6),
)
def test_any_order_of_sending_ends_the_same(sitting, values, sends):
    """Whatever is repeated, reordered or left out on the way: at last all entries are held."""
    device, question = Device(sitting), first(sitting)
    entries = [device.write(question, value, NOON) for value in values]
    for picks in sends:
        append(device, *[entries[index] for index in picks if index < len(entries)])
    batch = append(device, *entries)
    assert set(statuses(batch)) <= {"saved", "known", "conflict"}
    stored = list(sitting.entries.filter(device=device.id).order_by("sequence"))
    assert [(row.sequence, row.hash) for row in stored] == [
        (entry["sequence"], entry["hash"]) for entry in entries
    ]


@pytest.mark.parametrize("fault", ["gap", "fork", "previous", "hash"])
def test_broken_chain_is_refused_with_where_to_go_on(sitting, tab, fault):
    """A gap, a fork or a wrong hash is refused; the device hears where its chain goes on."""
    question = first(sitting)
    one, two = tab.write(question, "a", NOON), tab.write(question, "b", NOON)
    append(tab, one)
    bad = {
        "gap": tab.write(question, "c", NOON),
        "fork": {**two, "sequence": 1},
        "previous": {**two, "previous_hash": "0" * 64},
        "hash": {**two, "hash": "0" * 64},
    }[fault]
    batch = append(tab, bad)
    code = "hash_wrong" if fault == "hash" else "chain_broken"
    assert [(receipt.status, receipt.code) for receipt in batch.receipts] == [("refused", code)]
    assert (batch.head.next_sequence, batch.head.hash) == (2, one["hash"])
    assert given_to(question) == "a"


@pytest.mark.parametrize(
    ("value", "code"),
    [("z", "not_an_option"), ("a\x00", "answer_unreadable"), ("x" * 20_001, "answer_too_long")],
)
def test_refused_entry_stops_no_other(asha, running, signed_in, live_clock, value, code):
    """One entry of a batch is refused with a sentence; those around it are saved."""
    device, question = Device(running), first(running)
    batch = [device.write(question, each, live_clock) for each in ("a", value, "b")]
    answer = device.send(signed_in(asha.user), *batch).json()
    assert [row["status"] for row in answer["results"]] == ["saved", "refused", "saved"]
    assert answer["results"][1]["code"] == code
    assert answer["results"][1]["message"].endswith(".")
    assert answer["held"][str(question.pk)]["value"] == "b"
    again = device.send(signed_in(asha.user), *batch).json()["results"]
    assert [row["status"] for row in again] == ["known", "refused", "known"]


def test_lone_surrogate_is_refused_as_the_browser_hashes_it(asha, running, signed_in, live_clock):
    """Half of a surrogate pair is refused with a sentence, and the chain goes on after it."""
    client, device, question = signed_in(asha.user), Device(running), first(running)
    entry = device.write(question, "\\ud83d", live_clock)
    # As JSON.stringify escapes it, in the hash and in the body.
    text = (
        f'["hitouch-answer-1","{running.pk}","{question.pk}","{device.id}",1,"","ANSWER",'
        f'"\\ud83d","","{entry["written_at"]}"]'
    )
    entry["hash"] = device.head = hashlib.sha256(text.encode()).hexdigest()
    body = (
        f'{{"device":"{device.id}","entries":[{{"sequence":1,"previous_hash":"",'
        f'"hash":"{entry["hash"]}","question":"{question.pk}","kind":"ANSWER",'
        f'"value":"\\ud83d","seen":null,"written_at":"{entry["written_at"]}"}}]}}'
    )
    path = f"/api/v1/sittings/{running.pk}/journal/"
    refused = client.post(path, body, "application/json").json()["results"][0]
    assert (refused["status"], refused["code"]) == ("refused", "answer_unreadable")
    follows = device.send(client, device.write(question, "a", live_clock)).json()
    assert follows["results"][0]["status"] == "saved"


def test_question_of_another_sitting_is_refused(ravi, sitting, tab):
    """An entry about another sitting's question, or none, does not count."""
    other = first(make_sitting(ravi, "IN_PROGRESS"))
    batch = append(tab, tab.write(other, "a", NOON), tab.write(uuid4(), "a", NOON))
    assert [receipt.code for receipt in batch.receipts] == ["unknown_question"] * 2
    assert given_to(other) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": "1"}, {"sequence": True}, {"sequence": 0}, {"hash": "no"}, {"value": 1},
        {"kind": "KEY"}, {"question": "x"}, {"written_at": "noon"}, {"written_at": None},
        {"written_at": "2026-11-30T12:00:00"}, {"seen": "x"},
    ],
)  # fmt: skip
def test_malformed_entry_is_refused(sitting, tab, change):
    """A field of the wrong type is refused, and nothing is stored."""
    batch = append(tab, {**tab.write(first(sitting), "a", NOON), **change}, "no object")
    assert {receipt.code for receipt in batch.receipts} == {"entry_unreadable"}
    assert not sitting.entries.exists()


def test_written_before_the_deadline_and_received_in_the_grace_counts(sitting, tab):
    """Four answers given offline before the deadline count, marked late."""
    questions = list(queries.questions_in(queries.current_section(sitting)))[:4]
    written = [tab.write(row, "a", after(minutes=7, seconds=59)) for row in questions]
    batch = append(tab, *written, at=after(minutes=9))
    assert statuses(batch) == ["late"] * 4
    assert [given_to(row) for row in questions] == ["a"] * 4


def test_written_after_the_deadline_does_not_count(sitting, tab):
    """What was written at the deadline or later does not count, whenever it comes."""
    question = first(sitting)
    batch = append(tab, tab.write(question, "a", after(minutes=8)), at=after(minutes=8, seconds=1))
    assert [receipt.code for receipt in batch.receipts] == ["section_closed"]
    assert given_to(question) == ""


def test_received_after_the_grace_does_not_count(sitting, tab):
    """What comes after the grace is kept, but does not count."""
    entry = tab.write(first(sitting), "a", NOON)
    batch = append(tab, entry, at=after(minutes=8, seconds=121))
    assert [receipt.code for receipt in batch.receipts] == ["section_closed"]
    assert batch.receipts[0].entry is not None


def test_end_by_the_clock_takes_entries_in_the_grace_and_then_grades(sitting, tab):
    """After an end by the clock entries count for 120 seconds; then the sitting is graded."""
    end = sitting.ends_at
    sittings.close_section(sitting=sitting, position=1, at=end - timedelta(minutes=6))
    question = first(sitting)
    entry = tab.write(question, "x", end - timedelta(seconds=1))
    maintenance.sweep(at=end)
    assert statuses(append(tab, entry, at=end + timedelta(seconds=119))) == ["late"]
    assert maintenance.sweep(at=end + timedelta(seconds=119))["ungraded"] == 0
    assert maintenance.sweep(at=end + timedelta(seconds=121))["ungraded"] == 1
    late = append(tab, tab.write(question, "y", end), at=end + timedelta(seconds=122))
    assert [(row.status, row.code, row.entry) for row in late.receipts] == [
        ("refused", "sitting_over", None)
    ]
    assert statuses(append(tab, entry, at=end + timedelta(days=1))) == ["known"]


def test_nothing_changes_after_handing_in(asha, sitting, tab):
    """After the agent handed in, no entry is taken, not even one that was written before."""
    question = first(sitting)
    append(tab, tab.write(question, "a", NOON))
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=after(seconds=5))
    batch = append(tab, tab.write(question, "b", NOON), at=after(seconds=6))
    assert [receipt.code for receipt in batch.receipts] == ["sitting_over"]
    assert given_to(question) == "a"


def test_wrong_clock_of_a_device_locks_nothing(sitting, tab):
    """A time in the future counts as the time of receipt, so that later answers replace it."""
    question = first(sitting)
    append(tab, tab.write(question, "a", after(days=9)), at=after(seconds=1))
    other = Device(sitting)
    append(other, other.write(question, "b", after(seconds=2)), at=after(seconds=3))
    assert given_to(question) == "b"
    entry = tab.write(question, "c", after(days=-9))
    append(tab, entry, at=after(seconds=4))
    assert AnswerEntry.objects.get(hash=entry["hash"]).written_at == after(seconds=1)


def test_two_devices_conflict_until_one_chooses(sitting, tab):
    """What another device had not seen is stored as a conflict; a choice ends it."""
    question, other = first(sitting), Device(sitting)
    append(tab, tab.write(question, "c", NOON), at=after(seconds=1))
    batch = append(other, other.write(question, "d", after(seconds=2)), at=after(seconds=3))
    assert statuses(batch) == ["conflict"]
    held = batch.held[question.pk]
    assert (held.value, held.conflict, [row.value for row in held.others]) == ("d", True, ["c"])
    chosen = tab.write(question, "c", after(seconds=4), kind="CHOOSE", seen=held.entry.pk)
    settled = append(tab, chosen, at=after(seconds=5)).held[question.pk]
    assert (settled.value, settled.conflict) == ("c", False)
    assert held_answers([question.pk])[question.pk].conflict is False
    assert sitting.entries.count() == 3


def test_second_device_that_saw_the_answer_replaces_it(sitting, tab):
    """An answer written over one that the page showed is no conflict."""
    question, other = first(sitting), Device(sitting)
    seen = append(tab, tab.write(question, "c", NOON)).receipts[0].entry
    entry = other.write(question, "d", after(seconds=2), seen=seen)
    assert statuses(append(other, entry, at=after(seconds=3))) == ["saved"]
    assert given_to(question) == "d"


def test_marks_are_kept(asha, running, signed_in, live_clock):
    """A question is marked for review and the mark is taken off, on any device."""
    client, device, question = signed_in(asha.user), Device(running), first(running)
    path = f"/api/v1/sittings/{running.pk}/questions/"
    device.send(client, device.write(question, "", live_clock, kind="MARK"))
    assert client.get(path).json()["questions"][0]["marked"] is True
    device.send(client, device.write(question, "", live_clock, kind="UNMARK"))
    shown = client.get(path).json()["questions"][0]
    assert (shown["marked"], shown["held"]) == (False, None)


def test_device_that_forgot_all_asks_for_its_head(asha, running, signed_in, live_clock):
    """After a restart a page learns where the chains go on and which answers are held."""
    client, device, question = signed_in(asha.user), Device(running), first(running)
    device.send(client, device.write(question, "a", live_clock))
    told = client.get(f"/api/v1/sittings/{running.pk}/journal/").json()
    assert told["devices"] == [
        {"device": str(device.id), "next_sequence": 2, "head_hash": device.head}
    ]
    assert told["held"][str(question.pk)]["value"] == "a"


def test_batches_are_bounded(asha, running, signed_in, live_clock):
    """More than 100 entries, or more than a megabyte, are refused as a whole."""
    client, device, question = signed_in(asha.user), Device(running), first(running)
    entries = [device.write(question, "a", live_clock) for _ in range(101)]
    assert device.send(client, *entries).status_code == 413
    large = Device(running)
    heavy = [large.write(question, "x" * 19_000, live_clock) for _ in range(60)]
    assert large.send(client, *heavy).status_code == 413
    assert not running.entries.exists()


@pytest.mark.parametrize("body", [{}, {"device": "x"}, {"entries": {}}, {"entries": None}])
def test_malformed_batches_are_refused(asha, running, signed_in, body):
    """A batch without device or list gets an error that names the field."""
    full = {"device": str(uuid4()), "entries": []} | body if body.get("entries", 1) != 1 else body
    path = f"/api/v1/sittings/{running.pk}/journal/"
    answer = signed_in(asha.user).post(path, full, "application/json")
    assert answer.status_code == 422


def test_strangers_see_no_journal(asha, ravi, running, signed_in, client, proctor, live_clock):
    """Other agents get 404, staff 403 and strangers 401, for reading and writing."""
    device = Device(running)
    entry = device.write(first(running), "a", live_clock)
    path = f"/api/v1/sittings/{running.pk}/journal/"
    assert client.get(path).status_code == 401
    for user, status in ((ravi.user, 404), (proctor, 403)):
        stranger = signed_in(user)
        assert stranger.get(path).status_code == status
        assert device.send(stranger, entry).status_code == status


def test_program_saves_an_answer(asha, running, signed_in):
    """`PUT` saves an answer without a journal, and returns what is held."""
    client, question = signed_in(asha.user), first(running)
    path = f"/api/v1/sittings/{running.pk}/answers/{question.pk}/"
    for value in ("a", "b", ""):
        saved = client.put(path, {"value": value}, "application/json").json()
        assert (saved["value"], saved["conflict"]) == (value, False)
    assert UUID(saved["entry"])
    refused = client.put(path, {"value": "z"}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_an_option")
    assert running.entries.count() == 3


def test_program_hears_that_the_test_has_not_started(asha, assessment, signed_in, live_clock):
    """Before the start, saving and submitting say so, and not that the test is over."""
    sitting = make_sitting(asha, "READY", live_clock)
    client, path = signed_in(asha.user), f"/api/v1/sittings/{sitting.pk}/"
    device = Device(sitting)
    for answer in (
        device.send(client, device.write(uuid4(), "a", live_clock)),
        client.post(f"{path}submit/", {"confirm": True}, "application/json"),
        client.post(f"{path}sections/next/", {"position": 1}, "application/json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "not_started")


def test_page_saves_the_form_without_scripts(asha, running, signed_in):
    """The form saves the chosen answers without scripts."""
    client, question = signed_in(asha.user), first(running)
    page = f"/assessment/{running.pk}/questions/"
    payload = {f"q-{question.pk}": "b", "position": 1, "action": "save"}
    assert b"Saved" in client.post(page, payload, follow=True).content
    assert AnswerEntry.objects.get().value == "b"
    assert client.get(page).content.count(b" checked") == 1


@pytest.mark.parametrize("position", ["9" * 5000, "\u0663", "\u00b2", "-1", "1e9", "", "x"])
def test_odd_position_in_the_form_is_no_error(asha, running, signed_in, position):
    """A position that no section has closes nothing, and breaks nothing."""
    client = signed_in(asha.user)
    page = f"/assessment/{running.pk}/questions/"
    assert client.post(page, {"position": position, "action": "save"}).status_code == 302
    assert running.parts.get(position=1).closed_at is None


def test_page_left_open_overwrites_nothing_it_did_not_show(asha, running, signed_in, live_clock):
    """A form that was opened before another tab answered sends back its old fields: no change."""
    client, device, question = signed_in(asha.user), Device(running), first(running)
    page = f"/assessment/{running.pk}/questions/"
    device.send(client, device.write(question, "c", live_clock))
    stale = {f"q-{question.pk}": "", f"seen-{question.pk}": "", "position": 1, "action": "save"}
    client.post(page, stale)
    assert given_to(question) == "c"
    client.post(page, {**stale, f"q-{question.pk}": "d"})
    assert given_to(question) == "d"
    assert held_answers([question.pk])[question.pk].conflict is True


def test_closed_section_refuses_answers(asha, running, signed_in):
    """Page and API refuse answers to a finished section."""
    client, question = signed_in(asha.user), first(running)
    path = f"/api/v1/sittings/{running.pk}/"
    client.put(f"{path}answers/{question.pk}/", {"value": "a"}, "application/json")
    left = client.post(f"{path}sections/next/", {"position": 1}, "application/json")
    assert left.status_code == 200
    refused = client.put(f"{path}answers/{question.pk}/", {"value": "b"}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "section_closed")
    payload = {f"q-{question.pk}": "b", "position": 1, "action": "save"}
    client.post(f"/assessment/{running.pk}/questions/", payload)
    assert given_to(question) == "a"


def test_handing_in_asks_once_about_empty_answers(asha, running, signed_in):
    """Without `confirm`, missing answers are listed, by page and API; with it they are not."""
    client, path = signed_in(asha.user), f"/api/v1/sittings/{running.pk}/"
    stay = client.post(
        f"{path}sections/next/", {"position": 1, "confirm": False}, "application/json"
    )
    assert (stay.status_code, stay.json()["missing"]) == (409, list(range(1, 9)))
    refused = client.post(f"{path}submit/")
    assert (refused.status_code, refused.json()["code"]) == (409, "answers_missing")
    assert refused.json()["missing"]
    page = client.post(f"/assessment/{running.pk}/questions/", {"position": 1, "action": "submit"})
    assert (page.status_code, b"have no answer" in page.content) == (409, True)
    running.refresh_from_db()
    assert running.is_live
    done = client.post(f"{path}submit/", {"confirm": True}, "application/json")
    assert done.json()["state"] == "SUBMITTED"


def test_finishing_a_section_twice_skips_none(asha, assessment):
    """Finishing a section twice skips none; unused time is not carried over."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    at = after(minutes=2)
    for _ in range(2):
        sitting = sittings.close_section(sitting=sitting, position=1, at=at)
    assert queries.current_section(sitting).position == 2
    assert sitting.ends_at == at + timedelta(minutes=6)


def run_together(*acts):
    """Run these at the same moment in threads, and wait for all."""
    barrier = threading.Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def run(act):
        barrier.wait()
        try:
            act()
        except (SittingOver, SectionClosed):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


@pytest.mark.django_db(transaction=True)
def test_tabs_that_save_at_once_lose_nothing(asha, assessment):
    """Five tabs save at the same moment, each twice: every entry is held once."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    question = first(sitting)
    tabs = [Device(sitting) for _ in range(5)]
    batches = [(tab, [tab.write(question, "abcd"[n % 4], NOON)]) for n, tab in enumerate(tabs)]
    run_together(*[lambda tab=tab, batch=batch: append(tab, *batch) for tab, batch in batches * 2])
    assert sitting.entries.count() == 5
    assert sitting.entries.filter(conflict=False).count() >= 1


@pytest.mark.django_db(transaction=True)
def test_answer_and_hand_in_at_once(asha, assessment):
    """An answer that meets the hand-in is held before it, or refused."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    question, outcome = first(sitting), []
    tab = Device(sitting)
    entry = tab.write(question, "a", NOON)
    run_together(
        lambda: outcome.extend(statuses(append(tab, entry, at=after(seconds=1)))),
        lambda: sittings.submit_sitting(sitting=sitting, by=asha.user, at=after(seconds=1)),
    )
    assert Sitting.objects.get().state == "SUBMITTED"
    assert given_to(question) == ("a" if outcome == ["saved"] else "")
