"""API of the figures of Help, for support."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from chatbot.analytics import faq_entries, forms, language_alarm, queries, serializers, unanswered
from chatbot.custom_questions.forms import DraftOfQuestionForm, PhrasingOfQuestionForm
from chatbot.custom_questions.serializers import (
    DraftOfQuestionIn,
    PhrasingOfQuestionIn,
    QuestionEntryOut,
)
from chatbot.models import HelpLanguage
from hitouch.core.api.forms import validated_form

RANGE = [
    OpenApiParameter("first", OpenApiTypes.DATE, description="The first day."),
    OpenApiParameter("last", OpenApiTypes.DATE, description="The last day."),
    OpenApiParameter("language", str, enum=HelpLanguage.values, description="Only this language."),
]


class FiguresAPIView(StaffAPIView):
    """An endpoint of figures. The days are those of India, both included."""

    permission_classes = [IsStaff.of("support")]
    tag = "Help (staff)"


class HelpFiguresView(FiguresAPIView):
    """Figures of Help for a range of days, the last 28 unless others are named."""

    query_form = forms.FiguresFilter
    operation_ids = {"get": "staff_help_figures"}

    @extend_schema(parameters=RANGE, responses=serializers.HelpFiguresOut)
    def get(self, request: Request) -> Response:
        """Get the figures of a range: in all, by day and by language."""
        chosen = self.query
        found = queries.figures_of(chosen["first"], chosen["last"], chosen["language"])
        compared = language_alarm.comparisons(now=timezone.now())
        context = {"behind": {each.language for each in compared if each.is_behind}}
        return Response(serializers.HelpFiguresOut(found, context=context).data)


class UnansweredGroupsView(FiguresAPIView):
    """Questions without an answer."""

    query_form = forms.FiguresFilter
    operation_ids = {"get": "staff_help_unanswered"}

    @extend_schema(parameters=RANGE, responses=serializers.UnansweredGroupOut(many=True))
    def get(self, request: Request) -> Response:
        """List groups of questions without an answer, the largest first."""
        chosen = self.query
        groups = unanswered.groups_of(chosen["first"], chosen["last"], chosen["language"])
        return Response(serializers.UnansweredGroupOut(groups, many=True).data)


class DraftOfUnansweredView(FiguresAPIView):
    """Make a draft of a FAQ entry from an unanswered question and those of its group."""

    operation_ids = {"post": "staff_help_unanswered_draft"}

    @extend_schema(request=DraftOfQuestionIn, responses=QuestionEntryOut)
    def post(self, request: Request, message_id: UUID) -> Response:
        """Make a draft of a new entry. Its answer is written in the FAQ."""
        message = get_object_or_404(unanswered.unanswered_message(message_id))
        category = validated_form(DraftOfQuestionForm, request).cleaned_data["category"]
        entry = faq_entries.make_draft(
            questions=unanswered.group_of(message), category=category, by=self.user
        )
        return Response(QuestionEntryOut(entry).data)


class PhrasingOfUnansweredView(FiguresAPIView):
    """Add an unanswered question to a FAQ entry as a way to ask it."""

    operation_ids = {"post": "staff_help_unanswered_phrasing"}

    @extend_schema(request=PhrasingOfQuestionIn, responses=QuestionEntryOut)
    def post(self, request: Request, message_id: UUID) -> Response:
        """Add the question as a phrasing of an entry."""
        message = get_object_or_404(unanswered.unanswered_message(message_id))
        entry = validated_form(PhrasingOfQuestionForm, request).cleaned_data["entry"]
        faq_entries.add_phrasing(message=message, entry=entry, by=self.user)
        return Response(QuestionEntryOut(entry).data)
