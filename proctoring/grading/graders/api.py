"""API views of graders: take an answer, rate it, figures of agreement."""

import uuid

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.web.downloads import send_file
from proctoring.grading.answers import answer_to
from proctoring.grading.graders import queries, serializers, services
from proctoring.models import AnswerRating


class GraderAPIView(StaffAPIView):
    """An endpoint for graders."""

    permission_classes = [IsStaff.of("grader")]
    tag = "Assessments (staff)"

    def get_rating(self, pk: uuid.UUID) -> AnswerRating:
        return get_object_or_404(queries.own_rating(self.user, pk))


class TakeAnswerView(GraderAPIView):
    """Take the next answer to rate, or the one that you have taken."""

    operation_ids = {"post": "grading_take"}

    @extend_schema(request=None, responses=serializers.AnswerToRateOut)
    def post(self, request: Request) -> Response:
        taken = services.take_next(grader=self.user, at=timezone.now())
        return Response(serializers.AnswerToRateOut(self.get_rating(taken.pk)).data)


class RateAnswerView(GraderAPIView):
    """Give the marks for an answer that you have taken."""

    operation_ids = {"post": "grading_rate"}

    @extend_schema(request=serializers.MarksIn, responses={204: None})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        rating = self.get_rating(pk)
        marks = serializers.MarksIn(data=request.data)
        marks.is_valid(raise_exception=True)
        services.rate(
            rating=rating, grader=self.user, at=timezone.now(), **dict(marks.validated_data)
        )
        return Response(status=204)


class ReturnAnswerView(GraderAPIView):
    """Leave an answer that you have taken to another grader."""

    operation_ids = {"post": "grading_return"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        services.give_back(rating=self.get_rating(pk), at=timezone.now())
        return Response(status=204)


class AnswerAudioView(GraderAPIView):
    """Get the recording of an answer that you have taken."""

    operation_ids = {"get": "grading_audio"}

    @extend_schema(responses={(200, "audio/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponseBase:
        rating = self.get_rating(pk)
        recording = answer_to(rating.question).recording
        if rating.given_at is not None or recording is None or recording.file is None:
            raise Http404
        return send_file(request, recording.file, inline=True)


class AgreementView(GraderAPIView):
    """How far graders agree with each other and with the machine."""

    operation_ids = {"get": "grading_agreement"}

    @extend_schema(responses=serializers.GraderFiguresOut(many=True))
    def get(self, request: Request) -> Response:
        figures = queries.grader_figures(timezone.now())
        return Response(serializers.GraderFiguresOut(figures, many=True).data)
