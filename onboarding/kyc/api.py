"""API of identity documents, for agents: upload, status and submission."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api.forms import validated_form
from onboarding.kyc import forms, serializers, services
from onboarding.models import KycDocument
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
        responses=serializers.DocumentsOut,
        parameters=[KIND],
    )
    def put(self, request: Request, slug: str) -> Response:
        """Add or replace a photo. Mask the Aadhaar number: only its last 4 digits are saved."""
        kind = slug.upper().replace("-", "_")
        if kind not in KycDocument.Kind.values:
            raise Http404
        facts = dict(validated_form(forms.form_for_kind(kind), request).cleaned_data)
        agent = self.agent
        upload = facts.pop("file")
        by = self.user
        services.save_document(
            agent=agent, kind=kind, upload=upload, by=by, at=timezone.now(), **facts
        )
        return Response(serializers.documents_of(agent))


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
