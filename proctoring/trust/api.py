"""API of the trust board, for proctors."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from proctoring.review.api import ProctorAPIView
from proctoring.trust import forms, queries, serializers, services


class TrustBoardView(ProctorAPIView):
    """How far the detectors can be trusted, the least trusted first."""

    operation_ids = {"get": "staff_trust_detectors"}

    @extend_schema(responses=serializers.DetectorFiguresOut(many=True))
    def get(self, request: Request) -> Response:
        figures = queries.board(timezone.now())
        return Response(serializers.DetectorFiguresOut(figures, many=True).data)


class ReviewerFiguresView(ProctorAPIView):
    """How reviewers decide cases of which it is known how they should be decided."""

    operation_ids = {"get": "staff_trust_reviewers"}

    @extend_schema(responses=serializers.ReviewerFiguresOut(many=True))
    def get(self, request: Request) -> Response:
        figures = queries.reviewer_figures(timezone.now())
        return Response(serializers.ReviewerFiguresOut(figures, many=True).data)


class DetectorModeView(ProctorAPIView):
    """Give a detector its consequences back, or take them."""

    operation_ids = {"post": "staff_trust_mode"}

    @extend_schema(request=serializers.DetectorModeIn, responses=serializers.DetectorModeOut)
    def post(self, request: Request, kind: str) -> Response:
        facts = validated_form(forms.DetectorModeForm, request).cleaned_data
        row = services.set_mode(kind=kind, **facts, by=self.user, at=timezone.now())
        return Response(serializers.DetectorModeOut(row).data)
