"""API view of the receipts of a consent."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from proctoring.api_views import OwnSittingAPIView
from proctoring.artefacts import serializers


class ConsentReceiptView(OwnSittingAPIView):
    """What the agent agreed to before this sitting, and how long each part is kept."""

    operation_ids = {"get": "sittings_receipts"}

    @extend_schema(responses=serializers.ConsentReceiptOut(many=True))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        rows = self.get_sitting(pk).receipts.order_by("position")
        return Response(serializers.ConsentReceiptOut(rows, many=True).data)
