"""Serializers of journal entries, stills and observations."""

from typing import Any

from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.monitoring import forms


class EventIn(serializers.Serializer[Any]):
    """One entry of a client's journal. See docs/proctoring-protocol.md for its hash."""

    sequence = serializers.IntegerField(min_value=1)
    previous_hash = serializers.CharField(allow_blank=True)
    hash = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    data = serializers.DictField(required=False)  # type: ignore[assignment]


class RawEntry(serializers.Field[Any, Any, Any, Any]):
    """An entry as it was sent. It is checked where it is recorded."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class EventsIn(serializers.Serializer[Any]):
    """A batch of a device's journal. Entries are read one by one, so that none refuses others."""

    device = serializers.UUIDField()
    events = serializers.ListField(child=RawEntry(allow_null=True))


class EventsDocumented(serializers.Serializer[Any]):
    """What a batch holds, for the documentation of the API."""

    device = serializers.UUIDField()
    events = EventIn(many=True)


class EventResultOut(serializers.Serializer[Any]):
    """What became of one entry."""

    sequence = serializers.IntegerField(allow_null=True)
    status = serializers.CharField(help_text="recorded, folded, known or refused.")
    code = serializers.CharField(required=False)


class RuledOut(serializers.Serializer[Any]):
    """What the person is told at once."""

    kind = serializers.CharField()
    message = serializers.CharField()
    advice = serializers.CharField(allow_blank=True)
    standing = serializers.CharField()


class EventReceiptOut(serializers.Serializer[Any]):
    """The result of a batch."""

    results = EventResultOut(many=True)
    next_sequence = serializers.IntegerField()
    head = serializers.CharField(allow_blank=True)
    told = RuledOut(many=True)


class ConnectionTicketOut(serializers.Serializer[Any]):
    """A ticket for one connection of a client that sends no Origin."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()


SnapshotIn = form_serializer(forms.SnapshotForm, "SnapshotIn")


class SnapshotOut(serializers.Serializer[Any]):
    """A stored still."""

    id = serializers.UUIDField()
    origin = serializers.CharField()
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
