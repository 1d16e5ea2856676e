"""API views of finance: files that prove decisions about money."""

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.schema import file_responses
from hitouch.core.web.downloads import send_file
from payments.evidence import services
from payments.evidence.forms import EvidenceForm
from payments.evidence.serializers import EvidenceFileOut, EvidenceIn
from payments.models import EvidenceFile

KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=list(services.KINDS))


class EvidenceView(StaffAPIView):
    """An endpoint about evidence, for finance."""

    permission_classes = [IsStaff.of("finance")]
    tag = "Payouts"


@extend_schema_view(get=extend_schema(parameters=[KIND]))
class EvidenceListView(EvidenceView, generics.ListAPIView):
    """The files of one decision."""

    serializer_class = EvidenceFileOut
    pagination_class = CursorPage
    parser_classes = [MultiPartParser]
    operation_ids = {"get": "staff_evidence_list", "post": "staff_evidence_add"}

    def _about(self) -> Model:
        kind = self.kwargs["kind"]
        if kind not in services.KINDS:
            raise Http404
        return get_object_or_404(services.KINDS[kind][0], pk=self.kwargs["about_id"])

    def get_queryset(self) -> Any:
        """The files of the decision in the address."""
        return services.evidence_of(self._about())

    @extend_schema(
        parameters=[KIND],
        request={"multipart/form-data": EvidenceIn},
        responses={201: EvidenceFileOut},
    )
    def post(self, request: Request, kind: str, about_id: UUID) -> Response:
        """Add a file. It is scanned, and cannot be taken away."""
        about = self._about()
        upload = validated_form(EvidenceForm, request).cleaned_data["file"]
        row = services.add_evidence(about=about, upload=upload, by=self.user, at=timezone.now())
        return Response(EvidenceFileOut(row).data, status=201)


class EvidenceFileView(EvidenceView):
    """One file."""

    @extend_schema(
        responses=file_responses("application/pdf", "The PDF.")
        | file_responses("image/jpeg", "The picture.")
    )
    def get(self, request: Request, file_id: UUID) -> HttpResponseBase:
        """The file, a PDF or a JPEG picture. Each access is logged."""
        row = get_object_or_404(EvidenceFile.objects.select_related("file"), pk=file_id)
        stored = services.open_evidence(row=row, by=self.user, at=timezone.now())
        return send_file(request, stored, inline=True)
