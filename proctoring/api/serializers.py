"""Serializers of invitations, sittings, questions and monitoring events.

No serializer has a field for the answer key of a question, so it cannot be sent.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring import forms, queries
from proctoring.models import Invitation, Sitting, SittingQuestion, SystemCheck
from proctoring.serializers import WarningOut

ConsentIn = form_serializer(forms.ConsentForm, "ConsentIn")
InvitationIn = form_serializer(forms.InvitationForm, "InvitationIn")
LivePhotoIn = form_serializer(forms.IdentityPhotoForm, "LivePhotoIn")
SnapshotIn = form_serializer(forms.SnapshotForm, "SnapshotIn")
VoidIn = form_serializer(forms.VoidForm, "VoidIn")


class AssessmentOut(serializers.Serializer[Any]):
    """An assessment."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.CharField()
    pass_level = serializers.CharField()


class InvitationOut(serializers.Serializer[Invitation]):
    """An invitation to take an assessment once."""

    id = serializers.UUIDField()
    assessment = AssessmentOut()
    why = serializers.CharField()
    until = serializers.DateTimeField()


class SectionOut(serializers.Serializer[Any]):
    """A section of a sitting with its times and score."""

    position = serializers.IntegerField()
    name = serializers.CharField(source="section.name")
    opened_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)


class SittingOut(serializers.Serializer[Sitting]):
    """A sitting (one attempt) with its state, times and result."""

    id = serializers.UUIDField()
    assessment = AssessmentOut()
    number = serializers.IntegerField()
    state = serializers.CharField()
    begun_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    level = serializers.CharField()
    passed = serializers.BooleanField()
    decision_reason = serializers.CharField()
    parts = serializers.SerializerMethodField()
    server_time = serializers.SerializerMethodField()

    @extend_schema_field(SectionOut(many=True))
    def get_parts(self, sitting: Sitting) -> list[dict[str, Any]]:
        parts = sitting.parts.select_related("section").order_by("position")
        return list(SectionOut(parts, many=True).data)

    def get_server_time(self, sitting: Sitting) -> datetime:
        return timezone.now()


class CheckOut(serializers.Serializer[Any]):
    """The result of one check of the computer, with a remedy."""

    key = serializers.CharField()
    title = serializers.CharField()
    passed = serializers.BooleanField()
    found = serializers.CharField()
    mend = serializers.CharField()


class SystemCheckOut(serializers.Serializer[SystemCheck]):
    """The results of a system or device check."""

    passed = serializers.BooleanField()
    results = CheckOut(many=True)
    state = serializers.CharField(source="sitting.state")


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
    kind = serializers.CharField(source="question.kind")
    passage = serializers.CharField(source="question.passage")
    text = serializers.CharField(source="question.text")
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


class SnapshotOut(serializers.Serializer[Any]):
    """A stored camera snapshot."""

    id = serializers.UUIDField()
    taken_at = serializers.DateTimeField()
    keep_until = serializers.DateTimeField()


class SeenOut(WarningOut):
    """A recorded monitoring event, as a proctor sees it."""

    number = serializers.IntegerField()
    points = serializers.IntegerField()
    browser_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()


class StaffSittingOut(serializers.Serializer[Any]):
    """A sitting in the list of proctors."""

    id = serializers.UUIDField()
    agent = serializers.CharField(source="agent.name")
    assessment = serializers.CharField(source="assessment.title")
    number = serializers.IntegerField()
    state = serializers.CharField()
    begun_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    level = serializers.CharField()
    warnings = serializers.IntegerField()
    points = serializers.IntegerField()


class GivenOut(serializers.Serializer[Any]):
    """A question with the given answer and whether it is correct."""

    position = serializers.IntegerField()
    level = serializers.CharField(source="question.level")
    text = serializers.CharField(source="question.text")
    given = serializers.CharField()
    right = serializers.BooleanField(allow_null=True)


class StaffCaseOut(StaffSittingOut):
    """A sitting with its recorded events, answers and photos."""

    seen = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    photo_url = serializers.CharField()
    profile_photo_url = serializers.CharField()

    @extend_schema_field(SeenOut(many=True))
    def get_seen(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(SeenOut(sitting.seen.order_by("number"), many=True).data)

    @extend_schema_field(GivenOut(many=True))
    def get_answers(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(GivenOut(queries.questions_of(sitting), many=True).data)


class FactsIn(serializers.Serializer[Any]):
    """What the browser measured about the computer."""

    browser = serializers.CharField(max_length=40)
    browser_version = serializers.IntegerField(min_value=0)
    desktop = serializers.BooleanField()
    screen_width = serializers.IntegerField(min_value=0)
    screen_height = serializers.IntegerField(min_value=0)
    fullscreen = serializers.BooleanField()
    camera = serializers.BooleanField()
    microphone = serializers.BooleanField()
    round_trip_ms = serializers.IntegerField(min_value=0)


class DevicesIn(serializers.Serializer[Any]):
    """Whether the camera shows a picture, and the microphone level from 0 to 1."""

    picture = serializers.BooleanField()
    microphone_level = serializers.FloatField(min_value=0, max_value=1)


class SectionIn(serializers.Serializer[Any]):
    """The section to finish."""

    position = serializers.IntegerField(min_value=1)


class AnswerIn(serializers.Serializer[Any]):
    """An answer to save."""

    revision = serializers.IntegerField(min_value=1)
    value = serializers.CharField(max_length=300, allow_blank=True)
