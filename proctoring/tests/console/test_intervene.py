"""Acts of proctors on a live sitting: what they record, what they refuse, and who may."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import AuditEvent
from conftest import NOON, make_staff
from hitouch.core.errors import Refusal
from proctoring.console import services
from proctoring.delivery.services import submit_sitting
from proctoring.models import Intervention, Sitting, Supervision
from proctoring.tests.support.cast import make_sitting

MINUTE = timedelta(minutes=1)
SAYING = {"reason": "CANDIDATE", "text": "Please stay alone in the room."}
#: Each act, as a service and as the last part of the endpoint, with what it needs.
ACTS = {
    "message": (services.send_message, SAYING),
    "warn": (services.warn, SAYING),
    "pause": (services.pause, SAYING),
    "more-time": (services.add_time, {"reason": "TECHNICAL", "minutes": 5}),
    "end": (services.end_sitting_by_proctor, SAYING),
}


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, dict]]:
    """What is sent to sockets after the commit."""
    found: list[tuple[str, dict]] = []

    def keep(group, message):
        found.append((group, dict(message)))

    monkeypatch.setattr("proctoring.console.announcements.send_after_commit", keep)
    return found


def url(sitting: Sitting, part: str) -> str:
    return f"/api/v1/staff/sittings/{sitting.pk}/{part}/"


def to_candidate(sent, sitting) -> list[dict]:
    return [message for group, message in sent if group == f"sitting-{sitting.pk}"]


def post(client, sitting, part, **facts):
    return client.post(url(sitting, part), facts, content_type="application/json")


@pytest.mark.parametrize("part", ACTS)
def test_an_act_is_recorded(running, proctor, part, sent):
    """Each act is a row, an observation of staff without points, and an audit event; consoles and
    the candidate hear of it."""
    service, facts = ACTS[part]
    row = service(sitting=running, by=proctor, at=NOON, **facts)
    kept = Intervention.objects.get()
    assert (kept, kept.by, kept.at, kept.reason) == (row, proctor, NOON, facts["reason"])
    seen = running.observations.filter(origin="STAFF").get()
    assert seen.data["intervention"] == str(row.pk)
    running.monitoring.refresh_from_db()
    assert (running.monitoring.points, running.monitoring.warnings) == (0, 0)
    assert AuditEvent.objects.filter(by=proctor, on_id=str(running.pk)).count() == 1
    assert to_candidate(sent, running)
    assert ("proctors", {"type": "console.changed", "sittings": [str(running.pk)]}) in sent


def test_the_candidate_is_told(running, proctor, sent):
    """Messages and warnings reach the page with their words and their kind."""
    services.send_message(sitting=running, by=proctor, at=NOON, **SAYING)
    services.warn(sitting=running, by=proctor, at=NOON, **SAYING)
    told = to_candidate(sent, running)
    assert [(each["type"], each["kind"]) for each in told] == [
        ("sitting.told", "MESSAGE"),
        ("sitting.told", "WARNING"),
    ]
    assert {each["message"] for each in told} == {SAYING["text"]}


def test_a_pause_stops_the_clock(running, proctor, sent):
    """The time between pause and resume is given back, and the page hears of both."""
    ends_at = running.ends_at
    services.pause(sitting=running, by=proctor, at=NOON + MINUTE, **SAYING)
    running.refresh_from_db()
    assert (running.state, running.paused_at) == ("PAUSED", NOON + MINUTE)
    services.resume(sitting=running, by=proctor, at=NOON + 4 * MINUTE)
    running.refresh_from_db()
    assert (running.state, running.ends_at) == ("IN_PROGRESS", ends_at + 3 * MINUTE)
    told = to_candidate(sent, running)
    assert [each["type"] for each in told] == ["sitting.paused", "sitting.resumed"]
    assert told[0]["reason"] == SAYING["text"]
    assert told[1]["ends_at"] == running.ends_at.isoformat()


def test_added_time_moves_the_end(running, proctor, sent):
    """Minutes are added to the open section, and the page gets the new end."""
    ends_at = running.ends_at
    services.add_time(sitting=running, minutes=7, reason="TECHNICAL", by=proctor, at=NOON)
    running.refresh_from_db()
    assert running.ends_at == ends_at + 7 * MINUTE
    (clock,) = to_candidate(sent, running)
    assert clock == {"type": "sitting.clock", "ends_at": running.ends_at.isoformat()}
    assert Intervention.objects.get().minutes == 7


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_proctor_ends_a_sitting(running, proctor, is_paused):
    """An end holds for running and for paused sittings, and nobody watches any longer."""
    services.watch(sitting=running, by=proctor, at=NOON)
    if is_paused:
        services.pause(sitting=running, by=proctor, at=NOON, **SAYING)
    services.end_sitting_by_proctor(sitting=running, by=proctor, at=NOON + MINUTE, **SAYING)
    running.refresh_from_db()
    assert (running.state, running.end_reason) == ("TERMINATED", "PROCTOR")
    assert Supervision.objects.get().until is not None


@pytest.mark.parametrize("part", ACTS)
def test_an_act_sent_twice_is_done_once(running, proctor, signed_in, part):
    """A second click with the same id gets the first answer and changes nothing."""
    client, act_id = signed_in(proctor), str(uuid4())
    facts = ACTS[part][1] | {"id": act_id}
    first, second = (post(client, running, part, **facts) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["id"] == second.json()["id"] == act_id
    assert Intervention.objects.count() == 1


def test_an_id_belongs_to_one_act(running, proctor):
    """The id of a message does not stand for a warning."""
    act_id = uuid4()
    services.send_message(sitting=running, by=proctor, at=NOON, act_id=act_id, **SAYING)
    with pytest.raises(Refusal) as refused:
        services.warn(sitting=running, by=proctor, at=NOON, act_id=act_id, **SAYING)
    assert refused.value.code == "act_id_used"


def test_pausing_and_resuming_twice_is_refused(running, proctor, signed_in):
    """A paused sitting cannot be paused, a running one not resumed; the first act stands."""
    client = signed_in(proctor)
    assert post(client, running, "resume").json()["code"] == "not_paused"
    assert post(client, running, "pause", **SAYING).status_code == 200
    again = post(client, running, "pause", **SAYING)
    assert (again.status_code, again.json()["code"]) == (409, "already_paused")
    assert post(client, running, "more-time", reason="TECHNICAL", minutes=5).status_code == 409
    assert post(client, running, "resume").status_code == 200
    assert post(client, running, "resume").json()["code"] == "not_paused"
    assert Intervention.objects.count() == 2


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 501, "\x00", "\ud800"])
def test_words_are_needed(running, proctor, text):
    """The candidate is told something that can be read and kept."""
    for part in ("message", "warn", "pause", "end"):
        with pytest.raises(Refusal) as refused:
            ACTS[part][0](sitting=running, reason="OTHER", text=text, by=proctor, at=NOON)
        assert refused.value.code in ("text_required", "text_too_long", "text_unreadable")
    assert not Intervention.objects.exists()


@pytest.mark.parametrize("reason", ["", "nonsense", None])
def test_a_reason_is_needed(running, proctor, signed_in, reason):
    """Page and API refuse an act without one of the reasons."""
    client = signed_in(proctor)
    for part in ACTS:
        facts = ACTS[part][1] | {"reason": reason}
        assert post(client, running, part, **facts).status_code == 422
    assert not Intervention.objects.exists()


def test_minutes_have_limits(running, proctor, signed_in):
    """From 1 to 120 minutes are added at a time."""
    client = signed_in(proctor)
    for minutes in (0, -5, 121, 10**30, 1.5, "x", None, [5]):
        sent = post(client, running, "more-time", reason="TECHNICAL", minutes=minutes)
        assert sent.status_code == 422
    assert not Intervention.objects.exists()


@pytest.mark.parametrize("state", ["READY", "ended", "over"])
def test_only_live_sittings(ravi, running, proctor, state):
    """Before the start, after the end and after the time nothing is done."""
    at, sitting = NOON, running
    if state == "READY":
        sitting = make_sitting(ravi, state, NOON)
    if state == "ended":
        submit_sitting(sitting=sitting, by=sitting.agent.user, at=NOON)
    if state == "over":
        at = NOON + timedelta(hours=9)
    for service, facts in ACTS.values():
        with pytest.raises(Refusal) as refused:
            service(sitting=sitting, by=proctor, at=at, **facts)
        assert refused.value.code == "sitting_not_live"
    assert not Intervention.objects.exists()


def test_nobody_proctors_themselves(running, asha, signed_in):
    """A proctor who takes an assessment cannot act on it."""
    staff = make_staff("Twin", "proctor")
    type(asha).objects.filter(pk=asha.pk).update(user=staff)
    client = signed_in(staff)
    for part in (*ACTS, "resume", "watch"):
        facts = ACTS[part][1] if part in ACTS else {}
        sent = post(client, running, part, **facts)
        assert (sent.status_code, sent.json()["code"]) == (403, "own_sitting")
    assert not Intervention.objects.exists()
    assert not Supervision.objects.exists()


def test_several_proctors_watch(running, proctor, signed_in):
    """Who watches whom is known; watching twice is watching once, and each stops alone."""
    other = make_staff("Omar", "proctor")
    for user in (proctor, other, proctor):
        answer = post(signed_in(user), running, "watch")
    assert [each["name"] for each in answer.json()["watchers"]] == ["Farah", "Omar"]
    assert Supervision.objects.count() == 2
    left = post(signed_in(proctor), running, "unwatch").json()["watchers"]
    assert [each["name"] for each in left] == ["Omar"]
    assert post(signed_in(proctor), running, "unwatch").status_code == 200


PARTS = [*ACTS, "resume", "watch", "unwatch"]


def test_strangers_have_no_access(
    running, asha, ravi, proctor, reviewer, staff_without_role, signed_in, client
):
    """Agents, other staff, proctors without a second factor and nobody are refused everywhere."""
    strangers = [
        signed_in(person) for person in (asha.user, ravi.user, reviewer, staff_without_role)
    ]
    strangers.append(signed_in(proctor, second_factor=False))
    reads = ["/api/v1/staff/sittings/live/", url(running, "live")]
    for stranger in strangers:
        assert {stranger.get(address).status_code for address in reads} == {403}
        sent = {post(stranger, running, part, **SAYING).status_code for part in PARTS}
        assert sent == {403}
    assert {client.get(address).status_code for address in reads} == {401}
    assert {post(client, running, part).status_code for part in PARTS} == {401}
    assert not Intervention.objects.exists()


def test_unknown_sittings(proctor, signed_in):
    """An id of no sitting is 404."""
    client = signed_in(proctor)
    nobody = Sitting(pk=uuid4())
    assert {post(client, nobody, part, **SAYING).status_code for part in PARTS} == {404}
    assert client.get(url(nobody, "live")).status_code == 404
