"""Your documents, as pictures or signed by their issuers, sent to be checked."""

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

#: Refusals of which the page has no form to show them beside.
NO_PLACE = (services.DocumentsLocked, services.BackNotNeeded, resubmission.DocumentNotRequested)


@dataclass(frozen=True)
class DocumentSlot:
    """One kind of document on the page: what is there and the form to put or replace it."""

    kind: str
    label: str
    slug: str
    document: KycDocument | None
    form: django_forms.Form
    ask: KycAsk | None
    can_put: bool

    @property
    def opens(self) -> bool:
        """Whether the form is shown open."""
        wanted = self.ask is not None and not self.ask.is_replaced
        return self.document is None or wanted or bool(self.form.errors)


def kind_or_404(slug: str) -> str:
    """The kind behind an address, or 404."""
    kind = slug.upper().replace("-", "_")
    if kind not in KycDocument.Kind.values or slug != slug.lower():
        raise Http404
    return kind


@on_step("kyc")
@require_GET
def documents(request: AgentRequest) -> HttpResponseBase:
    """Where the documents stand and what is missing."""
    return _show(request, None, None)


def _show(
    request: AgentRequest, kind: str | None, bound: django_forms.Form | None
) -> HttpResponseBase:
    case = queries.case_of(request.agent)
    standing = queries.documents_status(case)
    slots = [_slot(name, standing, bound if name == kind else None) for name in standing.kinds]
    context = {
        "case": case or KycCase(agent=request.agent),
        "slots": slots,
        "standing": standing,
        "expected": waiting_times.expected_wait_text(case, timezone.now())
        if standing.is_waiting
        else "",
        "offers_offline": standing.wants_aadhaar and offline_ekyc.offline_is_on(),
        "digilocker_is_here": digilocker_queries.digilocker_is_here(),
        "consent": consents_registry.purposes()["digilocker"],
        "visit": digilocker_queries.digilocker_status_of(request.agent, timezone.now())
        if standing.is_open
        else None,
    }
    return render(request, "onboarding/kyc/documents.html", context)


def _slot(
    kind: str, standing: queries.DocumentsStatus, bound: django_forms.Form | None
) -> DocumentSlot:
    slug = kind.lower().replace("_", "-")
    form = bound if bound is not None else forms.form_for_kind(kind)(auto_id=f"{slug}-%s")
    document, ask = standing.there.get(kind), standing.asks.get(kind)
    label = document.title if document else KycDocument.Kind(kind).label
    return DocumentSlot(kind, label, slug, document, form, ask, standing.can_put(kind))


@on_step("kyc")
@require_POST
def put_document(request: AgentRequest, slug: str) -> HttpResponseBase:
    """One picture."""
    kind = kind_or_404(slug)
    form = forms.form_for_kind(kind)(request.POST, request.FILES, auto_id=f"{slug}-%s")
    try:
        if not (form.is_valid() and _kept(request, kind, form)):
            return _show(request, kind, form)
    except NO_PLACE as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{KycDocument.Kind(kind).label} saved.")
    return redirect("onboarding:documents")


def _kept(request: AgentRequest, kind: str, form: django_forms.Form) -> bool:
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
    except NO_PLACE:
        raise  # the page has no form to put it beside
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True


@on_step("kyc")
@require_POST
def submit_documents(request: AgentRequest) -> HttpResponseBase:
    """Send them."""
    try:
        services.submit_documents(agent=request.agent, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("onboarding:documents")


@for_agents
@require_GET
def document_picture(request: AgentRequest, slug: str) -> HttpResponseBase:
    """The agent's own picture."""
    mine = KycDocument.objects.current().filter(case__agent=request.agent).select_related("file")
    document = get_object_or_404(mine, kind=kind_or_404(slug))
    if document.file is None:
        raise Http404
    return send_by_link(request, document.file)
