"""The agreements' texts for operations: write, look at, compare, publish, put away."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.forms import add_refusal_to
from hitouch.core.views import View, form_page
from onboarding import forms, queries, services, wording
from onboarding.models import AgreementTemplate


@admin.register(AgreementTemplate)
class AgreementTemplateAdmin(ActionPagesAdmin):
    """The texts, version by version; each is one screen."""

    allowed_roles = ("operations",)
    list_display = ("title", "version", "kind", "standing", "starts_at", "in_force_at")
    list_filter = ("kind",)
    ordering = ("kind", "-created_at")
    change_list_template = "onboarding/admin/texts.html"

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """Acts on a text beside the admin's own addresses."""
        return {
            "write": ("write/", form_page(self.write)),
            "edit": ("<uuid:pk>/edit/", form_page(self.edit)),
            "pdf": ("<uuid:pk>/pdf/", require_GET(self.pdf)),
            "publish": ("<uuid:pk>/publish/", require_POST(self.publish)),
            "archive": ("<uuid:pk>/archive/", require_POST(self.archive)),
            "text": ("<uuid:pk>/change/", require_GET(self.look)),
        }

    def look(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """As an agent sees it, and what it changes against the version in force."""
        return self._shown(request, get_object_or_404(AgreementTemplate, pk=pk))

    def _shown(
        self, request: HttpRequest, row: AgreementTemplate, *, form: Form | None = None
    ) -> HttpResponseBase:
        before = queries.text_before(row)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "blocks": wording.laid_out(services.sample_text(row, at=timezone.now())),
            "before": before,
            "changes": wording.changes(before.text, row.text) if before else [],
            "form": form or forms.PublishForm(),
        }
        return render(request, "onboarding/admin/text.html", context)

    def pdf(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The pages that an agent would get, not sealed."""
        row = get_object_or_404(AgreementTemplate, pk=pk)
        pages = services.preview(template=row, at=timezone.now())
        answer = HttpResponse(pages, content_type="application/pdf")
        answer["Content-Disposition"] = 'inline; filename="preview.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def write(self, request: HttpRequest) -> HttpResponseBase:
        """A new version, begun from the words of the newest one."""
        newest = queries.newest_text(request.GET.get("kind", ""))
        known = {"kind": newest.kind, "title": newest.title, "text": newest.text} if newest else {}
        form = forms.DraftForm(request.POST or None, initial=known)
        return self._written(request, form, services.write_draft, title="New version")

    def edit(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Other words for a draft."""
        row = get_object_or_404(AgreementTemplate, pk=pk)
        known = {"version": row.version, "title": row.title, "text": row.text}
        form = forms.DraftForm(request.POST or None, initial=known, is_new=False)

        def change(**facts: Any) -> AgreementTemplate:
            return services.change_draft(template=row, **facts)

        return self._written(request, form, change, title=f"Edit {row}")

    def _written(
        self, request: HttpRequest, form: forms.DraftForm, act: Any, *, title: str
    ) -> HttpResponseBase:
        if request.method == "POST" and form.is_valid():
            try:
                row = act(by=request.user, at=timezone.now(), **form.cleaned_data)
                return redirect(self._url(row))
            except Refusal as refusal:
                add_refusal_to(form, refusal)
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return render(request, "onboarding/admin/text_form.html", {**context, "form": form})

    def publish(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Put it in force, now or from a moment on."""
        row, now = get_object_or_404(AgreementTemplate, pk=pk), timezone.now()
        form = forms.PublishForm(request.POST)
        if not form.is_valid():
            return self._shown(request, row, form=form)
        starts_at = max(form.cleaned_data["starts_at"] or now, now)
        return self._done(request, row, services.publish_draft, starts_at=starts_at)

    def archive(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Put a draft away."""
        row = get_object_or_404(AgreementTemplate, pk=pk)
        return self._done(request, row, services.archive_draft)

    def _done(
        self, request: HttpRequest, row: AgreementTemplate, act: Any, **facts: Any
    ) -> HttpResponseBase:
        try:
            done = act(template=row, by=request.user, at=timezone.now(), **facts)
            messages.success(request, f"{done}: {done.standing.lower()}.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(self._url(row))

    @staticmethod
    def _url(row: AgreementTemplate) -> str:
        return reverse("admin:onboarding_agreementtemplate_text", args=[row.pk])
