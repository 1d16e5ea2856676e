"""Pages of consents: the required ones after log-in, the list, giving and withdrawing one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.consents import registry, services
from accounts.models import Consent
from accounts.permissions import UserRequest, for_users
from accounts.security import origin
from hitouch.core.errors import Refusal
from hitouch.core.web.views import form_page


@form_page
@for_users
def agree(request: UserRequest) -> HttpResponse:
    """Ask for required consents to a new version, before any other page."""
    if request.method == "POST":
        network = origin.origin_of(request).network
        services.give_required(
            user=request.user, at=timezone.now(), where=Consent.Where.PAGE, network=network
        )
        return redirect("hitouch:landing")
    due = registry.missing_consents(request.user)
    return (
        render(request, "accounts/consents/agree.html", {"due": due})
        if due
        else redirect("hitouch:landing")
    )


@require_safe
@for_users
def all_consents(request: UserRequest) -> HttpResponse:
    """List every purpose and whether the user has agreed."""
    context = {"consents": registry.consents_of(request.user)}
    return render(request, "accounts/consents/consents.html", context)


@require_POST
@for_users
def give_consent(request: UserRequest) -> HttpResponse:
    """Agree to one purpose."""
    purpose, network = request.POST.get("purpose", ""), origin.origin_of(request).network
    try:
        services.give_consent(
            user=request.user,
            purpose=purpose,
            at=timezone.now(),
            where=Consent.Where.PAGE,
            network=network,
        )
        messages.info(request, "Saved. You can withdraw this consent here at any time.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:consents")


@require_POST
@for_users
def withdraw_consent(request: UserRequest) -> HttpResponse:
    """Withdraw one consent."""
    purpose = request.POST.get("purpose", "")
    try:
        services.withdraw_consent(user=request.user, purpose=purpose, at=timezone.now())
        messages.info(request, "Consent withdrawn.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:consents")
