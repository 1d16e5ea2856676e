"""Recording what pages and programs report, by the API and the service the socket uses."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from conftest import NOON
from proctoring.delivery import services as sittings
from proctoring.delivery.refusals import SittingOver
from proctoring.models import Observation, Ruling
from proctoring.monitoring import consequences
from proctoring.monitoring import services as monitoring
from proctoring.monitoring.recording import EventReport, policy_rules, record
from proctoring.observations.client_journal import read_entry
from proctoring.observations.queries import first_break
from proctoring.policies.queries import facts_of
from proctoring.policies.replay import replay
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.reports import Reporter, report, send, upload


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS")


@pytest.fixture
def page(sitting):
    return Reporter(sitting)


def statuses(receipt):
    return [row["status"] for row in receipt.results]


def post(client, sitting, payload):
    path = f"/api/v1/sittings/{sitting.pk}/events/"
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return client.post(path, text, "application/json")


def test_api_records_events_and_tells_the_person(asha, assessment, signed_in, live_clock):
    """Each event has its result, and what is ruled a warning is told at once with advice."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    page = Reporter(sitting)
    data = post(signed_in(asha.user), sitting, page.batch("COPY", "MOUSE_LEFT", at=live_clock))
    told = data.json()
    assert [row["status"] for row in told["results"]] == ["recorded", "recorded"]
    assert [(row["kind"], row["standing"]) for row in told["told"]] == [("COPY", "WARNED")]
    assert all(told["told"][0][name] for name in ("message", "advice"))
    assert (told["next_sequence"], told["head"]) == (3, page.head)
    assert set(sitting.observations.values_list("origin", flat=True)) == {"BROWSER"}


def test_repeated_event_is_recorded_once(page):
    """Entries that come again are known: nothing is recorded or counted a second time."""
    batch = page.batch("PASTE", "CUT", at=NOON)["events"]
    assert statuses(send(page, batch)) == ["recorded", "recorded"]
    again = send(page, batch)
    assert (statuses(again), again.told) == (["known", "known"], [])
    assert page.sitting.observations.count() == 2


def test_bad_event_refuses_no_other(page):
    """Unknown kinds, kinds of the server, and unreadable entries are refused one by one."""
    good = page.batch("COPY", "TELEPATHY", "NETWORK_BACK", "CUT", at=NOON)["events"]
    receipt = send(page, [*good[:2], None, {"sequence": "x"}, *good[2:]])
    assert statuses(receipt) == ["recorded", "refused", "refused", "refused", "refused", "recorded"]
    kinds = page.sitting.observations.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["COPY", "CUT", "JOURNAL_GAP"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ('"a\\u0000b"', "bad_characters"),
        ('"\\ud800"', "bad_characters"),
        ("NaN", "bad_number"),
        ("-Infinity", "bad_number"),
        ("1e400", "bad_number"),
        ("9" * 30, "bad_number"),
        ("9" * 5000, "bad_number"),
        ('[[[["deep"]]]]', "too_deep"),
        ('"' + "x" * 1100 + '"', "too_long"),
        ("[" + ",".join("1" * 90) + "]", "too_long"),
    ],
)
def test_odd_data_is_refused_for_its_event_only(asha, assessment, signed_in, live_clock, bad, code):
    """What the database cannot keep is refused with its event: no error, and no other is lost."""
    sitting = make_sitting(asha, "IN_PROGRESS", live_clock)
    page = Reporter(sitting)
    batch = page.batch("COPY", "CUT", "PASTE", at=live_clock)
    batch["events"][1]["data"] = {"x": "PLACE"}
    response = post(signed_in(asha.user), sitting, json.dumps(batch).replace('"PLACE"', bad))
    assert response.status_code == 200, response.content
    results = response.json()["results"]
    assert [row["status"] for row in results] == ["recorded", "refused", "recorded"]
    assert results[1]["code"] == code
    kinds = sitting.observations.filter(origin="BROWSER").order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == ["COPY", "PASTE"]


@pytest.mark.parametrize(
    "payload",
    [
        "{}",
        "[]",
        "{",
        '{"device": "x", "events": []}',
        '{"device": "df67be95-e2c6-40ef-b354-503de431b232", "events": {}}',
    ],
)
def test_malformed_batch_is_refused(asha, sitting, signed_in, payload):
    """A request that is no batch is refused, and nothing is recorded."""
    assert post(signed_in(asha.user), sitting, payload).status_code in (400, 422)
    assert not sitting.observations.exists()


def test_gap_and_broken_chain_are_shown(page):
    """A missing entry, a changed one and a foreign one are accepted, and the server notes them."""
    first, _, third, fourth, fifth = page.batch(*["COPY"] * 5, at=NOON, apart=9)["events"]
    fourth["data"] = {"edited": True}
    fifth["previous_hash"] = "0" * 64
    receipt = send(page, [first, third, fourth, fifth], NOON + timedelta(minutes=1))
    assert statuses(receipt) == ["recorded"] * 4
    found = page.sitting.observations.filter(origin="SERVER").order_by("number")
    assert [(row.kind, row.count, row.data["first"], row.data["last"]) for row in found] == [
        ("JOURNAL_GAP", 1, 2, 2),
        ("JOURNAL_BROKEN", 2, 4, 5),
    ]
    assert first_break(page.sitting) is None


def test_flood_is_folded_and_blinds_nothing(page):
    """2,000 harmless events at one moment are few rows, and what matters is still recorded."""
    for _ in range(20):
        send(page, page.batch(*["MOUSE_LEFT"] * 100, at=NOON)["events"])
    assert page.sitting.observations.count() == 20
    assert sum(page.sitting.observations.values_list("count", flat=True)) == 2000
    receipt = report(page, "DEVELOPER_TOOLS", at=NOON + timedelta(seconds=9))
    assert statuses(receipt) == ["recorded"]
    assert receipt.told[0]["kind"] == "DEVELOPER_TOOLS"


def test_different_events_are_paced_with_their_number(page):
    """After 500 rows a kind makes one row in 5 seconds; none of its events is lost from sight."""
    for turn in range(7):
        events = [page.entry("MOUSE_LEFT", NOON, x=turn * 100 + n) for n in range(100)]
        assert "refused" not in statuses(send(page, events))
    made = page.sitting.observations.count()
    assert 500 <= made <= 502
    report(page, "FULLSCREEN_LEFT")
    later = NOON + timedelta(seconds=6)
    report(page, "MOUSE_LEFT", at=later)
    assert (
        sum(page.sitting.observations.filter(kind="MOUSE_LEFT").values_list("count", flat=True))
        == 701
    )
    assert page.sitting.observations.filter(kind="FULLSCREEN_LEFT").exists()


def test_what_is_left_of_a_flood_is_recorded_at_the_end(asha, page):
    """Events that waited for their row have it when the sitting ends."""
    for turn in range(6):
        send(page, [page.entry("MOUSE_LEFT", NOON, x=turn * 100 + n) for n in range(100)])
    sittings.submit_sitting(sitting=page.sitting, by=asha.user, at=NOON)
    counts = page.sitting.observations.filter(kind="MOUSE_LEFT").values_list("count", flat=True)
    assert sum(counts) == 600


def test_time_of_the_browser_changes_no_consequence(page):
    """Twelve exits told truly, and twelve claimed at one moment, end the sitting alike."""
    receipt = report(page, *["FULLSCREEN_LEFT"] * 12, at=NOON + timedelta(seconds=1))
    assert receipt.is_submitted
    page.sitting.refresh_from_db()
    assert (page.sitting.state, page.sitting.end_reason) == ("AUTO_SUBMITTED", "RULES")


def test_true_exits_end_the_sitting(page):
    """Leaving full screen again and again ends it, with the reason in the ruling."""
    for minute in range(8):
        page.sitting.refresh_from_db()
        if page.sitting.is_live:
            report(page, "FULLSCREEN_LEFT", at=NOON + timedelta(minutes=minute / 2))
    page.sitting.refresh_from_db()
    assert page.sitting.state == "AUTO_SUBMITTED"
    assert Ruling.objects.filter(submits=True).get().reason
    with pytest.raises(SittingOver):
        report(page, "COPY")


def test_submission_by_the_rules_survives_a_kill(page, monkeypatch):
    """The decision is committed with the observation; the sweep does what was not done."""
    at = NOON + timedelta(seconds=1)
    entries = [
        read_entry(raw, sitting=page.sitting.pk, device=page.device,
                   kinds=frozenset({"FULLSCREEN_LEFT"}))
        for raw in page.batch(*["FULLSCREEN_LEFT"] * 12, at=NOON)["events"]
    ]  # fmt: skip
    record([EventReport(page.sitting.pk, page.device, "BROWSER", entries)], at=at)
    page.sitting.refresh_from_db()
    assert page.sitting.is_live
    later = at + timedelta(seconds=5)
    (state,) = consequences.due(later)
    assert consequences.submit_by_rules(sitting=state.sitting, at=later)
    assert not consequences.submit_by_rules(sitting=state.sitting, at=later)
    assert not consequences.due(later).exists()
    page.sitting.refresh_from_db()
    assert page.sitting.end_reason == "RULES"


def test_policy_steps_as_its_replay_folds(page):
    """The state that is kept says the same as folding all observations again."""
    for minute, kind in enumerate(["COPY", "MOUSE_LEFT", "TAB_HIDDEN", "PASTE", "SECOND_SCREEN"]):
        report(page, kind, kind, at=NOON + timedelta(minutes=minute), apart=5)
    page.sitting.refresh_from_db()
    again = replay(facts_of(page.sitting), policy_rules(page.sitting))
    state = page.sitting.monitoring
    assert (again.warnings, again.points) == (state.warnings, state.points)
    points = sum(Ruling.objects.values_list("points", flat=True))
    assert (state.warnings, points) == (2, state.points)


def test_no_events_after_the_end(asha, page, signed_in):
    """Events of an ended sitting are refused."""
    sittings.submit_sitting(sitting=page.sitting, by=asha.user, at=NOON)
    response = post(signed_in(asha.user), page.sitting, page.batch("COPY", at=NOON))
    assert (response.status_code, response.json()["code"]) == (409, "sitting_over")


def test_observations_and_rulings_never_change(page):
    """They are chained; the database refuses changes."""
    report(page, "COPY", "CAMERA_OFF")
    first, second = page.sitting.observations.order_by("number")
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert first_break(page.sitting) is None
    for change in (
        page.sitting.observations.all().delete,
        lambda: page.sitting.observations.update(count=2),
        lambda: page.sitting.rulings.update(points=0),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_number_of_events_in_a_batch_is_limited(page):
    """More than 100 events are refused as a whole, before anything is read."""
    with pytest.raises(monitoring.TooManyEvents):
        report(page, *["COPY"] * 101)


def test_many_devices_make_no_large_state(page):
    """A client with ever new devices is recorded, and its state stays small."""
    for _ in range(60):
        report(Reporter(page.sitting), "COPY")
    page.sitting.refresh_from_db()
    assert len(page.sitting.monitoring.intake["devices"]) == 20
    first = Reporter(page.sitting, page.sitting.observations.order_by("number")[0].device)
    assert statuses(report(first, "COPY")) == ["known"]
    assert page.sitting.observations.filter(kind="COPY").count() == 60


def test_other_agents_cannot_report(ravi, page, signed_in):
    """Other agents cannot send events, stills or ask for tickets of a sitting."""
    client = signed_in(ravi.user)
    assert post(client, page.sitting, page.batch("COPY", at=NOON)).status_code == 404
    for path, data in (("snapshots", {"picture": upload()}), ("ticket", {})):
        address = f"/api/v1/sittings/{page.sitting.pk}/{path}/"
        assert client.post(address, data).status_code == 404
    assert not Observation.objects.exists()
