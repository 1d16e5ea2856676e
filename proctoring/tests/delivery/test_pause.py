"""Pauses and ends by a proctor: the clock stands, nothing is taken, no time is lost."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NOON, sign_in
from hitouch.core.errors import Refusal
from proctoring import maintenance, queries
from proctoring.delivery import journal, refusals, timing
from proctoring.delivery import services as sittings
from proctoring.delivery.locks import lock_sitting
from proctoring.leases.queries import holds_lease
from proctoring.models import AnswerEntry, Intervention
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.device import Device

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(asha, assessment):
    return make_sitting(asha, "IN_PROGRESS")


def after(**time):
    return NOON + timedelta(**time)


def pause(sitting, by, **time):
    return sittings.pause_sitting(sitting=sitting, reason="Fire drill", by=by, at=after(**time))


def resume(sitting, by, **time):
    return sittings.resume_sitting(sitting=sitting, reason="It is over", by=by, at=after(**time))


def test_pause_stops_the_clock_and_gives_its_time_back(sitting, proctor):
    """Ten minutes of pause move the deadline by ten minutes; the row says why and by whom."""
    pause(sitting, proctor, minutes=2)
    assert maintenance.sweep(at=after(minutes=9))["late"] == 0
    assert sittings.advance_clock(sitting=sitting, at=after(minutes=11)).state == "PAUSED"
    resume(sitting, proctor, minutes=12, milliseconds=1)
    part = queries.current_section(sitting)
    assert part.position == 1
    assert part.ends_at == after(minutes=18, seconds=1)
    row = sitting.adjustments.get(kind="PAUSE")
    assert (row.seconds, row.reason, row.by) == (601, "It is over", proctor)


def test_nothing_is_served_or_taken_while_paused(sitting, proctor, asha):
    """Neither answers, closing nor handing in; the refusal tells that it is a pause."""
    question = queries.questions_of(sitting).first()
    pause(sitting, proctor, minutes=1)
    device = Device(sitting)
    entry = device.write(question, "a", NOON)
    at = after(minutes=2)
    assert not holds_lease(lock_sitting(sitting), at)
    for act in (
        lambda: journal.append_entries(
            sitting=sitting, device=device.id, raw_entries=[entry], at=at
        ),
        lambda: journal.save_answer(sitting=sitting, question=question, value="a", at=at),
        lambda: sittings.close_section(sitting=sitting, position=1, at=at),
        lambda: sittings.submit_sitting(sitting=sitting, by=asha.user, at=at),
        lambda: timing.add_time(sitting=sitting, minutes=5, reason="x", by=proctor, at=at),
        lambda: pause(sitting, proctor, minutes=2),
    ):
        with pytest.raises(refusals.SittingPaused):
            act()
    assert not AnswerEntry.objects.exists()
    resume(sitting, proctor, minutes=3)
    batch = journal.append_entries(
        sitting=sitting, device=device.id, raw_entries=[entry], at=after(minutes=3)
    )
    assert batch.receipts[0].status == "saved"


def test_page_and_api_show_no_question_while_paused(sitting, proctor, asha, client):
    """The page stays, without questions."""
    pause(sitting, proctor)
    sign_in(client, asha.user)
    shown = client.get(f"/api/v1/sittings/{sitting.pk}/questions/").json()
    assert (shown["state"], shown["questions"], shown["monitored"]) == ("PAUSED", [], False)
    page = client.get(f"/assessment/{sitting.pk}/questions/")
    assert page.status_code == 200
    assert queries.questions_of(sitting).first().version.text not in page.content.decode()


def test_pause_ends_by_itself(sitting, proctor):
    """After thirty minutes the sweep resumes it; idleness counts from then."""
    pause(sitting, proctor, minutes=1)
    assert maintenance.sweep(at=after(minutes=30))["resumed"] == 0
    counts = maintenance.sweep(at=after(minutes=31))
    assert (counts["resumed"], counts["idle"]) == (1, 0)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.paused_at) == ("IN_PROGRESS", None)
    act = Intervention.objects.get()
    assert (act.kind, act.by) == ("RESUME", None)
    assert queries.current_section(sitting).ends_at == after(minutes=38)


@pytest.mark.parametrize("act", ["pause", "resume", "terminate"])
def test_each_act_needs_a_reason_and_a_fitting_state(sitting, proctor, asha, act):
    """Without a reason, or when the sitting is over, nothing happens."""
    service = getattr(sittings, f"{act}_sitting")
    with pytest.raises(Refusal) as refused:
        service(sitting=sitting, reason=" ", by=proctor, at=NOON)
    assert refused.value.code == "reason_required"
    sittings.submit_sitting(sitting=sitting, by=asha.user, at=NOON)
    with pytest.raises(Refusal):
        service(sitting=sitting, reason="x", by=proctor, at=NOON)


@pytest.mark.parametrize("paused", [True, False])
def test_ended_by_a_proctor(sitting, proctor, paused):
    """Answers stay, what was on its way still comes, and the sitting is graded."""
    question = queries.questions_of(sitting).first()
    device = Device(sitting)
    entry = device.write(question, "a", after(minutes=1))
    if paused:
        pause(sitting, proctor, minutes=2)
    over = sittings.terminate_sitting(
        sitting=sitting, reason="Another person answers", by=proctor, at=after(minutes=20)
        if paused else after(minutes=3),
    )  # fmt: skip
    assert (over.state, over.end_reason, over.paused_at) == ("TERMINATED", "PROCTOR", None)
    assert over.events.latest("at").why == "Another person answers"
    batch = journal.append_entries(
        sitting=sitting,
        device=device.id,
        raw_entries=[entry],
        at=over.ended_at + timedelta(seconds=60),
    )
    assert [each.status for each in batch.receipts] == ["late"]
    assert sitting.entries.get().counted
    graded_at = over.ended_at + timedelta(minutes=5)
    maintenance.sweep(at=graded_at)
    sitting.refresh_from_db()
    assert sitting.state in ("GRADING", "GRADED", "FLAGGED")


def test_outage_around_a_pause_is_not_given_back_twice(sitting, proctor):
    """A connection lost before a pause and back after it: the pause is counted once."""
    pause(sitting, proctor, seconds=30)
    resume(sitting, proctor, seconds=330)
    locked = lock_sitting(sitting)
    assert timing.credit_outage(locked, since=after(seconds=10), at=after(seconds=340)) == 30
    with transaction.atomic():
        again = timing.credit_outage(locked, since=after(seconds=100), at=after(seconds=345))
    assert again == 15


ACTS = st.sampled_from(
    ["pause", "resume", "outage", "add_time", "advance", "next", "answer", "sweep", "terminate"]
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.tuples(ACTS, st.integers(0, 400)), max_size=12))
def test_no_time_is_lost_and_none_invented(asha, assessment, proctor, acts):
    """Whatever happens: deadlines are the sum of their rows, pauses are given back in full, and
    no answer is taken while paused."""
    with transaction.atomic():
        sitting = make_sitting(asha, "IN_PROGRESS")
        device, now, paused, stood = Device(sitting), NOON, None, timedelta()
        for act, wait in acts:
            now += timedelta(seconds=wait, milliseconds=wait)
            before = sitting.entries.count()
            with suppress(Refusal):
                _do(act, wait, sitting=sitting, device=device, by=proctor, at=now)
            sitting.refresh_from_db()
            if paused:
                assert sitting.entries.count() == before
            if sitting.state == "PAUSED":
                paused = paused or now
            elif paused:
                stood, paused = stood + (now - paused), None
            _check(sitting, stood)
        transaction.set_rollback(True)


def _do(act, number, *, sitting, device, by, at):
    facts = {"sitting": sitting, "at": at}
    if act in ("pause", "resume", "terminate"):
        getattr(sittings, f"{act}_sitting")(**facts, reason="x", by=by)
    elif act == "outage":
        timing.credit_outage(lock_sitting(sitting), since=at - timedelta(seconds=number), at=at)
    elif act == "add_time":
        timing.add_time(**facts, minutes=number % 5 + 1, reason="x", by=by)
    elif act == "advance":
        sittings.advance_clock(**facts)
    elif act == "next":
        sittings.close_section(**facts, position=number % 2 + 1)
    elif act == "sweep":
        maintenance.sweep(at=at)
    else:
        question = queries.questions_of(sitting).first()
        sent = Device(sitting)
        journal.append_entries(**facts, device=sent.id, raw_entries=[sent.write(question, "a", at)])


def _check(sitting, stood):
    open_until, rest = None, 0
    for part in sitting.parts.all():
        seconds = part.adjustments.aggregate(sum=Sum("seconds"))["sum"] or 0
        if part.opened_at is not None:
            assert part.ends_at == part.opened_at + timedelta(seconds=seconds)
        if part.closed_at is None and part.opened_at is None:
            rest += seconds
        elif part.closed_at is None:
            open_until = part.ends_at
    if open_until is not None:
        assert sitting.ends_at == open_until + timedelta(seconds=rest)
    given_back = sitting.adjustments.filter(kind="PAUSE").aggregate(sum=Sum("seconds"))["sum"] or 0
    ended = sitting.adjustments.filter(kind="PAUSE").count()
    assert stood <= timedelta(seconds=given_back) <= stood + timedelta(seconds=ended)
