"""API views for members of a client: shifts with their time log, and corrections."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsBudgetHolder, IsManager
from gigs.models import Claim, TimeCorrection
from gigs.shifts import calendar, corrections
from gigs.shifts import queries as shift_queries
from gigs.shifts import serializers as shift_serializers
from gigs.shifts.corrections import Side
from gigs.shifts.forms import CorrectionForm, CorrectionReasonForm, WeekForm
from gigs.shifts.view_helpers import session_of
from hitouch.core.api.forms import validated_form


class LiveBoardView(MemberAPIView):
    """Shifts that run now, or within an hour."""

    scope = "work"
    operation_ids = {"get": "client_shifts_live"}

    @extend_schema(responses=shift_serializers.ShiftRecordOut(many=True))
    def get(self, request: Request) -> Response:
        """List shifts that run now, start within the hour or ended within it, with adherence."""
        now = timezone.now()
        rows = shift_queries.live_claims(self.member.client, now=now)
        records = shift_queries.shift_records(rows, now=now)
        return Response(shift_serializers.ShiftRecordOut(records, many=True).data)


class ScheduleView(MemberAPIView):
    """A week of your company's shifts."""

    scope = "work"
    operation_ids = {"get": "client_shifts_schedule"}
    query_form = WeekForm

    @extend_schema(
        parameters=[shift_serializers.WEEK], responses=shift_serializers.ClientCalendarOut
    )
    def get(self, request: Request) -> Response:
        """Get the shifts of a week: seats, who has them, and what the hours cost so far."""
        now = timezone.now()
        week = calendar.Week.asked_for(self.query.get("week"), now=now)
        found = calendar.client_calendar(self.member.client, week, now=now)
        return Response(shift_serializers.ClientCalendarOut(found).data)


class ClientShiftView(MemberAPIView):
    """A shift of an agent."""

    scope = "work"
    operation_ids = {"get": "client_shifts_read"}

    @extend_schema(responses=shift_serializers.ShiftRecordOut)
    def get(self, request: Request, claim_id: UUID) -> Response:
        """Get a shift with its time log, and its adherence with the rule of each minute."""
        mine = shift_queries.claims_for(self.member.client)
        claim = get_object_or_404(mine, pk=claim_id)
        record = shift_queries.shift_records(mine.filter(pk=claim.pk), now=timezone.now())[0]
        return Response(shift_serializers.ShiftRecordOut(record).data)


class ClientProposeCorrectionView(MemberAPIView):
    """Propose other hours."""

    permission_classes = [IsManager]
    scope = "work"
    operation_ids = {"post": "client_shifts_propose_correction"}

    @extend_schema(
        request=shift_serializers.CorrectionBody,
        responses={201: shift_serializers.TimeCorrectionOut},
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        """Propose hours of a shift, in place of a session or where none is. The agent decides."""
        member = self.member
        found: Claim = get_object_or_404(shift_queries.claims_for(member.client), pk=claim_id)
        form = validated_form(CorrectionForm, request)
        made = corrections.propose(
            claim=found,
            side=Side.CLIENT,
            by=member.user,
            at=timezone.now(),
            **session_of(found, form.cleaned_data),
        )
        return Response(shift_serializers.TimeCorrectionOut(made).data, status=201)


class _ClientCorrectionView(MemberAPIView):
    permission_classes = [IsBudgetHolder]
    scope = "work"

    def facts(self, pk: UUID) -> dict[str, Any]:
        """What every decision needs: a correction of the client's own shifts, side, actor, time."""
        member = self.member
        mine = TimeCorrection.objects.filter(claim__gig__client=member.client)
        return {
            "correction": get_object_or_404(mine, pk=pk),
            "side": Side.CLIENT,
            "by": member.user,
            "at": timezone.now(),
        }


class ClientAgreeCorrectionView(_ClientCorrectionView):
    """Agree to a correction."""

    @extend_schema(request=None, responses={201: shift_serializers.WorkSessionOut})
    def post(self, request: Request, correction_id: UUID) -> Response:
        """Agree to hours that the agent proposed."""
        session = corrections.agree(**self.facts(correction_id))
        return Response(shift_serializers.WorkSessionOut(session).data, status=201)


class ClientRefuseCorrectionView(_ClientCorrectionView):
    """Refuse a correction."""

    @extend_schema(
        request=shift_serializers.CorrectionReasonBody,
        responses=shift_serializers.TimeCorrectionOut,
    )
    def post(self, request: Request, correction_id: UUID) -> Response:
        """Refuse hours that the agent proposed, with a reason."""
        facts = self.facts(correction_id)
        form = validated_form(CorrectionReasonForm, request)
        refused = corrections.refuse(**facts, **form.cleaned_data)
        return Response(shift_serializers.TimeCorrectionOut(refused).data)


class ClientWithdrawCorrectionView(_ClientCorrectionView):
    """Withdraw a correction."""

    @extend_schema(request=None, responses=shift_serializers.TimeCorrectionOut)
    def post(self, request: Request, correction_id: UUID) -> Response:
        """Withdraw hours that your company proposed."""
        gone = corrections.withdraw(**self.facts(correction_id))
        return Response(shift_serializers.TimeCorrectionOut(gone).data)
