"""API views of a person's own questions to staff."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import UserAPIView
from chatbot.custom_questions import forms, queries, serializers, services
from chatbot.models import CustomQuestion
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class QuestionPage(CursorPage):
    """Pagination by sending time, newest first."""

    ordering = ("-opened_at", "-id")


class CustomQuestionListView(UserAPIView, ListAPIView[CustomQuestion]):
    """Your questions to staff."""

    serializer_class = serializers.CustomQuestionOut
    pagination_class = QuestionPage
    queryset = CustomQuestion.objects.none()
    operation_ids = {"post": "help_questions_send"}

    def get_queryset(self) -> Any:
        """The user's own questions."""
        return queries.questions_of(self.user)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List your questions to staff, newest first."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        request=serializers.CustomQuestionIn, responses={201: serializers.CustomQuestionOut}
    )
    def post(self, request: Request) -> Response:
        """Send a question to staff, after a message that had no answer or an unhelpful one."""
        facts = validated_form(forms.CustomQuestionForm, request).cleaned_data
        question = services.open_question(
            user=self.user,
            text=facts["text"],
            language=facts["language"],
            message=queries.own_message(self.user, facts["message"]),
            at=timezone.now(),
        )
        found = queries.questions_of(self.user).get(pk=question.pk)
        return Response(serializers.CustomQuestionOut(found).data, status=201)


class CustomQuestionView(UserAPIView):
    """One of your questions to staff."""

    @extend_schema(responses=serializers.CustomQuestionOut)
    def get(self, request: Request, question_id: UUID) -> Response:
        """Get a question with its answer."""
        found = get_object_or_404(queries.questions_of(self.user), pk=question_id)
        return Response(serializers.CustomQuestionOut(found).data)
