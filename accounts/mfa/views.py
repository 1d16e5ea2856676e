"""Second factors: what there is, a new app, passkeys, giving one. allauth checks them."""

from typing import Any

from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.bridge import verification as bridge_verification
from accounts.hooks import mfa_required
from accounts.mfa import passkeys, queries, services
from accounts.models import LogInEvent
from accounts.permissions import UserRequest, for_everyone, for_users, has_second_factor
from accounts.security import login_history, rate_limits
from accounts.security import origin as security_origin
from accounts.security.reauthentication import reauthentication_required
from accounts.sessions.login import safe_next
from hitouch.core import rate_limits as core_rate_limits
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import form_page, render_form


@require_safe
@for_users
def overview(request: UserRequest) -> HttpResponse:
    """All factors of the person; whoever has to give one first is led there."""
    has = queries.enrolled_factors(request.user)
    if has.any and mfa_required(request.user) and not has_second_factor(request):
        return redirect("mfa_reauthenticate" if has.app else "mfa_reauthenticate_webauthn")
    facts = {
        "has": has,
        "demanded": mfa_required(request.user),
        "is_glass_broken": bridge_verification.session_used_break_glass(request),
    }
    return render(request, "mfa/index.html", facts)


class SetUpTOTPView(ActivateTOTPView):
    """Another authenticator app takes the place of the one there was."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Also for who has one: allauth would send them to remove it, which staff may not."""
        return super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether one is replaced."""
        has = queries.enrolled_factors(self.request.user)
        return {**super().get_context_data(**kwargs), "has": has}

    def form_valid(self, form: Form) -> HttpResponse:
        """The old one goes in the moment in which the new one comes."""
        lost = bridge_verification.session_used_break_glass(self.request)
        with transaction.atomic():
            services.remove_totp(user=self.request.user, at=timezone.now(), with_codes=lost)
            return super().form_valid(form)


class AddPasskey(AddWebAuthnView):
    """A passkey that lives on the device and asks for a finger, a face or a PIN."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked to make."""
        context: dict[str, Any] = super(AddWebAuthnView, self).get_context_data(**kwargs)
        options = webauthn.begin_registration(self.request.user, passwordless=True)
        return {**context, "options": options, "work_here": passkeys.are_supported_at(self.request)}

    def get_initial(self) -> dict[str, Any]:
        """A name to begin with."""
        device = security_origin.origin_of(self.request).device
        return {"name": passkeys.default_name(self.request.user, device)}


class MFAChallengeView(AuthenticateView):
    """The second step of a log-in: a code, or a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which of the two there are."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = context.pop("js_data")["request_options"]
        has = queries.enrolled_factors(self.stage.login.user)
        work_here = passkeys.are_supported_at(self.request)
        return {**context, "has": has, "options": options, "work_here": work_here}


class ReauthenticatePasskeyView(ReauthenticateWebAuthnView):
    """A passkey, before something delicate."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked to give."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = context.pop("js_data")["request_options"]
        work_here = passkeys.are_supported_at(self.request)
        return {**context, "options": options, "work_here": work_here}

    def form_invalid(self, form: Form) -> HttpResponse:
        """The same page, with the sentence."""
        return self.render_to_response(self.get_context_data(form=form))


@never_cache
@require_http_methods(["GET", "POST"])
@for_everyone
def log_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey, as JSON for our script; take it, and log in with it alone."""
    now, origin = timezone.now(), security_origin.origin_of(request)
    try:
        spent = rate_limits.PASSKEY.spend(origin.place, at=now)
    except core_rate_limits.RateLimited as full:
        return _wait(request, full)
    if request.method == "GET":
        return JsonResponse(webauthn.begin_authentication())
    form = passkeys.LoginPasskeyForm(request.POST)
    if not form.is_valid():
        way, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.WRONG
        login_history.record_login(user=None, outcome=outcome, way=way, origin=origin, at=now)
        return _back_to_log_in(request, " ".join(form.errors.get("credential", [])))
    spent.give_back()
    return log_in_passkey_owner(request, form.cleaned_data["credential"], safe_next(request))


def log_in_passkey_owner(
    request: HttpRequest, passkey: Authenticator, redirect_url: str | None = None
) -> HttpResponse:
    """Sign in its owner; it counts as both factors. A shut account is noted, and told so."""
    if not passkey.user.is_active:
        way, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.NOT_ACTIVE
        origin, now = security_origin.origin_of(request), timezone.now()
        login_history.record_login(
            user=passkey.user, outcome=outcome, way=way, origin=origin, at=now
        )
    login = Login(user=passkey.user, redirect_url=redirect_url)
    answer: HttpResponse = flows.perform_passwordless_login(request, passkey, login)
    return answer


@form_page
@for_users
def rename(request: UserRequest, pk: int) -> HttpResponse:
    """Call a passkey something else."""
    known = {key.pk: key.name for key in queries.enrolled_factors(request.user).passkeys}
    initial = {"name": known.get(pk, "")}
    form = passkeys.NamePasskeyForm(request.POST or None, initial=initial)
    if form.is_valid():
        with add_refusals_to(form):
            services.rename_passkey(user=request.user, factor_id=pk, **form.cleaned_data)
            return redirect("accounts:second-factor")
    return render_form(request, "mfa/webauthn/edit_form.html", form)


@form_page
@for_users
@reauthentication_required
def remove(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Remove a passkey, or the app when none is named."""
    has = queries.enrolled_factors(request.user)
    known = {key.pk: key.name for key in has.passkeys}
    factor_id = pk if pk is not None else getattr(has.app, "pk", 0)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with add_refusals_to(form):
            services.remove_factor(user=request.user, factor_id=factor_id, at=timezone.now())
            messages.info(request, "Removed. You can no longer log in with it.")
            return redirect("accounts:second-factor")
    return render_form(request, "mfa/remove.html", form, has=has, name=known.get(factor_id, ""))


def _wait(request: HttpRequest, full: core_rate_limits.RateLimited) -> HttpResponse:
    if request.method == "POST":
        return _back_to_log_in(request, str(full))
    headers = {"Retry-After": str(full.retry_after)}
    return JsonResponse({"detail": str(full)}, status=429, headers=headers)


def _back_to_log_in(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("account_login")
