"""Claim and release slots."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.slots import claims, waitlist
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
    return redirect("gigs:gig", slot_queries.gig_of(slot, request.agent).pk)


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


@require_POST
@for_agents
def offer_swap(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Offer a claimed seat to others."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    view_helpers.call_and_report(
        request,
        "Offered to others. It stays your shift until somebody takes it.",
        lambda: claims.offer_swap(claim=claim, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")


@require_POST
@for_agents
def withdraw_swap(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Take back an offer that nobody took."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    view_helpers.call_and_report(
        request,
        "Taken back. You keep this shift.",
        lambda: claims.withdraw_swap(claim=claim, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")


@require_POST
@for_agents
def join_waitlist(request: AgentRequest, slot_id: UUID) -> HttpResponse:
    """Wait for a seat on a full slot."""
    slot = get_object_or_404(slot_queries.slots_open_to(request.agent), pk=slot_id)
    view_helpers.call_and_report(
        request,
        "You are on the waitlist. You get the first free seat that is yours by turn, by itself.",
        lambda: waitlist.join(slot=slot, agent=request.agent, at=timezone.now()),
    )
    return redirect("gigs:gig", slot_queries.gig_of(slot, request.agent).pk)


@require_POST
@for_agents
def leave_waitlist(request: AgentRequest, entry_id: UUID) -> HttpResponse:
    """Leave a waitlist."""
    entry = get_object_or_404(request.agent.waitlist_entries, pk=entry_id)
    view_helpers.call_and_report(
        request,
        "You left the waitlist.",
        lambda: waitlist.leave(entry=entry, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:gig", entry.gig_id)
