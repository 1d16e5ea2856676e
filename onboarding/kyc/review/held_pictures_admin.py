"""Pictures to mask by hand: one picture, boxes on it, and three ways to be done with it."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import require_link, send_file
from hitouch.core.web.views import View
from onboarding.kyc import card_reader, held_pictures
from onboarding.kyc.review import forms
from onboarding.models import KycHeldPicture

WAITING_FIRST = F("ended_at").asc(nulls_first=True)
LIST = "admin:onboarding_kycheldpicture_changelist"
#: After these the screen is shown again as it was.
BOXES_STAY = (held_pictures.NothingMarked, held_pictures.StillReadable, card_reader.PictureNotRead)


@admin.register(KycHeldPicture)
class KycHeldPictureAdmin(ActionPagesAdmin):
    """What waits to be masked, the oldest first; each originals' end is noted."""

    allowed_roles = ("reviewer",)
    list_display = ("__str__", "held_at", "end", "by")
    list_filter = ("end",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycHeldPicture]:
        """Those that wait come first; nobody meets their own."""
        by = authenticated_user(request)
        others = KycHeldPicture.objects.with_agent().exclude(document__case__agent__user=by)
        return others.order_by(WAITING_FIRST, "held_at")

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The acts of whoever masks beside the admin's own addresses."""
        return {
            "original": ("<uuid:pk>/original/", require_GET(self.original)),
            "save": ("<uuid:pk>/save/", require_POST(self.save)),
            "numberless": ("<uuid:pk>/no-number/", require_POST(self.numberless)),
            "again": ("<uuid:pk>/ask-again/", require_POST(self.again)),
            "mask": ("<uuid:pk>/change/", require_GET(self.mask)),
        }

    def _held(self, pk: UUID) -> KycHeldPicture:
        return get_object_or_404(KycHeldPicture.objects.with_agent(), pk=pk)

    def _show(
        self, request: HttpRequest, held: KycHeldPicture, boxes: Any = None, wrong: str = ""
    ) -> HttpResponseBase:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Mask: {held}",
            "opts": self.opts,
            "held": held,
            "boxes": boxes or forms.RedactionFormSet(),
            "wrong": wrong,
        }
        status = 422 if boxes else 200
        return render(request, "onboarding/kyc/admin/mask.html", context, status=status)

    def mask(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The picture and the boxes."""
        return self._show(request, self._held(pk))

    def original(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The picture as it came; each look is noted."""
        held, by = self._held(pk), request.user
        if held.file is not None:  # where there is none, the service says why
            require_link(request, held.file)
        try:
            stored = held_pictures.open_original(held=held, by=by, at=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return send_file(stored, inline=True)

    def save(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Cover the boxes for good."""
        held, boxes, by = self._held(pk), forms.RedactionFormSet(request.POST), request.user
        if not boxes.is_valid():
            return self._show(
                request, held, boxes, "Enter whole numbers from 0 to 100 for each box."
            )
        facts: dict[str, Any] = {"boxes": boxes.parts(), "by": by, "at": timezone.now()}
        try:
            held_pictures.mask_by_hand(held=held, **facts)
        except BOXES_STAY as refusal:
            return self._show(request, held, boxes, str(refusal))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(LIST)

    def numberless(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """There is no number on it."""
        return self._do(request, pk, held_pictures.accept_unmasked)

    def again(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Ask the agent for another picture."""
        return self._do(request, pk, held_pictures.request_another)

    def _do(self, request: HttpRequest, pk: UUID, act: Any) -> HttpResponseBase:
        try:
            act(held=self._held(pk), by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(LIST)
