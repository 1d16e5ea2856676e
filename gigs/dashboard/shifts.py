"""Shifts on the agent's dashboard: the running one, the next one, and upcoming ones."""

from datetime import timedelta

from django.urls import reverse

from gigs.models import Claim, WorkSession
from gigs.shifts import queries as shift_queries
from gigs.slots import queries as slot_queries
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

MAX_LINES = 3
HOUR = timedelta(hours=1)
PAID_TIME_NOTE = "You are paid only for the time you are clocked in."


def contribution(request: DashboardRequest) -> Contribution:
    """The shifts panel, and a to-do to clock out, to clock in, or for the next shift."""
    running = shift_queries.running_session(request.agent)
    ahead = slot_queries.claims_of(request.agent).ahead(request.now).order_by("slot__starts_at")
    claims = list(ahead[:MAX_LINES])
    todo = clock_out_todo(running, request) if running else next_shift_todo(claims, request)
    return Contribution((todo,) if todo else (), (_shifts_panel(claims, running, request),))


def _shifts_panel(
    claims: list[Claim], running: WorkSession | None, request: DashboardRequest
) -> Panel:
    ahead = shift_queries.upcoming_hours_of(request.agent, now=request.now)
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
        empty=None if claims else _empty_state(request),
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


def _empty_state(request: DashboardRequest) -> EmptyState:
    """What to do if there is no upcoming shift."""
    if not request.clearance:
        text = "You can claim shifts once your onboarding is complete."
        return EmptyState(text, "View opportunities", reverse("gigs:opportunities"))
    text = "No upcoming shifts. Open a gig to claim one."
    return EmptyState(text, "View gigs", reverse("gigs:gigs"))


def clock_out_todo(session: WorkSession, request: DashboardRequest) -> ToDo:
    """The to-do to clock out."""
    ends_at = session.claim.slot.ends_at
    hint = (
        "Clock out when you finish." if request.now < ends_at else "The shift is over. Clock out."
    )
    return ToDo(
        key="clock_out",
        urgency=Urgency.AT_WORK,
        title="You are clocked in",
        text=f"{session.gig.title}, {session.gig.client}. {hint}",
        action="Clock out",
        url=reverse("gigs:clock-out", args=[session.pk]),
        tone="good",
        posts=True,
        starts_at=session.started_at,
        ends_at=ends_at,
    )


def next_shift_todo(claims: list[Claim], request: DashboardRequest) -> ToDo | None:
    """The to-do for the next claimed shift, to clock in once that is possible."""
    claim = next((claim for claim in claims if claim.is_held), None)
    if claim is None:
        return None
    return (
        _clock_in_todo(claim, request)
        if claim.slot.takes_clock_in(request.now)
        else _next_shift_todo(claim)
    )


def _clock_in_todo(claim: Claim, request: DashboardRequest) -> ToDo:
    late = claim.slot.has_started(request.now)
    return ToDo(
        key="clock_in",
        urgency=Urgency.SHIFT_DUE,
        title="Your shift has started" if late else "Your shift starts soon",
        text=f"{claim.gig.title}, {claim.gig.client}. {PAID_TIME_NOTE}",
        action="Clock in",
        url=reverse("gigs:clock-in", args=[claim.pk]),
        tone="warn" if late else "info",
        posts=True,
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )


def _next_shift_todo(claim: Claim) -> ToDo:
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
