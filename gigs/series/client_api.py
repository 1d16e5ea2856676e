"""API views for members of a client: series of slots."""

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
from gigs.models import Opportunity, SlotSeries
from gigs.opportunities import queries as opportunity_queries
from gigs.series import plans, queries, serializers, services
from gigs.series.forms import CancelRestForm, CopyWeekForm, SeriesForm
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class _OpportunityView(MemberAPIView):
    permission_classes = [IsManager]
    scope = "opportunities"

    def opportunity(self, opportunity_id: UUID) -> Opportunity:
        """The opportunity, if it is the member's client's."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        return get_object_or_404(mine, pk=opportunity_id)


class _SeriesView(MemberAPIView):
    permission_classes = [IsManager]
    scope = "opportunities"

    def series(self, series_id: UUID) -> SlotSeries:
        """The series, if it is the member's client's."""
        return get_object_or_404(queries.series_of(self.member.client), pk=series_id)


class SeriesListView(ManagersWriteMixin, _OpportunityView, generics.ListAPIView[Any]):
    """Series of slots (shifts) of an opportunity."""

    serializer_class = serializers.SeriesOut
    pagination_class = CursorPage
    operation_ids = {"get": "client_series_list", "post": "client_series_create"}

    def get_queryset(self) -> Any:
        """Series of the opportunity."""
        found = self.opportunity(self.kwargs["opportunity_id"])
        return queries.series_of(self.member.client).filter(opportunity=found)

    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List them, newest first."""
        return self.list(request)

    @extend_schema(request=serializers.SeriesBody, responses={201: serializers.SeriesOutcomeOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Add a series of shifts, at most 500, within 400 days. Existing ones are left alone."""
        found = self.opportunity(opportunity_id)
        plan = validated_form(SeriesForm, request).plan()
        made = services.make_series(
            opportunity=found, plans=[plan], by=self.user, now=timezone.now()
        )
        return Response(serializers.SeriesOutcomeOut(made).data, status=201)


class PreviewSeriesView(_OpportunityView):
    """See what a series would add."""

    operation_ids = {"post": "client_series_preview"}

    @extend_schema(request=serializers.SeriesBody, responses=serializers.PreviewOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Tell every shift that a series would add, and its cost. Nothing is saved."""
        found = self.opportunity(opportunity_id)
        plan = validated_form(SeriesForm, request).plan()
        shown = plans.preview(opportunity=found, plans=[plan], now=timezone.now())
        return Response(serializers.PreviewOut(shown).data)


class CopyWeekView(_OpportunityView):
    """Repeat a week of shifts."""

    operation_ids = {"post": "client_series_copy_week"}

    @extend_schema(request=serializers.CopyWeekBody, responses={201: serializers.SeriesOutcomeOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Repeat the shifts of a week, Monday to Sunday, in the weeks that follow it."""
        found = self.opportunity(opportunity_id)
        form = validated_form(CopyWeekForm, request)
        made = services.copy_week(
            opportunity=found, by=self.user, now=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.SeriesOutcomeOut(made).data, status=201)


class SeriesDetailView(_SeriesView):
    """One series of shifts."""

    permission_classes = MemberAPIView.permission_classes
    operation_ids = {"get": "client_series_retrieve"}

    @extend_schema(responses=serializers.SeriesOut)
    def get(self, request: Request, series_id: UUID) -> Response:
        """Get a series of shifts."""
        return Response(serializers.SeriesOut(self.series(series_id)).data)


class ChangeSeriesView(_SeriesView):
    """Change the rest of a series."""

    operation_ids = {"post": "client_series_change"}

    @extend_schema(request=serializers.SeriesBody, responses=serializers.SeriesOutcomeOut)
    def post(self, request: Request, series_id: UUID) -> Response:
        """Change the shifts from `from_on` on. Those that agents claimed stay, and are listed."""
        found = self.series(series_id)
        plan = validated_form(SeriesForm, request).plan()
        made = services.change_following(series=found, plan=plan, by=self.user, now=timezone.now())
        return Response(serializers.SeriesOutcomeOut(made).data)


class CancelSeriesView(_SeriesView):
    """Cancel the rest of a series."""

    operation_ids = {"post": "client_series_cancel"}

    @extend_schema(request=serializers.CancelRestBody, responses=serializers.SeriesOutcomeOut)
    def post(self, request: Request, series_id: UUID) -> Response:
        """Remove the shifts from `from_on` on. Those that agents claimed stay, and are listed."""
        found = self.series(series_id)
        form = validated_form(CancelRestForm, request)
        outcome = services.cancel_rest(
            series=found, by=self.user, now=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.SeriesOutcomeOut(outcome).data)
