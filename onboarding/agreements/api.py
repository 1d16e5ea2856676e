"""API of agreements, for agents."""

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

from accounts.api_views import AgentAPIView, PublicAPIView, StaffAPIView
from accounts.permissions import IsStaff, authenticated_user
from accounts.security import origin
from hitouch.core.api.form_serializers import form_serializer
from hitouch.core.api.forms import validated_form
from hitouch.core.web.downloads import send_file
from onboarding.agreements import forms, queries, sealing, signing, verification
from onboarding.agreements import serializers as agreements_serializers
from onboarding.models import AgreementTemplate, Signature
from onboarding.steps.permissions import OnStep

PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The sealed PDF.")}
PaperIn = form_serializer(forms.PaperForm, "PaperIn")


class AgreementsView(AgentAPIView):
    """The agreements."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(responses=agreements_serializers.AgreementsOut)
    def get(self, request: Request) -> Response:
        """Agreements to sign, exactly as they will be signed, and signatures so far.

        Asking for them opens them: they are read from then on.
        """
        agent = self.agent
        readings = signing.open_texts(agent=agent, at=timezone.now())
        return Response(agreements_serializers.agreements_of(agent, readings))


class ReadView(AgentAPIView):
    """Reading an agreement."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=agreements_serializers.ReadIn, responses=agreements_serializers.ReadingOut
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Mark an agreement as read. 409 `read_too_fast` says how long to wait."""
        template = get_object_or_404(AgreementTemplate, pk=pk)
        seen = validated_form(forms.ReadForm, request).cleaned_data["seen"]
        reading = signing.mark_read(
            agent=self.agent, template=template, at=timezone.now(), seen=seen
        )
        return Response(agreements_serializers.ReadingOut(reading).data)


class SigningCodeView(AgentAPIView):
    """The code to sign with."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=agreements_serializers.SigningCodeIn,
        responses={202: agreements_serializers.SentOut},
    )
    def post(self, request: Request) -> Response:
        """Send a code to sign the agreements as they are now."""
        sent_to = signing.send_signing_code(
            agent=self.agent,
            channel=validated_form(forms.SigningCodeForm, request).cleaned_data["channel"],
            at=timezone.now(),
            ip=origin.address_of(request),
        )
        return Response(agreements_serializers.SentOut({"sent_to": sent_to}).data, status=202)


class SignView(AgentAPIView):
    """Signing."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=agreements_serializers.SignAgreementsIn,
        responses={201: agreements_serializers.AgreementsOut},
    )
    def post(self, request: Request) -> Response:
        """Sign all remaining agreements, each accepted by its ID."""
        agent = self.agent
        signing.sign_agreements(
            agent=agent,
            at=timezone.now(),
            ip=origin.address_of(request),
            user_agent=request.headers.get("User-Agent", ""),
            **validated_form(forms.SignForm, request).cleaned_data,
        )
        return Response(agreements_serializers.agreements_of(agent, []), status=201)


@extend_schema_serializer(component_name="FindingOut")
class SealedPdfFindingOut(serializers.Serializer[Any]):
    """Result of verification. Names are masked. Other fields are empty unless unchanged."""

    finding = serializers.ChoiceField(verification.VerificationResult.choices)
    words = serializers.CharField()
    agreement = serializers.CharField()
    version = serializers.CharField()
    between = serializers.ListField(child=serializers.CharField())
    signed_at = serializers.DateTimeField(allow_null=True)
    sealed_at = serializers.DateTimeField(allow_null=True)


class SealedPdfView(AgentAPIView):
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
        answer = verification.verify_upload(
            upload=validated_form(forms.PaperForm, request).cleaned_data["file"],
            place=origin.origin_of(request).place,
            at=timezone.now(),
        )
        return Response(SealedPdfFindingOut(answer).data)


def _sent(row: Signature, request: Request) -> HttpResponse:
    by = authenticated_user(request)
    return send_file(sealing.open_sealed_pdf(signature=row, by=by, at=timezone.now()), inline=False)
