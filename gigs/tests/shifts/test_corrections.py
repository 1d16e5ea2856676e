"""Corrections of hours: one side proposes, the other agrees; nothing counted is changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gigs import tasks
from gigs.models import Claim, TimeCorrection, WorkSession
from gigs.shifts import corrections
from gigs.shifts import queries as shift_queries
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import (
    HOUR,
    hire,
    make_slot,
    owner_of,
    seat,
    work_hours,
)
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def claim(asha: Any, opportunity: Any) -> Claim:
    hire(asha, opportunity)
    return seat(asha, make_slot(opportunity))


def propose(claim: Claim, hours: tuple[float, float] = (0, 4), **changes: Any) -> TimeCorrection:
    start = claim.slot.starts_at
    facts = {
        "side": "AGENT",
        "started_at": start + hours[0] * HOUR,
        "ended_at": start + hours[1] * HOUR,
        "reason": "I forgot to clock out for lunch.",
        "by": claim.agent.user,
        "at": claim.slot.ends_at,
    }
    return corrections.propose(claim=claim, **(facts | changes))


def owner(claim: Claim) -> Any:
    return owner_of(claim.gig.client)


def agree(correction: TimeCorrection, **changes: Any) -> WorkSession:
    claim = correction.claim
    facts = {"side": "CLIENT", "by": owner(claim), "at": claim.slot.ends_at}
    return corrections.agree(correction=correction, **(facts | changes))


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_agreed_hours_replace_a_session(claim: Any):
    """The old session stays as it was and no longer counts; the new one does."""
    session = work_hours(claim, HOUR)
    correction = propose(claim, (0, 3), replaces=session)
    made = agree(correction)
    session.refresh_from_db()
    assert (session.counted, session.is_replaced) == (HOUR, True)
    assert (made.counted, made.ended_by, made.correction) == (3 * HOUR, "CORRECTION", correction)
    assert shift_queries.unpaid_time(claim.gig) == 3 * HOUR


def test_agreed_hours_turn_a_missed_shift_into_a_worked_one(claim: Any, at_noon: Any):
    """Who worked without clocking in is paid once the client agrees."""
    at_noon.move_to(claim.slot.ends_at)
    tasks.sweep()
    agree(propose(claim, (0, 4)))
    claim.refresh_from_db()
    assert (claim.state, shift_queries.unpaid_time(claim.gig)) == ("WORKED", 4 * HOUR)


def test_the_client_proposes_and_the_agent_agrees(claim: Any):
    """Both directions; each side hears of it."""
    session = work_hours(claim, 3 * HOUR)
    correction = propose(claim, (0, 2), side="CLIENT", by=owner(claim), replaces=session)
    assert OutboxMessage.objects.filter(template="gigs/correction_proposed").count() == 1
    agree(correction, side="AGENT", by=claim.agent.user)
    assert shift_queries.unpaid_time(claim.gig) == 2 * HOUR


def test_a_refused_correction_changes_nothing(claim: Any):
    """A refusal needs a reason, and the hours stay."""
    session = work_hours(claim, HOUR)
    correction = propose(claim, (0, 3), replaces=session)
    facts = {
        "correction": correction,
        "side": "CLIENT",
        "by": owner(claim),
        "at": claim.slot.ends_at,
    }
    assert code_of(lambda: corrections.refuse(**facts, reason=" ")) == "reason_missing"
    corrections.refuse(**facts, reason="You left at one.")
    assert shift_queries.unpaid_time(claim.gig) == HOUR
    assert code_of(lambda: agree(correction)) == "wrong_state"


def test_nobody_decides_for_the_other_side(claim: Any, asha: Any):
    """The side that proposed cannot agree, the agent cannot agree for the client."""
    session = work_hours(claim, HOUR)
    correction = propose(claim, (0, 3), replaces=session)
    assert code_of(lambda: agree(correction, side="AGENT", by=asha.user)) == "own_case"
    assert code_of(lambda: agree(correction, side="CLIENT", by=asha.user)) == "own_case"
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeCorrection.objects.filter(pk=correction.pk).update(decided_by=asha.user)


@pytest.mark.parametrize(
    ("hours", "changes", "code"),
    [
        ((-1, 2), {}, "outside_shift"),
        ((0, 5), {}, "outside_shift"),
        ((2, 2), {}, "outside_shift"),
        ((3, 1), {}, "outside_shift"),
        ((0, 0.5), {"reason": " "}, "reason_missing"),
        ((0, 2), {}, "hours_overlap"),
    ],
)
def test_impossible_corrections(claim: Any, hours: Any, changes: Any, code: str):
    """Hours lie inside the shift, are over, and overlap no other time."""
    work_hours(claim, HOUR)
    assert code_of(lambda: propose(claim, hours, **changes)) == code


def test_a_correction_comes_within_seven_days(claim: Any):
    """Later ones are refused."""
    session = work_hours(claim, HOUR)
    late = claim.slot.ends_at + corrections.CORRECT_WITHIN + MINUTE
    call = lambda: propose(claim, (0, 2), replaces=session, at=late)  # noqa: E731
    assert code_of(call) == "correction_too_late"


def test_hours_of_submitted_work_are_frozen(claim: Any, asha: Any):
    """Neither a proposal nor an agreement reached later changes what was submitted."""
    session = work_hours(claim, HOUR)
    correction = propose(claim, (0, 3), replaces=session)
    work_services.submit_work(gig=claim.gig, summary="Chats", by=asha.user, at=claim.slot.ends_at)
    assert code_of(lambda: agree(correction)) == "time_counted"
    corrections.withdraw(correction=correction, side="AGENT", by=asha.user, at=claim.slot.ends_at)
    assert code_of(lambda: propose(claim, (0, 3), replaces=session)) == "time_counted"
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkSession.objects.filter(pk=session.pk).update(is_replaced=True)


def test_one_proposal_at_a_time(claim: Any):
    """A second one waits until the first is decided or withdrawn."""
    session = work_hours(claim, HOUR)
    propose(claim, (0, 3), replaces=session)
    assert code_of(lambda: propose(claim, (0, 2), replaces=session)) == "correction_pending"


def test_breaks_do_not_count(claim: Any, asha: Any):
    """A break ends the session; the next begins after it, and a forgotten break ends by itself."""
    start = claim.slot.starts_at
    session = shift_services.clock_in(claim=claim, by=asha.user, at=start)
    pause = shift_services.start_break(session=session, at=start + HOUR)
    session = shift_services.end_break(pause=pause, by=asha.user, at=start + 2 * HOUR)
    pause.refresh_from_db()
    assert pause.ended_at == start + 2 * HOUR
    assert (
        code_of(lambda: shift_services.end_break(pause=pause, by=asha.user, at=start + 3 * HOUR))
        == "not_on_break"
    )
    shift_services.start_break(session=session, at=start + 3 * HOUR)
    shift_services.auto_end_break(pause=asha.breaks.get(ended_at=None), at=claim.slot.ends_at)
    assert shift_queries.unpaid_time(claim.gig) == 2 * HOUR
    found = shift_queries.with_time(asha.claims.all()).get()
    judged = shift_queries.adherence_of(found, now=claim.slot.ends_at, waivers=[])
    assert [(part.rule.value, part.length) for part in judged.segments] == [
        ("WORKED", HOUR), ("BREAK", 15 * MINUTE), ("LONG_BREAK", 45 * MINUTE),
        ("WORKED", HOUR), ("LONG_BREAK", HOUR),
    ]  # fmt: skip


def test_tasks_are_counted_with_notes(claim: Any, asha: Any):
    """Counts are rows of their own; a minus number corrects, zero and thousands are refused."""
    facts = {"claim": claim, "by": asha.user, "at": claim.slot.starts_at, "kind": "TICKET"}
    assert code_of(lambda: shift_services.count_tasks(**facts, count=3)) == "shift_not_started"
    work_hours(claim, HOUR)
    claim.refresh_from_db()
    for count in (30, -3):
        shift_services.count_tasks(**facts, count=count, note="Refunds")
    assert sum(row.count for row in claim.task_counts.all()) == 27
    for count in (0, 1001, -1001):
        assert code_of(lambda count=count: shift_services.count_tasks(**facts, count=count)) == (
            "count_out_of_range"
        )
