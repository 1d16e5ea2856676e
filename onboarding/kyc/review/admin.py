"""Admin of document reviews: the queue, and one page per case with photos, checks and decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.http import require_GET, require_POST

from accounts import admin_search
from accounts.models import User
from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.models import StoredFile
from hitouch.core.web.downloads import require_link, send_file
from hitouch.core.web.queues import capped_count
from hitouch.core.web.views import View
from onboarding.kyc import access
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc.checks import services as kyc_checks
from onboarding.kyc.review import access_log, forms, queries, referrals, samples, services
from onboarding.models import (
    KycAsk,
    KycCase,
    KycCheck,
    KycDocument,
    KycReferral,
    KycSample,
    Purpose,
)

CHANGELIST = "admin:onboarding_kyccase_changelist"


@admin.register(KycCase)
class KycCaseAdmin(ActionPagesAdmin):
    """The queue and the review page of each case."""

    allowed_roles = queries.REVIEWERS
    list_display = (
        "agent", "state", "waiting", "passed_on", "resubmitted", "reviewer", "decided_at",
    )  # fmt: skip
    list_filter = ("state", "reason")
    search_by = (admin_search.names("agent"),)
    search_note = admin_search.SEALED_NOTE
    change_list_template = "onboarding/kyc/admin/cases.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycCase]:
        """Waiting cases first, the longest waiting on top; never the reviewer's own.

        What was passed on to senior reviewers is shown to them only.
        """
        by = authenticated_user(request)
        rows = KycCase.objects.with_agent().waiting_first().select_related("reviewer__agent")
        others = queries.visible_to(kyc_queries.with_resubmissions(rows), by)
        referred = KycReferral.objects.open().filter(case=OuterRef("pk"))
        return others.annotate(referral=Subquery(referred.values("kind")[:1]))

    @admin.display(description="Passed on")
    def passed_on(self, case: KycCase) -> str:
        """Why a colleague passed the case on."""
        kind = case.referral  # type: ignore[attr-defined]
        return KycReferral.Kind(kind).label if kind else ""

    @admin.display(description="Waiting")
    def waiting(self, case: KycCase) -> str:
        """How long the case has waited for review, and whether it is overdue."""
        now = timezone.now()
        if not (case.can_be_decided and case.queued_at):
            return ""
        return f"{timesince(case.queued_at, now)}{', overdue' if case.is_overdue(now) else ''}"

    @admin.display(description="Resubmitted")
    def resubmitted(self, case: KycCase) -> str:
        """The documents that were uploaded again on request."""
        asks = case.asks_now if case.can_be_decided else []  # type: ignore[attr-defined]
        return ", ".join(ask.document.get_kind_display() for ask in asks)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, with the number of overdue cases."""
        overdue = capped_count(KycCase.objects.overdue(timezone.now()))
        return super().changelist_view(request, {"overdue": overdue, **(extra_context or {})})

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The review page and its actions, as additional admin URLs."""
        return {
            "next": ("next/", require_POST(self.claim_next)),
            "claim": ("<uuid:pk>/claim/", require_POST(self.claim)),
            "release": ("<uuid:pk>/release/", require_POST(self.release)),
            "look": ("<uuid:pk>/look/", require_POST(self.look)),
            "approve": ("<uuid:pk>/approve/", require_POST(self.approve)),
            "refer": ("<uuid:pk>/refer/", require_POST(self.refer)),
            "return": ("<uuid:pk>/return/", require_POST(self.return_case)),
            "judge": ("<uuid:pk>/judge/", require_POST(self.judge)),
            "ask": ("<uuid:pk>/ask/", require_POST(self.ask)),
            "reject": ("<uuid:pk>/reject/", require_POST(self.reject)),
            "expire": ("<uuid:pk>/expire/", require_POST(self.expire)),
            "pan": ("<uuid:pk>/pan/", require_POST(self.show_pan)),
            "picture": ("<uuid:pk>/pictures/<uuid:document>/", require_GET(self.picture)),
            "photo": ("<uuid:pk>/photo/", require_GET(self.photo)),
            "case": ("<uuid:pk>/change/", require_GET(self.case)),
        }

    def _get_case(self, request: HttpRequest, pk: UUID) -> KycCase:
        case = get_object_or_404(kyc_queries.all_cases(), pk=pk)
        try:
            access.require_access(case, request.user)  # type: ignore[arg-type]
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return case

    def _render_case(self, request: HttpRequest, case: KycCase, **changes: Any) -> HttpResponseBase:
        by = authenticated_user(request)
        values = case_context(case, by=by, now=timezone.now())
        site = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, "onboarding/kyc/admin/case.html", {**site, **values, **changes})

    def case(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The review page of one case."""
        return self._render_case(request, self._get_case(request, pk))

    def _perform(self, request: HttpRequest, pk: UUID, service: Any, **values: Any) -> bool:
        try:
            service(case=self._get_case(request, pk), by=request.user, at=timezone.now(), **values)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return False
        return True

    @staticmethod
    def _redirect_to_case(pk: UUID) -> HttpResponseBase:
        return redirect(reverse("admin:onboarding_kyccase_case", args=[pk]))

    def _decide(
        self, request: HttpRequest, pk: UUID, service: Any, outcome: str, **values: Any
    ) -> HttpResponseBase:
        """Decide the case, show a message, and claim the next one."""
        if not self._perform(request, pk, service, **values):
            return self._redirect_to_case(pk)
        messages.success(request, f"{self._get_case(request, pk)}: {outcome}")
        return self.claim_next(request)

    def claim_next(self, request: HttpRequest) -> HttpResponseBase:
        """Claim the first case of the queue."""
        by = authenticated_user(request)
        case = services.claim_next_case(by=by, at=timezone.now())
        if case is None:
            messages.info(request, "There are no documents for you to review.")
            return redirect(CHANGELIST)
        return self._redirect_to_case(case.pk)

    def claim(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Claim the case."""
        self._perform(request, pk, services.claim_case)
        return self._redirect_to_case(pk)

    def release(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Release the case."""
        return (
            redirect(CHANGELIST)
            if self._perform(request, pk, services.release_case)
            else self._redirect_to_case(pk)
        )

    def look(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Record the purpose of viewing."""
        form = forms.AccessPurposeForm(request.POST)
        if not form.is_valid():
            return self._render_case(request, self._get_case(request, pk), look_form=form)
        self._perform(request, pk, access_log.record_access_purpose, **form.cleaned_data)
        return self._redirect_to_case(pk)

    def approve(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Approve the documents, with a reason where a check has failed."""
        form = forms.ApproveForm(request.POST)
        if not form.is_valid():
            return self._render_case(request, self._get_case(request, pk), approve_form=form)
        try:
            why = form.cleaned_data["why"]
            case, by = self._get_case(request, pk), authenticated_user(request)
            services.approve_case(case=case, by=by, at=timezone.now(), why=why)
        except ReasonRequired as refusal:
            form.add_error("why", str(refusal))
            return self._render_case(request, self._get_case(request, pk), approve_form=form)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._redirect_to_case(pk)
        messages.success(request, f"{self._get_case(request, pk)}: approved.")
        return self.claim_next(request)

    def refer(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Pass the case on, and claim the next one."""
        form = forms.ReferForm(request.POST)
        if not form.is_valid():
            return self._render_case(request, self._get_case(request, pk), refer_form=form)
        if not self._perform(request, pk, referrals.refer_case, **form.cleaned_data):
            return self._redirect_to_case(pk)
        messages.success(request, "The review was passed on.")
        return self.claim_next(request)

    def return_case(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Return the case to the queue of all reviewers."""
        answer = request.POST.get("answer", "")[:1000]
        self._perform(request, pk, referrals.return_case, answer=answer)
        return self._redirect_to_case(pk)

    def judge(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Say whether an automatic approval was right."""
        case, form = self._get_case(request, pk), forms.ApprovalSampleForm(request.POST)
        sample = get_object_or_404(case.samples.waiting())
        if not form.is_valid():
            return self._render_case(request, case, sample_form=form)
        by, facts = authenticated_user(request), form.cleaned_data
        try:
            samples.judge_sample(sample=sample, by=by, at=timezone.now(), **facts)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return self._redirect_to_case(pk)

    def ask(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Request some documents again."""
        case = self._get_case(request, pk)
        form = forms.ResubmissionForm(request.POST, documents=case.current_documents)  # type: ignore[attr-defined]
        if not form.is_valid():
            return self._render_case(request, case, ask_form=form)
        wanted = [services.ResubmissionItem(**each) for each in form.items()]
        service, outcome = services.request_resubmissions, "sent back for what you marked."
        return self._decide(request, pk, service, outcome, wanted=wanted)

    def reject(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Reject all documents."""
        form = forms.RejectForm(request.POST)
        if not form.is_valid():
            return self._render_case(request, self._get_case(request, pk), reject_form=form)
        return self._decide(request, pk, services.reject_case, "sent back.", **form.cleaned_data)

    def expire(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Request new documents for an approved case."""
        why = request.POST.get("why", "")
        self._perform(request, pk, services.request_new_documents, why=why)
        return self._redirect_to_case(pk)

    def show_pan(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Show the full PAN once. The access is recorded."""
        case, by = self._get_case(request, pk), request.user
        pan = get_object_or_404(case.documents.current(), kind=KycDocument.Kind.PAN)
        try:
            number = access_log.reveal_pan(document=pan, by=by, at=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._redirect_to_case(pk)
        return self._render_case(request, case, pan=number)

    def picture(self, request: HttpRequest, pk: UUID, document: UUID) -> HttpResponseBase:
        """One photo. The access is recorded."""
        documents = KycDocument.objects.select_related("file", "held", "case__agent")
        row = get_object_or_404(documents.filter(case_id=pk), pk=document)
        return self._send_picture(request, row.file, access_log.open_document, document=row)

    def photo(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The profile photo, to compare faces. The access is recorded."""
        case = self._get_case(request, pk)
        return self._send_picture(request, case.agent.photo, access_log.open_photo, case=case)

    @staticmethod
    def _send_picture(
        request: HttpRequest, file: StoredFile | None, open_file: Any, **target: Any
    ) -> HttpResponseBase:
        if file is not None:  # without a file the service refuses with the reason
            require_link(request, file)
        try:
            stored = open_file(by=request.user, at=timezone.now(), **target)
        except Refusal as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        return send_file(request, stored, inline=True)


@admin.register(KycSample)
class KycSampleAdmin(ActionPagesAdmin):
    """Automatic approvals that were drawn for a look; each leads to its case."""

    allowed_roles = queries.REVIEWERS
    list_display = ("case", "approved_at", "outcome", "by", "looked_at")
    list_filter = ("outcome",)
    search_by = (admin_search.names("case__agent"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[KycSample]:
        """Waiting ones first; never the reviewer's own."""
        others = KycSample.objects.exclude(case__agent__user=authenticated_user(request))
        return others.select_related("case__agent__user", "by__agent").undecided_first()

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The case's page instead of a form."""
        return {"case": ("<uuid:pk>/change/", require_GET(self.case))}

    def case(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The review page of the case."""
        sample = get_object_or_404(KycSample, pk=pk)
        return redirect("admin:onboarding_kyccase_case", sample.case_id)


def case_context(case: KycCase, *, by: User, now: datetime) -> dict[str, Any]:
    """Template context of the review page, for one reviewer."""
    checks = list(case.checks.all())
    purpose = queries.access_purpose_of(case, by, now)
    mine = case.is_taken_by(by, now)
    referral = queries.open_referral(case)
    return {
        "title": f"Documents of {case.agent.name}",
        "case": case,
        "agent": case.agent,
        "mine": mine,
        "referral": referral,
        "passed_on_by_me": referral is not None and referral.by_id == by.pk,
        "faces": queries.face_pairs(case),
        "failed": kyc_checks.failed_checks(case) if mine else [],
        "sample": case.samples.waiting().first(),
        "approve_form": forms.ApproveForm(),
        "refer_form": forms.ReferForm(),
        "return_form": forms.ReturnForm(),
        "sample_form": forms.ApprovalSampleForm(),
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
