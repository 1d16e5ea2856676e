"""Clocking in and out, on pages and over the API, and the sweep."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from gigs import tasks
from gigs.models import Claim, Slot, WorkSession
from gigs.shifts import queries as shift_queries
from gigs.shifts import services as shift_services
from gigs.slots import claims
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_slot,
    message_of,
    post_to,
    problem,
    seat,
    work_hours,
)
from hitouch.core.db import state_machine

MINUTE = timedelta(minutes=1)


@pytest.fixture
def claim(asha: Any, opportunity: Any) -> Claim:
    hire(asha, opportunity)
    return seat(asha, make_slot(opportunity))


@pytest.mark.parametrize("url_name", ["gigs:", "api:gigs:"])
def test_clock_in_and_out(url_name: str, asha: Any, claim: Any, browser: Any, at_noon: Any):
    """Clocking in marks the claim as worked; clocking out ends the session."""
    at_noon.move_to(claim.slot.starts_at)
    assert post_to(browser(asha), url_name + "clock-in", claim.pk).status_code in (201, 302)
    session = asha.work_sessions.get()
    claim.refresh_from_db()
    assert claim.state == "WORKED"
    at_noon.move_to(claim.slot.starts_at + 2 * HOUR)
    assert post_to(browser(asha), url_name + "clock-out", session.pk).status_code in (200, 302)
    session.refresh_from_db()
    assert session.counted == 2 * HOUR


def too_early(claim: Any) -> Any:
    return claim.slot.starts_at - 16 * MINUTE


def shift_over(claim: Any) -> Any:
    return claim.slot.ends_at


def claim_not_held(claim: Any) -> Any:
    claims.release_claim(claim=claim, by=None, at=claim.slot.starts_at - DAY)
    return claim.slot.starts_at


def already_clocked_in(claim: Any) -> Any:
    shift_services.clock_in(claim=claim, by=claim.agent.user, at=claim.slot.starts_at)
    return claim.slot.starts_at + MINUTE


def not_cleared(claim: Any) -> Any:
    type(claim.agent).objects.update(level="")
    return claim.slot.starts_at


def gig_not_active(claim: Any) -> Any:
    state_machine.transition(claim.gig, to="COMPLETED", by=None, at=claim.slot.starts_at)
    return claim.slot.starts_at


REFUSALS = [
    too_early,
    shift_over,
    claim_not_held,
    already_clocked_in,
    not_cleared,
    gig_not_active,
]


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_clock_in_is_refused(arrange: Any, asha: Any, claim: Any, browser: Any, at_noon: Any):
    """Page and API refuse with the same message."""
    at_noon.move_to(arrange(claim))
    sessions = asha.work_sessions.count()
    answer = post_to(browser(asha), "api:gigs:clock-in", claim.pk)
    page = post_to(browser(asha), "gigs:clock-in", claim.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)
    assert asha.work_sessions.count() == sessions


def test_clock_in_15_minutes_early(asha: Any, claim: Any):
    """Clocking in is possible from 15 minutes before the start; that time is not paid."""
    start = claim.slot.starts_at
    session = shift_services.clock_in(claim=claim, by=asha.user, at=start - 15 * MINUTE)
    session = shift_services.clock_out(session=session, at=start + HOUR)
    assert session.counted == HOUR


def test_time_after_the_end_is_not_paid(asha: Any, claim: Any):
    """At most the slot's hours are paid."""
    session = shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at)
    session = shift_services.clock_out(session=session, at=claim.slot.ends_at + 3 * HOUR)
    assert session.counted == 4 * HOUR


def test_clocking_out_twice_is_refused(asha: Any, claim: Any, browser: Any):
    """Page and API refuse to end a session twice."""
    session = work_hours(claim, HOUR)
    answer = post_to(browser(asha), "api:gigs:clock-out", session.pk)
    page = post_to(browser(asha), "gigs:clock-out", session.pk)
    assert problem(answer) == (409, "already_clocked_out")
    assert answer.json()["detail"] in message_of(page)


def test_second_session_in_the_same_shift(asha: Any, claim: Any):
    """Clocking in again before the end starts a second session, and the times add up."""
    work_hours(claim, HOUR)
    again = shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at + 2 * HOUR)
    shift_services.clock_out(session=again, at=claim.slot.starts_at + 3 * HOUR)
    assert shift_queries.unpaid_time(claim.gig) == 2 * HOUR


@pytest.mark.parametrize("url_name", ["gigs:", "api:gigs:"])
def test_only_the_agent_clocks_in_and_out(
    url_name: str, asha: Any, claim: Any, outsiders: Any, at_noon: Any
):
    """Claims and sessions of another agent are not found."""
    at_noon.move_to(claim.slot.starts_at)
    session = shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at)
    for name, row in (("clock-in", claim), ("clock-out", session)):
        assert post_to(outsiders["another agent"], url_name + name, row.pk).status_code == 404
        assert post_to(outsiders["another client"], url_name + name, row.pk).status_code == 403
        assert post_to(outsiders["nobody"], url_name + name, row.pk).status_code in (302, 401)


def test_sweep_ends_a_session_after_its_slot(asha: Any, claim: Any, at_noon: Any):
    """The sweep ends a session at the slot's end, once."""
    shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at)
    at_noon.move_to(claim.slot.ends_at + MINUTE)
    tasks.sweep()
    tasks.sweep()
    session = asha.work_sessions.get()
    assert (session.ended_at, session.ended_by) == (claim.slot.ends_at, "SLOT_END")


def test_sweep_records_a_no_show(asha: Any, claim: Any, at_noon: Any):
    """The sweep records a no-show once the slot has ended."""
    at_noon.move_to(claim.slot.ends_at - MINUTE)
    tasks.sweep()
    assert asha.claims.get().is_held
    at_noon.move_to(claim.slot.ends_at)
    tasks.sweep()
    assert asha.claims.get().state == "NO_SHOW"


def test_database_refuses_impossible_sessions(asha: Any, claim: Any):
    """The database refuses sessions that end before their start or overlap."""
    session = work_hours(claim, HOUR)
    facts = {"claim": claim, "gig": claim.gig, "agent": asha}
    inside = session.started_at + MINUTE
    for start, end in ((inside, None), (inside, session.started_at)):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkSession.objects.create(
                **facts, started_at=start, ended_at=end, ended_by="AGENT" if end else ""
            )


def test_hours_of_a_slot_are_immutable(claim: Any):
    """The database refuses to change the hours of a slot."""
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Slot.objects.filter(pk=claim.slot_id).update(ends_at=claim.slot.ends_at + HOUR)


@given(st.integers(0, 400 * 3600), st.integers(1, 1_000_000))
def test_pay_is_rounded_down(seconds: int, rate: int):
    """Pay is the exact amount rounded down to whole paise."""
    paise = shift_queries.pay_for(timedelta(seconds=seconds), rate_paise=rate)
    assert paise * 3600 <= seconds * rate < (paise + 1) * 3600


@given(st.lists(st.integers(0, 36_000), max_size=6), st.integers(1, 100_000))
def test_splitting_time_never_pays_more(parts: list[int], rate: int):
    """Submitting hours separately never pays more than together."""
    one_by_one = sum(
        shift_queries.pay_for(timedelta(seconds=part), rate_paise=rate) for part in parts
    )
    assert one_by_one <= shift_queries.pay_for(timedelta(seconds=sum(parts)), rate_paise=rate)
