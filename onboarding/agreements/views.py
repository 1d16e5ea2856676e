"""Pages to read and sign agreements, download signed copies, and verify a signed PDF."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import AgentRequest, for_agents, for_everyone
from accounts.security import origin
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page
from onboarding.agreements import forms, queries, sealing, signing, verification
from onboarding.agreements import text as agreements_text
from onboarding.agreements.verification import VerificationReport
from onboarding.models import AgreementTemplate
from onboarding.steps import gates
from onboarding.steps.decorators import on_step

#: Session key of what the agent accepted before the code was sent.
INTENT = "onboarding.signing"


@on_step("agreements")
@form_page
def agreements(request: AgentRequest) -> HttpResponseBase:
    """The texts to read; once all are read, the form to accept them and request a code."""
    agent = request.agent
    texts = queries.agreements_to_sign(agent)
    form = forms.IntentForm(request.POST or None, contacts=queries.signing_contacts(agent))
    if request.POST and form.is_valid() and _send_code(request, form):
        return redirect("onboarding:agreements-code")
    context = {
        "texts": texts,
        "all_read": bool(texts) and all(text.is_read for text in texts),
        "form": form,
        "ticked": form.accepted_ids(text.template for text in texts),
        "signatures": queries.signatures_of(agent),
    }
    return render(request, "onboarding/agreements/agreements.html", context)


def _send_code(request: AgentRequest, form: forms.IntentForm) -> bool:
    intent = {name: form.cleaned_data[name] for name in ("accept", "typed_name")}
    try:
        signing.require_intent(agent=request.agent, **intent)
        sent_to = signing.send_signing_code(
            agent=request.agent,
            channel=form.cleaned_data["channel"],
            at=timezone.now(),
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    request.session[INTENT] = {**intent, "sent_to": sent_to}
    return True


@on_step("agreements")
@form_page
def read(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """The exact text for this agent, with a button at its end to confirm reading."""
    unsigned = [row.pk for row in gates.unsigned_agreements(request.agent)]
    template = get_object_or_404(AgreementTemplate.objects.filter(pk__in=unsigned), pk=pk)
    if request.method == "POST" and _mark_read(request, template):
        return _redirect_to_next(request)
    reading = signing.open_agreement(agent=request.agent, template=template, at=timezone.now())
    context = {
        "template": template,
        "reading": reading,
        "blocks": agreements_text.layout_blocks(reading.text)[1:],
        "minutes": agreements_text.minutes_to_read(reading.text),
        "form": forms.ReadForm(),
    }
    return render(request, "onboarding/agreements/agreement_text.html", context)


def _mark_read(request: AgentRequest, template: AgreementTemplate) -> bool:
    form = forms.ReadForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    try:
        signing.mark_read(agent=request.agent, template=template, at=timezone.now(), seen=seen)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _redirect_to_next(request: AgentRequest) -> HttpResponseBase:
    """Redirect to the next unread text, or to the page where all are signed."""
    unread = [text for text in queries.agreements_to_sign(request.agent) if not text.is_read]
    if unread:
        messages.info(request, f"Next: the {unread[0].template.title.lower()}.")
        return redirect("onboarding:agreement-text", unread[0].template.pk)
    return redirect("onboarding:agreements")


@on_step("agreements")
@form_page
def code(request: AgentRequest) -> HttpResponseBase:
    """Enter the code, which signs."""
    intent = request.session.get(INTENT)
    if not intent:
        return redirect("onboarding:agreements")
    form = forms.SignatureCodeForm(request.POST or None)
    if request.POST and form.is_valid() and _sign(request, form, intent):
        messages.success(request, "You've signed your agreements. We'll email you the signed PDFs.")
        return redirect("onboarding:next")
    context = {"form": form, "sent_to": intent["sent_to"]}
    return render(request, "onboarding/agreements/code.html", context)


def _sign(request: AgentRequest, form: forms.SignatureCodeForm, intent: dict[str, object]) -> bool:
    try:
        signing.sign_agreements(
            agent=request.agent,
            accept=intent["accept"],  # type: ignore[arg-type]
            typed_name=str(intent["typed_name"]),
            code=form.cleaned_data["code"],
            at=timezone.now(),
            ip=origin.address_of(request),
            user_agent=request.headers.get("User-Agent", ""),
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    del request.session[INTENT]
    return True


@for_agents
@require_GET
def signature(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """A signed copy, to read or print."""
    row = get_object_or_404(queries.signatures_of(request.agent), pk=pk)
    blocks = agreements_text.layout_blocks(row.exact_text)
    context = {"signature": row, "blocks": blocks[1:], "title": blocks[0].text}
    return render(request, "onboarding/agreements/signature.html", context)


@for_agents
@require_GET
def signature_text(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """The signed text as a file, byte for byte."""
    row = get_object_or_404(queries.signatures_of(request.agent), pk=pk)
    response = HttpResponse(row.exact_text.encode(), content_type="text/plain; charset=utf-8")
    name = f"hitouchcx-{row.kind.lower()}-{row.version}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_agents
@require_GET
def sealed_pdf(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """Download the sealed PDF."""
    row = get_object_or_404(queries.signatures_of(request.agent), pk=pk)
    try:
        stored = sealing.open_sealed_pdf(signature=row, by=request.user, at=timezone.now())
    except sealing.SealedPdfNotReady as refusal:
        messages.info(request, str(refusal))
        return redirect("onboarding:signature", row.pk)
    return send_file(request, stored, inline=False)


@form_page
@for_everyone
def verify(request: HttpRequest) -> HttpResponseBase:
    """Verify a signed PDF. The file is not stored."""
    form = forms.SignedPdfForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        form = forms.SignedPdfForm()
    report, status = None, 200
    if request.method == "POST" and form.is_valid():
        report, status = _verify_upload(request, form)
    context = {"form": form, "answer": report}
    return render(request, "onboarding/agreements/verify.html", context, status=status)


def _verify_upload(
    request: HttpRequest, form: forms.SignedPdfForm
) -> tuple[VerificationReport | None, int]:
    place = origin.origin_of(request).network_hash
    try:
        upload = form.cleaned_data["file"]
        return verification.verify_upload(upload=upload, place=place, at=timezone.now()), 200
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return None, refusal.status
