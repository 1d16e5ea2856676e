"""Queries for time at work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Sum

from accounts.models import Agent
from gigs.models import (
    Claim,
    Gig,
    Work,
    WorkSession,
)
from gigs.models.slots import ClaimQuerySet
from gigs.slots.queries import claims_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ShiftStatus:
    """A claim with what its agent can do now."""

    claim: Claim
    may_clock_in: bool
    may_release: bool
    is_free_to_leave: bool

    @property
    def release_label(self) -> str:
        """The label of the release button."""
        return "Release" if self.is_free_to_leave else "Release late"


def shift_statuses(claims: ClaimQuerySet, *, now: datetime, is_at_work: bool) -> list[ShiftStatus]:
    """Claims with what can be done now; the services decide."""
    return [
        ShiftStatus(
            claim=claim,
            may_clock_in=claim.slot.takes_clock_in(now) and not is_at_work,
            may_release=claim.is_held and not claim.slot.has_started(now),
            is_free_to_leave=claim.slot.is_free_to_leave(now),
        )
        for claim in claims
    ]


def running_session(agent: Agent) -> WorkSession | None:
    """The agent's running session, if any."""
    running = agent.work_sessions.running()
    return running.select_related("claim__slot", "gig__client").first()


def time_of(work: Work) -> timedelta:
    """Paid time of the sessions of a work."""
    sessions = work.sessions.all()
    return sum((session.counted for session in sessions), timedelta(0))


def unpaid_time(gig: Gig) -> timedelta:
    """Time of ended sessions that are not part of submitted work."""
    sessions = gig.sessions.unpaid().select_related("claim__slot")
    return sum((session.counted for session in sessions), timedelta(0))


@dataclass(frozen=True)
class UpcomingHours:
    """Number and length of an agent's upcoming shifts."""

    shifts: int
    time: timedelta


def upcoming_hours_of(agent: Agent, *, now: datetime, within: timedelta = WEEK) -> UpcomingHours:
    """Claims that have not ended and start within the given time."""
    coming = claims_of(agent).ahead(now).filter(slot__starts_at__lt=now + within)
    length = Sum(F("slot__ends_at") - F("slot__starts_at"), default=timedelta(0))
    found = coming.aggregate(count=Count("pk"), time=length)
    return UpcomingHours(found["count"], found["time"])


def pay_for(time: timedelta, *, rate_paise: int) -> int:
    """Pay in paise for time at an hourly rate, rounded down."""
    return time // timedelta(seconds=1) * rate_paise // 3600


def unpaid_paise(gig: Gig) -> int:
    """Gross pay of the unpaid time."""
    return pay_for(unpaid_time(gig), rate_paise=gig.rate_paise)
