"""API views for agents: search opportunities."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.permissions import agent_of
from gigs.opportunities import matches
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities import serializers as opportunity_serializers
from gigs.opportunities.forms import SearchForm
from hitouch.core.api.pagination import CursorPage


class OpportunityPage(CursorPage):
    """Pagination by publication, newest first."""

    ordering = ("-published_at", "id")


class OpportunityListView(AgentAPIView, generics.ListAPIView[Any]):
    """Opportunities open for applications, each with your match."""

    scope = "opportunities"
    serializer_class = opportunity_serializers.OfferOut
    pagination_class = OpportunityPage
    query_form = SearchForm

    @extend_schema(parameters=opportunity_serializers.SEARCH)
    def get(self, request: Request) -> Response:
        """List opportunities open for applications, each with your match."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Open opportunities that match the search."""
        search = SearchForm(self.query)
        return opportunity_queries.open_opportunities(now=timezone.now(), **search.facts())

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the matcher, so that the agent is loaded once for the list."""
        return super().get_serializer_context() | match_context(self.request)


def match_context(request: Request) -> dict[str, Any]:
    return {"match": matches.matcher_for(agent_of(request), on=timezone.now())}


class OpportunityDetailView(AgentAPIView):
    """One opportunity."""

    scope = "opportunities"

    @extend_schema(responses=opportunity_serializers.OfferOut)
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """Get an opportunity with your match."""
        found = get_object_or_404(opportunity_queries.visible_to(self.agent), pk=opportunity_id)
        return Response(
            opportunity_serializers.OfferOut(found, context=match_context(request)).data
        )
