"""Looking at somebody's pictures, for reviewers: with a purpose, and each look noted."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api import bound
from hitouch.core.http import send_file
from onboarding import forms, services
from onboarding.api import asked, case_shapes
from onboarding.api.desk import DeskView
from onboarding.models import KycDocument

PICTURE = {(200, "image/jpeg"): OpenApiTypes.BINARY}


class LookView(DeskView):
    """Saying why."""

    operation_ids = {"post": "staff_kyc_look"}

    @extend_schema(request=asked.LookIn, responses=case_shapes.CaseDetailOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Say why you look at documents you have not taken; it holds for half an hour."""
        case, said = self.find(pk), bound(forms.LookForm, request).cleaned_data
        services.begin_look(case=case, by=self.user, at=timezone.now(), **said)
        return self.told(pk)


class CasePictureView(DeskView):
    """One picture."""

    operation_ids = {"get": "staff_kyc_picture"}

    @extend_schema(responses=PICTURE)
    def get(self, request: Request, pk: UUID, document: UUID) -> HttpResponseBase:
        """The picture itself; each look is noted with its purpose."""
        found = KycDocument.objects.select_related("file", "held", "case__agent")
        row = get_object_or_404(found.filter(case_id=pk), pk=document)
        stored = services.open_document(document=row, by=self.user, at=timezone.now())
        return send_file(stored, inline=True)


class CasePhotoView(DeskView):
    """The photo of the profile."""

    @extend_schema(responses=PICTURE)
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The photo to compare faces with; each look is noted with its purpose."""
        stored = services.open_photo(case=self.find(pk), by=self.user, at=timezone.now())
        return send_file(stored, inline=True)


class PanView(DeskView):
    """The whole PAN."""

    @extend_schema(request=None, responses=case_shapes.RevealedOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Show the whole PAN; each look is noted with its purpose."""
        pan = get_object_or_404(self.find(pk).documents.current(), kind=KycDocument.Kind.PAN)
        number = services.reveal_pan(document=pan, by=self.user, at=timezone.now())
        return Response({"number": number})
