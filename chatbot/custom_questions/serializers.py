"""Serializers of custom questions, for the person and for support."""

from typing import Any

from rest_framework import serializers

from chatbot.custom_questions import forms
from chatbot.custom_questions.services import LONGEST_ANSWER
from chatbot.models import CustomQuestion
from hitouch.core.api.form_serializers import form_serializer

CustomQuestionIn = form_serializer(forms.CustomQuestionForm, "CustomQuestionIn")
DismissQuestionIn = form_serializer(forms.DismissQuestionForm, "DismissQuestionIn")


class AnswerQuestionIn(serializers.Serializer[Any]):
    """The answer, other open questions that get it as well, and the entry that says the same."""

    text = serializers.CharField(max_length=LONGEST_ANSWER)
    also = serializers.ListField(child=serializers.UUIDField(), required=False)
    entry = serializers.UUIDField(required=False)


class PhrasingOfQuestionIn(serializers.Serializer[Any]):
    """The entry of which the question becomes a phrasing."""

    entry = serializers.UUIDField()


class DraftOfQuestionIn(serializers.Serializer[Any]):
    """The category of the entry that is made of the question."""

    category = serializers.UUIDField()


class QuestionEntryOut(serializers.Serializer[Any]):
    """The FAQ entry that the question went to."""

    entry = serializers.UUIDField(source="pk")
    key = serializers.CharField()


class CustomQuestionOut(serializers.ModelSerializer[CustomQuestion]):
    """A question that the person sent to staff, with its answer."""

    reason = serializers.CharField(
        allow_null=True, help_text="Why it was closed without an answer."
    )
    message = serializers.UUIDField(source="message_id", allow_null=True)

    class Meta:
        model = CustomQuestion
        fields = [
            "id", "text", "language", "state", "opened_at", "answer", "answered_at", "reason",
            "message",
        ]  # fmt: skip


class StaffQuestionOut(CustomQuestionOut):
    """A question as support sees it."""

    name = serializers.CharField(source="user.name")
    entry = serializers.UUIDField(source="entry_id", allow_null=True)
    answered_by = serializers.CharField(source="answered_by.name", default=None)

    class Meta(CustomQuestionOut.Meta):
        fields = [*CustomQuestionOut.Meta.fields, "name", "entry", "answered_by"]


class NearEntryOut(serializers.Serializer[Any]):
    """A published entry that may answer the question."""

    entry = serializers.UUIDField(source="entry_id")
    question = serializers.CharField()
    answer = serializers.CharField()
    probability = serializers.FloatField(allow_null=True)


class TalkMessageOut(serializers.Serializer[Any]):
    """A message of the conversation before the question was sent."""

    kind = serializers.CharField(source="source")
    text = serializers.CharField()
    at = serializers.DateTimeField()


class StaffQuestionCaseOut(serializers.Serializer[Any]):
    """A question with entries near to it, similar open questions and the conversation before."""

    question = StaffQuestionOut()
    near = NearEntryOut(many=True)
    similar = StaffQuestionOut(many=True)
    talk = TalkMessageOut(many=True)


class AnsweredQuestionsOut(serializers.Serializer[Any]):
    """The questions that were answered; those closed meanwhile are missing."""

    answered = serializers.ListField(child=serializers.UUIDField())
