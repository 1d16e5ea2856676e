"""Serializers of questions and answers.

No serializer has a field for the answer key of a question, so it cannot be sent.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from proctoring.models import SittingQuestion
from proctoring.serializers import SectionOut


class OptionOut(serializers.Serializer[Any]):
    """An option of a multiple-choice question."""

    id = serializers.CharField()
    text = serializers.CharField()


class AnswerOut(serializers.Serializer[Any]):
    """A saved answer."""

    revision = serializers.IntegerField()
    value = serializers.CharField()
    saved_at = serializers.DateTimeField(source="answered_at")


class QuestionOut(serializers.Serializer[SittingQuestion]):
    """A question of the open section, with the saved answer."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    kind = serializers.CharField(source="version.item.kind")
    passage = serializers.CharField(source="version.passage")
    text = serializers.CharField(source="version.text")
    options = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()

    @extend_schema_field(OptionOut(many=True))
    def get_options(self, drawn: SittingQuestion) -> list[dict[str, str]]:
        return [{"id": key, "text": text} for key, text in drawn.options]

    @extend_schema_field(AnswerOut(allow_null=True))
    def get_answer(self, drawn: SittingQuestion) -> dict[str, Any] | None:
        return dict(AnswerOut(drawn.answer).data) if hasattr(drawn, "answer") else None


class QuestionsOut(serializers.Serializer[Any]):
    """The open section and its questions. Empty once the assessment is over."""

    state = serializers.CharField()
    server_time = serializers.DateTimeField()
    part = SectionOut(allow_null=True)
    last = serializers.BooleanField()
    questions = QuestionOut(many=True)


class SectionIn(serializers.Serializer[Any]):
    """The section to finish."""

    position = serializers.IntegerField(min_value=1)


class AnswerIn(serializers.Serializer[Any]):
    """An answer to save."""

    revision = serializers.IntegerField(min_value=1)
    value = serializers.CharField(max_length=300, allow_blank=True)
