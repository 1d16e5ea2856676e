"""Reading and signing the agreements, and the signed copies."""

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

INTENT = "onboarding.signing"


@on_step("agreements")
@form_page
def agreements(request: AgentRequest) -> HttpResponseBase:
    """The texts to read; when each is read, a tick for each, the typed name, and a code."""
    agent = request.agent
    texts = queries.agreements_to_sign(agent)
    form = forms.IntentForm(request.POST or None, contacts=queries.signing_contacts(agent))
    if request.POST and form.is_valid() and _code_is_sent(request, form):
        return redirect("onboarding:agreements-code")
    context = {
        "texts": texts,
        "all_read": bool(texts) and all(text.is_read for text in texts),
        "form": form,
        "ticked": form.ticked(text.template for text in texts),
        "signatures": queries.signatures_of(agent),
    }
    return render(request, "onboarding/agreements/agreements.html", context)


def _code_is_sent(request: AgentRequest, form: forms.IntentForm) -> bool:
    wanted = {name: form.cleaned_data[name] for name in ("accept", "typed_name")}
    try:
        signing.require_intent(agent=request.agent, **wanted)
        sent_to = signing.send_signing_code(
            agent=request.agent,
            channel=form.cleaned_data["channel"],
            at=timezone.now(),
            ip=origin.address_of(request),
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    request.session[INTENT] = {**wanted, "sent_to": sent_to}
    return True


@on_step("agreements")
@form_page
def code(request: AgentRequest) -> HttpResponseBase:
    """The code that signs."""
    intent = request.session.get(INTENT)
    if not intent:
        return redirect("onboarding:agreements")
    form = forms.SignatureCodeForm(request.POST or None)
    if request.POST and form.is_valid() and _signed(request, form, intent):
        messages.success(request, "You've signed your agreements. We'll email you the signed PDFs.")
        return redirect("onboarding:next")
    context = {"form": form, "sent_to": intent["sent_to"]}
    return render(request, "onboarding/agreements/code.html", context)


def _signed(
    request: AgentRequest, form: forms.SignatureCodeForm, intent: dict[str, object]
) -> bool:
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
    """A signed copy, to read and to print."""
    row = get_object_or_404(queries.signatures_of(request.agent), pk=pk)
    blocks = agreements_text.layout_blocks(row.exact_text)
    context = {"signature": row, "blocks": blocks[1:], "title": blocks[0].text}
    return render(request, "onboarding/agreements/signature.html", context)


@for_agents
@require_GET
def signature_text(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """Exactly the bytes that were signed, as a file."""
    row = get_object_or_404(queries.signatures_of(request.agent), pk=pk)
    answer = HttpResponse(row.exact_text.encode(), content_type="text/plain; charset=utf-8")
    name = f"hitouchcx-{row.kind.lower()}-{row.version}.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@for_agents
@require_GET
def paper(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """The sealed PDF."""
    row = get_object_or_404(queries.signatures_of(request.agent), pk=pk)
    try:
        stored = sealing.open_sealed_pdf(signature=row, by=request.user, at=timezone.now())
    except sealing.PaperNotReady as refusal:
        messages.info(request, str(refusal))
        return redirect("onboarding:signature", row.pk)
    return send_file(stored, inline=False)


@on_step("agreements")
@form_page
def read(request: AgentRequest, pk: UUID) -> HttpResponseBase:
    """The exact text for this agent; the button at its end says that it was read."""
    unsigned = [row.pk for row in gates.unsigned_agreements(request.agent)]
    template = get_object_or_404(AgreementTemplate.objects.filter(pk__in=unsigned), pk=pk)
    if request.method == "POST" and _is_finished(request, template):
        return _on_from(request)
    reading = signing.open_agreement(agent=request.agent, template=template, at=timezone.now())
    context = {
        "template": template,
        "reading": reading,
        "blocks": agreements_text.layout_blocks(reading.text)[1:],
        "minutes": agreements_text.minutes_to_read(reading.text),
        "form": forms.ReadForm(),
    }
    return render(request, "onboarding/agreements/agreement_text.html", context)


def _is_finished(request: AgentRequest, template: AgreementTemplate) -> bool:
    form = forms.ReadForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    try:
        signing.mark_read(agent=request.agent, template=template, at=timezone.now(), seen=seen)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _on_from(request: AgentRequest) -> HttpResponseBase:
    """To the next text that is not read, or to the place where they are signed."""
    left = [text for text in queries.agreements_to_sign(request.agent) if not text.is_read]
    if left:
        messages.info(request, f"Next: the {left[0].template.title.lower()}.")
        return redirect("onboarding:agreement-text", left[0].template.pk)
    return redirect("onboarding:agreements")


@form_page
@for_everyone
def verify(request: HttpRequest) -> HttpResponseBase:
    """Says plainly whether the file is ours and unchanged; nothing of it is kept."""
    form = forms.PaperForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        form = forms.PaperForm()
    answer, status = None, 200
    if request.method == "POST" and form.is_valid():
        answer, status = _answer(request, form)
    context = {"form": form, "answer": answer}
    return render(request, "onboarding/agreements/verify.html", context, status=status)


def _answer(request: HttpRequest, form: forms.PaperForm) -> tuple[VerificationReport | None, int]:
    place = origin.origin_of(request).place
    try:
        upload = form.cleaned_data["file"]
        return verification.verify_upload(upload=upload, place=place, at=timezone.now()), 200
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return None, refusal.status
