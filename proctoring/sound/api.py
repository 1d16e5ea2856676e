"""API views of sound: plays of listening clips, and recordings of spoken answers."""

import uuid
from typing import IO, Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from hitouch.core.web.downloads import send_file
from proctoring.api_views import OwnSittingAPIView
from proctoring.models import Recording, SittingQuestion
from proctoring.sound import forms, plays, serializers, services

_RAW = {"application/octet-stream": OpenApiTypes.BINARY}


class ChunkParser(BaseParser):
    """Reads the raw bytes of a chunk, one more than allowed at most."""

    media_type = "*/*"

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        return bytes(stream.read(services.MAX_CHUNK_BYTES + 1))


class OwnQuestionAPIView(OwnSittingAPIView):
    """Base class of the endpoints for one question of the agent's own sitting."""

    def get_question(self, pk: uuid.UUID, question: uuid.UUID) -> SittingQuestion:
        rows = SittingQuestion.objects.select_related("version__item", "version__audio", "sitting")
        return get_object_or_404(rows, pk=question, sitting=self.get_sitting(pk))


class PlayView(OwnQuestionAPIView):
    """Play the clip of a listening question. Each call uses one of its plays."""

    operation_ids = {"post": "sittings_play"}

    @extend_schema(request=None, responses={201: serializers.PlayOut})
    def post(self, request: Request, pk: uuid.UUID, question: uuid.UUID) -> Response:
        asked = self.get_question(pk, question)
        if asked.version.audio is None:
            raise Http404
        play = plays.start_play(sitting=asked.sitting, question=asked, at=timezone.now())
        url = reverse("api:proctoring:audio", args=[pk, question]) + f"?token={play.token}"
        return Response(serializers.PlayOut({**vars(play), "url": url}).data, status=201)


class ClipView(OwnQuestionAPIView):
    """Get the clip of a play, or a range of it. This uses no further play."""

    query_form = forms.PlayForm
    operation_ids = {"get": "sittings_audio"}

    @extend_schema(
        parameters=[OpenApiParameter("token", str, required=True)],
        responses={(200, "audio/*"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: uuid.UUID, question: uuid.UUID) -> HttpResponseBase:
        token = self.query["token"]
        asked = self.get_question(pk, question)
        clip = plays.clip_of(question=asked, token=token, at=timezone.now())
        return send_file(request, clip, inline=True)


class RecordingListView(OwnQuestionAPIView):
    """Start to record the answer to a speaking question."""

    operation_ids = {"post": "sittings_record"}

    @extend_schema(request=serializers.RecordingIn, responses={201: serializers.RecordingOut})
    def post(self, request: Request, pk: uuid.UUID, question: uuid.UUID) -> Response:
        asked = self.get_question(pk, question)
        facts = validated_form(forms.RecordingForm, request).cleaned_data
        take = services.start_recording(
            sitting=asked.sitting, question=asked, at=timezone.now(), **facts
        )
        return Response(serializers.RecordingOut(take).data, status=201)


class OwnRecordingAPIView(OwnSittingAPIView):
    """Base class of the endpoints for one of the agent's own recordings."""

    def get_recording(self, pk: uuid.UUID, recording: uuid.UUID) -> Recording:
        rows: QuerySet[Recording] = Recording.objects.select_related("question", "file")
        return get_object_or_404(rows, pk=recording, question__sitting=self.get_sitting(pk))


class RecordingView(OwnRecordingAPIView):
    """Get a recording with the chunks that are held, to go on after a lost connection."""

    operation_ids = {"get": "sittings_recording"}

    @extend_schema(responses=serializers.RecordingOut)
    def get(self, request: Request, pk: uuid.UUID, recording: uuid.UUID) -> Response:
        return Response(serializers.RecordingOut(self.get_recording(pk, recording)).data)


class ChunkView(OwnRecordingAPIView):
    """Send one chunk as the raw body, with its SHA-256 in the header `X-Chunk-SHA256`."""

    parser_classes = [ChunkParser]
    operation_ids = {"put": "sittings_chunk"}

    @extend_schema(
        request=_RAW,
        responses=serializers.ChunkOut,
        parameters=[
            OpenApiParameter("X-Chunk-SHA256", str, OpenApiParameter.HEADER, required=True)
        ],
    )
    def put(self, request: Request, pk: uuid.UUID, recording: uuid.UUID, sequence: int) -> Response:
        take = self.get_recording(pk, recording)
        if not 1 <= sequence <= services.MAX_CHUNKS:
            raise Http404
        data = request.data if isinstance(request.data, bytes) else b""
        chunk = services.save_chunk(
            recording=take,
            sequence=sequence,
            data=data,
            sha256=request.headers.get("X-Chunk-SHA256", ""),
            at=timezone.now(),
        )
        return Response(serializers.ChunkOut(chunk).data)


class CloseRecordingView(OwnRecordingAPIView):
    """Complete a recording. The answer says whether it can be heard, or needs a retake."""

    operation_ids = {"post": "sittings_close_recording"}

    @extend_schema(request=serializers.RecordingCloseIn, responses=serializers.RecordingOut)
    def post(self, request: Request, pk: uuid.UUID, recording: uuid.UUID) -> Response:
        take = self.get_recording(pk, recording)
        chunks = validated_form(forms.CloseForm, request).cleaned_data["chunks"]
        closed = services.close_recording(recording=take, chunks=chunks, at=timezone.now())
        return Response(serializers.RecordingOut(closed).data)


class RecordingAudioView(OwnRecordingAPIView):
    """Play back a complete recording."""

    operation_ids = {"get": "sittings_recording_audio"}

    @extend_schema(responses={(200, "audio/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID, recording: uuid.UUID) -> HttpResponseBase:
        take = self.get_recording(pk, recording)
        if take.file is None:
            raise Http404
        return send_file(request, take.file, inline=True)
