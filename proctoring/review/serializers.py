"""Serializers for proctors: sittings, given answers, decisions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring import queries
from proctoring.grading.queries import integrity_of
from proctoring.models import Sitting
from proctoring.monitoring.serializers import ObservationOut
from proctoring.review import forms

VoidIn = form_serializer(forms.VoidForm, "VoidIn")


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
    level = serializers.CharField(source="version.item.level")
    text = serializers.CharField(source="version.text")
    given = serializers.CharField()
    right = serializers.BooleanField(source="correct", allow_null=True)


class IntegrityFindingOut(serializers.Serializer[Any]):
    """A fact from the journal of answers. It never changes a score."""

    kind = serializers.CharField()
    question = serializers.IntegerField(help_text="Position, or 0 for the whole sitting.")
    says = serializers.CharField()


class StaffCaseOut(StaffSittingOut):
    """A sitting with its recorded events, answers and photos."""

    observations = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()
    photo_url = serializers.CharField()
    profile_photo_url = serializers.CharField()

    @extend_schema_field(ObservationOut(many=True))
    def get_observations(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(ObservationOut(queries.events_of(sitting), many=True).data)

    @extend_schema_field(GivenOut(many=True))
    def get_answers(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(GivenOut(queries.questions_of(sitting), many=True).data)

    @extend_schema_field(IntegrityFindingOut(many=True))
    def get_findings(self, sitting: Sitting) -> list[dict[str, Any]]:
        return list(IntegrityFindingOut(integrity_of(sitting)[0], many=True).data)
