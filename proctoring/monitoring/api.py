"""API views of monitoring: events and snapshots."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from proctoring.api_views import OwnSittingAPIView
from proctoring.monitoring import forms, serializers, services
from proctoring.monitoring.serializers import EventBatchOut, EventsIn, serialize_batch


class EventBatchView(OwnSittingAPIView):
    """Report monitoring events, each id once. Returns warnings and points."""

    @extend_schema(request=EventsIn, responses=EventBatchOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        batch = EventsIn(data=request.data)
        batch.is_valid(raise_exception=True)
        result = services.record_events(sitting=sitting, events=batch.reported(), at=timezone.now())
        return Response(serialize_batch(result))


class SnapshotView(OwnSittingAPIView):
    """Upload a camera snapshot, as multipart `picture`."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "sittings_snapshot"}

    @extend_schema(
        request={"multipart/form-data": serializers.SnapshotIn},
        responses={201: serializers.SnapshotOut},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        data = validated_form(forms.SnapshotForm, request).cleaned_data
        snapshot = services.save_snapshot(
            sitting=sitting, picture=data["picture"], event_id=data["event"], at=timezone.now()
        )
        return Response(serializers.SnapshotOut(snapshot).data, status=201)
