"""The shift an agent is in, the one that can be begun, and those that come."""

from datetime import timedelta

from django.urls import reverse

from gigs import queries
from gigs.cards import clock
from gigs.models import Claim, WorkSession
from hitouch.core.tones import tone_of
from onboarding.dashboard import (
    DashboardRequest,
    Empty,
    Figure,
    Panel,
    PanelLine,
    PanelPosition,
    Share,
)

SHOWN = 3
HOUR = timedelta(hours=1)


def share(visit: DashboardRequest) -> Share:
    """The clock first: who is at work clocks out, whose shift is due clocks in."""
    running = queries.running_session(visit.agent)
    ahead = queries.claims_of(visit.agent).ahead(visit.now).order_by("slot__starts_at")
    claims = list(ahead[:SHOWN])
    todo = clock.at_work(running, visit) if running else clock.coming(claims, visit)
    return Share((todo,) if todo else (), (_panel(claims, running, visit),))


def _panel(claims: list[Claim], running: WorkSession | None, visit: DashboardRequest) -> Panel:
    ahead = queries.ahead_of(visit.agent, now=visit.now)
    figures = (
        Figure("shifts_in_7_days", "Shifts in the next 7 days", count=ahead.shifts),
        Figure("hours_in_7_days", "Hours", count=ahead.time // HOUR, unit="h"),
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
        tone="good" if at_work else tone_of(state),
        starts_at=claim.slot.starts_at,
        ends_at=claim.slot.ends_at,
    )


def _empty(visit: DashboardRequest) -> Empty:
    """Hours are taken on the page of a gig, and a gig comes of an application."""
    if not visit.clearance:
        text = "You can claim shifts once your onboarding is complete."
        return Empty(text, "View opportunities", reverse("gigs:opportunities"))
    text = "No upcoming shifts. Open a gig to claim one."
    return Empty(text, "View gigs", reverse("gigs:gigs"))
