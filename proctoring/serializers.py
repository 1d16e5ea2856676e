"""The shape of events, as the API and the socket both take them."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from proctoring import conf
from proctoring.services.monitoring import BatchResult, ReportedEvent

LONGEST_DATA = 1000


class EventIn(serializers.Serializer[Any]):
    """One thing the browser saw. A kind we do not know is answered under `unknown`."""

    id = serializers.UUIDField()
    kind = serializers.CharField(max_length=30)
    at = serializers.DateTimeField()
    data = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]

    def validate_data(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(value)) > LONGEST_DATA:
            raise serializers.ValidationError(f"At most {LONGEST_DATA} characters.")
        return value


class EventsIn(serializers.Serializer[Any]):
    """A batch."""

    events = EventIn(many=True, max_length=conf.EVENTS_A_BATCH)  # type: ignore[call-arg]

    def reported(self) -> list[ReportedEvent]:
        """As the service wants them. Call after `is_valid`."""
        return [ReportedEvent(**event) for event in self.validated_data["events"]]


class WarningOut(serializers.Serializer[Any]):
    """What the agent is told about one event."""

    id = serializers.UUIDField(source="browser_id")
    kind = serializers.CharField()
    severity = serializers.CharField()
    standing = serializers.CharField()
    message = serializers.CharField(source="said")


@extend_schema_serializer(component_name="TakenOut")
class EventBatchOut(serializers.Serializer[Any]):
    """What became of a batch."""

    taken = serializers.ListField(child=serializers.UUIDField(), source="ids")
    unknown = serializers.ListField(child=serializers.UUIDField())
    warnings = WarningOut(many=True)
    state = serializers.CharField(source="sitting.state")
    ends_at = serializers.DateTimeField(source="sitting.ends_at")


def serialize_batch(taken: BatchResult) -> dict[str, Any]:
    """Plain data, ready for JSON on either wire."""
    return json.loads(json.dumps(EventBatchOut(taken).data, default=str))
