"""Serializers of monitoring events, shared by the API and the WebSocket."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring import conf
from proctoring.monitoring import forms
from proctoring.monitoring.services import BatchResult, ReportedEvent

MAX_DATA_CHARS = 1000


class EventIn(serializers.Serializer[Any]):
    """One event of the browser. An unknown kind is returned under `unknown`."""

    id = serializers.UUIDField()
    kind = serializers.CharField(max_length=30)
    at = serializers.DateTimeField()
    data = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]

    def validate_data(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(value)) > MAX_DATA_CHARS:
            raise serializers.ValidationError(f"At most {MAX_DATA_CHARS} characters.")
        return value


class EventsIn(serializers.Serializer[Any]):
    """A batch of events."""

    events = EventIn(many=True, max_length=conf.MAX_EVENTS_PER_BATCH)  # type: ignore[call-arg]

    def reported(self) -> list[ReportedEvent]:
        """The events for the service. Call after `is_valid`."""
        return [ReportedEvent(**event) for event in self.validated_data["events"]]


class WarningOut(serializers.Serializer[Any]):
    """One event as shown to the agent."""

    id = serializers.UUIDField(source="device")
    kind = serializers.CharField()
    severity = serializers.CharField(source="ruling.severity")
    standing = serializers.CharField(source="ruling.standing")
    message = serializers.CharField()


@extend_schema_serializer(component_name="TakenOut")
class EventBatchOut(serializers.Serializer[Any]):
    """The result of a batch: accepted and unknown ids, warnings, and the sitting's state."""

    taken = serializers.ListField(child=serializers.UUIDField(), source="ids")
    unknown = serializers.ListField(child=serializers.UUIDField())
    warnings = WarningOut(many=True)
    state = serializers.CharField(source="sitting.state")
    ends_at = serializers.DateTimeField(source="sitting.ends_at")


def serialize_batch(result: BatchResult) -> dict[str, Any]:
    """JSON-compatible data for API and WebSocket."""
    return json.loads(json.dumps(EventBatchOut(result).data, default=str))


SnapshotIn = form_serializer(forms.SnapshotForm, "SnapshotIn")


class SnapshotOut(serializers.Serializer[Any]):
    """A stored camera snapshot."""

    id = serializers.UUIDField()
    taken_at = serializers.DateTimeField()
    keep_until = serializers.DateTimeField()


class ObservationOut(serializers.Serializer[Any]):
    """An observation with the ruling that counts, as proctors and the agent see it."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = serializers.CharField()
    origin = serializers.CharField()
    count = serializers.IntegerField(help_text="Repeats that were folded into it.")
    message = serializers.CharField()
    client_at = serializers.DateTimeField(allow_null=True, help_text="As the device states it.")
    received_at = serializers.DateTimeField()
    severity = serializers.CharField(source="ruling.severity", default="INFO")
    standing = serializers.CharField(source="ruling.standing", default="NOTED")
    points = serializers.IntegerField(source="ruling.points", default=0)
    verdict = serializers.CharField(source="ruling.verdict", default="AUTOMATIC")
