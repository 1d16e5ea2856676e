"""Timesheets: hours that nobody submits are submitted after the week, and paid."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import NOON
from gigs import tasks
from gigs.models import Claim, Work
from gigs.shifts import corrections
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import DAY, HOUR, hire, make_slot, owner_of, seat, work_hours
from gigs.work import timesheets
from hitouch.core import india_time
from hitouch.core.models import OutboxMessage

# NOON is Monday, 23 November; the slot of the fixture is on Thursday.
SUNDAY_NIGHT = india_time.next_day(NOON + 6 * DAY)


@pytest.fixture
def claim(asha: Any, opportunity: Any) -> Claim:
    hire(asha, opportunity)
    return seat(asha, make_slot(opportunity))


def test_hours_are_submitted_a_day_after_the_week(claim: Claim, at_noon: Any):
    """On Tuesday at midnight in India, once, with a message."""
    work_hours(claim, 2 * HOUR)
    at_noon.move_to(SUNDAY_NIGHT + DAY - timedelta(seconds=1))
    tasks.sweep()
    assert not Work.objects.exists()
    at_noon.move_to(SUNDAY_NIGHT + DAY)
    tasks.sweep()
    tasks.sweep()
    work = Work.objects.get()
    assert (work.gig, work.state, work.sessions.count()) == (claim.gig, "PENDING", 1)
    assert "29 November" in work.summary
    assert OutboxMessage.objects.filter(template="gigs/timesheet_submitted").count() == 1


def test_a_suspended_agent_is_still_paid(claim: Claim, asha: Any, at_noon: Any):
    """Hours of somebody who may not work any more are submitted, too."""
    work_hours(claim, HOUR)
    type(asha).objects.filter(pk=asha.pk).update(level="")
    at_noon.move_to(SUNDAY_NIGHT + DAY)
    tasks.sweep()
    assert Work.objects.get().sessions.count() == 1


def test_hours_of_the_running_week_wait(claim: Claim, asha: Any, opportunity: Any, at_noon: Any):
    """Only whole weeks are submitted."""
    work_hours(claim, HOUR)
    later = seat(asha, make_slot(opportunity, 7 * DAY))
    work_hours(later, HOUR)
    at_noon.move_to(NOON + 8 * DAY)
    tasks.sweep()
    assert [row.claim for row in Work.objects.get().sessions.all()] == [claim]


def test_a_correction_that_waits_holds_its_shift_back(claim: Claim, asha: Any, at_noon: Any):
    """Hours that the client has to agree to are not frozen before."""
    session = work_hours(claim, HOUR)
    slot = claim.slot
    correction = corrections.propose(
        claim=claim,
        side="AGENT",
        started_at=slot.starts_at,
        ended_at=slot.starts_at + 3 * HOUR,
        reason="I stayed longer.",
        by=asha.user,
        at=slot.ends_at,
        replaces=session,
    )
    at_noon.move_to(SUNDAY_NIGHT + DAY)
    tasks.sweep()
    assert not Work.objects.exists()
    corrections.agree(
        correction=correction, side="CLIENT", by=owner_of(claim.gig.client), at=SUNDAY_NIGHT
    )
    tasks.sweep()
    assert Work.objects.get().sessions.get().counted == 3 * HOUR


def test_time_outside_the_shift_is_nothing_to_submit(claim: Claim, asha: Any):
    """Who clocked in early and left before the start has no paid time, and no sweep finds it."""
    early = claim.slot.starts_at - timedelta(minutes=10)
    session = shift_services.clock_in(claim=claim, by=asha.user, at=early)
    shift_services.clock_out(session=session, at=early + timedelta(minutes=5))
    assert not timesheets.gigs_to_submit(SUNDAY_NIGHT + DAY).exists()
