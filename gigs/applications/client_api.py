"""API views for members of a client: applications."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.applications import applicants
from gigs.applications import queries as application_queries
from gigs.applications import serializers as application_serializers
from gigs.applications import services as application_services
from gigs.applications.forms import (
    AcceptSeveralForm,
    ApplicationFilter,
    RejectApplicationForm,
    RejectSeveralForm,
)
from gigs.clients import api_views
from gigs.clients.api_views import MemberAPIView, filter_by_state
from gigs.clients.permissions import IsBudgetHolder, IsManager, member_of
from gigs.models import Application
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class ClientApplicationListView(MemberAPIView, generics.ListAPIView[Any]):
    """Applications to your company."""

    scope = "applications"
    serializer_class = application_serializers.ApplicantOut
    pagination_class = CursorPage
    query_form = ApplicationFilter

    @extend_schema(parameters=api_views.STATE)
    def get(self, request: Request) -> Response:
        """List applications to your company, newest first."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        rows = application_queries.applications_for(self.member.client).select_related("gig")
        return filter_by_state(rows, self.query)


def _application(request: Request, application_id: UUID) -> Application:
    mine = application_queries.applications_for(member_of(request).client)
    return get_object_or_404(mine, pk=application_id)


class ApplicantView(MemberAPIView):
    """One application with the person behind it."""

    scope = "applications"
    operation_ids = {"get": "client_applications_read"}

    @extend_schema(responses=application_serializers.PersonOut)
    def get(self, request: Request, application_id: UUID) -> Response:
        """Get an application, and the agent's skills, standing, history and own words."""
        found = _application(request, application_id)
        (person,) = applicants.people_behind([found], now=timezone.now())
        return Response(application_serializers.PersonOut(person).data)


class AcceptSeveralView(MemberAPIView):
    """Accept several applications."""

    permission_classes = [IsBudgetHolder]
    scope = "applications"
    operation_ids = {"post": "client_applications_accept_several"}

    @extend_schema(
        request=application_serializers.AcceptSeveralBody,
        responses=application_serializers.AcceptedOut,
    )
    def post(self, request: Request) -> Response:
        """Accept up to 100 applications, each by itself. Those left out are named."""
        ids = validated_form(AcceptSeveralForm, request).cleaned_data["applications"]
        rows = application_queries.chosen_applications(self.member.client, ids)
        left_out = application_services.accept_several(
            applications=rows, by=self.user, at=timezone.now()
        )
        answer = {"accepted": len(rows) - len(left_out), "left_out": left_out}
        return Response(application_serializers.AcceptedOut(answer).data)


class AcceptApplicationView(MemberAPIView):
    """Accept an application."""

    permission_classes = [IsBudgetHolder]
    scope = "applications"

    @extend_schema(request=None, responses=application_serializers.ApplicantOut)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Accept an application. This creates the gig."""
        found, by = _application(request, application_id), self.user
        application_services.accept(application=found, by=by, at=timezone.now())
        return Response(application_serializers.ApplicantOut(found).data)


class RejectApplicationView(MemberAPIView):
    """Reject an application."""

    permission_classes = [IsManager]
    scope = "applications"

    @extend_schema(
        request=application_serializers.ReasonBody, responses=application_serializers.ApplicantOut
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Reject an application. The agent sees the reason."""
        found, by = _application(request, application_id), self.user
        form = validated_form(RejectApplicationForm, request)
        application_services.reject(
            application=found, by=by, at=timezone.now(), **form.cleaned_data
        )
        return Response(application_serializers.ApplicantOut(found).data)


class RejectSeveralView(MemberAPIView):
    """Reject several applications."""

    permission_classes = [IsManager]
    scope = "applications"
    operation_ids = {"post": "client_applications_reject_several"}

    @extend_schema(
        request=application_serializers.RejectSeveralBody,
        responses=application_serializers.RejectedOut,
    )
    def post(self, request: Request) -> Response:
        """Reject up to 100 applications for one reason. The agents see the reason."""
        form = validated_form(RejectSeveralForm, request)
        facts = dict(form.cleaned_data)
        rows = application_queries.chosen_applications(
            self.member.client, facts.pop("applications")
        )
        left_out = application_services.reject_several(
            applications=rows, by=self.user, at=timezone.now(), **facts
        )
        answer = {"rejected": len(rows) - len(left_out), "left_out": left_out}
        return Response(application_serializers.RejectedOut(answer).data)
