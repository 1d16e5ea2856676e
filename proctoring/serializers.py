"""Serializers of an assessment and of a sitting."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from proctoring import queries
from proctoring.models import Sitting


class AssessmentOut(serializers.Serializer[Any]):
    """An assessment."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.CharField()
    pass_level = serializers.CharField()


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
    score = serializers.DecimalField(
        max_digits=5, decimal_places=2, allow_null=True, source="shown_score"
    )
    level = serializers.CharField(source="shown_level", help_text="Empty until the result counts.")
    passed = serializers.BooleanField()
    reviewed_until = serializers.SerializerMethodField()
    decision_reason = serializers.CharField()
    parts = serializers.SerializerMethodField()
    server_time = serializers.SerializerMethodField()

    @extend_schema_field(SectionOut(many=True))
    def get_parts(self, sitting: Sitting) -> list[dict[str, Any]]:
        parts = list(sitting.parts.select_related("section").order_by("position"))
        for part in parts:
            part.score = part.score if sitting.counts else None
        return list(SectionOut(parts, many=True).data)

    def get_reviewed_until(self, sitting: Sitting) -> datetime | None:
        """Until when a person reviews the result, while it is held."""
        return queries.review_due(sitting) if sitting.is_under_review else None

    def get_server_time(self, sitting: Sitting) -> datetime:
        return timezone.now()
