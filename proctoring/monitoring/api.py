"""API views of monitoring: journal entries, stills, and tickets of programs."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.forms import validated_form
from hitouch.core.api.parsers import LenientRowsParser
from proctoring.api_views import OwnSittingAPIView
from proctoring.delivery.refusals import SittingOver
from proctoring.leases import tickets
from proctoring.models import Observation, Sitting
from proctoring.monitoring import forms, serializers, services
from proctoring.observations import client_journal


class JournalParser(LenientRowsParser):
    """A batch of a journal, read as a frame of the socket is."""

    def read(self, text: str) -> Any:
        """The JSON; numbers that cannot be read refuse their entry only."""
        return client_journal.read_frame(text)


class EventBatchView(OwnSittingAPIView):
    """Report entries of a device's journal. Each has its own result."""

    parser_classes = [JournalParser]

    @extend_schema(request=serializers.EventsDocumented, responses=serializers.EventReceiptOut)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting = self.get_sitting(pk)
        batch = serializers.EventsIn(data=request.data)
        batch.is_valid(raise_exception=True)
        is_page = request.auth is None
        origin = Observation.Origin.BROWSER if is_page else Observation.Origin.PROGRAM
        receipt = services.record_events(
            sitting=sitting, **batch.validated_data, origin=origin, at=timezone.now()
        )
        return Response(receipt.as_json())


class TicketView(OwnSittingAPIView):
    """Get a ticket with which a program opens one WebSocket within a minute."""

    @extend_schema(request=None, responses={201: serializers.ConnectionTicketOut})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        sitting, now = self.get_sitting(pk), timezone.now()
        if sitting.state not in (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED):
            raise SittingOver
        ticket = tickets.issue_ticket(sitting=sitting, at=now)
        return Response({"ticket": ticket, "expires_at": now + tickets.LIFETIME}, status=201)


class SnapshotView(OwnSittingAPIView):
    """Upload a still, as multipart `picture`."""

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
            sitting=sitting,
            picture=data["picture"],
            origin=data["origin"] or "PERIODIC",
            event_sequence=data["event_sequence"],
            nonce=data["nonce"],
            faces=data["faces"],
            distance=data["distance"],
            at=timezone.now(),
        )
        return Response(serializers.SnapshotOut(snapshot).data, status=201)
