"""Serializers of the trust board."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.trust import forms
from proctoring.trust.queries import DetectorFigures

DetectorModeIn = form_serializer(forms.DetectorModeForm, "DetectorModeIn")


class TrustRowOut(serializers.Serializer[Any]):
    """Findings, those that people judged, and the share confirmed with its 95 % interval."""

    name = serializers.CharField()
    flagged = serializers.IntegerField()
    ruled = serializers.IntegerField(source="precision.ruled")
    overturned = serializers.IntegerField(source="precision.overturned")
    precision = serializers.FloatField(source="precision.share", allow_null=True)
    low = serializers.FloatField(source="precision.low", allow_null=True)
    high = serializers.FloatField(source="precision.high", allow_null=True)


class DetectorFiguresOut(serializers.Serializer[Any]):
    """One kind of entry, whether it has consequences, and its figures by circumstance."""

    kind = serializers.CharField()
    is_log_only = serializers.BooleanField()
    whole = TrustRowOut()
    circumstances = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=serializers.ListField(child=TrustRowOut())))
    def get_circumstances(self, figures: DetectorFigures) -> dict[str, Any]:
        return {
            name: list(TrustRowOut(rows, many=True).data)
            for name, rows in figures.circumstances.items()
        }


class ReviewerFiguresOut(serializers.Serializer[Any]):
    """How often a reviewer decided known cases as they are known to be."""

    reviewer = serializers.CharField(source="reviewer.email")
    decided = serializers.IntegerField(source="agreement.ruled")
    agreement = serializers.FloatField(source="agreement.share", allow_null=True)
    low = serializers.FloatField(source="agreement.low", allow_null=True)
    high = serializers.FloatField(source="agreement.high", allow_null=True)


class DetectorModeOut(serializers.Serializer[Any]):
    """Whether a detector has consequences, since when and why."""

    kind = serializers.CharField()
    mode = serializers.CharField()
    since = serializers.DateTimeField()
    reason = serializers.CharField()
