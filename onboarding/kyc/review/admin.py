"""An agent's documents on one screen: pictures beside the profile, and the decision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from hitouch.core.web.downloads import require_link, send_file
from hitouch.core.web.views import View
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc.review import access_log, forms, queries, services
from onboarding.models import KycAsk, KycCase, KycCheck, KycDocument, Purpose

WAITING_FIRST = Case(
    When(state=KycCase.State.IN_REVIEW, then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)
LIST = "admin:onboarding_kyccase_changelist"


@admin.register(KycCase)
class KycCaseAdmin(ActionPagesAdmin):
    """What waits comes first; each case is one screen."""

    allowed_roles = ("reviewer",)
    list_display = ("agent", "state", "waits", "came_again", "reviewer", "decided_at")
    list_filter = ("state", "reason")
    search_fields = ("agent__given_name", "agent__family_name")
    change_list_template = "onboarding/kyc/admin/cases.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycCase]:
        """What waits, who has waited longest first; nobody meets their own."""
        by = authenticated_user(request)
        rows = KycCase.objects.with_agent().select_related("reviewer__agent")
        others = kyc_queries.with_resubmissions(rows).exclude(agent__user=by)
        return others.order_by(WAITING_FIRST, "queued_at", "id")

    @admin.display(description="Waiting")
    def waits(self, case: KycCase) -> str:
        """How long it has been with us, and whether that is too long."""
        now = timezone.now()
        if not (case.can_be_decided and case.queued_at):
            return ""
        return f"{timesince(case.queued_at, now)}{', overdue' if case.is_overdue(now) else ''}"

    @admin.display(description="Resubmitted")
    def came_again(self, case: KycCase) -> str:
        """What a reviewer asked for and the agent has sent since."""
        asks = case.asks_now if case.can_be_decided else []  # type: ignore[attr-defined]
        return ", ".join(ask.document.get_kind_display() for ask in asks)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With what is overdue, in a sentence."""
        overdue = KycCase.objects.overdue(timezone.now()).count()
        return super().changelist_view(request, {"overdue": overdue, **(extra_context or {})})

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The acts of a reviewer beside the admin's own addresses."""
        return {
            "next": ("next/", require_POST(self.take_next)),
            "claim": ("<uuid:pk>/claim/", require_POST(self.claim)),
            "release": ("<uuid:pk>/release/", require_POST(self.release)),
            "look": ("<uuid:pk>/look/", require_POST(self.look)),
            "approve": ("<uuid:pk>/approve/", require_POST(self.approve)),
            "ask": ("<uuid:pk>/ask/", require_POST(self.ask)),
            "reject": ("<uuid:pk>/reject/", require_POST(self.reject)),
            "expire": ("<uuid:pk>/expire/", require_POST(self.expire)),
            "pan": ("<uuid:pk>/pan/", require_POST(self.show_pan)),
            "picture": ("<uuid:pk>/pictures/<uuid:document>/", require_GET(self.picture)),
            "photo": ("<uuid:pk>/photo/", require_GET(self.photo)),
            "case": ("<uuid:pk>/change/", require_GET(self.case)),
        }

    def _case(self, request: HttpRequest, pk: UUID) -> KycCase:
        case = get_object_or_404(kyc_queries.all_cases(), pk=pk)
        try:
            access_log.refuse_own_case(case, request.user)  # type: ignore[arg-type]
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return case

    def _show(self, request: HttpRequest, case: KycCase, **changes: Any) -> HttpResponseBase:
        by = authenticated_user(request)
        facts = case_context(case, by=by, now=timezone.now())
        site = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, "onboarding/kyc/admin/case.html", {**site, **facts, **changes})

    def case(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Everything about one agent's documents."""
        return self._show(request, self._case(request, pk))

    def _do(self, request: HttpRequest, pk: UUID, act: Any, **facts: Any) -> bool:
        try:
            act(case=self._case(request, pk), by=request.user, at=timezone.now(), **facts)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return False
        return True

    @staticmethod
    def _to(pk: UUID) -> HttpResponseBase:
        return redirect(reverse("admin:onboarding_kyccase_case", args=[pk]))

    def _decide(
        self, request: HttpRequest, pk: UUID, act: Any, done: str, **facts: Any
    ) -> HttpResponseBase:
        """Decide, say so, and go straight on."""
        if not self._do(request, pk, act, **facts):
            return self._to(pk)
        messages.success(request, f"{self._case(request, pk)}: {done}")
        return self.take_next(request)

    def take_next(self, request: HttpRequest) -> HttpResponseBase:
        """Take the first of the queue."""
        by = authenticated_user(request)
        case = services.claim_next_case(by=by, at=timezone.now())
        if case is None:
            messages.info(request, "There are no documents for you to review.")
            return redirect(LIST)
        return self._to(case.pk)

    def claim(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Take these."""
        self._do(request, pk, services.claim_case)
        return self._to(pk)

    def release(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Give them back."""
        return redirect(LIST) if self._do(request, pk, services.release_case) else self._to(pk)

    def look(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Say why one looks."""
        form = forms.AccessPurposeForm(request.POST)
        if not form.is_valid():
            return self._show(request, self._case(request, pk), look_form=form)
        self._do(request, pk, access_log.record_access_purpose, **form.cleaned_data)
        return self._to(pk)

    def approve(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Accept them."""
        return self._decide(request, pk, services.approve_case, "approved.")

    def ask(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Ask for some of them again."""
        case = self._case(request, pk)
        form = forms.ResubmissionForm(request.POST, documents=case.current_documents)  # type: ignore[attr-defined]
        if not form.is_valid():
            return self._show(request, case, ask_form=form)
        wanted = [services.ResubmissionItem(**each) for each in form.wanted()]
        act, done = services.request_resubmissions, "sent back for what you marked."
        return self._decide(request, pk, act, done, wanted=wanted)

    def reject(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send all of them back."""
        form = forms.RejectForm(request.POST)
        if not form.is_valid():
            return self._show(request, self._case(request, pk), reject_form=form)
        return self._decide(request, pk, services.reject_case, "sent back.", **form.cleaned_data)

    def expire(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Ask for new ones."""
        why = request.POST.get("why", "")
        self._do(request, pk, services.ask_for_new_documents, why=why)
        return self._to(pk)

    def show_pan(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The whole PAN on this one answer; the press is noted."""
        case, by = self._case(request, pk), request.user
        pan = get_object_or_404(case.documents.current(), kind=KycDocument.Kind.PAN)
        try:
            number = access_log.reveal_pan(document=pan, by=by, at=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._to(pk)
        return self._show(request, case, pan=number)

    def picture(self, request: HttpRequest, pk: UUID, document: UUID) -> HttpResponseBase:
        """One picture; each look is noted."""
        found = KycDocument.objects.select_related("file", "held", "case__agent")
        row = get_object_or_404(found.filter(case_id=pk), pk=document)
        return self._send(request, row.file, access_log.open_document, document=row)

    def photo(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The profile's photo, to compare faces; each look is noted."""
        case = self._case(request, pk)
        return self._send(request, case.agent.photo, access_log.open_photo, case=case)

    @staticmethod
    def _send(
        request: HttpRequest, wanted: StoredFile | None, look: Any, **what: Any
    ) -> HttpResponseBase:
        if wanted is not None:  # where there is none, the service says why
            require_link(request, wanted)
        try:
            stored = look(by=request.user, at=timezone.now(), **what)
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return send_file(stored, inline=True)


def case_context(case: KycCase, *, by: User, now: datetime) -> dict[str, Any]:
    """Everything about one agent's documents, for this colleague at this moment."""
    checks = list(case.checks.all())
    purpose = queries.access_purpose_of(case, by, now)
    return {
        "title": f"Documents of {case.agent.name}",
        "case": case,
        "agent": case.agent,
        "mine": case.is_taken_by(by, now),
        "taken": case.is_taken(now),
        "overdue": case.is_overdue(now),
        "purpose": purpose,
        "purpose_words": Purpose(purpose).label.lower() if purpose else "",
        "doubts": [check for check in checks if check.verdict != KycCheck.Verdict.PASS],
        "agreeing": [check for check in checks if check.verdict == KycCheck.Verdict.PASS],
        "others": queries.similar_cases(case, by),
        "events": case.events.select_related("by__agent").order_by("at"),
        "reasons": KycAsk.Reason.choices,
        "reject_form": forms.RejectForm(),
        "ask_form": forms.ResubmissionForm(documents=case.current_documents),  # type: ignore[attr-defined]
        "look_form": forms.AccessPurposeForm(),
        "expire_form": forms.NewDocumentsForm(),
    }
