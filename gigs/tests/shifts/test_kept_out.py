"""Agents whom HitouchCX keeps out: their shifts end at once, and none counts as missed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.staff import services as staff
from conftest import make_staff
from gigs import tasks
from gigs.models import Claim
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import DAY, HOUR, hire, make_slot, post_to, problem, seat
from hitouch.core.errors import Refusal

MINUTE = timedelta(minutes=1)


@pytest.fixture
def claim(asha: Any, opportunity: Any) -> Claim:
    hire(asha, opportunity)
    return seat(asha, make_slot(opportunity))


def suspend(agent: Any) -> None:
    staff.suspend(user=agent.user, by=make_staff("Sam", "admin"), at=timezone.now(), why="Report")


def test_suspension_ends_the_running_shift(asha: Any, claim: Any, opportunity: Any, at_noon: Any):
    """The clock stops when the account is suspended, and upcoming seats are free again."""
    later = seat(asha, make_slot(opportunity, 5 * DAY))
    shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at)
    at_noon.move_to(claim.slot.starts_at + HOUR)
    suspend(asha)
    session = asha.work_sessions.get()
    assert (session.counted, session.ended_by) == (HOUR, "PLATFORM")
    later.refresh_from_db()
    later.slot.refresh_from_db()
    assert (later.state, later.slot.taken) == (
        "RELEASED",
        0,
    )


def test_a_shift_that_began_before_a_suspension_is_excused(asha: Any, claim: Any, at_noon: Any):
    """Who is suspended during a shift has not missed it, and its seat is free again."""
    at_noon.move_to(claim.slot.starts_at + HOUR)
    suspend(asha)
    claim.refresh_from_db()
    claim.slot.refresh_from_db()
    assert (claim.state, claim.slot.taken) == ("EXCUSED", 0)


def test_a_refused_clock_in_is_no_missed_shift(asha: Any, claim: Any, browser: Any, at_noon: Any):
    """Who came and was not let in is excused, also when they may work again before the end."""
    at_noon.move_to(claim.slot.starts_at + MINUTE)
    type(asha).objects.filter(pk=asha.pk).update(level="")
    assert problem(post_to(browser(asha), "api:gigs:clock-in", claim.pk)) == (409, "not_cleared")
    assert claim.clock_in_refusals.get().code == "not_cleared"
    type(asha).objects.filter(pk=asha.pk).update(level="B2")
    at_noon.move_to(claim.slot.ends_at + MINUTE)
    tasks.sweep()
    claim.refresh_from_db()
    assert claim.state == "EXCUSED"
    assert "onboarding" in claim.events.last().why


def test_a_refusal_at_another_time_is_no_excuse(asha: Any, claim: Any, at_noon: Any):
    """Trying days before the shift proves nothing."""
    type(asha).objects.filter(pk=asha.pk).update(level="")
    with pytest.raises(Refusal):
        shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at - DAY)
    assert not claim.clock_in_refusals.exists()


def test_a_level_that_fell_excuses(asha: Any, claim: Any, at_noon: Any):
    """A shift that the agent could not clock in to when it ended is excused."""
    type(asha).objects.filter(pk=asha.pk).update(level="A1")
    at_noon.move_to(claim.slot.ends_at)
    tasks.sweep()
    claim.refresh_from_db()
    assert claim.state == "EXCUSED"


@pytest.mark.parametrize("for_everybody", [True, False])
def test_a_waiver_excuses_missed_shifts(asha: Any, claim: Any, at_noon: Any, for_everybody: bool):
    """Shifts missed in a waiver are excused, whether it is recorded before or after the sweep."""
    end = claim.slot.ends_at
    at_noon.move_to(end)
    tasks.sweep()
    claim.refresh_from_db()
    assert claim.state == "NO_SHOW"
    shift_services.record_waiver(
        starts_at=end - HOUR,
        ends_at=end - 30 * MINUTE,
        reason="The site was down.",
        by=make_staff("Sam", "operations"),
        at=end,
        agent=None if for_everybody else asha,
    )
    claim.refresh_from_db()
    assert (claim.state, claim.events.last().why) == ("EXCUSED", "The site was down.")


@pytest.mark.parametrize(
    ("hours", "code"),
    [((0, 1), "waiver_not_possible"), ((-1, -2), "waiver_not_possible"),
     ((-24 * 31, -1), "waiver_not_possible")],
)  # fmt: skip
def test_impossible_waivers_are_refused(db: Any, hours: Any, code: str):
    """A waiver is over, has a length and is recent."""
    now = timezone.now()
    with pytest.raises(Refusal) as refused:
        shift_services.record_waiver(
            starts_at=now + hours[0] * HOUR,
            ends_at=now + hours[1] * HOUR,
            reason="Down",
            by=make_staff("Sam", "operations"),
            at=now,
        )
    assert refused.value.code == code


def test_crossing_requests_to_clock_out_and_in(asha: Any, claim: Any):
    """A later clock-out answered first leaves no error: the next session begins where it ended."""
    start = claim.slot.starts_at
    session = shift_services.clock_in(claim=claim, by=asha.user, at=start)
    ended = shift_services.clock_out(session=session, at=start + HOUR + timedelta(milliseconds=5))
    again = shift_services.clock_in(claim=claim, by=asha.user, at=start + HOUR)
    assert again.started_at == ended.ended_at
    out = shift_services.clock_out(session=again, at=start + HOUR)
    assert out.counted == timedelta(0)
