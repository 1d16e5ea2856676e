"""API views for proctors: sittings, reviews and their decisions, rulings, bans."""

import uuid
from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.models import Agent
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.query import QueryForm, choice_filter
from proctoring import queries as sittings
from proctoring.models import IdentityCheck, Observation, ProctoringBan, ReviewCase, Sitting
from proctoring.results import ledger
from proctoring.review import bans, forms, queries, serializers, services
from proctoring.review.risk import risk_of
from proctoring.review.timeline import timeline_of


class ProctorAPIView(StaffAPIView):
    """An endpoint for proctors."""

    permission_classes = [IsStaff.of("proctor")]
    tag = "Assessments (staff)"


class StaffSittingListView(ProctorAPIView, ListAPIView[Sitting]):
    """All sittings, newest first. Use `?state=FLAGGED` for those that are held."""

    serializer_class = serializers.StaffSittingOut
    pagination_class = CursorPage
    query_form = choice_filter("state", Sitting.State)
    queryset = Sitting.objects.none()

    def get_queryset(self) -> Any:
        rows = sittings.with_tallies(Sitting.objects.all())
        state = self.query.get("state")
        return rows.filter(state=state) if state else rows

    @extend_schema(parameters=[OpenApiParameter("state", enum=Sitting.State.values)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class StaffSittingDetailView(ProctorAPIView):
    """Get a sitting with its recorded entries and answers."""

    @extend_schema(responses=serializers.StaffCaseOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return _sitting_response(get_object_or_404(Sitting, pk=pk))


class ClearSittingView(ProctorAPIView):
    """Confirm the result of a sitting."""

    @extend_schema(request=None, responses=serializers.StaffCaseOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        return _sitting_response(
            services.clear_sitting(sitting=sitting, by=self.user, at=timezone.now())
        )


class VoidSittingView(ProctorAPIView):
    """Cancel the result of a sitting. The agent sees the reason."""

    @extend_schema(request=serializers.VoidIn, responses=serializers.StaffCaseOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = get_object_or_404(Sitting, pk=pk)
        reason = validated_form(forms.VoidForm, request).cleaned_data["reason"]
        return _sitting_response(
            services.void_sitting(sitting=sitting, reason=reason, by=self.user, at=timezone.now())
        )


def _sitting_response(sitting: Sitting) -> Response:
    case: Any = sittings.case_of(sitting)
    case.photo_url = reverse("proctoring:case-photo", args=[case.pk])
    case.profile_photo_url = reverse("proctoring:case-profile-photo", args=[case.pk])
    case.ledger = ledger.entries_of(case, timezone.now())
    found = queries.open_case_of(case)
    case.review = found.pk if found else None
    return Response(serializers.StaffCaseOut(case).data)


class ReviewListView(ProctorAPIView):
    """The queue of reviews: what is overdue first, then by risk and age; at most 100."""

    query_form = forms.ReviewFilter

    @extend_schema(
        parameters=[
            OpenApiParameter("state", enum=["open", "decided"]),
            OpenApiParameter(
                "reason", enum=[each for each in ReviewCase.Reason.values if each != "KNOWN"]
            ),
            OpenApiParameter("claimed", enum=["me", "others", "nobody"]),
            OpenApiParameter("late", OpenApiTypes.BOOL),
        ],
        responses=serializers.ReviewOut(many=True),
    )
    def get(self, request: Request) -> Response:
        rows = queries.filtered(self.user, timezone.now(), self.query)
        return Response(serializers.ReviewOut(queries.with_people(rows)[:100], many=True).data)


class NextReviewView(ProctorAPIView):
    """Claim the next case of the queue, or go on with your own."""

    operation_ids = {"post": "staff_reviews_next"}

    @extend_schema(request=None, responses=serializers.ReviewDetailOut)
    def post(self, request: Request) -> Response:
        now = timezone.now()
        return _review_response(services.claim_next(by=self.user, at=now), now)


class _ReviewView(ProctorAPIView):
    """Base of the endpoints of one case."""

    def get_case(self, pk: uuid.UUID) -> ReviewCase:
        return get_object_or_404(queries.with_people(ReviewCase.objects.all()), pk=pk)


class ReviewDetailView(_ReviewView):
    """Get a case with everything that was recorded."""

    @extend_schema(responses=serializers.ReviewDetailOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return _review_response(self.get_case(pk), timezone.now())


class ClaimReviewView(_ReviewView):
    """Claim a case for half an hour, so that no second reviewer works on it."""

    operation_ids = {"post": "staff_reviews_claim"}

    @extend_schema(request=None, responses=serializers.ReviewDetailOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        now = timezone.now()
        case = services.claim_case(case=self.get_case(pk), by=self.user, at=now)
        return _review_response(case, now)


class ReleaseReviewView(_ReviewView):
    """Give a case back that you have claimed."""

    operation_ids = {"post": "staff_reviews_release"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        services.release_case(case=self.get_case(pk), by=self.user, at=timezone.now())
        return Response(status=204)


class DecideReviewView(_ReviewView):
    """Decide about a held result: clear it, uphold the violation, or void it with a new attempt."""

    operation_ids = {"post": "staff_reviews_decide"}

    @extend_schema(request=serializers.ReviewDecisionIn, responses=serializers.ReviewDetailOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        facts = validated_form(forms.ReviewDecisionForm, request).cleaned_data
        now = timezone.now()
        case = services.decide_case(case=self.get_case(pk), **facts, by=self.user, at=now)
        return _review_response(self.get_case(case.pk), now)


class RuleObservationView(ProctorAPIView):
    """Confirm or dismiss what the rules made of an entry. The entry itself never changes."""

    operation_ids = {"post": "staff_entries_rule"}

    @extend_schema(request=serializers.RulingIn, responses=serializers.RulingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        observation = get_object_or_404(Observation.objects.select_related("sitting"), pk=pk)
        facts = validated_form(forms.RulingForm, request).cleaned_data
        ruling = services.rule_observation(
            observation=observation, **facts, by=self.user, at=timezone.now()
        )
        return Response(serializers.RulingOut(ruling).data)


def _review_response(case: Any, now: datetime) -> Response:
    sitting = case.sitting
    case.facts = queries.facts_of(sitting)
    case.found_risk = risk_of(case.facts)
    case.entries = ledger.entries_of(sitting, now)
    case.moments = timeline_of(sitting, now).moments
    case.gaps = ledger.gaps_of(sitting)
    case.stills = sitting.snapshots.order_by("taken_at", "id")
    case.photos = IdentityCheck.objects.filter(sitting=sitting).order_by("number", "taken_at")
    case.sitting_appeals = sitting.appeals.select_related("observation").order_by("filed_at")
    return Response(serializers.ReviewDetailOut(case).data)


class BanListView(ProctorAPIView, ListAPIView[ProctoringBan]):
    """Bans from assessments, newest first."""

    serializer_class = serializers.BanOut
    pagination_class = CursorPage
    query_form = QueryForm
    queryset = ProctoringBan.objects.select_related("agent__user")
    operation_ids = {"post": "staff_bans_create"}

    @extend_schema(request=serializers.BanIn, responses={201: serializers.BanOut})
    def post(self, request: Request) -> Response:
        """Ban an agent from assessments, for a time or for good."""
        facts = validated_form(forms.StaffBanForm, request).cleaned_data
        agent = get_object_or_404(Agent, pk=facts.pop("agent"))
        ban = bans.ban_agent(agent=agent, **facts, by=self.user, at=timezone.now())
        return Response(serializers.BanOut(ban).data, status=201)


class RevokeBanView(ProctorAPIView):
    """Take a ban back."""

    operation_ids = {"post": "staff_bans_revoke"}

    @extend_schema(request=serializers.RevokeBanIn, responses=serializers.BanOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        ban = get_object_or_404(ProctoringBan.objects.select_related("agent__user"), pk=pk)
        reason = validated_form(forms.RevokeBanForm, request).cleaned_data["reason"]
        row = bans.revoke_ban(ban=ban, reason=reason, by=self.user, at=timezone.now())
        return Response(serializers.BanOut(row).data)
