"""The shift an agent is in, the one that can be begun, and those that come."""

from datetime import timedelta

from django.urls import reverse

from gigs.models import Claim, WorkSession
from gigs.queries import work
from hitouch.core.web.badges import badge_tone
from onboarding.dashboard.panels import (
    Contribution,
    DashboardRequest,
    EmptyState,
    Panel,
    PanelFigure,
    PanelLine,
    PanelPosition,
    ToDo,
    Urgency,
)

SHOWN = 3
HOUR = timedelta(hours=1)
PAID_BY_THE_CLOCK = "You are paid only for the time you are clocked in."


def share(visit: DashboardRequest) -> Contribution:
    """The clock first: who is at work clocks out, whose shift is due clocks in."""
    running = work.running_session(visit.agent)
    ahead = work.claims_of(visit.agent).ahead(visit.now).order_by("slot__starts_at")
    claims = list(ahead[:SHOWN])
    todo = at_work(running, visit) if running else coming(claims, visit)
    return Contribution((todo,) if todo else (), (_panel(claims, running, visit),))


def _panel(claims: list[Claim], running: WorkSession | None, visit: DashboardRequest) -> Panel:
    ahead = work.upcoming_hours_of(visit.agent, now=visit.now)
    figures = (
        PanelFigure("shifts_in_7_days", "Shifts in the next 7 days", count=ahead.shifts),
        PanelFigure("hours_in_7_days", "Hours", count=ahead.time // HOUR, unit="h"),
    )
    return Panel(
        PanelPosition.SHIFTS,
        "Shifts",
        reverse("gigs:shifts"),
        "View shifts",
        figures=figures if claims else (),
        lines=tuple(_line(claim, running) for claim in claims),
        empty=None if claims else _empty(visit),
    )


def _line(claim: Claim, running: WorkSession | None) -> PanelLine:
    at_work = running is not None and running.claim_id == claim.pk
    state = "AT_WORK" if at_work else claim.state
    opportunity = claim.slot.opportunity
    return PanelLine(
        key=str(claim.pk),
        title=claim.gig.title,
        note=f"{opportunity.get_category_display()} for {claim.gig.client}",
        url=reverse("gigs:gig", args=[claim.gig_id]),
        state=state,
        word="Clocked in" if at_work else "" if claim.is_held else claim.get_state_display(),
        tone="good" if at_work else badge_tone(state),
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )


def _empty(visit: DashboardRequest) -> EmptyState:
    """Hours are taken on the page of a gig, and a gig comes of an application."""
    if not visit.clearance:
        text = "You can claim shifts once your onboarding is complete."
        return EmptyState(text, "View opportunities", reverse("gigs:opportunities"))
    text = "No upcoming shifts. Open a gig to claim one."
    return EmptyState(text, "View gigs", reverse("gigs:gigs"))


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
