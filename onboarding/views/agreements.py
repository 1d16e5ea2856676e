"""Reading and signing the agreements, and the signed copies."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import network
from accounts.audience import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.forms import add_refusal_to
from hitouch.core.http import send_file
from hitouch.core.views import form_page
from onboarding import forms, queries, services, wording
from onboarding.views.guard import on_step

INTENT = "onboarding.signing"


@on_step("agreements")
@form_page
def agreements(request: AgentRequest) -> HttpResponseBase:
    """The texts to read; when each is read, a tick for each, the typed name, and a code."""
    agent = request.agent
    texts = queries.texts_to_sign(agent)
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
    return render(request, "onboarding/agreements.html", context)


def _code_is_sent(request: AgentRequest, form: forms.IntentForm) -> bool:
    wanted = {name: form.cleaned_data[name] for name in ("accept", "typed_name")}
    try:
        services.check_intent(agent=request.agent, **wanted)
        sent_to = services.send_signing_code(
            agent=request.agent,
            channel=form.cleaned_data["channel"],
            at=timezone.now(),
            ip=network.address_of(request),
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
    return render(request, "onboarding/agreements_code.html", context)


def _signed(
    request: AgentRequest, form: forms.SignatureCodeForm, intent: dict[str, object]
) -> bool:
    try:
        services.sign_agreements(
            agent=request.agent,
            accept=intent["accept"],  # type: ignore[arg-type]
            typed_name=str(intent["typed_name"]),
            code=form.cleaned_data["code"],
            at=timezone.now(),
            ip=network.address_of(request),
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
    blocks = wording.laid_out(row.exact_text)
    context = {"signature": row, "blocks": blocks[1:], "title": blocks[0].text}
    return render(request, "onboarding/signature.html", context)


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
        stored = services.open_paper(signature=row, by=request.user, at=timezone.now())
    except services.PaperNotReady as refusal:
        messages.info(request, str(refusal))
        return redirect("onboarding:signature", row.pk)
    return send_file(stored, inline=False)
