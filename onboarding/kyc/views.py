"""Pages of the agent's identity documents: status, photo uploads and submission."""

from dataclasses import dataclass
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.consents import registry as consents_registry
from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_by_link
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.query import LinkForm, query_parameters
from onboarding.kyc import forms, queries, resubmission, services, uploads
from onboarding.kyc.digilocker import queries as digilocker_queries
from onboarding.kyc.offline_ekyc import services as offline_ekyc
from onboarding.models import KycAsk, KycCase, KycDocument, KycUpload
from onboarding.steps.decorators import on_step

#: Refusals that no form on the page can show: they become messages.
PAGE_REFUSALS = (
    services.DocumentsLocked,
    services.BackNotNeeded,
    resubmission.DocumentNotRequested,
)


@dataclass(frozen=True)
class DocumentSlot:
    """One kind of document on the page: the current document, a newer upload, and the forms."""

    kind: str
    label: str
    slug: str
    document: KycDocument | None
    upload: KycUpload | None
    form: django_forms.Form
    password_form: django_forms.Form
    ask: KycAsk | None
    can_upload: bool
    #: The upload has been waiting longer than reading usually takes.
    is_late: bool

    @property
    def opens(self) -> bool:
        """Whether the form is shown open."""
        if self.form.errors:
            return True
        if self.upload is not None:
            return self.upload.is_refused
        wanted = self.ask is not None and not self.ask.is_replaced
        return self.document is None or wanted

    @property
    def fingerprint(self) -> str:
        """A text that changes whenever the page has something new to show of it."""
        upload = f"{self.upload.pk} {self.upload.state}" if self.upload else ""
        document = f"{self.document.pk} {self.document.is_held}" if self.document else ""
        return f"{upload} {document} {self.can_upload} {self.is_late}"


def kind_or_404(slug: str) -> str:
    """The document kind of a URL slug, or 404."""
    kind = slug.upper().replace("-", "_")
    if kind not in KycDocument.Kind.values or slug != slug.lower():
        raise Http404
    return kind


@on_step("kyc")
@require_GET
def documents(request: AgentRequest) -> HttpResponseBase:
    """Status of the documents, with upload forms. The page asks again while a file is read."""
    return _render(request)


def _render(
    request: AgentRequest,
    kind: str = "",
    form: django_forms.Form | None = None,
    password_form: django_forms.Form | None = None,
) -> HttpResponseBase:
    """The page; `form` or `password_form` is the bound one of a kind."""
    case = queries.case_of(request.agent)
    status = queries.documents_status(case)
    slots = [
        _build_slot(name, status, *((form, password_form) if name == kind else (None, None)))
        for name in status.kinds
    ]
    context = {
        "case": case or KycCase(agent=request.agent),
        "slots": slots,
        "status": status,
        "expected": queries.expected_wait_text(case, timezone.now()) if status.is_waiting else "",
        "offers_offline": status.accepts_aadhaar and offline_ekyc.is_offline_ekyc_available(),
        "is_digilocker_available": digilocker_queries.is_digilocker_available(),
        "consent": consents_registry.purposes()["digilocker"],
        "visit": digilocker_queries.digilocker_status_of(request.agent, timezone.now())
        if status.is_open
        else None,
    }
    response = render(request, "onboarding/kyc/documents.html", context)
    refusal: Refusal | None = getattr(form, "refusal", None)
    if isinstance(refusal, uploads.TRY_LATER):
        response.status_code, response["Retry-After"] = refusal.status, str(refusal.retry_after)
    return response


def _build_slot(
    kind: str,
    status: queries.DocumentsStatus,
    form: django_forms.Form | None,
    password_form: django_forms.Form | None,
) -> DocumentSlot:
    slug = kind.lower().replace("_", "-")
    document, ask, upload = (
        status.there.get(kind),
        status.asks.get(kind),
        status.uploads.get(kind),
    )
    shown = upload or document
    return DocumentSlot(
        kind=kind,
        label=shown.title if shown else KycDocument.Kind(kind).label,
        slug=slug,
        document=document,
        upload=upload,
        form=form or forms.form_for_kind(kind)(auto_id=f"{slug}-%s", initial=_entered(upload)),
        password_form=password_form or forms.PdfPasswordForm(auto_id=f"{slug}-%s"),
        ask=ask,
        can_upload=status.can_upload(kind),
        is_late=upload is not None and upload.is_late(timezone.now()),
    )


def _entered(upload: KycUpload | None) -> dict[str, object]:
    """What the agent entered with a file that was refused, so that it need not be typed again."""
    if upload is None or not upload.is_refused:
        return {}
    return {
        "number": upload.number,
        "last_four": upload.last_four,
        "both_sides": upload.both_sides,
    }


@on_step("kyc")
@require_POST
def put_document(request: AgentRequest, slug: str) -> HttpResponseBase:
    """Upload one photo, which is read in the background."""
    kind = kind_or_404(slug)
    form = forms.form_for_kind(kind)(request.POST, request.FILES, auto_id=f"{slug}-%s")
    if not form.is_valid():
        return _render(request, kind, form)
    facts = dict(form.cleaned_data)
    file = facts.pop("file")
    try:
        uploads.accept_upload(
            agent=request.agent, kind=kind, upload=file, at=timezone.now(), **facts
        )
    except PAGE_REFUSALS as refusal:
        messages.error(request, str(refusal))
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return _render(request, kind, form)
    return redirect(f"{reverse('onboarding:documents')}#{slug}")


@sensitive_post_parameters("password")
@on_step("kyc")
@require_POST
def unlock_upload(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """Open a locked PDF with its password."""
    upload = _own_upload(request, pk)
    form = forms.PdfPasswordForm(request.POST, auto_id=f"{upload.slug}-%s")
    if not form.is_valid():
        return _render(request, upload.kind, password_form=form)
    try:
        uploads.unlock_upload(upload=upload, at=timezone.now(), **form.cleaned_data)
    except (uploads.NotLocked, uploads.TooManyPasswords) as refusal:
        messages.error(request, str(refusal))
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return _render(request, upload.kind, password_form=form)
    return redirect(f"{reverse('onboarding:documents')}#{upload.slug}")


@on_step("kyc")
@require_POST
def withdraw_upload(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """Remove a file that is not read yet."""
    upload = _own_upload(request, pk)
    try:
        uploads.withdraw_upload(upload=upload, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('onboarding:documents')}#{upload.slug}")


def _own_upload(request: AgentRequest, pk: UUID) -> KycUpload:
    mine = KycUpload.objects.filter(case__agent=request.agent)
    return get_object_or_404(mine.select_related("case__agent__user"), pk=pk)


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
@query_parameters(LinkForm)
def document_picture(request: AgentRequest, slug: str) -> HttpResponseBase:
    """The agent's own photo of a document."""
    mine = KycDocument.objects.current().filter(case__agent=request.agent).select_related("file")
    document = get_object_or_404(mine, kind=kind_or_404(slug))
    if document.file is None:
        raise Http404
    return send_by_link(request, document.file)
