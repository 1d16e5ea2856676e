"""Serializers of plays and recordings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.models import Recording
from proctoring.sound import forms, queries

RecordingIn = form_serializer(forms.RecordingForm, "RecordingIn")
RecordingCloseIn = form_serializer(forms.CloseForm, "RecordingCloseIn")


class PlayOut(serializers.Serializer[Any]):
    """A counted play. Fetch the clip from `url` until `until`, as often as needed."""

    url = serializers.CharField()
    token = serializers.CharField()
    plays_left = serializers.IntegerField()
    until = serializers.DateTimeField(source="play.until")


class ChunkOut(serializers.Serializer[Any]):
    """A chunk that is held."""

    sequence = serializers.IntegerField()
    sha256 = serializers.CharField()


class RecordingOut(serializers.Serializer[Recording]):
    """A take: the chunks that are held while it is open, and how it sounds once it is complete."""

    id = serializers.UUIDField()
    question = serializers.UUIDField(source="question_id")
    take = serializers.IntegerField()
    state = serializers.CharField()
    chunks = serializers.SerializerMethodField()
    judgement = serializers.CharField()
    message = serializers.SerializerMethodField()
    duration_ms = serializers.IntegerField(allow_null=True)
    level = serializers.DictField()
    takes_left = serializers.SerializerMethodField()

    @extend_schema_field(ChunkOut(many=True))
    def get_chunks(self, recording: Recording) -> list[dict[str, Any]]:
        return list(ChunkOut(recording.chunks.order_by("sequence").defer("data"), many=True).data)

    def get_message(self, recording: Recording) -> str:
        return queries.message_of(recording)

    def get_takes_left(self, recording: Recording) -> int:
        return queries.takes_left(Recording.objects.filter(question=recording.question_id))
