"""Where an agent's money goes: the account as it stands, another one, and “this was not me”."""

from django.conf import settings
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import interrupted
from accounts.audience import AgentRequest, PersonRequest, for_agents, for_everyone
from accounts.proof import needs_proof
from hitouch.core.errors import Refusal
from hitouch.core.forms import add_refusal_to
from hitouch.core.views import form_page
from onboarding import forms, queries, services
from onboarding.models import BankAccount

SAVED = "Bank account saved. We're verifying it with the bank."


@for_agents
@require_safe
def bank_account(request: AgentRequest) -> HttpResponseBase:
    """The account as it stands, masked, the one in use, and those before."""
    context = {
        "standing": queries.standing_of(request.agent, timezone.now()),
        "wait_hours": settings.HITOUCH_ACCOUNT_COOLING_HOURS,
        "versions": request.agent.bank_accounts.order_by("-version")[:20],
    }
    return render(request, "onboarding/bank_account.html", context)


@for_agents
@form_page
@needs_proof
def change_bank_account(request: AgentRequest) -> HttpResponseBase:
    """Another account. Asked for only from somebody who has just proved who they are."""
    account = queries.bank_account_of(request.agent)
    initial = {
        "kind": account.kind if account else BankAccount.Kind.BANK,
        "holder_name": account.holder_name if account else request.agent.name,
        **interrupted.typed_before(request),
    }
    form = forms.TypedTwiceForm(request.POST or None, initial=initial)
    if request.POST and form.is_valid() and _saved(request, form):
        messages.success(request, SAVED)
        return redirect("onboarding:bank-account")
    return render(request, "onboarding/bank_change.html", {"form": form, "account": account})


def _saved(request: AgentRequest, form: forms.BankAccountForm) -> bool:
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
def stop_payments(request: AgentRequest) -> HttpResponseBase:
    """“This was not me”, from the page."""
    services.stop_own_payments(agent=request.agent, by=request.user, at=timezone.now())
    return redirect("onboarding:bank-account")


@for_everyone
@form_page
def not_me(request: PersonRequest, token: str) -> HttpResponseBase:
    """The link of a mail. It asks first, since mail programs open links by themselves."""
    try:
        account = services.account_of_link(token)
    except services.LinkIsOld as refusal:
        context = {"refusal": str(refusal)}
        return render(request, "onboarding/not_me.html", context, status=refusal.status)
    if request.method == "POST":
        services.stop_payments(account=account, by=None, at=timezone.now())
    stopped = queries.is_stopped(account)
    return render(request, "onboarding/not_me.html", {"account": account, "stopped": stopped})
