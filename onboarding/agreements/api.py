"""API of agreements: read, sign, download and verify the sealed PDF."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView, PublicAPIView, StaffAPIView
from accounts.permissions import IsStaff, authenticated_user
from accounts.security import origin
from hitouch.core.api.forms import validated_form
from hitouch.core.api.schema import file_responses
from hitouch.core.web.downloads import send_file
from onboarding.agreements import (
    forms,
    queries,
    sealing,
    serializers,
    signing,
    verification,
)
from onboarding.models import AgreementTemplate, Signature
from onboarding.steps.permissions import OnStep

PDF = file_responses("application/pdf", "The sealed PDF.")


class AgreementsView(AgentAPIView):
    """The agreements."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(responses=serializers.AgreementsOut)
    def get(self, request: Request) -> Response:
        """Agreements to sign, exactly as they will be signed, and signatures so far.

        Fetching the agreements starts the reading time of each.
        """
        agent = self.agent
        readings = signing.open_agreements(agent=agent, at=timezone.now())
        return Response(serializers.agreements_of(agent, readings))


class ReadView(AgentAPIView):
    """Reading an agreement."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(request=serializers.ReadIn, responses=serializers.ReadingOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Mark an agreement as read. 409 `read_too_fast` says how long to wait."""
        template = get_object_or_404(AgreementTemplate, pk=pk)
        seen = validated_form(forms.ReadForm, request).cleaned_data["seen"]
        reading = signing.mark_read(
            agent=self.agent, template=template, at=timezone.now(), seen=seen
        )
        return Response(serializers.ReadingOut(reading).data)


class SigningCodeView(AgentAPIView):
    """The code to sign with."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=serializers.SigningCodeIn,
        responses={202: serializers.SentOut},
    )
    def post(self, request: Request) -> Response:
        """Send a code to sign the agreements as they are now."""
        sent_to = signing.send_signing_code(
            agent=self.agent,
            channel=validated_form(forms.SigningCodeForm, request).cleaned_data["channel"],
            at=timezone.now(),
        )
        return Response(serializers.SentOut({"sent_to": sent_to}).data, status=202)


class SignView(AgentAPIView):
    """Signing."""

    permission_classes = [OnStep.of("agreements")]

    @extend_schema(
        request=serializers.SignAgreementsIn,
        responses={201: serializers.AgreementsOut},
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
        return Response(serializers.agreements_of(agent, []), status=201)


class SealedPdfView(AgentAPIView):
    """The signed PDF of the agent's own signature."""

    operation_ids = {"get": "agreements_paper"}

    @extend_schema(responses=PDF)
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The sealed PDF. 409 `paper_not_ready` for up to a minute after signing."""
        row = get_object_or_404(queries.signatures_of(self.agent), pk=pk)
        return _pdf_response(row, request)


class StaffSealedPdfView(StaffAPIView):
    """The signed PDF of any agent. Each download is logged."""

    permission_classes = [IsStaff.of("operations")]
    tag = "Onboarding: staff"
    operation_ids = {"get": "staff_agreements_paper"}

    @extend_schema(responses=PDF)
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The sealed PDF."""
        row = get_object_or_404(Signature.objects.select_related("agent"), pk=pk)
        return _pdf_response(row, request)


class VerifyView(PublicAPIView):
    """Verifying a signed PDF."""

    parser_classes = [MultiPartParser]
    operation_ids = {"post": "verify_paper"}

    @extend_schema(
        request={"multipart/form-data": serializers.PaperIn},
        responses=serializers.SealedPdfFindingOut,
    )
    def post(self, request: Request) -> Response:
        """Check whether a PDF is our signed agreement and unchanged. The file is not stored."""
        report = verification.verify_upload(
            upload=validated_form(forms.SignedPdfForm, request).cleaned_data["file"],
            place=origin.origin_of(request).network_hash,
            at=timezone.now(),
        )
        return Response(serializers.SealedPdfFindingOut(report).data)


def _pdf_response(row: Signature, request: Request) -> HttpResponseBase:
    by = authenticated_user(request)
    return send_file(
        request, sealing.open_sealed_pdf(signature=row, by=by, at=timezone.now()), inline=False
    )
