"""The shift an agent is in, the one that can be begun, and those that come."""

from datetime import timedelta

from django.urls import reverse

from gigs import queries
from gigs.models import Claim, WorkSession
from hitouch.core.tones import tone_of
from onboarding.dashboard import Empty, Figure, Line, Panel, Place, Share, ToDo, Urgency, Visit

SHOWN = 3
HOUR = timedelta(hours=1)
PAID_BY_THE_CLOCK = "Only the time you are clocked in counts."


def share(visit: Visit) -> Share:
    """The clock first: who is at work clocks out, whose shift is due clocks in."""
    running = queries.running_session(visit.agent)
    ahead = queries.claims_of(visit.agent).ahead(visit.now).order_by("slot__starts_at")
    claims = list(ahead[:SHOWN])
    todo = _at_work(running, visit) if running else _coming(claims, visit)
    return Share((todo,) if todo else (), (_panel(claims, running, visit),))


def _at_work(session: WorkSession, visit: Visit) -> ToDo:
    ends_at = session.claim.slot.ends_at
    said = "Clock out when you finish." if visit.now < ends_at else "The shift is over: clock out."
    return ToDo(
        key="clock_out",
        urgency=Urgency.AT_WORK,
        title="You are at work",
        text=f"{session.gig.title}, {session.gig.client}. {said}",
        action="Clock out",
        url=reverse("gigs:clock-out", args=[session.pk]),
        tone="good",
        posts=True,
        starts_at=session.started_at,
        ends_at=ends_at,
    )


def _coming(claims: list[Claim], visit: Visit) -> ToDo | None:
    claim = next((claim for claim in claims if claim.is_held), None)
    if claim is None:
        return None
    return _due(claim, visit) if claim.slot.takes_clock_in(visit.now) else _next(claim)


def _due(claim: Claim, visit: Visit) -> ToDo:
    late = claim.slot.has_started(visit.now)
    return ToDo(
        key="clock_in",
        urgency=Urgency.SHIFT_DUE,
        title="Your shift has begun" if late else "Your shift is about to begin",
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
        action="See your shifts",
        url=reverse("gigs:shifts"),
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )


def _panel(claims: list[Claim], running: WorkSession | None, visit: Visit) -> Panel:
    ahead = queries.ahead_of(visit.agent, now=visit.now)
    figures = (
        Figure("shifts_in_7_days", "Shifts in the next 7 days", count=ahead.shifts),
        Figure("hours_in_7_days", "Hours", count=ahead.time // HOUR, unit="h"),
    )
    return Panel(
        Place.SHIFTS,
        "Your shifts",
        reverse("gigs:shifts"),
        "All shifts",
        figures=figures if claims else (),
        lines=tuple(_line(claim, running) for claim in claims),
        empty=None if claims else _empty(visit),
    )


def _line(claim: Claim, running: WorkSession | None) -> Line:
    at_work = running is not None and running.claim_id == claim.pk
    state = "AT_WORK" if at_work else claim.state
    opportunity = claim.slot.opportunity
    return Line(
        key=str(claim.pk),
        title=claim.gig.title,
        note=f"{opportunity.get_category_display()} for {claim.gig.client}",
        url=reverse("gigs:gig", args=[claim.gig_id]),
        state=state,
        word="At work" if at_work else "" if claim.is_held else claim.get_state_display(),
        tone="good" if at_work else tone_of(state),
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )


def _empty(visit: Visit) -> Empty:
    """Hours are taken on the page of a gig, and a gig comes of an application."""
    if not visit.clearance:
        text = (
            "Hours of a gig that you take for yourself. You can take some once all steps are done."
        )
        return Empty(text, "See what is on offer", reverse("gigs:opportunities"))
    text = "A shift is some hours of a gig that you take for yourself. You hold none now."
    return Empty(text, "Take hours of a gig", reverse("gigs:gigs"))
