"""Pages of the agent's identity documents: status, photo uploads and submission."""

from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.consents import registry as consents_registry
from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_by_link
from hitouch.core.web.forms import add_refusal_to
from onboarding.kyc import forms, queries, resubmission, services, waiting_times
from onboarding.kyc.digilocker import queries as digilocker_queries
from onboarding.kyc.offline_ekyc import services as offline_ekyc
from onboarding.models import KycAsk, KycCase, KycDocument
from onboarding.steps.decorators import on_step

#: Refusals that no form on the page can show: they become messages.
PAGE_REFUSALS = (
    services.DocumentsLocked,
    services.BackNotNeeded,
    resubmission.DocumentNotRequested,
)


@dataclass(frozen=True)
class DocumentSlot:
    """One kind of document on the page: the current document and its upload form."""

    kind: str
    label: str
    slug: str
    document: KycDocument | None
    form: django_forms.Form
    ask: KycAsk | None
    can_upload: bool

    @property
    def opens(self) -> bool:
        """Whether the form is shown open."""
        wanted = self.ask is not None and not self.ask.is_replaced
        return self.document is None or wanted or bool(self.form.errors)


def kind_or_404(slug: str) -> str:
    """The document kind of a URL slug, or 404."""
    kind = slug.upper().replace("-", "_")
    if kind not in KycDocument.Kind.values or slug != slug.lower():
        raise Http404
    return kind


@on_step("kyc")
@require_GET
def documents(request: AgentRequest) -> HttpResponseBase:
    """Status of the documents, with upload forms."""
    return _render(request, None, None)


def _render(
    request: AgentRequest, kind: str | None, bound: django_forms.Form | None
) -> HttpResponseBase:
    case = queries.case_of(request.agent)
    status = queries.documents_status(case)
    slots = [_build_slot(name, status, bound if name == kind else None) for name in status.kinds]
    context = {
        "case": case or KycCase(agent=request.agent),
        "slots": slots,
        "status": status,
        "expected": waiting_times.expected_wait_text(case, timezone.now())
        if status.is_waiting
        else "",
        "offers_offline": status.accepts_aadhaar and offline_ekyc.is_offline_ekyc_available(),
        "is_digilocker_available": digilocker_queries.is_digilocker_available(),
        "consent": consents_registry.purposes()["digilocker"],
        "visit": digilocker_queries.digilocker_status_of(request.agent, timezone.now())
        if status.is_open
        else None,
    }
    return render(request, "onboarding/kyc/documents.html", context)


def _build_slot(
    kind: str, status: queries.DocumentsStatus, bound: django_forms.Form | None
) -> DocumentSlot:
    slug = kind.lower().replace("_", "-")
    form = bound if bound is not None else forms.form_for_kind(kind)(auto_id=f"{slug}-%s")
    document, ask = status.there.get(kind), status.asks.get(kind)
    label = document.title if document else KycDocument.Kind(kind).label
    return DocumentSlot(kind, label, slug, document, form, ask, status.can_upload(kind))


@on_step("kyc")
@require_POST
def put_document(request: AgentRequest, slug: str) -> HttpResponseBase:
    """Upload one photo."""
    kind = kind_or_404(slug)
    form = forms.form_for_kind(kind)(request.POST, request.FILES, auto_id=f"{slug}-%s")
    try:
        if not (form.is_valid() and _save(request, kind, form)):
            return _render(request, kind, form)
    except PAGE_REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{KycDocument.Kind(kind).label} saved.")
    return redirect("onboarding:documents")


def _save(request: AgentRequest, kind: str, form: django_forms.Form) -> bool:
    facts: dict[str, Any] = dict(form.cleaned_data)
    upload = facts.pop("file")
    try:
        services.save_document(
            agent=request.agent,
            kind=kind,
            upload=upload,
            by=request.user,
            at=timezone.now(),
            **facts,
        )
    except PAGE_REFUSALS:
        raise
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True


@on_step("kyc")
@require_POST
def submit_documents(request: AgentRequest) -> HttpResponseBase:
    """Submit the documents for review."""
    try:
        services.submit_documents(agent=request.agent, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("onboarding:documents")


@for_agents
@require_GET
def document_picture(request: AgentRequest, slug: str) -> HttpResponseBase:
    """The agent's own photo of a document."""
    mine = KycDocument.objects.current().filter(case__agent=request.agent).select_related("file")
    document = get_object_or_404(mine, kind=kind_or_404(slug))
    if document.file is None:
        raise Http404
    return send_by_link(request, document.file)
