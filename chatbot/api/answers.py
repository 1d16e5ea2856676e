"""API view that answers a question from the FAQ, without storing it."""

from typing import Any, cast

from django import forms
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import UserAPIView
from chatbot import queries
from chatbot.forms import QuestionForm
from hitouch.core.api.query import QueryForm


class EntryOut(serializers.Serializer):
    """An FAQ entry."""

    id = serializers.UUIDField(source="entry_id")
    question = serializers.CharField()
    answer = serializers.CharField(source="text")


class FoundOut(serializers.Serializer):
    """The best answer, or similar questions if there is no sure one."""

    answered = serializers.SerializerMethodField()
    confidence = serializers.FloatField(help_text="How close the best question is, from 0 to 1.")
    entry = EntryOut(allow_null=True)
    near = EntryOut(many=True)

    def get_answered(self, match: queries.FaqMatch) -> bool:
        """Whether `entry` answers the question."""
        return match.entry is not None


class AnswerQuery(QueryForm):
    """The question, which the page's form checks: 422 like any other input."""

    q = forms.CharField(required=False)


class FaqAnswerView(UserAPIView):
    """Ask a question."""

    query_form = AnswerQuery

    @extend_schema(parameters=[OpenApiParameter("q", str, required=True)], responses=FoundOut)
    def get(self, request: Request) -> Response:
        """Ask a question. `answered` is false if there is no sure answer; open a ticket then."""
        form = QuestionForm(self.query)
        if not form.is_valid():
            errors = form.errors.get_json_data(escape_html=False)
            raise exceptions.ValidationError(cast(Any, errors))
        return Response(FoundOut(queries.match_faq(form.cleaned_data["q"])).data)
