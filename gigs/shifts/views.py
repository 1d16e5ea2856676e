"""Shifts of an agent: agenda, clocking in and out."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.shifts import queries as shift_queries
from gigs.shifts import services as shift_services
from gigs.slots import queries as slot_queries


@require_safe
@for_agents
def shifts(request: AgentRequest) -> HttpResponse:
    """The agent's running, upcoming and past shifts."""
    now = timezone.now()
    claims = slot_queries.claims_of(request.agent)
    running = shift_queries.running_session(request.agent)
    coming = claims.ahead(now).order_by("slot__starts_at")
    ahead = shift_queries.shift_statuses(coming, now=now, is_at_work=bool(running))
    past = claims.exclude(pk__in=claims.ahead(now).values("pk")).order_by("-slot__starts_at", "pk")
    facts = {
        "running": running,
        "ahead": ahead,
        "page": view_helpers.paginate(request, past),
    }
    return render(request, "gigs/shifts/shifts.html", facts)


@require_POST
@for_agents
def clock_in(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Clock in."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    view_helpers.call_and_report(
        request,
        "You are clocked in. Have a good shift.",
        lambda: shift_services.clock_in(claim=claim, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")


@require_POST
@for_agents
def clock_out(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Clock out."""
    session = get_object_or_404(request.agent.work_sessions, pk=session_id)
    view_helpers.call_and_report(
        request,
        "You are clocked out. Open the gig to submit your work.",
        lambda: shift_services.clock_out(session=session, at=timezone.now()),
    )
    return redirect("gigs:gig", session.gig_id)
