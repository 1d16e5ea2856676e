"""Admin of agreement texts (draft, preview, compare, publish, archive) and of signatures."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_GET, require_POST

from accounts import admin_search
from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin, ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import IndexedValuesFilter, Words
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import View, form_page
from onboarding.agreements import forms, publishing, queries, sealing, text
from onboarding.models import AgreementTemplate, Signature


@admin.register(AgreementTemplate)
class AgreementTemplateAdmin(ActionPagesAdmin):
    """Agreement texts, one row per version."""

    allowed_roles = ("operations",)
    list_display = ("title", "version", "kind", "standing", "starts_at", "in_force_at")
    list_filter = ("kind",)
    ordering = ("kind", "-created_at")
    change_list_template = "onboarding/agreements/admin/texts.html"

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """Pages and actions on one text."""
        return {
            "write": ("write/", form_page(self.write)),
            "edit": ("<uuid:pk>/edit/", form_page(self.edit)),
            "pdf": ("<uuid:pk>/pdf/", require_GET(self.pdf)),
            "publish": ("<uuid:pk>/publish/", require_POST(self.publish)),
            "archive": ("<uuid:pk>/archive/", require_POST(self.archive)),
            "text": ("<uuid:pk>/change/", require_GET(self.look)),
        }

    def look(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Show the text as an agent sees it, with a diff against the version in force."""
        return self._render_text(request, get_object_or_404(AgreementTemplate, pk=pk))

    def _render_text(
        self, request: HttpRequest, row: AgreementTemplate, *, form: Form | None = None
    ) -> HttpResponseBase:
        before = queries.previous_text(row)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "blocks": text.layout_blocks(sealing.sample_text(row, at=timezone.now())),
            "before": before,
            "changes": text.diff_paragraphs(before.text, row.text) if before else [],
            "form": form or forms.PublishAgreementForm(),
        }
        return render(request, "onboarding/agreements/admin/text.html", context)

    def pdf(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """A preview PDF, not sealed."""
        row = get_object_or_404(AgreementTemplate, pk=pk)
        pages = sealing.preview(template=row, at=timezone.now())
        answer = HttpResponse(pages, content_type="application/pdf")
        answer["Content-Disposition"] = 'inline; filename="preview.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def write(self, request: HttpRequest) -> HttpResponseBase:
        """Create a draft, starting from the newest version."""
        newest = queries.latest_text(request.GET.get("kind", ""))
        initial = (
            {"kind": newest.kind, "title": newest.title, "text": newest.text} if newest else {}
        )
        form = forms.AgreementDraftForm(request.POST or None, initial=initial)
        return self._save_from_form(request, form, publishing.create_draft, title="New version")

    def edit(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Edit a draft."""
        row = get_object_or_404(AgreementTemplate, pk=pk)
        initial = {"version": row.version, "title": row.title, "text": row.text}
        form = forms.AgreementDraftForm(request.POST or None, initial=initial, is_new=False)

        def change(**facts: Any) -> AgreementTemplate:
            return publishing.update_draft(template=row, **facts)

        return self._save_from_form(request, form, change, title=f"Edit {row}")

    def _save_from_form(
        self, request: HttpRequest, form: forms.AgreementDraftForm, save: Any, *, title: str
    ) -> HttpResponseBase:
        if request.method == "POST" and form.is_valid():
            try:
                row = save(by=request.user, at=timezone.now(), **form.cleaned_data)
                return redirect(self._url(row))
            except Refusal as refusal:
                add_refusal_to(form, refusal)
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return render(
            request, "onboarding/agreements/admin/text_form.html", {**context, "form": form}
        )

    def publish(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Publish a draft, now or at a later time."""
        row, now = get_object_or_404(AgreementTemplate, pk=pk), timezone.now()
        form = forms.PublishAgreementForm(request.POST)
        if not form.is_valid():
            return self._render_text(request, row, form=form)
        starts_at = max(form.cleaned_data["starts_at"] or now, now)
        return self._perform(request, row, publishing.publish_draft, starts_at=starts_at)

    def archive(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Archive a draft."""
        row = get_object_or_404(AgreementTemplate, pk=pk)
        return self._perform(request, row, publishing.archive_draft)

    def _perform(
        self, request: HttpRequest, row: AgreementTemplate, action: Any, **arguments: Any
    ) -> HttpResponseBase:
        try:
            updated = action(template=row, by=request.user, at=timezone.now(), **arguments)
            messages.success(request, f"{updated}: {updated.standing.lower()}.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(self._url(row))

    @staticmethod
    def _url(row: AgreementTemplate) -> str:
        return reverse("admin:onboarding_agreementtemplate_text", args=[row.pk])


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    """Signatures with their evidence. Downloads of sealed PDFs are recorded in the audit log."""

    allowed_roles = ("operations",)
    list_display = ("agent", "kind", "version", "typed_name", "signed_at", "pdf_status")
    list_filter = ("kind", ("version", IndexedValuesFilter))
    search_by = (
        admin_search.names("agent"),
        Words("the beginnings of words of the name that was signed", ("typed_name",)),
    )
    list_select_related = ("agent", "paper")
    ordering = ("-signed_at",)
    actions = ("retry",)
    fields = ("agent", "template", "evidence_lines", "sealed_pdf")
    readonly_fields = ("evidence_lines", "sealed_pdf")

    @admin.display(description="PDF")
    def pdf_status(self, row: Signature) -> str:
        """Whether the sealed PDF exists, or the last error."""
        paper = getattr(row, "paper", None)
        if paper is not None and paper.sealed_at is not None:
            return "Made"
        if paper is None or not paper.last_error:
            return "Waits"
        state = f"Failed {paper.tries} times" if paper.is_given_up else "Waits"
        return f"{state}: {paper.last_error}"

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the signatures."""
        return self.has_view_permission(request)

    @admin.action(description="Create the PDF again", permissions=["retry"])
    def retry(self, request: HttpRequest, rows: QuerySet[Signature]) -> None:
        """Start the attempts again, after the cause of a failure was removed."""
        by, now = authenticated_user(request), timezone.now()
        started = sum(sealing.retry_sealing(signature=row, by=by, at=now) for row in rows)
        messages.info(request, f"{started} of {len(rows)} started again. Others had not failed.")

    @admin.display(description="Evidence")
    def evidence_lines(self, row: Signature) -> str:
        """The evidence as printed on the last pages of the PDF."""
        facts = [fact for part in sealing.signed_pdf_content(row).sections for fact in part.rows]
        lines = ((fact.label, " · ".join(fact.lines)) for fact in facts)
        return format_html_join("", "<p><strong>{}</strong>: {}</p>", lines)

    @admin.display(description="Sealed PDF")
    def sealed_pdf(self, row: Signature) -> str:
        """Download link of the sealed PDF."""
        url = reverse("admin:onboarding_signature_paper", args=[row.pk])
        return format_html('<a href="{}">Download</a>', url)

    def get_urls(self) -> list[URLPattern]:
        """Add the download of the sealed PDF."""
        view = self.admin_site.admin_view(require_GET(self.download))
        return [
            path("<uuid:pk>/pdf/", view, name="onboarding_signature_paper"),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the sealed PDF."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row, by = get_object_or_404(Signature.objects.select_related("agent"), pk=pk), request.user
        try:
            stored = sealing.open_sealed_pdf(signature=row, by=by, at=timezone.now())  # type: ignore[arg-type]
        except sealing.SealedPdfNotReady as refusal:
            messages.info(request, str(refusal))
            return redirect("admin:onboarding_signature_change", row.pk)
        return send_file(request, stored, inline=False)
