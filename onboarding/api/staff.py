"""Checking documents, for reviewers."""

from typing import cast
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audience import IsStaff
from accounts.models import User
from hitouch.core.api import Page, bound
from hitouch.core.http import send_file
from onboarding import forms, queries, services
from onboarding.api import asked, shapes
from onboarding.models import KycCase, KycDocument

TAGS = ["Staff: documents"]
REVIEWER = IsStaff.of("reviewer")


class OldestFirst(Page):
    """In the order in which the documents came in."""

    ordering = ("submitted_at", "id")


class CasesView(ListAPIView[KycCase]):
    """What waits."""

    permission_classes = [REVIEWER]
    serializer_class = shapes.CaseOut
    pagination_class = OldestFirst
    queryset = queries.cases_to_review()

    @extend_schema(operation_id="staff_kyc_cases", tags=TAGS)
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Documents to check, the oldest first."""
        return super().get(request, *args, **kwargs)


def _case(pk: UUID) -> KycCase:
    return get_object_or_404(queries.all_cases(), pk=pk)


def _told(pk: UUID) -> Response:
    return Response(shapes.CaseDetailOut(_case(pk)).data)


class CaseView(APIView):
    """One agent's documents."""

    permission_classes = [REVIEWER]

    @extend_schema(responses=shapes.CaseDetailOut, operation_id="staff_kyc_case", tags=TAGS)
    def get(self, request: Request, pk: UUID) -> Response:
        """The documents beside the profile."""
        return _told(pk)


class PictureView(APIView):
    """One picture."""

    permission_classes = [REVIEWER]

    @extend_schema(
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
        operation_id="staff_kyc_picture",
        tags=TAGS,
    )
    def get(self, request: Request, pk: UUID, document: UUID) -> HttpResponseBase:
        """The picture itself; each look is noted."""
        found = KycDocument.objects.select_related("file").filter(case_id=pk)
        row = get_object_or_404(found, pk=document)
        by = cast(User, request.user)
        return send_file(
            services.open_document(document=row, by=by, at=timezone.now()), inline=True
        )


class ClaimView(APIView):
    """Taking a case."""

    permission_classes = [REVIEWER]

    @extend_schema(
        request=None, responses=shapes.CaseDetailOut, operation_id="staff_kyc_claim", tags=TAGS
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Take the documents, so that nobody else checks them meanwhile."""
        services.claim_case(case=_case(pk), by=cast(User, request.user), at=timezone.now())
        return _told(pk)


class ApproveView(APIView):
    """Approving."""

    permission_classes = [REVIEWER]

    @extend_schema(
        request=None, responses=shapes.CaseDetailOut, operation_id="staff_kyc_approve", tags=TAGS
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Accept the documents you have taken."""
        services.approve_case(case=_case(pk), by=cast(User, request.user), at=timezone.now())
        return _told(pk)


class RejectView(APIView):
    """Sending back."""

    permission_classes = [REVIEWER]

    @extend_schema(
        request=asked.RejectIn,
        responses=shapes.CaseDetailOut,
        operation_id="staff_kyc_reject",
        tags=TAGS,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Send the documents you have taken back, with a reason and words for the agent."""
        case, decision = _case(pk), bound(forms.RejectForm, request).cleaned_data
        by = cast(User, request.user)
        services.reject_case(case=case, by=by, at=timezone.now(), **decision)
        return _told(pk)
