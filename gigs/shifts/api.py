"""API views for agents: clock in and out, breaks, counts of tasks, time log, corrections."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from gigs.models import TimeCorrection
from gigs.shifts import calendar, corrections
from gigs.shifts import queries as shift_queries
from gigs.shifts import serializers as shift_serializers
from gigs.shifts import services as shift_services
from gigs.shifts.corrections import Side
from gigs.shifts.forms import (
    AgentWeekForm,
    CorrectionForm,
    CorrectionReasonForm,
    TaskCountForm,
)
from gigs.shifts.view_helpers import session_of
from gigs.slots import queries as slot_queries
from hitouch.core.api.forms import validated_form


class CalendarView(AgentAPIView):
    """A week of your shifts."""

    scope = "gigs"
    operation_ids = {"get": "shifts_calendar"}
    query_form = AgentWeekForm

    @extend_schema(
        parameters=[
            shift_serializers.WEEK,
            OpenApiParameter("show", str, description="`mine`: without shifts of others."),
        ],
        responses=shift_serializers.AgentCalendarOut,
    )
    def get(self, request: Request) -> Response:
        """Get your shifts of a week, and those that you could claim or wait for."""
        now = timezone.now()
        week = calendar.Week.asked_for(self.query.get("week"), now=now)
        found = calendar.agent_calendar(
            self.agent, week, now=now, with_open=self.query.get("show") != "mine"
        )
        return Response(shift_serializers.AgentCalendarOut(found).data)


class ClockInView(AgentAPIView):
    """Clock in."""

    scope = "gigs"

    @extend_schema(request=None, responses={201: shift_serializers.WorkSessionOut})
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Clock in, from 15 minutes before the shift starts until it ends."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        session = shift_services.clock_in(claim=found, by=agent.user, at=timezone.now())
        return Response(shift_serializers.WorkSessionOut(session).data, status=201)


class ClockOutView(AgentAPIView):
    """Clock out."""

    scope = "gigs"

    @extend_schema(request=None, responses=shift_serializers.WorkSessionOut)
    def post(self, request: Request, session_id: UUID) -> Response:
        """Clock out. Time after the end of the shift is not paid."""
        found = get_object_or_404(self.agent.work_sessions, pk=session_id)
        session = shift_services.clock_out(session=found, at=timezone.now())
        return Response(shift_serializers.WorkSessionOut(session).data)


class ClaimDetailView(AgentAPIView):
    """A claimed shift."""

    scope = "gigs"
    operation_ids = {"get": "claims_read"}

    @extend_schema(responses=shift_serializers.ShiftRecordOut)
    def get(self, request: Request, claim_id: UUID) -> Response:
        """Get a shift with its time log, and its adherence with the rule of each minute."""
        claim = get_object_or_404(slot_queries.claims_of(self.agent), pk=claim_id)
        mine = slot_queries.claims_of(self.agent).filter(pk=claim.pk)
        record = shift_queries.shift_records(mine, now=timezone.now())[0]
        return Response(shift_serializers.ShiftRecordOut(record).data)


class StartBreakView(AgentAPIView):
    """Start a break."""

    scope = "gigs"
    operation_ids = {"post": "work_sessions_start_break"}

    @extend_schema(request=None, responses={201: shift_serializers.BreakOut})
    def post(self, request: Request, session_id: UUID) -> Response:
        """Start a break, which ends the session. No time counts until the break ends."""
        found = get_object_or_404(self.agent.work_sessions, pk=session_id)
        pause = shift_services.start_break(session=found, at=timezone.now())
        return Response(shift_serializers.BreakOut(pause).data, status=201)


class EndBreakView(AgentAPIView):
    """End a break."""

    scope = "gigs"

    @extend_schema(request=None, responses={201: shift_serializers.WorkSessionOut})
    def post(self, request: Request, break_id: UUID) -> Response:
        """End a break, which starts the next session of the shift."""
        agent = self.agent
        found = get_object_or_404(agent.breaks, pk=break_id)
        session = shift_services.end_break(pause=found, by=agent.user, at=timezone.now())
        return Response(shift_serializers.WorkSessionOut(session).data, status=201)


class CountTasksView(AgentAPIView):
    """Count tickets or tasks."""

    scope = "gigs"
    operation_ids = {"post": "claims_count_tasks"}

    @extend_schema(
        request=shift_serializers.TaskCountBody, responses={201: shift_serializers.TaskCountOut}
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Count tickets or tasks of a shift, with a note; a minus number corrects."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        form = validated_form(TaskCountForm, request)
        counted = shift_services.count_tasks(
            claim=found, by=agent.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(shift_serializers.TaskCountOut(counted).data, status=201)


class ProposeCorrectionView(AgentAPIView):
    """Propose other hours."""

    scope = "gigs"
    operation_ids = {"post": "claims_propose_correction"}

    @extend_schema(
        request=shift_serializers.CorrectionBody,
        responses={201: shift_serializers.TimeCorrectionOut},
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Propose hours of a shift, in place of a session or where none is. The client decides."""
        agent = self.agent
        found = get_object_or_404(slot_queries.claims_of(agent), pk=claim_id)
        form = validated_form(CorrectionForm, request)
        made = corrections.propose(
            claim=found,
            side=Side.AGENT,
            by=agent.user,
            at=timezone.now(),
            **session_of(found, form.cleaned_data),
        )
        return Response(shift_serializers.TimeCorrectionOut(made).data, status=201)


class _AgentCorrectionView(AgentAPIView):
    scope = "gigs"

    def correction(self, pk: UUID) -> TimeCorrection:
        """A correction of the agent's own shifts."""
        return get_object_or_404(TimeCorrection.objects.filter(claim__agent=self.agent), pk=pk)


class AgreeCorrectionView(_AgentCorrectionView):
    """Agree to a correction."""

    @extend_schema(request=None, responses={201: shift_serializers.WorkSessionOut})
    def post(self, request: Request, correction_id: UUID) -> Response:
        """Agree to hours that the client proposed."""
        found = self.correction(correction_id)
        session = corrections.agree(
            correction=found, side=Side.AGENT, by=self.agent.user, at=timezone.now()
        )
        return Response(shift_serializers.WorkSessionOut(session).data, status=201)


class RefuseCorrectionView(_AgentCorrectionView):
    """Refuse a correction."""

    @extend_schema(
        request=shift_serializers.CorrectionReasonBody,
        responses=shift_serializers.TimeCorrectionOut,
    )
    def post(self, request: Request, correction_id: UUID) -> Response:
        """Refuse hours that the client proposed, with a reason."""
        found = self.correction(correction_id)
        form = validated_form(CorrectionReasonForm, request)
        refused = corrections.refuse(
            correction=found,
            side=Side.AGENT,
            by=self.agent.user,
            at=timezone.now(),
            **form.cleaned_data,
        )
        return Response(shift_serializers.TimeCorrectionOut(refused).data)


class WithdrawCorrectionView(_AgentCorrectionView):
    """Withdraw a correction."""

    @extend_schema(request=None, responses=shift_serializers.TimeCorrectionOut)
    def post(self, request: Request, correction_id: UUID) -> Response:
        """Withdraw hours that you proposed."""
        found = self.correction(correction_id)
        gone = corrections.withdraw(
            correction=found, side=Side.AGENT, by=self.agent.user, at=timezone.now()
        )
        return Response(shift_serializers.TimeCorrectionOut(gone).data)
