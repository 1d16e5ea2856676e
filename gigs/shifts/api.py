"""API views for agents: clock in and out."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.shifts import serializers as shift_serializers
from gigs.shifts import services as shift_services
from gigs.slots import queries as slot_queries


class ClockInView(AgentAPIView):
    """Clock in."""

    scope = "gigs"

    @extend_schema(request=None, responses={201: shift_serializers.WorkSessionOut})
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Clock in, from 15 minutes before the shift starts until it ends."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        session = shift_services.clock_in(claim=found, by=agent.user, at=timezone.now())
        return Response(shift_serializers.WorkSessionOut(session).data, status=201)


class ClockOutView(AgentAPIView):
    """Clock out."""

    scope = "gigs"

    @extend_schema(request=None, responses=shift_serializers.WorkSessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        """Clock out. Time after the end of the shift is not paid."""
        found = get_object_or_404(self.agent.work_sessions, pk=session_id)
        session = shift_services.clock_out(session=found, at=timezone.now())
        return Response(shift_serializers.WorkSessionOut(session).data)
