"""API views for members of a client: submitted work."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients import api_views
from gigs.clients.api_views import MemberAPIView, filter_by_state
from gigs.clients.permissions import IsBudgetHolder, IsManager
from gigs.models import Work
from gigs.shifts.serializers import ShiftRecordOut
from gigs.work import bulk, refused_parts
from gigs.work import queries as work_queries
from gigs.work import serializers as work_serializers
from gigs.work import services as work_services
from gigs.work.forms import ApprovePartApiForm, ApproveSeveralForm, CommentForm, WorkFilter
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class SubmittedWorkPage(CursorPage):
    """Submitted work, oldest first."""

    ordering = ("submitted_at", "id")


class ClientWorkListView(MemberAPIView, generics.ListAPIView[Any]):
    """Work submitted to your company."""

    scope = "work"
    serializer_class = work_serializers.WorkOut
    pagination_class = SubmittedWorkPage
    query_form = WorkFilter

    @extend_schema(parameters=api_views.STATE)
    def get(self, request: Request) -> Response:
        """List work submitted to your company, oldest first."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        rows = work_queries.works_for(self.member.client)
        return filter_by_state(rows, self.query)


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
        return Response(work_serializers.WorkOut(work_queries.works().get(pk=found.pk)).data)


def _documented(what: str) -> Callable[[type[DecideWorkView]], type[DecideWorkView]]:
    documented = extend_schema(
        request=work_serializers.CommentBody,
        responses=work_serializers.WorkOut,
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


class ApprovePartView(MemberAPIView):
    """Approve work in part."""

    permission_classes = [IsBudgetHolder]
    scope = "work"

    @extend_schema(request=work_serializers.ApprovePartBody, responses=work_serializers.WorkOut)
    def post(self, request: Request, work_id: UUID) -> Response:
        """Approve work except some parts, each with its reason. The rest is paid at once."""
        member = self.member
        found = get_object_or_404(work_queries.works_for(member.client), pk=work_id)
        form = validated_form(ApprovePartApiForm, request)
        refused_parts.approve_in_part(
            work=found, member=member, at=timezone.now(), **form.cleaned_data
        )
        return Response(work_serializers.WorkOut(work_queries.works().get(pk=found.pk)).data)


class GrantPartView(MemberAPIView):
    """Pay a refused part after all."""

    permission_classes = [IsBudgetHolder]
    scope = "work"

    @extend_schema(request=None, responses=work_serializers.RefusedPartOut)
    def post(self, request: Request, part_id: UUID) -> Response:
        """Pay what was refused, for example after the agent's answer."""
        member = self.member
        part = get_object_or_404(work_queries.refused_parts_for(member.client), pk=part_id)
        part = refused_parts.grant_part(part=part, member=member, at=timezone.now())
        return Response(work_serializers.RefusedPartOut(part).data)


class ClientWorkHoursView(MemberAPIView):
    """The shifts of hourly work submitted to your company."""

    scope = "work"

    @extend_schema(responses=ShiftRecordOut(many=True))
    def get(self, request: Request, work_id: UUID) -> Response:
        """List the shifts of the work with sessions, breaks, counts and adherence."""
        found = get_object_or_404(work_queries.works_for(self.member.client), pk=work_id)
        records = work_queries.hours_of(found, now=timezone.now())
        return Response(ShiftRecordOut(records, many=True).data)


class ApproveSeveralView(MemberAPIView):
    """Approve several works."""

    permission_classes = [IsBudgetHolder]
    scope = "work"
    operation_ids = {"post": "client_works_approve_several"}

    @extend_schema(
        request=work_serializers.ApproveSeveralBody,
        responses=work_serializers.ApprovalOutcomeOut(many=True),
    )
    def post(self, request: Request) -> Response:
        """Approve works for the total that was confirmed. There is no undo.

        Works of others, and such that wait for nobody, are left out.
        """
        member = self.member
        form = validated_form(ApproveSeveralForm, request)
        rows = work_queries.works_for(member.client).with_client()
        outcomes = bulk.approve_several(
            works=list(rows.filter(pk__in=form.cleaned_data["works"]).order_by("submitted_at")),
            total_paise=form.cleaned_data["total_paise"],
            member=member,
            at=timezone.now(),
        )
        return Response(work_serializers.ApprovalOutcomeOut(outcomes, many=True).data)
