"""API views of a running assessment: start, questions, answers, sections, submission."""

import uuid

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from proctoring import queries
from proctoring.api_views import OwnSittingAPIView
from proctoring.delivery import forms, serializers, services
from proctoring.serializers import SittingOut


class BeginSittingView(OwnSittingAPIView):
    """Start the assessment. Draws the questions and starts the timer."""

    @extend_schema(request=None, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        by = self.user
        return self.sitting_response(
            services.begin_sitting(sitting=self.get_sitting(pk), by=by, at=timezone.now())
        )


class SubmitSittingView(OwnSittingAPIView):
    """Submit the assessment. Grading starts automatically."""

    @extend_schema(request=None, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        by = self.user
        return self.sitting_response(
            services.submit_sitting(sitting=self.get_sitting(pk), by=by, at=timezone.now())
        )


class QuestionListView(OwnSittingAPIView):
    """Get the questions of the open section."""

    @extend_schema(responses=serializers.QuestionsOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        now = timezone.now()
        sitting = services.advance_clock(sitting=self.get_sitting(pk), at=now)
        part = queries.current_section(sitting) if sitting.is_live else None
        page = {
            "state": sitting.state,
            "server_time": now,
            "part": part,
            "last": queries.is_last(part),
            "questions": queries.questions_in(part) if part else [],
        }
        return Response(serializers.QuestionsOut(page).data)


class NextSectionView(OwnSittingAPIView):
    """Finish the open section, which locks it, and open the next one."""

    operation_ids = {"post": "sittings_next_section"}

    @extend_schema(request=serializers.SectionIn, responses=SittingOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        position = validated_form(forms.SectionForm, request).cleaned_data["position"]
        return self.sitting_response(
            services.close_section(sitting=sitting, position=position, at=timezone.now())
        )


class AnswerView(OwnSittingAPIView):
    """Save an answer. The highest revision wins."""

    operation_ids = {"put": "sittings_answer"}

    @extend_schema(request=serializers.AnswerIn, responses=serializers.AnswerOut)
    def put(self, request: Request, pk: uuid.UUID, question: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        drawn = get_object_or_404(sitting.drawn.select_related("version__item"), pk=question)
        facts = validated_form(forms.AnswerForm, request).cleaned_data
        answer = services.save_answer(sitting=sitting, drawn=drawn, at=timezone.now(), **facts)
        return Response(serializers.AnswerOut(answer).data)
