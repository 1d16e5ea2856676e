"""API views for members of a client: decide on applications and submitted work."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.api import serializers
from gigs.api.client_planning import IsManager
from gigs.api_views import MemberAPIView
from gigs.forms import ApplicationFilter, CommentForm, RejectApplicationForm, WorkFilter
from gigs.models import Application, Work
from gigs.permissions import IsBudgetHolder, member_of
from gigs.queries import clients as queries
from gigs.queries import work as work_queries
from gigs.services import applications
from gigs.services import work as work_services
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


def _filter_by_state(rows: Any, query: Mapping[str, Any]) -> Any:
    state = query.get("state")
    return rows.filter(state=state) if state else rows


class ClientApplicationListView(MemberAPIView, generics.ListAPIView[Any]):
    """Applications to your company."""

    scope = "applications"
    serializer_class = serializers.ApplicantOut
    pagination_class = CursorPage
    query_form = ApplicationFilter

    @extend_schema(parameters=serializers.STATE)
    def get(self, request: Request) -> Response:
        """List applications to your company, newest first."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        rows = queries.applications_for(self.member.client).select_related("gig")
        return _filter_by_state(rows, self.query)


def _application(request: Request, application_id: UUID) -> Application:
    mine = queries.applications_for(member_of(request).client)
    return get_object_or_404(mine, pk=application_id)


class AcceptApplicationView(MemberAPIView):
    """Accept an application."""

    permission_classes = [IsBudgetHolder]
    scope = "applications"

    @extend_schema(request=None, responses=serializers.ApplicantOut)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Accept an application. This creates the gig."""
        found, by = _application(request, application_id), self.user
        applications.accept(application=found, by=by, at=timezone.now())
        return Response(serializers.ApplicantOut(found).data)


class RejectApplicationView(MemberAPIView):
    """Reject an application."""

    permission_classes = [IsManager]
    scope = "applications"

    @extend_schema(request=serializers.ReasonBody, responses=serializers.ApplicantOut)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Reject an application. The agent sees the reason."""
        found, by = _application(request, application_id), self.user
        form = validated_form(RejectApplicationForm, request)
        applications.reject(application=found, by=by, at=timezone.now(), **form.cleaned_data)
        return Response(serializers.ApplicantOut(found).data)


class SubmittedWorkPage(CursorPage):
    """Submitted work, oldest first."""

    ordering = ("submitted_at", "id")


class ClientWorkListView(MemberAPIView, generics.ListAPIView[Any]):
    """Work submitted to your company."""

    scope = "work"
    serializer_class = serializers.WorkOut
    pagination_class = SubmittedWorkPage
    query_form = WorkFilter

    @extend_schema(parameters=serializers.STATE)
    def get(self, request: Request) -> Response:
        """List work submitted to your company, oldest first."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        rows = work_queries.works_for(self.member.client)
        return _filter_by_state(rows, self.query)


class DecideWorkView(MemberAPIView):
    """Base view of a decision about work; subclasses set the service `verb`."""

    permission_classes = [IsManager]
    scope = "work"
    verb: Callable[..., Work]

    def post(self, request: Request, work_id: UUID) -> Response:
        """Decide, with a comment to the agent."""
        member = self.member
        found = get_object_or_404(work_queries.works_for(member.client), pk=work_id)
        form = validated_form(CommentForm, request)
        decide = type(self).verb
        decide(work=found, member=member, at=timezone.now(), **form.cleaned_data)
        return Response(serializers.WorkOut(work_queries.works().get(pk=found.pk)).data)


def _documented(what: str) -> Callable[[type[DecideWorkView]], type[DecideWorkView]]:
    documented = extend_schema(
        request=serializers.CommentBody,
        responses=serializers.WorkOut,
        description=what,
    )
    return extend_schema_view(post=documented)


@_documented("Approve work. This creates the payment.")
class ApproveWorkView(DecideWorkView):
    """Approve work."""

    permission_classes = [IsBudgetHolder]
    verb = staticmethod(work_services.approve_work)


@_documented("Request changes. The comment is required.")
class RequestReworkView(DecideWorkView):
    """Request changes to work."""

    verb = staticmethod(work_services.request_rework)


@_documented("Reject work. The comment is required.")
class RejectWorkView(DecideWorkView):
    """Reject work."""

    verb = staticmethod(work_services.reject_work)
