"""API views for agents: submitted work."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.engagements import queries as gig_queries
from gigs.shifts.serializers import ShiftRecordOut
from gigs.work import queries as work_queries
from gigs.work import refused_parts
from gigs.work import serializers as work_serializers
from gigs.work import services as work_services
from gigs.work.forms import PartAnswerForm, SubmitWorkForm, WorkForm
from hitouch.core.api.forms import validated_form
from hitouch.core.api.parsers import StrictJSONParser


class SubmitWorkView(AgentAPIView):
    """Submit work."""

    scope = "work"
    parser_classes = [StrictJSONParser, MultiPartParser]
    operation_ids = {"post": "gigs_submit_work"}

    @extend_schema(
        request=work_serializers.SubmitWorkBody, responses={201: work_serializers.WorkOut}
    )
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Submit work. For hourly pay, all completed hours not yet submitted are included."""
        agent = self.agent
        gig = get_object_or_404(gig_queries.gigs_of(agent), pk=gig_id)
        form = validated_form(SubmitWorkForm, request)
        work = work_services.submit_work(gig=gig, by=agent.user, at=timezone.now(), **form.facts())
        return Response(work_serializers.WorkOut(work).data, status=201)


class GigMilestonesView(AgentAPIView):
    """Milestones of a gig."""

    scope = "work"

    @extend_schema(responses=work_serializers.MilestoneOfGigOut(many=True))
    def get(self, request: Request, gig_id: UUID) -> Response:
        """List the milestones of a gig in order, with the work handed in for each."""
        gig = get_object_or_404(gig_queries.gigs_of(self.agent), pk=gig_id)
        rows = work_queries.milestones_of(gig)
        return Response(work_serializers.MilestoneOfGigOut(rows, many=True).data)


class WorkDetailView(AgentAPIView):
    """Submitted work."""

    scope = "work"

    @extend_schema(responses=work_serializers.WorkOut)
    def get(self, request: Request, work_id: UUID) -> Response:
        """Get submitted work, its state and the client's comments."""
        found = get_object_or_404(work_queries.works_of(self.agent), pk=work_id)
        return Response(work_serializers.WorkOut(found).data)


class SubmitReworkView(AgentAPIView):
    """Resubmit work."""

    scope = "work"
    parser_classes = [StrictJSONParser, MultiPartParser]
    operation_ids = {"post": "works_submit_rework"}

    @extend_schema(request=work_serializers.WorkBody, responses=work_serializers.WorkOut)
    def post(self, request: Request, work_id: UUID) -> Response:
        """Resubmit work after the client requested changes."""
        agent = self.agent
        found = get_object_or_404(work_queries.works_of(agent), pk=work_id)
        form = validated_form(WorkForm, request)
        work = work_services.submit_rework(
            work=found, by=agent.user, at=timezone.now(), **form.facts()
        )
        return Response(work_serializers.WorkOut(work).data)


class WorkHoursView(AgentAPIView):
    """The shifts of hourly work."""

    scope = "work"

    @extend_schema(responses=ShiftRecordOut(many=True))
    def get(self, request: Request, work_id: UUID) -> Response:
        """List the shifts of the work with sessions, breaks, counts and adherence."""
        found = get_object_or_404(work_queries.works_of(self.agent), pk=work_id)
        records = work_queries.hours_of(found, now=timezone.now())
        return Response(ShiftRecordOut(records, many=True).data)


class RefusedPartsView(AgentAPIView):
    """What the client did not approve of a work."""

    scope = "work"

    @extend_schema(responses=work_serializers.RefusedRowOut(many=True))
    def get(self, request: Request, work_id: UUID) -> Response:
        """List refused parts, each with the rules of the time log for its minutes."""
        found = get_object_or_404(work_queries.works_of(self.agent), pk=work_id)
        rows = work_queries.refused_rows(found, work_queries.hours_of(found, now=timezone.now()))
        return Response(work_serializers.RefusedRowOut(rows, many=True).data)


class AnswerPartView(AgentAPIView):
    """Answer to a refused part."""

    scope = "work"

    @extend_schema(
        request=work_serializers.PartAnswerBody, responses=work_serializers.RefusedPartOut
    )
    def post(self, request: Request, part_id: UUID) -> Response:
        """Tell the client what they should know. They can pay the part after all."""
        agent = self.agent
        part = get_object_or_404(work_queries.refused_parts_of(agent), pk=part_id)
        form = validated_form(PartAnswerForm, request)
        part = refused_parts.answer_part(
            part=part, by=agent.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(work_serializers.RefusedPartOut(part).data)
