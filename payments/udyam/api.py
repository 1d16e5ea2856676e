"""API views of Udyam registrations: the agent's own, and those that finance confirms."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView, StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.query import choice_filter
from payments.models import UdyamRegistration
from payments.udyam import queries, services
from payments.udyam.forms import RejectUdyamForm, UdyamForm
from payments.udyam.serializers import (
    RejectUdyamIn,
    StaffUdyamOut,
    UdyamIn,
    UdyamNumberOut,
    UdyamOut,
)


class UdyamView(AgentAPIView):
    """Your Udyam registration."""

    @extend_schema(responses=UdyamOut)
    def get(self, request: Request) -> Response:
        """What you declared last. 404 if nothing."""
        current = queries.current_of(self.agent)
        if current is None:
            raise Http404
        return Response(UdyamOut(current).data)

    @extend_schema(request=UdyamIn, responses=UdyamOut)
    def put(self, request: Request) -> Response:
        """Declare a registration. Our team checks it."""
        facts, now = validated_form(UdyamForm, request).cleaned_data, timezone.now()
        row = services.declare(agent=self.agent, by=self.user, at=now, **facts)
        return Response(UdyamOut(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take it back, or say that it has ended."""
        services.end_own(agent=self.agent, by=self.user, at=timezone.now())
        return Response(status=204)


class StaffUdyamView(StaffAPIView):
    """An endpoint about Udyam registrations, for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Staff: money"

    def row(self, udyam_id: UUID) -> UdyamRegistration:
        """The registration of the address."""
        return get_object_or_404(
            UdyamRegistration.objects.select_related("agent__user"), pk=udyam_id
        )


@extend_schema_view(
    get=extend_schema(
        parameters=[OpenApiParameter("state", str, enum=UdyamRegistration.State.values)]
    )
)
class UdyamListView(StaffUdyamView, generics.ListAPIView):
    """Registrations, newest first."""

    serializer_class = StaffUdyamOut
    pagination_class = CursorPage
    query_form = choice_filter("state", UdyamRegistration.State)

    def get_queryset(self) -> Any:
        """All, or those in the state of the query parameter."""
        rows = UdyamRegistration.objects.select_related("agent")
        state = self.query.get("state")
        return rows.filter(state=state) if state else rows


class ConfirmUdyamView(StaffUdyamView):
    """Confirm a registration."""

    @extend_schema(request=None, responses=StaffUdyamOut)
    def post(self, request: Request, udyam_id: UUID) -> Response:
        """Confirm it, as looked up on the government's site."""
        row = services.confirm(row=self.row(udyam_id), by=self.user, at=timezone.now())
        return Response(StaffUdyamOut(row).data)


class RejectUdyamView(StaffUdyamView):
    """Reject a registration."""

    @extend_schema(request=RejectUdyamIn, responses=StaffUdyamOut)
    def post(self, request: Request, udyam_id: UUID) -> Response:
        """Say that it could not be confirmed, with a reason for the agent."""
        row, now = self.row(udyam_id), timezone.now()
        reason = validated_form(RejectUdyamForm, request).cleaned_data["reason"]
        row = services.reject(row=row, reason=reason, by=self.user, at=now)
        return Response(StaffUdyamOut(row).data)


class UdyamNumberView(StaffUdyamView):
    """The full number."""

    @extend_schema(request=None, responses=UdyamNumberOut)
    def post(self, request: Request, udyam_id: UUID) -> Response:
        """Show the full number, to look it up. Each access is logged."""
        number = services.show_number(row=self.row(udyam_id), by=self.user, at=timezone.now())
        return Response({"number": number})
