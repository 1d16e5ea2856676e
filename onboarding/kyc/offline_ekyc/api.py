"""API of Aadhaar offline e-KYC."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api.forms import validated_form
from onboarding.kyc import serializers as kyc_serializers
from onboarding.kyc.offline_ekyc import forms, services
from onboarding.steps.permissions import OnStep


class OfflineIn(serializers.Serializer[Any]):
    """The ZIP file from UIDAI and its share code."""

    file = serializers.FileField()
    share_code = serializers.CharField(min_length=4, max_length=16)


class OfflineView(AgentAPIView):
    """Aadhaar paperless offline e-KYC."""

    permission_classes = [OnStep.of("kyc")]
    parser_classes = [MultiPartParser]
    operation_ids = {"post": "document_offline"}

    @extend_schema(
        request={"multipart/form-data": OfflineIn}, responses=kyc_serializers.DocumentsOut
    )
    def post(self, request: Request) -> Response:
        """Upload an offline e-KYC file instead of Aadhaar photos. File and code are not stored."""
        facts = validated_form(forms.OfflineForm, request).cleaned_data
        agent, by = self.agent, self.user
        services.import_offline_ekyc(
            agent=agent,
            upload=facts["file"],
            share_code=facts["share_code"],
            by=by,
            at=timezone.now(),
        )
        return Response(kyc_serializers.documents_of(agent))
