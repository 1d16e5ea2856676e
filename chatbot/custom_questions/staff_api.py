"""API views with which support answers custom questions."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from chatbot.custom_questions import faq_entries, forms, near, queries, serializers, services
from chatbot.custom_questions.api import QuestionPage
from chatbot.models import CustomQuestion, HelpLanguage
from hitouch.core.api.forms import validated_form

FILTERS = [
    OpenApiParameter("state", str, enum=CustomQuestion.State.values),
    OpenApiParameter("language", str, enum=HelpLanguage.values),
]


class SupportQuestionAPIView(StaffAPIView):
    """An endpoint for members of support."""

    permission_classes = [IsStaff.of("support")]
    tag = "Help (staff)"

    def found(self) -> CustomQuestion:
        """The question of the address, or 404."""
        return get_object_or_404(queries.questions(), pk=self.kwargs["question_id"])


@extend_schema_view(get=extend_schema(parameters=FILTERS))
class StaffQuestionListView(SupportQuestionAPIView, ListAPIView[CustomQuestion]):
    """Questions to staff. Use `?state=OPEN` for those to answer."""

    serializer_class = serializers.StaffQuestionOut
    pagination_class = QuestionPage
    query_form = forms.QuestionFilter
    queryset = CustomQuestion.objects.none()

    def get_queryset(self) -> Any:
        chosen = {name: value for name, value in self.query.items() if value}
        return queries.questions().filter(**chosen)


class StaffQuestionView(SupportQuestionAPIView):
    """One question with what helps to answer it."""

    @extend_schema(responses=serializers.StaffQuestionCaseOut)
    def get(self, request: Request, question_id: UUID) -> Response:
        """Get a question, entries near to it, similar open questions and the talk before."""
        question = self.found()
        is_open = question.state == CustomQuestion.State.OPEN
        case = {
            "question": question,
            "near": near.near_entries(question),
            "similar": queries.similar_open(question) if is_open else [],
            "talk": queries.talk_before(question),
        }
        return Response(serializers.StaffQuestionCaseOut(case).data)


class AnswerQuestionView(SupportQuestionAPIView):
    """Answer a question, and others that ask the same."""

    operation_ids = {"post": "staff_questions_answer"}

    @extend_schema(request=serializers.AnswerQuestionIn, responses=serializers.AnsweredQuestionsOut)
    def post(self, request: Request, question_id: UUID) -> Response:
        """Answer a question. The person is told."""
        facts = validated_form(forms.AnswerQuestionForm, request).cleaned_data
        answered = services.answer_questions(
            questions=[self.found(), *facts["also"]],
            by=self.user,
            text=facts["text"],
            entry=facts["entry"],
            at=timezone.now(),
        )
        data = {"answered": [row.pk for row in answered]}
        return Response(serializers.AnsweredQuestionsOut(data).data)


class DismissQuestionView(SupportQuestionAPIView):
    """Close a question without an answer."""

    operation_ids = {"post": "staff_questions_close"}

    @extend_schema(request=serializers.DismissQuestionIn, responses=serializers.StaffQuestionOut)
    def post(self, request: Request, question_id: UUID) -> Response:
        """Close a question without an answer. The person reads the reason."""
        facts = validated_form(forms.DismissQuestionForm, request).cleaned_data
        services.dismiss_question(question=self.found(), by=self.user, at=timezone.now(), **facts)
        return Response(serializers.StaffQuestionOut(self.found()).data)


class DraftOfQuestionView(SupportQuestionAPIView):
    """Make a draft of a FAQ entry from a question and its answer."""

    operation_ids = {"post": "staff_questions_draft"}

    @extend_schema(request=serializers.DraftOfQuestionIn, responses=serializers.QuestionEntryOut)
    def post(self, request: Request, question_id: UUID) -> Response:
        """Make a draft of a new entry. It is published in the FAQ."""
        facts = validated_form(forms.DraftOfQuestionForm, request).cleaned_data
        entry = faq_entries.make_draft(
            question=self.found(), by=self.user, at=timezone.now(), **facts
        )
        return Response(serializers.QuestionEntryOut(entry).data)


class PhrasingOfQuestionView(SupportQuestionAPIView):
    """Add a question to a FAQ entry as a way to ask it."""

    operation_ids = {"post": "staff_questions_phrasing"}

    @extend_schema(request=serializers.PhrasingOfQuestionIn, responses=serializers.QuestionEntryOut)
    def post(self, request: Request, question_id: UUID) -> Response:
        """Add the question as a phrasing of an entry."""
        facts = validated_form(forms.PhrasingOfQuestionForm, request).cleaned_data
        faq_entries.add_phrasing(question=self.found(), by=self.user, at=timezone.now(), **facts)
        return Response(serializers.QuestionEntryOut(facts["entry"]).data)
