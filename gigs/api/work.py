"""API views for agents: gigs, slots and claims, clocking in and out, submitting work."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.api import serializers
from gigs.forms import WorkForm
from gigs.queries import work as work_queries
from gigs.services import claims, shifts
from gigs.services import work as work_services
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.parsers import StrictJSONParser


class SlotPage(CursorPage):
    """Pagination by start, soonest first."""

    ordering = ("starts_at", "id")


class GigListView(AgentAPIView, generics.ListAPIView[Any]):
    """Your gigs, newest first."""

    scope = "gigs"
    serializer_class = serializers.GigOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """The agent's own rows."""
        return work_queries.gigs_of(self.agent).select_related("agent")


class GigDetailView(AgentAPIView):
    """One gig."""

    scope = "gigs"

    @extend_schema(responses=serializers.GigOut)
    def get(self, request: Request, gig_id: UUID) -> Response:
        """Get a gig and its terms."""
        found = get_object_or_404(work_queries.gigs_of(self.agent), pk=gig_id)
        return Response(serializers.GigOut(found).data)


class GigSlotListView(AgentAPIView, generics.ListAPIView[Any]):
    """Current and upcoming slots (shifts) of a gig, soonest first."""

    scope = "gigs"
    serializer_class = serializers.AgentSlotOut
    pagination_class = SlotPage

    def get_queryset(self) -> Any:
        """Slots of the agent's own gig."""
        gigs = work_queries.gigs_of(self.agent)
        gig = get_object_or_404(gigs, pk=self.kwargs["gig_id"])
        return work_queries.slots_of(gig, now=timezone.now())


class ClaimSlotView(AgentAPIView):
    """Claim a slot (shift)."""

    scope = "gigs"
    operation_ids = {"post": "slots_claim"}

    @extend_schema(request=None, responses={201: serializers.ClaimOut})
    def post(self, request: Request, slot_id: UUID) -> Response:
        """Claim a slot (shift). Returns 201 with the claim, or 409 with the reason in `code`."""
        agent = self.agent
        slot = get_object_or_404(work_queries.slots_open_to(agent), pk=slot_id)
        claim = claims.claim_slot(slot=slot, agent=agent, now=timezone.now())
        return Response(serializers.ClaimOut(claim).data, status=201)


class ClaimListView(AgentAPIView, generics.ListAPIView[Any]):
    """Your claimed shifts, newest first."""

    scope = "gigs"
    serializer_class = serializers.ClaimOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """The agent's own rows."""
        return work_queries.claims_of(self.agent)


class ReleaseClaimView(AgentAPIView):
    """Release a claimed shift."""

    scope = "gigs"

    @extend_schema(request=None, responses=serializers.ClaimOut)
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Release a shift. Within 48 hours of the start it counts as a late release."""
        agent = self.agent
        found = get_object_or_404(work_queries.claims_of(agent), pk=claim_id)
        claim = claims.release_claim(claim=found, by=agent.user, at=timezone.now())
        return Response(serializers.ClaimOut(claim).data)


class ClockInView(AgentAPIView):
    """Clock in."""

    scope = "gigs"

    @extend_schema(request=None, responses={201: serializers.WorkSessionOut})
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Clock in, from 15 minutes before the shift starts until it ends."""
        agent = self.agent
        found = get_object_or_404(work_queries.claims_of(agent), pk=claim_id)
        session = shifts.clock_in(claim=found, by=agent.user, at=timezone.now())
        return Response(serializers.WorkSessionOut(session).data, status=201)


class ClockOutView(AgentAPIView):
    """Clock out."""

    scope = "gigs"

    @extend_schema(request=None, responses=serializers.WorkSessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        """Clock out. Time after the end of the shift is not paid."""
        found = get_object_or_404(self.agent.work_sessions, pk=session_id)
        session = shifts.clock_out(session=found, at=timezone.now())
        return Response(serializers.WorkSessionOut(session).data)


class SubmitWorkView(AgentAPIView):
    """Submit work."""

    scope = "work"
    parser_classes = [StrictJSONParser, MultiPartParser]
    operation_ids = {"post": "gigs_submit_work"}

    @extend_schema(request=serializers.WorkBody, responses={201: serializers.WorkOut})
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Submit work. For hourly pay, all completed hours not yet submitted are included."""
        agent = self.agent
        gig = get_object_or_404(work_queries.gigs_of(agent), pk=gig_id)
        form = validated_form(WorkForm, request)
        work = work_services.submit_work(gig=gig, by=agent.user, at=timezone.now(), **form.facts())
        return Response(serializers.WorkOut(work).data, status=201)


class WorkDetailView(AgentAPIView):
    """Submitted work."""

    scope = "work"

    @extend_schema(responses=serializers.WorkOut)
    def get(self, request: Request, work_id: UUID) -> Response:
        """Get submitted work, its state and the client's comments."""
        found = get_object_or_404(work_queries.works_of(self.agent), pk=work_id)
        return Response(serializers.WorkOut(found).data)


class SubmitReworkView(AgentAPIView):
    """Resubmit work."""

    scope = "work"
    parser_classes = [StrictJSONParser, MultiPartParser]
    operation_ids = {"post": "works_submit_rework"}

    @extend_schema(request=serializers.WorkBody, responses=serializers.WorkOut)
    def post(self, request: Request, work_id: UUID) -> Response:
        """Resubmit work after the client requested changes."""
        agent = self.agent
        found = get_object_or_404(work_queries.works_of(agent), pk=work_id)
        form = validated_form(WorkForm, request)
        work = work_services.submit_rework(
            work=found, by=agent.user, at=timezone.now(), **form.facts()
        )
        return Response(serializers.WorkOut(work).data)
