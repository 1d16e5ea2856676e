"""API views of a client's projects."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients import queries as client_queries
from gigs.clients import serializers as client_serializers
from gigs.clients import services as client_services
from gigs.clients.api_views import MemberAPIView
from gigs.clients.forms import ProjectApiForm
from gigs.clients.permissions import IsManager, IsMember
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class ManagersWriteMixin:
    """Every member may read; only owners and managers may change."""

    def get_permissions(self: Any) -> list[Any]:
        """Permissions by HTTP method."""
        return [IsMember() if self.request.method == "GET" else IsManager()]


class ProjectListView(ManagersWriteMixin, MemberAPIView, generics.ListAPIView[Any]):
    """Projects of your company."""

    scope = "projects"
    serializer_class = client_serializers.ProjectOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        return client_queries.projects_of(self.member.client)

    def get(self, request: Request) -> Response:
        """List them, newest first."""
        return self.list(request)

    @extend_schema(
        request=client_serializers.ProjectBody, responses={201: client_serializers.ProjectOut}
    )
    def post(self, request: Request) -> Response:
        """Create a project."""
        form = validated_form(ProjectApiForm, request)
        client = self.member.client
        project = client_services.create_project(
            now=timezone.now(), client=client, **form.cleaned_data
        )
        return Response(client_serializers.ProjectOut(project).data, status=201)
