"""API of identity documents, for agents: upload, status and submission."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api.forms import validated_form
from onboarding.kyc import forms, serializers, services, uploads
from onboarding.models import KycDocument, KycUpload
from onboarding.steps.permissions import OnStep

SLUGS = [kind.lower().replace("_", "-") for kind in KycDocument.Kind.values]
KIND = OpenApiParameter("slug", str, OpenApiParameter.PATH, enum=SLUGS)


class DocumentView(AgentAPIView):
    """One kind of document: `aadhaar-front`, `aadhaar-back` or `pan`."""

    permission_classes = [OnStep.of("kyc")]
    parser_classes = [MultiPartParser]
    operation_ids = {"put": "document_save"}

    @extend_schema(
        request={"multipart/form-data": serializers.DocumentIn},
        responses={202: serializers.UploadOut},
        parameters=[KIND],
    )
    def put(self, request: Request, slug: str) -> Response:
        """Add or replace a photo. Mask the Aadhaar number: only its last 4 digits are saved.

        The file is read in the background, which takes some seconds. Ask the upload at `Location`
        until its state is final.
        """
        kind = slug.upper().replace("-", "_")
        if kind not in KycDocument.Kind.values:
            raise Http404
        facts = dict(validated_form(forms.form_for_kind(kind), request).cleaned_data)
        file = facts.pop("file")
        accepted = uploads.accept_upload(
            agent=self.agent, kind=kind, upload=file, at=timezone.now(), **facts
        )
        return _accepted(accepted)


def _accepted(upload: KycUpload) -> Response:
    url = reverse("api:onboarding:upload", args=[upload.pk])
    return Response(serializers.UploadOut(upload).data, status=202, headers={"Location": url})


class OwnUploadView(AgentAPIView):
    """An endpoint about one of the agent's own uploads."""

    permission_classes = [OnStep.of("kyc")]

    def own_upload(self, pk: UUID) -> KycUpload:
        """The upload, or 404."""
        mine = KycUpload.objects.filter(case__agent=self.agent)
        return get_object_or_404(mine.select_related("case__agent__user"), pk=pk)


class UploadView(OwnUploadView):
    """One uploaded file."""

    operation_ids = {"get": "upload", "delete": "upload_withdraw"}

    @extend_schema(responses=serializers.UploadOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """What has become of a file."""
        return Response(serializers.UploadOut(self.own_upload(pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Remove a file that is not read yet. The document it would have replaced stays."""
        uploads.withdraw_upload(upload=self.own_upload(pk), at=timezone.now())
        return Response(status=204)


class UploadPasswordView(OwnUploadView):
    """The password of a locked PDF."""

    operation_ids = {"post": "upload_password"}

    @extend_schema(request=serializers.PdfPasswordIn, responses={202: serializers.UploadOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Open a locked PDF. The password is used once and never stored."""
        facts = validated_form(forms.PdfPasswordForm, request).cleaned_data
        upload = self.own_upload(pk)
        return _accepted(uploads.unlock_upload(upload=upload, at=timezone.now(), **facts))


class DocumentsView(AgentAPIView):
    """All documents."""

    permission_classes = [OnStep.of("kyc")]

    @extend_schema(responses=serializers.DocumentsOut)
    def get(self, request: Request) -> Response:
        """Status of all documents."""
        return Response(serializers.documents_of(self.agent))


class DocumentsSubmitView(AgentAPIView):
    """Submitting the documents."""

    permission_classes = [OnStep.of("kyc")]

    @extend_schema(request=None, responses=serializers.DocumentsOut)
    def post(self, request: Request) -> Response:
        """Submit the documents for review."""
        agent = self.agent
        services.submit_documents(agent=agent, by=self.user, at=timezone.now())
        return Response(serializers.documents_of(agent))
