"""Helpers of pages and API: a slot that opened in steps, and the receipt as a file."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Agent
from gigs.models import OpeningPlace, Slot
from gigs.slots import openings, receipt_check, receipts
from gigs.slots import queries as slot_queries


def slot_in_steps(agent: Agent, slot_id: UUID) -> tuple[Slot, OpeningPlace]:
    """A slot that opened in steps and the agent's place; 404 for others."""
    slot = get_object_or_404(slot_queries.slots_open_to(agent).distinct(), pk=slot_id)
    place = openings.place_of(agent=agent, slot=slot, at=timezone.now())
    if place is None:
        raise Http404
    return slot, place


def receipt_response(place: OpeningPlace) -> HttpResponse:
    """The agent's receipt, byte for byte as it is checked."""
    data = receipt_check.canonical(receipts.receipt_of(place))
    response = HttpResponse(data, content_type="application/json")
    name = f"receipt-{place.reference}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
