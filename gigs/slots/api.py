"""API views for agents: slots and claims."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.slots import claims, receipts, waitlist
from gigs.slots import queries as slot_queries
from gigs.slots import serializers as slot_serializers
from gigs.slots.view_helpers import receipt_response, slot_in_steps
from hitouch.core.api.pagination import CursorPage


class SlotPage(CursorPage):
    """Pagination by start, soonest first."""

    ordering = ("starts_at", "id")


class GigSlotListView(AgentAPIView, generics.ListAPIView[Any]):
    """Current and upcoming slots (shifts) of a gig, soonest first."""

    scope = "gigs"
    serializer_class = slot_serializers.AgentSlotOut
    pagination_class = SlotPage

    def get_queryset(self) -> Any:
        """Slots of the agent's own gig."""
        gigs = self.agent.gigs.select_related("client", "opportunity")
        gig = get_object_or_404(gigs, pk=self.kwargs["gig_id"])
        return slot_queries.slots_of(gig, now=timezone.now())


class ClaimSlotView(AgentAPIView):
    """Claim a slot (shift)."""

    scope = "gigs"
    operation_ids = {"post": "slots_claim"}

    @extend_schema(request=None, responses={201: slot_serializers.ClaimOut})
    def post(self, request: Request, slot_id: UUID) -> Response:
        """Claim a slot (shift). Returns 201 with the claim, or 409 with the reason in `code`."""
        agent = self.agent
        slot = get_object_or_404(slot_queries.slots_open_to(agent), pk=slot_id)
        claim = claims.claim_slot(slot=slot, agent=agent, now=timezone.now())
        return Response(slot_serializers.ClaimOut(claim).data, status=201)


class WhySlotView(AgentAPIView):
    """Where the seats of a shift went."""

    scope = "gigs"
    operation_ids = {"get": "slots_why"}

    @extend_schema(responses=slot_serializers.WhyOut)
    def get(self, request: Request, slot_id: UUID) -> Response:
        """Where the seats of a shift that opened in steps went, and what your place was."""
        slot, place = slot_in_steps(self.agent, slot_id)
        found = {
            "place": place.rank,
            "reference": place.reference,
            "step": place.step,
            "opens_at": place.opens_at,
            "reasons": receipts.why(slot, place, now=timezone.now()),
        }
        return Response(slot_serializers.WhyOut(found).data)


class ReceiptView(AgentAPIView):
    """The receipt of an opening."""

    scope = "gigs"
    operation_ids = {"get": "slots_receipt"}

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, slot_id: UUID) -> HttpResponse:
        """Your receipt of the opening of this shift, byte for byte as `check_receipt` reads it."""
        _, place = slot_in_steps(self.agent, slot_id)
        return receipt_response(place)


class ClaimListView(AgentAPIView, generics.ListAPIView[Any]):
    """Your claimed shifts, newest first."""

    scope = "gigs"
    serializer_class = slot_serializers.ClaimOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """The agent's own rows."""
        return slot_queries.claims_of(self.agent)


class ReleaseClaimView(AgentAPIView):
    """Release a claimed shift."""

    scope = "gigs"

    @extend_schema(request=None, responses=slot_serializers.ClaimOut)
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Release a shift. Within 48 hours of the start it counts as a late release."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        claim = claims.release_claim(claim=found, by=agent.user, at=timezone.now())
        return Response(slot_serializers.ClaimOut(claim).data)


class OfferSwapView(AgentAPIView):
    """Offer a shift to others."""

    scope = "gigs"
    operation_ids = {"post": "claims_offer_swap"}

    @extend_schema(request=None, responses=slot_serializers.ClaimOut)
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Offer a shift to others, until 2 hours before the start. It is yours until taken."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        claim = claims.offer_swap(claim=found, by=agent.user, at=timezone.now())
        return Response(slot_serializers.ClaimOut(claim).data)


class WithdrawSwapView(AgentAPIView):
    """Take back an offered shift."""

    scope = "gigs"
    operation_ids = {"post": "claims_withdraw_swap"}

    @extend_schema(request=None, responses=slot_serializers.ClaimOut)
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Take back an offer that nobody took."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        claim = claims.withdraw_swap(claim=found, by=agent.user, at=timezone.now())
        return Response(slot_serializers.ClaimOut(claim).data)


class JoinWaitlistView(AgentAPIView):
    """Wait for a full shift."""

    scope = "gigs"
    operation_ids = {"post": "slots_join_waitlist"}

    @extend_schema(request=None, responses={201: slot_serializers.WaitlistEntryOut})
    def post(self, request: Request, slot_id: UUID) -> Response:
        """Wait for a seat. Seats go in order of waiting, until 12 hours before the start."""
        agent = self.agent
        slot = get_object_or_404(slot_queries.slots_open_to(agent), pk=slot_id)
        entry = waitlist.join(slot=slot, agent=agent, at=timezone.now())
        return Response(slot_serializers.WaitlistEntryOut(entry).data, status=201)


class LeaveWaitlistView(AgentAPIView):
    """Leave a waitlist."""

    scope = "gigs"

    @extend_schema(request=None, responses=slot_serializers.WaitlistEntryOut)
    def post(self, request: Request, entry_id: UUID) -> Response:
        """Leave the waitlist of a shift."""
        agent = self.agent
        found = get_object_or_404(agent.waitlist_entries, pk=entry_id)
        entry = waitlist.leave(entry=found, by=agent.user, at=timezone.now())
        return Response(slot_serializers.WaitlistEntryOut(entry).data)
