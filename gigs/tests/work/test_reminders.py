"""Reminders before a deadline decides: to the right side, once, and not too late."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import NOON
from gigs import maintenance
from gigs.engagements import services as gig_services
from gigs.models import Reminder, Work
from gigs.ratings import services as rating_services
from gigs.tests.support.marketplace import DAY, HOUR, hire, make_slot, seat, work_hours
from gigs.work import refused_parts, reminders
from gigs.work import services as work_services
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates

MINUTE = timedelta(minutes=1)


@pytest.fixture
def work(asha: Any, fixed: Any) -> Work:
    """Work for a fixed price."""
    seed_rates()
    gig = hire(asha, fixed)
    return work_services.submit_work(gig=gig, summary="Scored.", by=asha.user, at=NOON)


def sent(template: str) -> list[str]:
    """To whom the message went."""
    found = OutboxMessage.objects.filter(template=f"gigs/{template}")
    return sorted(row.to for row in found)


def contacts(*people: Any) -> list[str]:
    return sorted(getattr(person, "user", person).contact for person in people)


def sweep_around(due: Any, template: str) -> list[str]:
    """Sweep a minute before the reminder is due, when it is, and twice later; what was sent."""
    maintenance.sweep(at=due - MINUTE)
    assert sent(template) == []
    for later in (timedelta(0), MINUTE, HOUR):
        maintenance.sweep(at=due + later)
    return sent(template)


def test_the_client_hears_before_silence_approves(work: Any, orchid: Any):
    """On day 5 of 7, who can decide; and not again by later sweeps."""
    managers = orchid.members.filter(role__in=["OWNER", "MANAGER"])
    assert sweep_around(NOON + 5 * DAY, "work_waits") == contacts(*managers)


def test_a_new_round_has_its_own_reminder(work: Any, owner: Any, orchid: Any):
    """Changed work waits for seven days again, and so does its reminder."""
    maintenance.sweep(at=NOON + 5 * DAY)
    work = work_services.request_rework(work=work, member=owner, comment="More.", at=NOON + 6 * DAY)
    work_services.submit_rework(
        work=work, summary="More.", by=work.gig.agent.user, at=NOON + 7 * DAY
    )
    maintenance.sweep(at=NOON + 11 * DAY)
    assert Reminder.objects.count() == 1
    maintenance.sweep(at=NOON + 12 * DAY)
    assert Reminder.objects.filter(kind="APPROVAL").count() == 2


def test_the_agent_hears_before_rework_times_out(work: Any, owner: Any, asha: Any):
    """Two days before the client decides on what was handed in."""
    work_services.request_rework(work=work, member=owner, comment="More.", at=NOON)
    assert sweep_around(NOON + 5 * DAY, "rework_due") == contacts(asha)


def test_the_agent_hears_before_hours_are_submitted(asha: Any, opportunity: Any):
    """On Monday noon; the hours go to the client in the night to Tuesday."""
    hire(asha, opportunity)
    work_hours(seat(asha, make_slot(opportunity)), HOUR)
    assert sweep_around(NOON + 7 * DAY, "timesheet_due") == contacts(asha)
    maintenance.sweep(at=NOON + 8 * DAY)
    assert Work.objects.count() == 1


@pytest.mark.parametrize("side", ["AGENT", "CLIENT"])
def test_the_other_side_hears_before_a_sealed_rating_opens(
    side: str, work: Any, owner: Any, asha: Any, orchid: Any
):
    """Two days before, and only who has not rated."""
    gig_services.end_gig(gig=work.gig, why="Over.", by=None, at=NOON)
    by = asha.user if side == "AGENT" else owner.user
    rating_services.rate(gig=work.gig, side=side, stars=5, by=by, at=NOON)
    managers = orchid.members.filter(role__in=["OWNER", "MANAGER"])
    others = contacts(*managers) if side == "AGENT" else contacts(asha)
    assert sweep_around(NOON + 12 * DAY, "rating_due") == others


def test_the_agent_hears_before_a_refused_part_stays_unpaid(work: Any, owner: Any, asha: Any):
    """Two days before it is final."""
    part = refused_parts.Refused("QUALITY", "Page 2.", amount_paise=100)
    refused_parts.approve_in_part(work=work, refused=[part], member=owner, at=NOON)
    assert sweep_around(NOON + 5 * DAY, "refused_part_due") == contacts(asha)


def test_nobody_is_reminded_of_what_is_decided_or_over(work: Any, owner: Any):
    """A sweep that was down for a week reminds of no deadline that has passed."""
    assert not reminders.work_near_approval(NOON + 7 * DAY).exists()
    reminders.remind_of_approval(work=work, at=NOON + 7 * DAY)
    work_services.approve_work(work=work, member=owner, at=NOON)
    work.refresh_from_db()
    reminders.remind_of_approval(work=work, at=NOON + 5 * DAY)
    assert not Reminder.objects.exists()
