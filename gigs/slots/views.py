"""Claim, release, offer and wait for slots; and the calendar feed of an agent's shifts."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents, for_everyone
from gigs import view_helpers
from gigs.models import Slot
from gigs.slots import calendar_feed, claims, receipts, waitlist
from gigs.slots import queries as slot_queries
from gigs.slots import view_helpers as slot_view_helpers
from hitouch.core.india_time import day_of


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
    return _back(request, slot, slot_queries.gig_of(slot, request.agent).pk)


def _back(request: AgentRequest, slot: Slot, gig: UUID) -> HttpResponse:
    """Back to the calendar's week, if the agent came from there, or to the gig."""
    if "calendar" in request.POST:
        return redirect(f"{reverse('gigs:shifts')}?week={day_of(slot.starts_at)}")
    return redirect("gigs:gig", gig)


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
        "You are on the waitlist. When it is your turn, a free seat becomes yours automatically.",
        lambda: waitlist.join(slot=slot, agent=request.agent, at=timezone.now()),
    )
    return _back(request, slot, slot_queries.gig_of(slot, request.agent).pk)


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
    return _back(request, entry.slot, entry.gig_id)


@require_safe
@for_agents
def why(request: AgentRequest, slot_id: UUID) -> HttpResponse:
    """Where the seats of a slot went, in plain words."""
    slot, place = slot_view_helpers.slot_in_steps(request.agent, slot_id)
    *reasons, answer = receipts.why(slot, place, now=timezone.now())
    gig = slot_queries.gig_of(slot, request.agent)
    facts = {"slot": slot, "place": place, "gig": gig, "reasons": reasons, "answer": answer}
    return render(request, "gigs/slots/why.html", facts)


@require_safe
@for_agents
def receipt(request: AgentRequest, slot_id: UUID) -> HttpResponse:
    """The receipt of the opening of a slot, as a file."""
    _, place = slot_view_helpers.slot_in_steps(request.agent, slot_id)
    return slot_view_helpers.receipt_response(place)


@require_POST
@for_agents
def create_calendar(request: AgentRequest) -> HttpResponse:
    """Show the secret address of the agent's calendar, which is new each time."""
    token = calendar_feed.create_feed(agent=request.agent, at=timezone.now())
    address = request.build_absolute_uri(reverse("gigs:calendar", args=[token]))
    return render(request, "gigs/slots/calendar.html", {"address": address})


@require_POST
@for_agents
def revoke_calendar(request: AgentRequest) -> HttpResponse:
    """Stop the agent's calendar address."""
    calendar_feed.revoke_feed(agent=request.agent, at=timezone.now())
    messages.success(request, "The calendar address no longer works.")
    return redirect("gigs:shifts")


@require_safe
@for_everyone
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The shifts of the agent whose secret address this is, as an iCalendar file."""
    agent = calendar_feed.agent_of(token)
    if agent is None:
        raise Http404
    data = calendar_feed.calendar_of(agent, now=timezone.now(), site=request.get_host())
    return HttpResponse(data, content_type="text/calendar; charset=utf-8")
