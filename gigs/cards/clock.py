"""The clock as the next thing to do: out of a shift, into one, or the one to wait for."""

from django.urls import reverse

from gigs.models import Claim, WorkSession
from onboarding.dashboard import DashboardRequest, ToDo, Urgency

PAID_BY_THE_CLOCK = "You are paid only for the time you are clocked in."


def at_work(session: WorkSession, visit: DashboardRequest) -> ToDo:
    """Who is at work clocks out."""
    ends_at = session.claim.slot.ends_at
    said = "Clock out when you finish." if visit.now < ends_at else "The shift is over. Clock out."
    return ToDo(
        key="clock_out",
        urgency=Urgency.AT_WORK,
        title="You are clocked in",
        text=f"{session.gig.title}, {session.gig.client}. {said}",
        action="Clock out",
        url=reverse("gigs:clock-out", args=[session.pk]),
        tone="good",
        posts=True,
        starts_at=session.started_at,
        ends_at=ends_at,
    )


def coming(claims: list[Claim], visit: DashboardRequest) -> ToDo | None:
    """The next shift that is held; from a quarter of an hour before it, its clock."""
    claim = next((claim for claim in claims if claim.is_held), None)
    if claim is None:
        return None
    return _due(claim, visit) if claim.slot.takes_clock_in(visit.now) else _next(claim)


def _due(claim: Claim, visit: DashboardRequest) -> ToDo:
    late = claim.slot.has_started(visit.now)
    return ToDo(
        key="clock_in",
        urgency=Urgency.SHIFT_DUE,
        title="Your shift has started" if late else "Your shift starts soon",
        text=f"{claim.gig.title}, {claim.gig.client}. {PAID_BY_THE_CLOCK}",
        action="Clock in",
        url=reverse("gigs:clock-in", args=[claim.pk]),
        tone="warn" if late else "info",
        posts=True,
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )


def _next(claim: Claim) -> ToDo:
    return ToDo(
        key="next_shift",
        urgency=Urgency.AHEAD,
        title="Your next shift",
        text=f"{claim.gig.title}, {claim.gig.client}.",
        action="View shifts",
        url=reverse("gigs:shifts"),
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )
