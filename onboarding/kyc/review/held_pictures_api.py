"""API of manual masking: originals that OCR could not mask."""

from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.pagination import CursorPage
from hitouch.core.api.schema import file_responses
from hitouch.core.web.downloads import send_file
from onboarding.kyc import access, held_pictures
from onboarding.kyc import serializers as kyc_serializers
from onboarding.kyc.review import hand_masking, queries, serializers
from onboarding.kyc.review.api import ReviewerAPIView
from onboarding.models import KycHeldPicture


class HeldPicturePage(CursorPage):
    """Cursor pages, the original that expires first on top."""

    ordering = ("held_at", "id")


class HeldPicturesView(ReviewerAPIView, ListAPIView[KycHeldPicture]):
    """The masking queue."""

    serializer_class = serializers.HeldOut
    pagination_class = HeldPicturePage
    queryset = KycHeldPicture.objects.waiting().with_agent()
    operation_ids = {"get": "staff_held_pictures"}

    def get_queryset(self) -> QuerySet[KycHeldPicture]:
        """Those of the cases that this reviewer may see."""
        return queries.pictures_visible_to(super().get_queryset(), self.user)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Photos to mask manually. Each original is deleted within a day."""
        return super().get(request, *args, **kwargs)


class HeldView(ReviewerAPIView):
    """One photo to mask."""

    resource = "staff_held"

    def get_held(self, pk: UUID) -> KycHeldPicture:
        """The photo, or 404. Raises `OwnDocuments` or `SeniorReviewerRequired`."""
        held = get_object_or_404(KycHeldPicture.objects.with_agent(), pk=pk)
        access.require_access(held.document.case, self.user)
        return held

    def held_response(self, pk: UUID) -> Response:
        """The current state of the photo as a response."""
        return Response(serializers.HeldOut(self.get_held(pk)).data)

    def accepted_response(self, pk: UUID) -> Response:
        """The photo while its result is being read, and where to ask for it."""
        url = reverse("api:onboarding:held-picture", args=[pk])
        data = serializers.HeldOut(self.get_held(pk)).data
        return Response(data, status=202, headers={"Location": url})


class HeldPictureView(HeldView):
    """State of a photo to mask."""

    operation_ids = {"get": "staff_held_picture"}

    @extend_schema(responses=serializers.HeldOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """The state of one photo, for instance whether its result has been read."""
        return self.held_response(pk)


class OriginalView(HeldView):
    """The original photo."""

    @extend_schema(responses=file_responses("image/jpeg", "The photo."))
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The original photo. Each view is logged."""
        stored = held_pictures.open_original(
            held=self.get_held(pk), by=self.user, at=timezone.now()
        )
        return send_file(request, stored, inline=True)


class ResultView(HeldView):
    """The result to confirm."""

    @extend_schema(responses=file_responses("image/jpeg", "The photo."))
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The photo as it would be kept. Each view is logged. 409 if there is none."""
        held, by = self.get_held(pk), self.user
        stored = held_pictures.open_result(held=held, by=by, at=timezone.now())
        return send_file(request, stored, inline=True)


class MaskView(HeldView):
    """Masking a photo."""

    @extend_schema(request=kyc_serializers.MaskIn, responses={202: serializers.HeldOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Mask these areas. The result is read in the background; ask for it at `Location`.

        Nothing is final until you confirm the result.
        """
        held, body = self.get_held(pk), kyc_serializers.MaskIn(data=request.data)
        body.is_valid(raise_exception=True)
        boxes = body.validated_data["boxes"]
        hand_masking.mask_by_hand(held=held, boxes=boxes, by=self.user, at=timezone.now())
        return self.accepted_response(pk)


class NothingToMaskView(HeldView):
    """Photos without a number."""

    @extend_schema(request=None, responses={202: serializers.HeldOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Propose to keep the photo as it is, because it shows no number.

        That is checked in the background; ask for the result at `Location`.
        """
        hand_masking.accept_unmasked(held=self.get_held(pk), by=self.user, at=timezone.now())
        return self.accepted_response(pk)


class ConfirmResultView(HeldView):
    """Confirming a result."""

    operation_ids = {"post": "staff_held_confirm"}

    @extend_schema(request=None, responses=serializers.HeldOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Keep the result and delete the original, or pass it on for a second look."""
        held_pictures.confirm_result(held=self.get_held(pk), by=self.user, at=timezone.now())
        return self.held_response(pk)


class DiscardResultView(HeldView):
    """Discarding a result."""

    operation_ids = {"post": "staff_held_discard"}

    @extend_schema(request=None, responses=serializers.HeldOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Discard the result, because it is not right. The photo has to be masked again."""
        held_pictures.discard_result(held=self.get_held(pk), by=self.user, at=timezone.now())
        return self.held_response(pk)


class RequestAnotherPictureView(HeldView):
    """Asking for a new photo."""

    operation_ids = {"post": "staff_held_again"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask the agent for a new photo and delete the original."""
        held_pictures.request_another(held=self.get_held(pk), by=self.user, at=timezone.now())
        return Response(status=204)
