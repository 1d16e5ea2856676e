"""API views for agents: gigs."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.engagements import leaving
from gigs.engagements import queries as gig_queries
from gigs.engagements import serializers as gig_serializers
from gigs.engagements.forms import LeaveForm
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class GigListView(AgentAPIView, generics.ListAPIView[Any]):
    """Your gigs, newest first."""

    scope = "gigs"
    serializer_class = gig_serializers.GigOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """The agent's own rows."""
        return gig_queries.gigs_of(self.agent).select_related("agent")


class GigDetailView(AgentAPIView):
    """One gig."""

    scope = "gigs"

    @extend_schema(responses=gig_serializers.GigOut)
    def get(self, request: Request, gig_id: UUID) -> Response:
        """Get a gig and its terms."""
        found = get_object_or_404(gig_queries.gigs_of(self.agent), pk=gig_id)
        return Response(gig_serializers.GigOut(found).data)


class LeaveGigView(AgentAPIView):
    """Leave a gig."""

    scope = "gigs"

    @extend_schema(request=gig_serializers.LeaveBody, responses=gig_serializers.GigOut)
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Leave a gig. Shifts that begin within 48 hours count as released late."""
        found = get_object_or_404(gig_queries.gigs_of(self.agent), pk=gig_id)
        why = validated_form(LeaveForm, request).cleaned_data["reason"]
        left = leaving.leave_gig(gig=found, why=why, by=self.agent.user, at=timezone.now())
        return Response(gig_serializers.GigOut(left).data)
