"""Admin of the FAQ: categories, entries with versions and phrasings, the FAQ doctor, files."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import authenticated_user
from chatbot.faq import (
    checks,
    curve,
    doctor,
    forms,
    interchange,
    queries,
    services,
    slots,
    writing,
)
from chatbot.faq.records import TextRecord
from chatbot.models import (
    FaqCategory,
    FaqEntry,
    FaqPhrasing,
    FaqVersion,
    HelpLanguage,
    LabelledMessage,
    MatcherCalibration,
    MatcherRevision,
)
from hitouch.core.admin import ActionPagesAdmin, ReadOnlyAdmin, SupportAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Words
from hitouch.core.web.downloads import as_private_download
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import View, form_page

TEMPLATES = "chatbot/faq/admin/"


@admin.register(FaqCategory)
class FaqCategoryAdmin(SupportAdmin):
    """FAQ categories (headings of the help page)."""

    list_display = ["title", "position", "answer_threshold", "skill"]
    ordering = ["position", "title"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which tells the matcher that a threshold may be another."""
        services.save_category(category=obj)


@admin.register(FaqEntry)
class FaqEntryAdmin(ActionPagesAdmin):
    """FAQ entries. They change only through drafts that are published."""

    allowed_roles = ("support",)
    list_display = ["question", "key", "category", "is_active", "given", "helped"]
    list_filter = ["category", "is_active"]
    search_by = (Words("the beginnings of words of the key", ("key",)),)
    sortable_by = ["given", "helped"]
    ordering = ["category__position", "position", "key"]
    change_list_template = f"{TEMPLATES}entries.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Annotate the entries with their usage counts."""
        return queries.entries_with_usage()

    @admin.display(description="Question")
    def question(self, entry: FaqEntry) -> str:
        return getattr(entry, "question", None) or "Not published"

    @admin.display(description="Times shown", ordering="given")
    def given(self, entry: FaqEntry) -> int:
        return getattr(entry, "given", 0)

    @admin.display(description="Marked helpful", ordering="helped")
    def helped(self, entry: FaqEntry) -> int:
        return getattr(entry, "helped", 0)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Support adds entries."""
        return self.has_role(request)

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """Pages and acts on entries, drafts and files."""
        return {
            "faults": ("faults/", require_GET(self.faults)),
            "import": ("import/", form_page(self.import_file)),
            "export": ("export/<slug:file_type>/", require_GET(self.export)),
            "draft": ("<uuid:pk>/draft/", require_POST(self.draft)),
            "active": ("<uuid:pk>/active/", require_POST(self.active)),
            "retire": ("<uuid:pk>/retire/", require_POST(self.retire)),
            "phrasing": ("<uuid:pk>/phrasing/", require_POST(self.phrasing)),
            "unsay": ("phrasings/<uuid:pk>/remove/", require_POST(self.remove_phrasing)),
            "edit": ("versions/<uuid:pk>/<slug:language>/", form_page(self.edit)),
            "doctor": ("versions/<uuid:pk>/", require_GET(self.doctor)),
            "publish": ("versions/<uuid:pk>/publish/now/", require_POST(self.publish)),
            "discard": ("versions/<uuid:pk>/discard/now/", require_POST(self.discard)),
        }

    def _render(self, request: HttpRequest, template: str, title: str, **context: Any) -> Any:
        base = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"{TEMPLATES}{template}.html", {**base, **context})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Write a new entry: its draft in English."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.FaqEntryForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            found = form.cleaned_data
            try:
                version = services.create_entry(
                    category=found["category"],
                    key=found["key"],
                    texts={HelpLanguage.EN: TextRecord(found["question"], found["answer"])},
                    by=authenticated_user(request),
                )
                return redirect("admin:chatbot_faqentry_change", version.entry_id)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
        page: HttpResponse = self._render(
            request, "form", "Write an answer", form=form, submit="Save draft"
        )
        return page

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One entry: what is published, its draft, versions of the past, ways to ask it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._entry_page(request, _uuid(object_id), forms.FaqPhrasingForm())

    def _entry_page(self, request: HttpRequest, pk: UUID | None, form: Form) -> HttpResponse:
        entry = get_object_or_404(queries.entries_with_details(), pk=pk)
        versions = sorted(entry.versions.all(), key=lambda row: -row.number)
        draft = next((row for row in versions if row.state == FaqVersion.State.DRAFT), None)
        written = {text.language for text in draft.texts.all()} if draft else set()
        page: HttpResponse = self._render(
            request,
            "entry",
            entry.key,
            entry=entry,
            draft=draft,
            languages=[(*choice, choice[0] in written) for choice in HelpLanguage.choices],
            versions=versions,
            form=form,
        )
        return page

    def draft(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Begin a draft."""
        entry = get_object_or_404(FaqEntry, pk=pk)
        services.draft(entry=entry, by=authenticated_user(request))
        return redirect("admin:chatbot_faqentry_change", pk)

    def edit(self, request: HttpRequest, pk: UUID, language: str) -> HttpResponseBase:
        """Write the text of a draft in one language."""
        version = get_object_or_404(FaqVersion.objects.select_related("entry"), pk=pk)
        text = version.texts.filter(language=language).first()
        initial = {
            "language": language,
            "question": text.question if text else "",
            "answer": text.answer if text else "",
        }
        form = forms.FaqTextForm(request.POST or None, initial=initial)
        if form.is_valid():
            found = form.cleaned_data
            record = TextRecord(found["question"], found["answer"])
            try:
                services.edit_draft(version=version, texts={found["language"]: record})
                return redirect("admin:chatbot_faqentry_doctor", version.pk)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
        return self._render(
            request,
            "form",
            f"{version.entry.key}: draft",
            form=form,
            submit="Save draft",
            slots=slots.registry_for_staff(),
        )

    def doctor(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The FAQ doctor: what a draft would change, and the button to publish it."""
        version = get_object_or_404(FaqVersion.objects.select_related("entry"), pk=pk)
        return self._render(
            request,
            "doctor",
            f"FAQ doctor: {version}",
            version=version,
            texts=version.texts.order_by("language"),
            report=doctor.report(version),
            is_draft=version.state == FaqVersion.State.DRAFT,
        )

    def publish(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Publish a draft."""
        version = get_object_or_404(FaqVersion, pk=pk)
        try:
            services.publish(version=version, by=authenticated_user(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:chatbot_faqentry_doctor", pk)
        messages.success(request, "Published. People see it from now on.")
        return redirect("admin:chatbot_faqentry_change", version.entry_id)

    def discard(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Delete a draft."""
        version = get_object_or_404(FaqVersion, pk=pk)
        self._act(request, services.discard_draft, "The draft is deleted.", version=version)
        return redirect("admin:chatbot_faqentry_changelist")

    def active(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Show or hide an entry."""
        entry, form = get_object_or_404(FaqEntry, pk=pk), forms.FaqActiveForm(request.POST)
        if form.is_valid():
            is_active = form.cleaned_data["is_active"]
            said = "People see this answer." if is_active else "This answer is hidden."
            self._act(request, services.set_active, said, entry=entry, is_active=is_active)
        return redirect("admin:chatbot_faqentry_change", pk)

    def retire(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Withdraw the published version."""
        entry, by = get_object_or_404(FaqEntry, pk=pk), authenticated_user(request)
        self._act(request, services.retire, "Withdrawn.", entry=entry, by=by, at=timezone.now())
        return redirect("admin:chatbot_faqentry_change", pk)

    def phrasing(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Add a way to ask."""
        entry, form = get_object_or_404(FaqEntry, pk=pk), forms.FaqPhrasingForm(request.POST)
        if form.is_valid():
            try:
                services.add_phrasing(
                    entry=entry, by=authenticated_user(request), **form.cleaned_data
                )
                return redirect("admin:chatbot_faqentry_change", pk)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
        return self._entry_page(request, pk, form)

    def remove_phrasing(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Remove a way to ask."""
        row = get_object_or_404(FaqPhrasing, pk=pk)
        self._act(request, services.remove_phrasing, "Removed.", phrasing=row)
        return redirect("admin:chatbot_faqentry_change", row.entry_id)

    def _act(self, request: HttpRequest, service: Any, said: str, **facts: Any) -> None:
        try:
            service(**facts)
            messages.success(request, said)
        except Refusal as refusal:
            messages.error(request, str(refusal))

    def faults(self, request: HttpRequest) -> HttpResponseBase:
        """Broken slots, links to no page, and missing languages of what is shown."""
        found = checks.faults_of_entries(list(queries.entries_to_check()))
        return self._render(request, "faults", "Faults of the FAQ", faults=found)

    def import_file(self, request: HttpRequest) -> HttpResponseBase:
        """Import a file: drafts and phrasings, all of it or nothing."""
        form = forms.FaqFileForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                result = interchange.import_file(
                    data=file.read(), name=file.name, by=authenticated_user(request)
                )
                messages.success(request, f"Imported: {result}")
                return redirect("admin:chatbot_faqentry_changelist")
            except Refusal as refusal:
                add_refusal_to(form, refusal)
        return self._render(
            request, "form", "Import a file", form=form, submit="Import", has_file=True
        )

    def export(self, request: HttpRequest, file_type: str) -> HttpResponseBase:
        """Download what is published."""
        records = interchange.export_records()
        is_csv = file_type == "csv"
        text = writing.as_csv(records) if is_csv else writing.as_yaml(records)
        response = HttpResponse(text.encode(), content_type="application/octet-stream")
        return as_private_download(response, "faq.csv" if is_csv else "faq.yaml")


@admin.register(LabelledMessage)
class LabelledMessageAdmin(SupportAdmin):
    """Messages of which staff said which entry answers them."""

    list_display = ["text", "language", "entry", "origin", "at"]
    list_filter = ["language", "origin"]
    list_select_related = ["entry"]
    search_by = (Words("the beginnings of words of the text", ("text",)),)
    fields = ["text", "language", "entry"]
    ordering = ["-at", "id"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service: who labelled it and when."""
        services.save_label(message=obj, by=authenticated_user(request), at=timezone.now())


@admin.register(MatcherCalibration)
class MatcherCalibrationAdmin(ReadOnlyAdmin):
    """Calibrations of the matcher, the newest first, each with its reliability curve."""

    allowed_roles = ("support",)
    list_display = ["number", "published_at", "note"]
    fields = ["number", "published_at", "by", "note", "figures", "curve"]
    ordering = ["-number"]
    change_form_template = f"{TEMPLATES}calibration.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """A calibration with its curve as a plot."""
        pk = _uuid(object_id)
        row = MatcherCalibration.objects.filter(pk=pk).first() if pk else None
        plot = curve.plot_of(row.curve) if row else None
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "plot": plot}
        )


@admin.register(MatcherRevision)
class MatcherRevisionAdmin(ReadOnlyAdmin):
    """How often what the matcher reads has changed."""

    allowed_roles = ("support",)
    list_display = ["number"]
    ordering = ["id"]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
