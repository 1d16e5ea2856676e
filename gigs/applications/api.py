"""API views for agents: applications."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.applications import queries as application_queries
from gigs.applications import serializers as application_serializers
from gigs.applications import services as application_services
from gigs.applications.forms import AcknowledgeForm, ApplicationForm
from gigs.opportunities import queries as opportunity_queries
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class ApplyView(AgentAPIView):
    """Apply for an opportunity."""

    scope = "applications"
    operation_ids = {"post": "opportunities_apply"}

    @extend_schema(
        request=application_serializers.ApplicationBody,
        responses={201: application_serializers.ApplicationOut},
    )
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Apply for an opportunity, once. The application keeps your match as it is now."""
        agent = self.agent
        found = get_object_or_404(opportunity_queries.visible_to(agent), pk=opportunity_id)
        form = validated_form(ApplicationForm, request)
        made = application_services.apply(
            opportunity=found, agent=agent, now=timezone.now(), **form.cleaned_data
        )
        return Response(application_serializers.ApplicationOut(made).data, status=201)


class ApplicationListView(AgentAPIView, generics.ListAPIView[Any]):
    """Your applications, newest first."""

    scope = "applications"
    serializer_class = application_serializers.ApplicationOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """The agent's own applications."""
        return application_queries.applications_of(self.agent)


class AcknowledgeTermsView(AgentAPIView):
    """Agree to changed terms."""

    scope = "applications"
    operation_ids = {"post": "applications_acknowledge"}

    @extend_schema(
        request=application_serializers.AcknowledgeBody,
        responses=application_serializers.ApplicationOut,
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Agree to the changed terms of a pending application, by their version."""
        found = get_object_or_404(
            application_queries.applications_of(self.agent), pk=application_id
        )
        form = validated_form(AcknowledgeForm, request)
        made = application_services.acknowledge_terms(
            application=found, at=timezone.now(), **form.cleaned_data
        )
        return Response(application_serializers.ApplicationOut(made).data)


class WithdrawApplicationView(AgentAPIView):
    """Withdraw an application."""

    scope = "applications"

    @extend_schema(request=None, responses=application_serializers.ApplicationOut)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Withdraw a pending application."""
        agent = self.agent
        found = get_object_or_404(application_queries.applications_of(agent), pk=application_id)
        application_services.withdraw(application=found, by=agent.user, at=timezone.now())
        return Response(application_serializers.ApplicationOut(found).data)
