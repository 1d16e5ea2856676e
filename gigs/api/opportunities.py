"""API views for agents: search opportunities, apply, list and withdraw applications."""

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
from gigs.api import serializers
from gigs.forms import ApplicationForm, SearchForm
from gigs.queries import opportunities
from gigs.services import applications as services
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class OpportunityPage(CursorPage):
    """Pagination by publication, newest first."""

    ordering = ("-published_at", "id")


class OpportunityListView(AgentAPIView, generics.ListAPIView[Any]):
    """Opportunities open for applications, each with your match."""

    scope = "opportunities"
    serializer_class = serializers.OfferOut
    pagination_class = OpportunityPage
    query_form = SearchForm

    @extend_schema(parameters=serializers.SEARCH)
    def get(self, request: Request) -> Response:
        """List opportunities open for applications, each with your match."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Open opportunities that match the search."""
        search = SearchForm(self.query)
        return opportunities.open_opportunities(now=timezone.now(), **search.facts())

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the matcher, so that the agent is loaded once for the list."""
        return super().get_serializer_context() | _match_context(self.request)


def _match_context(request: Request) -> dict[str, Any]:
    return {"match": opportunities.matcher_for(agent_of(request), on=timezone.now())}


class OpportunityDetailView(AgentAPIView):
    """One opportunity."""

    scope = "opportunities"

    @extend_schema(responses=serializers.OfferOut)
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """Get an opportunity with your match."""
        found = get_object_or_404(opportunities.visible_to(self.agent), pk=opportunity_id)
        return Response(serializers.OfferOut(found, context=_match_context(request)).data)


class ApplyView(AgentAPIView):
    """Apply for an opportunity."""

    scope = "applications"
    operation_ids = {"post": "opportunities_apply"}

    @extend_schema(request=serializers.ApplicationBody, responses={201: serializers.ApplicationOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Apply for an opportunity, once. The application keeps your match as it is now."""
        agent = self.agent
        found = get_object_or_404(opportunities.visible_to(agent), pk=opportunity_id)
        form = validated_form(ApplicationForm, request)
        made = services.apply(
            opportunity=found, agent=agent, now=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.ApplicationOut(made).data, status=201)


class ApplicationListView(AgentAPIView, generics.ListAPIView[Any]):
    """Your applications, newest first."""

    scope = "applications"
    serializer_class = serializers.ApplicationOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """The agent's own applications."""
        return opportunities.applications_of(self.agent)


class WithdrawApplicationView(AgentAPIView):
    """Withdraw an application."""

    scope = "applications"

    @extend_schema(request=None, responses=serializers.ApplicationOut)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Withdraw a pending application."""
        agent = self.agent
        found = get_object_or_404(opportunities.applications_of(agent), pk=application_id)
        services.withdraw(application=found, by=agent.user, at=timezone.now())
        return Response(serializers.ApplicationOut(found).data)
