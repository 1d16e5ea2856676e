"""API of signed PDFs: download and verification."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import network
from accounts.api_views import AgentAPIView, PublicAPIView, StaffAPIView
from accounts.audience import IsStaff, authenticated_user
from hitouch.core.api import bound
from hitouch.core.form_serializers import form_serializer
from hitouch.core.http import send_file
from onboarding import forms, queries, services
from onboarding.models import Signature

PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The sealed PDF.")}


PaperIn = form_serializer(forms.PaperForm, "PaperIn")


@extend_schema_serializer(component_name="FindingOut")
class SealedPdfFindingOut(serializers.Serializer[Any]):
    """Result of verification. Names are masked. Other fields are empty unless unchanged."""

    finding = serializers.ChoiceField(services.VerificationResult.choices)
    words = serializers.CharField()
    agreement = serializers.CharField()
    version = serializers.CharField()
    between = serializers.ListField(child=serializers.CharField())
    signed_at = serializers.DateTimeField(allow_null=True)
    sealed_at = serializers.DateTimeField(allow_null=True)


class PaperView(AgentAPIView):
    """The signed PDF of the agent's own signature."""

    operation_ids = {"get": "agreements_paper"}

    @extend_schema(responses=PDF)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The sealed PDF. 409 `paper_not_ready` for up to a minute after signing."""
        row = get_object_or_404(queries.signatures_of(self.agent), pk=pk)
        return _sent(row, request)


class StaffPaperView(StaffAPIView):
    """The signed PDF of any agent. Each download is logged."""

    permission_classes = [IsStaff.of("operations")]
    tag = "Onboarding: staff"
    operation_ids = {"get": "staff_agreements_paper"}

    @extend_schema(responses=PDF)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The sealed PDF."""
        row = get_object_or_404(Signature.objects.select_related("agent"), pk=pk)
        return _sent(row, request)


class VerifyView(PublicAPIView):
    """Verifying a signed PDF."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "verify_paper"}

    @extend_schema(request={"multipart/form-data": PaperIn}, responses=SealedPdfFindingOut)
    def post(self, request: Request) -> Response:
        """Check whether a PDF is our signed agreement and unchanged. The file is not stored."""
        answer = services.verify_upload(
            upload=bound(forms.PaperForm, request).cleaned_data["file"],
            place=network.origin_of(request).place,
            at=timezone.now(),
        )
        return Response(SealedPdfFindingOut(answer).data)


def _sent(row: Signature, request: Request) -> HttpResponse:
    by = authenticated_user(request)
    return send_file(services.open_paper(signature=row, by=by, at=timezone.now()), inline=False)
