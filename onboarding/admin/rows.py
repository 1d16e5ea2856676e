"""Signatures, to look at, and their papers."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_GET

from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.http import send_file
from onboarding import services
from onboarding.models import Signature
from onboarding.services import evidence


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    """Who signed what, with the evidence; each look at a paper is noted."""

    allowed_roles = ("operations",)
    list_display = ("agent", "kind", "version", "typed_name", "signed_at", "paper_made")
    list_filter = ("kind", "version")
    search_fields = ("agent__given_name", "agent__family_name", "typed_name")
    list_select_related = ("agent", "paper")
    ordering = ("-signed_at",)
    fields = ("agent", "template", "recorded", "sealed_paper")
    readonly_fields = ("recorded", "sealed_paper")

    @admin.display(description="PDF")
    def paper_made(self, row: Signature) -> str:
        """Whether its PDF is there, or why not."""
        paper = getattr(row, "paper", None)
        if paper is None or paper.sealed_at is None:
            return f"Waits: {paper.last_error}" if paper and paper.last_error else "Waits"
        return "Made"

    @admin.display(description="Evidence")
    def recorded(self, row: Signature) -> str:
        """What stands on the paper's last page, in the same words."""
        facts = [fact for part in evidence.paper_of(row).sections for fact in part.rows]
        lines = ((fact.label, " · ".join(fact.lines)) for fact in facts)
        return format_html_join("", "<p><strong>{}</strong>: {}</p>", lines)

    @admin.display(description="Sealed PDF")
    def sealed_paper(self, row: Signature) -> str:
        """A link to it."""
        url = reverse("admin:onboarding_signature_paper", args=[row.pk])
        return format_html('<a href="{}">Download</a>', url)

    def get_urls(self) -> list[URLPattern]:
        """The paper beside the admin's own addresses."""
        view = self.admin_site.admin_view(require_GET(self.paper))
        return [
            path("<uuid:pk>/pdf/", view, name="onboarding_signature_paper"),
            *super().get_urls(),
        ]

    def paper(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The sealed PDF."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row, by = get_object_or_404(Signature.objects.select_related("agent"), pk=pk), request.user
        try:
            stored = services.open_paper(signature=row, by=by, at=timezone.now())  # type: ignore[arg-type]
        except services.PaperNotReady as refusal:
            messages.info(request, str(refusal))
            return redirect("admin:onboarding_signature_change", row.pk)
        return send_file(stored, inline=False)
