"""API views for members of a client: forecasts and the shifts proposed for them."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api import ManagersWriteMixin
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsManager
from gigs.forecasts import proposals, queries, serializers, services
from gigs.forecasts.forms import AddProposedForm, ForecastForm
from gigs.models import Opportunity
from gigs.opportunities import queries as opportunity_queries
from gigs.series.serializers import SeriesOutcomeOut
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class ForecastListView(ManagersWriteMixin, MemberAPIView, generics.ListAPIView[Any]):
    """Forecasts of an opportunity."""

    scope = "opportunities"
    serializer_class = serializers.ForecastOut
    pagination_class = CursorPage
    operation_ids = {"get": "client_forecasts_list", "post": "client_forecasts_create"}

    def get_queryset(self) -> Any:
        """Forecasts of the opportunity."""
        found = self._opportunity()
        return queries.forecasts_of(self.member.client).filter(opportunity=found)

    def _opportunity(self) -> Opportunity:
        mine = opportunity_queries.opportunities_of(self.member.client)
        return get_object_or_404(mine, pk=self.kwargs["opportunity_id"])

    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List them, newest first."""
        return self.list(request)

    @extend_schema(request=serializers.ForecastBody, responses={201: serializers.ProposalOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Propose shifts for the contacts of a week, by Erlang C. Nothing is added yet."""
        found = self._opportunity()
        form = validated_form(ForecastForm, request)
        made = services.make_forecast(opportunity=found, now=timezone.now(), **form.facts())
        return Response(serializers.ProposalOut(proposals.propose(made)).data, status=201)


class ForecastDetailView(MemberAPIView):
    """One forecast."""

    scope = "opportunities"
    operation_ids = {"get": "client_forecasts_retrieve"}

    @extend_schema(responses=serializers.ProposalOut)
    def get(self, request: Request, forecast_id: UUID) -> Response:
        """Get a forecast with the shifts that are proposed."""
        found = get_object_or_404(queries.forecasts_of(self.member.client), pk=forecast_id)
        return Response(serializers.ProposalOut(proposals.propose(found)).data)


class AddProposedView(MemberAPIView):
    """Add the proposed shifts."""

    permission_classes = [IsManager]
    scope = "opportunities"
    operation_ids = {"post": "client_forecasts_add_shifts"}

    @extend_schema(request=serializers.AddProposedBody, responses={201: SeriesOutcomeOut})
    def post(self, request: Request, forecast_id: UUID) -> Response:
        """Add the shifts that a forecast proposes, for a number of weeks."""
        found = get_object_or_404(queries.forecasts_of(self.member.client), pk=forecast_id)
        form = validated_form(AddProposedForm, request)
        made = services.add_proposed(
            forecast=found, by=self.user, now=timezone.now(), **form.cleaned_data
        )
        return Response(SeriesOutcomeOut(made).data, status=201)
