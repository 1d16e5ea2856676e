"""Claim and release slots."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.slots import claims
from gigs.slots import queries as slot_queries


@require_POST
@for_agents
def claim_slot(request: AgentRequest, slot_id: UUID) -> HttpResponse:
    """Claim a slot."""
    slot = get_object_or_404(slot_queries.slots_open_to(request.agent), pk=slot_id)
    view_helpers.call_and_report(
        request,
        "Shift claimed. You can see it under Shifts.",
        lambda: claims.claim_slot(slot=slot, agent=request.agent, now=timezone.now()),
    )
    return redirect("gigs:gig", slot.opportunity.gigs.get(agent=request.agent).pk)


@require_POST
@for_agents
def release_claim(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Release a claim."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    view_helpers.call_and_report(
        request,
        "Shift released.",
        lambda: claims.release_claim(claim=claim, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")
