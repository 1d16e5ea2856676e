"""An agent's documents on one screen: pictures beside the profile, and the decision."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hitouch.core.errors import Refusal
from hitouch.core.http import send_file
from onboarding import forms, queries, services
from onboarding.admin.access import View, WithActs
from onboarding.models import KycCase, KycDocument


@admin.register(KycCase)
class KycCaseAdmin(WithActs):
    """What waits comes first; each case is one screen."""

    list_display = ("agent", "state", "submitted_at", "reviewer", "decided_at")
    list_filter = ("state", "reason")
    search_fields = ("agent__given_name", "agent__family_name")
    change_list_template = "onboarding/admin/cases.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycCase]:
        """The oldest first, with the people."""
        return KycCase.objects.with_agent().select_related("reviewer__agent").oldest_first()

    def acts(self) -> dict[str, tuple[str, View]]:
        """The acts of a reviewer beside the admin's own addresses."""
        return {
            "next": ("next/", require_POST(self.take_next)),
            "claim": ("<uuid:pk>/claim/", require_POST(self.claim)),
            "approve": ("<uuid:pk>/approve/", require_POST(self.approve)),
            "reject": ("<uuid:pk>/reject/", require_POST(self.reject)),
            "expire": ("<uuid:pk>/expire/", require_POST(self.expire)),
            "pan": ("<uuid:pk>/pan/", require_POST(self.show_pan)),
            "picture": ("<uuid:pk>/pictures/<uuid:document>/", require_GET(self.picture)),
            "photo": ("<uuid:pk>/photo/", require_GET(self.photo)),
            "case": ("<uuid:pk>/change/", require_GET(self.case)),
        }

    def _case(self, pk: UUID) -> KycCase:
        return get_object_or_404(queries.all_cases(), pk=pk)

    def _show(
        self, request: HttpRequest, case: KycCase, *, form: Any = None, pan: str = ""
    ) -> HttpResponseBase:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Documents of {case.agent.name}",
            "opts": self.opts,
            "case": case,
            "agent": case.agent,
            "mine": case.reviewer_id == request.user.pk,
            "reject_form": form or forms.RejectForm(),
            "expire_form": forms.NewDocumentsForm(),
            "pan": pan,
            "events": case.events.select_related("by__agent").order_by("at"),
        }
        return render(request, "onboarding/admin/case.html", context)

    def case(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Everything about one agent's documents."""
        return self._show(request, self._case(pk))

    def _do(self, request: HttpRequest, pk: UUID, act: Any, **facts: str) -> HttpResponseBase:
        try:
            act(case=self._case(pk), by=request.user, at=timezone.now(), **facts)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(self._url(pk))

    @staticmethod
    def _url(pk: UUID) -> str:
        return reverse("admin:onboarding_kyccase_case", args=[pk])

    def take_next(self, request: HttpRequest) -> HttpResponseBase:
        """Take the oldest that nobody works on."""
        by: Any = request.user
        case = services.claim_next_case(by=by, at=timezone.now())
        if case is None:
            messages.info(request, "No documents wait for you.")
            return redirect("admin:onboarding_kyccase_changelist")
        return redirect(self._url(case.pk))

    def claim(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Take these."""
        return self._do(request, pk, services.claim_case)

    def approve(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Accept them."""
        return self._do(request, pk, services.approve_case)

    def reject(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send them back."""
        form = forms.RejectForm(request.POST)
        if not form.is_valid():
            return self._show(request, self._case(pk), form=form)
        return self._do(request, pk, services.reject_case, **form.cleaned_data)

    def expire(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Ask for new ones."""
        why = request.POST.get("why", "")
        return self._do(request, pk, services.ask_for_new_documents, why=why)

    def show_pan(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The whole PAN on this one answer; the press is noted."""
        case, by = self._case(pk), request.user
        pan = get_object_or_404(case.documents.current(), kind=KycDocument.Kind.PAN)
        number = services.reveal_pan(document=pan, by=by, at=timezone.now())  # type: ignore[arg-type]
        return self._show(request, case, pan=number)

    def picture(self, request: HttpRequest, pk: UUID, document: UUID) -> HttpResponseBase:
        """One picture; each look is noted."""
        found = KycDocument.objects.select_related("file").filter(case_id=pk)
        row, by = get_object_or_404(found, pk=document), request.user
        stored = services.open_document(document=row, by=by, at=timezone.now())  # type: ignore[arg-type]
        return send_file(stored, inline=True)

    def photo(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The profile's photo, to compare faces."""
        agent = get_object_or_404(KycCase.objects.select_related("agent__photo"), pk=pk).agent
        if agent.photo is None:
            raise PermissionDenied
        return send_file(agent.photo, inline=True)
