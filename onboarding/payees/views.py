"""Pages of the agent's bank account, reporting an unknown change, and RazorpayX webhooks."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, UserRequest, for_agents, for_everyone
from accounts.security import reauthentication
from accounts.security.reauthentication import reauthentication_required
from hitouch.core.errors import Refusal
from hitouch.core.payout_provider import razorpayx
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page
from onboarding.models import BankAccount
from onboarding.payees import decisions, forms, queries, services, verification

SAVED = "Bank account saved. We're verifying it with the bank."


@for_agents
@require_safe
def bank_account(request: AgentRequest) -> HttpResponseBase:
    """The bank account with its status, the one in use, and earlier versions. All masked."""
    context = {
        "standing": queries.account_status_of(request.agent, timezone.now()),
        "refusal": services.identity_refusal(request.agent),
        "wait_hours": settings.HITOUCH_ACCOUNT_COOLING_HOURS,
        "versions": request.agent.bank_accounts.order_by("-version")[:20],
    }
    return render(request, "onboarding/payees/bank_account.html", context)


@for_agents
@form_page
@reauthentication_required
def change_bank_account(request: AgentRequest) -> HttpResponseBase:
    """Change the bank account. Needs approved documents and recent re-authentication."""
    if request.method == "GET" and (refusal := services.identity_refusal(request.agent)):
        messages.info(request, str(refusal))
        return redirect("onboarding:bank-account")
    account = queries.bank_account_of(request.agent)
    initial = {
        "kind": account.kind if account else BankAccount.Kind.BANK,
        "holder_name": account.holder_name if account else request.agent.name,
        **reauthentication.stashed_data(request),
    }
    form = forms.ConfirmedBankAccountForm(request.POST or None, initial=initial)
    if request.POST and form.is_valid() and _save(request, form):
        messages.success(request, SAVED)
        return redirect("onboarding:bank-account")
    return render(request, "onboarding/payees/bank_change.html", {"form": form, "account": account})


def _save(request: AgentRequest, form: forms.BankAccountForm) -> bool:
    try:
        services.save_bank_account(
            agent=request.agent, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return False
    return True


@for_agents
@require_POST
def hold_payments(request: AgentRequest) -> HttpResponseBase:
    """Put payments on hold, from the bank account page."""
    decisions.hold_own_payments(agent=request.agent, by=request.user, at=timezone.now())
    return redirect("onboarding:bank-account")


@for_everyone
@form_page
def report_change(request: UserRequest, token: str) -> HttpResponseBase:
    """The link of the mail. Acts on POST only, because mail programs open links by themselves."""
    try:
        account = decisions.account_of_link(token)
        if request.method == "POST":
            decisions.hold_payments_by_link(token=token, at=timezone.now())
    except decisions.LinkExpired as refusal:
        context = {"refusal": str(refusal)}
        return render(
            request, "onboarding/payees/report_change.html", context, status=refusal.status
        )
    on_hold = queries.has_payment_hold(account)
    return render(
        request, "onboarding/payees/report_change.html", {"account": account, "stopped": on_hold}
    )


@for_everyone
@csrf_exempt
@require_POST
def razorpayx_events(request: HttpRequest) -> HttpResponse:
    """Webhook of RazorpayX, signed over the raw body. Events about other objects are ignored."""
    if not razorpayx.is_signed(request.body, request.headers.get("X-Razorpay-Signature", "")):
        return JsonResponse({"error": "not signed by RazorpayX"}, status=400)
    kind, reference, key = _parse_event(request.body)
    event_id = request.headers.get("X-Razorpay-Event-Id", "")
    if not kind or not event_id:
        return JsonResponse({"error": "not an event"}, status=400)
    is_new = verification.record_provider_event(
        event_id=event_id,
        kind=kind,
        reference=reference,
        key=key,
        body_hash=hashlib.sha256(request.body).hexdigest(),
        at=timezone.now(),
    )
    return JsonResponse({"taken": is_new})


def _parse_event(body: bytes) -> tuple[str, str, str]:
    """Kind of the event, ID and reference of its object; nothing else of the body is trusted."""
    try:
        event: Any = json.loads(body)
        kind = str(event["event"])
        payload = event["payload"]
        # An update of a payout is `payout.updated`, of a validation `….validation.completed`.
        entity = payload[kind.rpartition(".")[0]]["entity"]
        words = (kind, entity["id"], entity.get("reference_id"))
        return razorpayx.word(words[0]), razorpayx.word(words[1]), razorpayx.word(words[2])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", "", ""
