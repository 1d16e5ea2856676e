"""API views for members of a client: projects, opportunities and slots."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.api import serializers
from gigs.api_views import MemberAPIView
from gigs.forms import OpportunityApiForm, ProjectApiForm, SlotForm
from gigs.permissions import MANAGERS, IsBudgetHolder, IsMember
from gigs.queries import clients as queries
from gigs.services import projects as services
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage

IsManager = IsMember.of(*MANAGERS)


class ManagersWriteMixin:
    """Every member may read; only owners and managers may change."""

    def get_permissions(self: Any) -> list[Any]:
        """Permissions by HTTP method."""
        return [IsMember() if self.request.method == "GET" else IsManager()]


class ProjectListView(ManagersWriteMixin, MemberAPIView, generics.ListAPIView[Any]):
    """Projects of your company."""

    scope = "projects"
    serializer_class = serializers.ProjectOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        return queries.projects_of(self.member.client)

    def get(self, request: Request) -> Response:
        """List them, newest first."""
        return self.list(request)

    @extend_schema(request=serializers.ProjectBody, responses={201: serializers.ProjectOut})
    def post(self, request: Request) -> Response:
        """Create a project."""
        form = validated_form(ProjectApiForm, request)
        client = self.member.client
        project = services.create_project(client=client, **form.cleaned_data)
        return Response(serializers.ProjectOut(project).data, status=201)


class ClientOpportunityListView(ManagersWriteMixin, MemberAPIView, generics.ListAPIView[Any]):
    """Opportunities of your company."""

    scope = "opportunities"
    serializer_class = serializers.ClientOpportunityOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        return queries.opportunities_of(self.member.client)

    def get(self, request: Request) -> Response:
        """List them, newest first."""
        return self.list(request)

    @extend_schema(
        request=serializers.OpportunityBody, responses={201: serializers.ClientOpportunityOut}
    )
    def post(self, request: Request) -> Response:
        """Create a draft opportunity. No budget is committed until it is published."""
        form = validated_form(OpportunityApiForm, request)
        projects = self.member.client.projects
        project = get_object_or_404(projects, pk=form.cleaned_data["project"])
        made = services.create_opportunity(project=project, now=timezone.now(), **form.facts())
        return Response(serializers.ClientOpportunityOut(made).data, status=201)


class AddSlotView(MemberAPIView):
    """Add a slot (shift) to an opportunity."""

    permission_classes = [IsManager]
    scope = "opportunities"
    operation_ids = {"post": "client_slots_create"}

    @extend_schema(request=serializers.SlotBody, responses={201: serializers.SlotOut})
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Add a slot (shift) to an opportunity. `ends_at` is exclusive."""
        mine = queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        form = validated_form(SlotForm, request)
        slot = services.add_slot(opportunity=found, now=timezone.now(), **form.cleaned_data)
        return Response(serializers.SlotOut(slot).data, status=201)


class PublishOpportunityView(MemberAPIView):
    """Publish an opportunity."""

    permission_classes = [IsBudgetHolder]
    scope = "opportunities"

    @extend_schema(request=None, responses=serializers.ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Publish an opportunity. Its full cost is committed from the project's budget."""
        member = self.member
        found = get_object_or_404(queries.opportunities_of(member.client), pk=opportunity_id)
        made = services.publish(opportunity=found, by=member.user, at=timezone.now())
        return Response(serializers.ClientOpportunityOut(made).data)


class CloseOpportunityView(MemberAPIView):
    """Close an opportunity to applications."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(request=None, responses=serializers.ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Close an opportunity. Money for unfilled openings returns to the project's budget."""
        member = self.member
        found = get_object_or_404(queries.opportunities_of(member.client), pk=opportunity_id)
        made = services.close(opportunity=found, by=member.user, at=timezone.now())
        return Response(serializers.ClientOpportunityOut(made).data)
