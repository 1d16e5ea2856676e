"""The bank account that an agent's money goes to."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.audience import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from onboarding import forms, queries, services
from onboarding.views.guard import add_refusal


@for_agents
@require_http_methods(["GET", "POST"])
def bank_account(request: AgentRequest) -> HttpResponseBase:
    """The account as it is, masked, and a form for another one."""
    account = queries.bank_account_of(request.agent)
    initial = {"holder_name": account.holder_name if account else request.agent.name}
    form = forms.BankAccountForm(request.POST or None, initial=initial)
    if request.POST and form.is_valid() and _saved(request, form):
        messages.success(request, "Your bank account is saved. Payments go there from now on.")
        return redirect("onboarding:bank-account")
    return render(request, "onboarding/bank_account.html", {"form": form, "account": account})


def _saved(request: AgentRequest, form: forms.BankAccountForm) -> bool:
    try:
        services.save_bank_account(
            agent=request.agent, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True
