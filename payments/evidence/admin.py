"""Admin of evidence: the files of one decision, a form to add one, and opening one."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from accounts.permissions import authenticated_user
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from payments.evidence import services
from payments.evidence.forms import EvidenceForm
from payments.models import EvidenceFile

NAMES = {model: name for name, (model, _) in services.KINDS.items()}


class EvidenceColumnMixin:
    """A list's column with a link to the files of each row."""

    @admin.display(description="Evidence")
    def evidence(self, row: Model) -> str:
        url = reverse("admin:payments_evidencefile_of", args=[NAMES[type(row)], row.pk])
        return format_html('<a href="{}">Files</a>', url)


@admin.register(EvidenceFile)
class EvidenceFileAdmin(FinanceReadOnlyAdmin):
    """All files, newest first. Each access is recorded."""

    list_display = ["created_at", "open_link", "about", "added_by"]
    list_select_related = [
        "file", "added_by__agent", "decision__payout", "refund__client", "deposit_return__deposit",
        "liability_payment",
    ]  # fmt: skip
    ordering = ["-created_at"]

    @admin.display(description="File")
    def open_link(self, row: EvidenceFile) -> str:
        url = reverse("admin:payments_evidencefile_file", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, row.file.name)

    @admin.display(description="About")
    def about(self, row: EvidenceFile) -> str:
        return str(row.decision or row.refund or row.deposit_return or row.liability_payment)

    def get_urls(self) -> list[URLPattern]:
        """The files of one decision, and one file."""
        view = self.admin_site.admin_view
        return [
            path("of/<slug:kind>/<uuid:pk>/", view(self.files), name="payments_evidencefile_of"),
            path(
                "<uuid:pk>/file/",
                view(require_GET(self.open_file)),
                name="payments_evidencefile_file",
            ),
            *super().get_urls(),
        ]

    def files(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        """The files of one decision, and the form to add another."""
        if not self.has_role(request):
            raise PermissionDenied
        if kind not in services.KINDS:
            raise Http404
        about = get_object_or_404(services.KINDS[kind][0], pk=pk)
        form = EvidenceForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and self._add(request, form, about):
            return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Evidence: {about}",
            "rows": services.evidence_of(about),
            "form": form,
        }
        return TemplateResponse(request, "payments/evidence/admin/files.html", context)

    def _add(self, request: HttpRequest, form: EvidenceForm, about: Model) -> bool:
        by, now = authenticated_user(request), timezone.now()
        try:
            upload: Any = form.cleaned_data["file"]
            services.add_evidence(about=about, upload=upload, by=by, at=now)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
            return False
        messages.success(request, "File added.")
        return True

    def open_file(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file; the access is recorded."""
        if not self.has_role(request):
            raise PermissionDenied
        row = get_object_or_404(EvidenceFile.objects.select_related("file"), pk=pk)
        by, now = authenticated_user(request), timezone.now()
        return send_file(request, services.open_evidence(row=row, by=by, at=now), inline=True)
