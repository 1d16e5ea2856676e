"""Masking pictures by hand, for reviewers: the originals on which no number was found."""

from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api import Page
from hitouch.core.http import send_file
from onboarding import services
from onboarding.api import asked, case_shapes
from onboarding.api.desk import ReviewerAPIView
from onboarding.models import KycHeldPicture


class LongestHeldFirst(Page):
    """In the order in which they have to be gone."""

    ordering = ("held_at", "id")


class HeldPicturesView(ReviewerAPIView, ListAPIView[KycHeldPicture]):
    """What waits to be masked."""

    serializer_class = case_shapes.HeldOut
    pagination_class = LongestHeldFirst
    queryset = KycHeldPicture.objects.waiting().with_agent()
    operation_ids = {"get": "staff_held_pictures"}

    def get_queryset(self) -> QuerySet[KycHeldPicture]:
        """Nobody meets their own."""
        own = {"document__case__agent__user": self.user}
        return super().get_queryset().exclude(**own)

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Pictures to mask by hand; each is destroyed within a day."""
        return super().get(request, *args, **kwargs)


class HeldView(ReviewerAPIView):
    """One of them."""

    resource = "staff_held"

    def find(self, pk: UUID) -> KycHeldPicture:
        """The picture."""
        return get_object_or_404(KycHeldPicture.objects.with_agent(), pk=pk)


class OriginalView(HeldView):
    """The picture as it came."""

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The picture itself; each look is noted."""
        stored = services.open_original(held=self.find(pk), by=self.user, at=timezone.now())
        return send_file(stored, inline=True)


class MaskView(HeldView):
    """Covering."""

    @extend_schema(request=asked.MaskIn, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Cover these boxes for good; the original is destroyed."""
        held, body = self.find(pk), asked.MaskIn(data=request.data)
        body.is_valid(raise_exception=True)
        boxes = body.validated_data["boxes"]
        services.mask_by_hand(held=held, boxes=boxes, by=self.user, at=timezone.now())
        return Response(status=204)


class NoNumberView(HeldView):
    """Nothing to cover."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """There is no number on it: it is kept as it is."""
        services.find_no_number(held=self.find(pk), by=self.user, at=timezone.now())
        return Response(status=204)


class HeldAgainView(HeldView):
    """Asking for another."""

    operation_ids = {"post": "staff_held_again"}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """The picture is of no use: the agent is asked for another, the original is destroyed."""
        services.ask_again(held=self.find(pk), by=self.user, at=timezone.now())
        return Response(status=204)
