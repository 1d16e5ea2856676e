"""Admin of photos pending redaction: mask, look at the result, confirm it, or ask for another."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import admin_search
from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from hitouch.core.web.downloads import require_link, send_file
from hitouch.core.web.views import View
from onboarding.kyc import access, held_pictures
from onboarding.kyc.review import forms, hand_masking, queries
from onboarding.models import KycHeldPicture

CHANGELIST = "admin:onboarding_kycheldpicture_changelist"
MASK_PAGE = "admin:onboarding_kycheldpicture_mask"


@admin.register(KycHeldPicture)
class KycHeldPictureAdmin(ActionPagesAdmin):
    """The masking queue, the oldest first."""

    allowed_roles = queries.REVIEWERS
    list_display = ("__str__", "state", "held_at", "end", "by")
    list_filter = ("state", "end")
    search_by = (admin_search.names("document__case__agent"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycHeldPicture]:
        """Waiting photos first, of the cases that this reviewer may see."""
        by = authenticated_user(request)
        waiting_first = KycHeldPicture.objects.with_agent().waiting_first()
        return queries.pictures_visible_to(waiting_first, by)

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The masking page and its actions, as additional admin URLs."""
        return {
            "original": ("<uuid:pk>/original/", require_GET(self.original)),
            "save": ("<uuid:pk>/save/", require_POST(self.save)),
            "numberless": ("<uuid:pk>/no-number/", require_POST(self.numberless)),
            "result": ("<uuid:pk>/result/", require_GET(self.result)),
            "confirm": ("<uuid:pk>/confirm/", require_POST(self.confirm)),
            "discard": ("<uuid:pk>/discard/", require_POST(self.discard)),
            "again": ("<uuid:pk>/ask-again/", require_POST(self.again)),
            "mask": ("<uuid:pk>/change/", require_GET(self.mask)),
        }

    def _get_held(self, request: HttpRequest, pk: UUID) -> KycHeldPicture:
        held = get_object_or_404(KycHeldPicture.objects.with_agent(), pk=pk)
        try:
            access.require_access(held.document.case, authenticated_user(request))
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return held

    def _render_mask(
        self,
        request: HttpRequest,
        held: KycHeldPicture,
        boxes: forms.RedactionFormSet | None = None,
        error: str = "",
    ) -> HttpResponseBase:
        """The page as the state of the photo demands, or the form with boxes that were refused."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"Mask: {held}",
            "opts": self.opts,
            "held": held,
            "is_mine": held.result_by_id == authenticated_user(request).pk,
            "shows_form": boxes is not None or held.state == KycHeldPicture.State.HELD,
            "boxes": boxes or forms.RedactionFormSet(initial=forms.in_percent(held.boxes)),
            "error": error or held.refusal_message,
        }
        status = 422 if boxes is not None else 200
        return render(request, "onboarding/kyc/admin/mask.html", context, status=status)

    def mask(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The masking page: the form, the result being read, or the result to confirm."""
        return self._render_mask(request, self._get_held(request, pk))

    def original(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The original photo. The access is recorded."""
        held = self._get_held(request, pk)
        return self._send(request, held, held.file, held_pictures.open_original)

    def result(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The result that waits to be confirmed. The access is recorded."""
        held = self._get_held(request, pk)
        return self._send(request, held, held.result, held_pictures.open_result)

    @staticmethod
    def _send(
        request: HttpRequest, held: KycHeldPicture, file: StoredFile | None, open_file: Any
    ) -> HttpResponseBase:
        if file is not None:  # without a file the service refuses with the reason
            require_link(request, file)
        try:
            stored = open_file(held=held, by=request.user, at=timezone.now())
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return send_file(request, stored, inline=True)

    def save(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Mask the boxes. The page shows the result when a worker has read it."""
        held, boxes, by = (
            self._get_held(request, pk),
            forms.RedactionFormSet(request.POST),
            request.user,
        )
        if not boxes.is_valid():
            return self._render_mask(
                request, held, boxes, "Enter whole numbers from 0 to 100 for each box."
            )
        values: dict[str, Any] = {"boxes": boxes.boxes(), "by": by, "at": timezone.now()}
        try:
            hand_masking.mask_by_hand(held=held, **values)
        except held_pictures.PictureGone as refusal:
            messages.error(request, str(refusal))
        except Refusal as refusal:
            return self._render_mask(request, held, boxes, str(refusal))
        return redirect(MASK_PAGE, pk)

    def numberless(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Propose to keep the photo unmasked, because it shows no number."""
        return self._perform(request, pk, hand_masking.accept_unmasked, MASK_PAGE)

    def confirm(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Confirm the result."""
        return self._perform(request, pk, held_pictures.confirm_result, MASK_PAGE)

    def discard(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Discard the result and mask again."""
        return self._perform(request, pk, held_pictures.discard_result, MASK_PAGE)

    def again(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Ask the agent for another photo."""
        return self._perform(request, pk, held_pictures.request_another)

    def _perform(
        self, request: HttpRequest, pk: UUID, service: Any, page: str = ""
    ) -> HttpResponseBase:
        try:
            service(held=self._get_held(request, pk), by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(page, pk) if page else redirect(CHANGELIST)
