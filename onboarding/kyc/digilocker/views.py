"""Pages of DigiLocker sessions: start, cancel, callback and status."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Consent
from accounts.permissions import AgentRequest, for_everyone
from accounts.security import origin
from accounts.sessions.login import login_id_of
from hitouch.core.errors import Refusal
from hitouch.core.web.query import any_query_parameters
from onboarding.kyc.digilocker import forms, queries, services
from onboarding.steps.decorators import on_step

LOGGED_OUT = (
    "You've been logged out, so we couldn't receive your documents from DigiLocker. "
    "Log in and start again from the Documents page."
)


@on_step("kyc")
@require_GET
def digilocker(request: AgentRequest) -> HttpResponseBase:
    """The status page."""
    visit = queries.digilocker_status_of(request.agent, timezone.now())
    if visit is None:
        return redirect("onboarding:documents")
    return render(request, "onboarding/kyc/digilocker.html", {"visit": visit})


@on_step("kyc")
@require_POST
def start(request: AgentRequest) -> HttpResponseBase:
    """Record the consent and redirect to DigiLocker."""
    form = forms.DigiLockerStartForm(request.POST)
    try:
        started = services.start_session(
            agent=request.agent,
            agreed=form.is_valid() and form.cleaned_data["agreed"],
            log_in=login_id_of(request),
            back=request.build_absolute_uri(reverse("onboarding:digilocker-callback")),
            where=Consent.Where.PAGE,
            network=origin.origin_of(request).network,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("onboarding:documents")
    return redirect(started.authorize_url)


@on_step("kyc")
@require_POST
def cancel(request: AgentRequest) -> HttpResponseBase:
    """Cancel the session, to upload photos instead."""
    services.cancel_session(agent=request.agent, by=request.user, at=timezone.now())
    return redirect("onboarding:documents")


@require_GET
@for_everyone
@never_cache
@any_query_parameters
def callback(request: HttpRequest) -> HttpResponseBase:
    """DigiLocker redirects here. Redirects on at once, because the URL contains the code."""
    response = redirect(_callback_target(request))
    response["Referrer-Policy"] = "no-referrer"
    return response


def _callback_target(request: HttpRequest) -> str:
    """The URL to redirect to. It never contains the code, not even in the login's `next`."""
    agent = getattr(request.user, "agent_or_none", None)
    if agent is None:
        messages.error(request, LOGGED_OUT)
        return f"{reverse('account_login')}?next={reverse('onboarding:documents')}"
    form = forms.DigiLockerReturnForm(request.GET)
    parameters = form.cleaned_data if form.is_valid() else {"state": "", "code": "", "error": ""}
    try:
        services.handle_callback(
            agent=agent, log_in=login_id_of(request), at=timezone.now(), **parameters
        )
    except services.UnknownSession as refusal:
        messages.error(request, str(refusal))
        return reverse("onboarding:documents")
    except services.CallbackAlreadyHandled as refusal:
        messages.info(request, str(refusal))
    return reverse("onboarding:digilocker")
