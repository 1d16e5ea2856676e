"""Pages of second factors: overview, app set-up, passkeys, and the log-in challenge.

allauth checks them.
"""

from typing import Any, cast

from allauth.account.internal.stagekit import clear_login
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

from accounts.bridge.verification import session_used_break_glass
from accounts.hooks import mfa_required
from accounts.mfa import passkeys, queries, services
from accounts.mfa.decorators import fresh_factor_required, record_new_factor
from accounts.models import LogInEvent
from accounts.permissions import UserRequest, for_everyone, for_users, has_second_factor
from accounts.security import login_history, rate_limits
from accounts.security.locks import LoginOutdated
from accounts.security.origin import origin_of
from accounts.sessions.login import require_current_login, safe_next
from hitouch.core.rate_limits import RateLimited
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import NextPageForm, query_parameters
from hitouch.core.web.views import form_page, render_form


@require_safe
@for_users
def overview(request: UserRequest) -> HttpResponse:
    """All second factors; users who have to use one first are redirected."""
    factors = queries.enrolled_factors(request.user)
    if factors.any and mfa_required(request.user) and not has_second_factor(request):
        return redirect("mfa_reauthenticate" if factors.app else "mfa_reauthenticate_webauthn")
    context = {
        "factors": factors,
        "mfa_required": mfa_required(request.user),
        "used_break_glass": session_used_break_glass(request),
    }
    return render(request, "mfa/index.html", context)


class SetUpTOTPView(ActivateTOTPView):
    """Set up an authenticator app, which replaces an older one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Also for users with an app.

        allauth would ask them to remove it first, which staff cannot.
        """
        return super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the current factors."""
        factors = queries.enrolled_factors(self.request.user)
        return {**super().get_context_data(**kwargs), "factors": factors}

    def form_valid(self, form: Form) -> HttpResponse:
        """Replace the old app in one transaction."""
        lost_codes = session_used_break_glass(self.request)
        with transaction.atomic():
            services.remove_totp(user=self.request.user, at=timezone.now(), with_codes=lost_codes)
            answer = super().form_valid(form)
        record_new_factor(self.request)
        return answer


class AddPasskey(AddWebAuthnView):
    """Add a discoverable passkey with user verification."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Count it as used."""
        answer = super().form_valid(form)
        record_new_factor(self.request)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the options for the browser."""
        context: dict[str, Any] = super(AddWebAuthnView, self).get_context_data(**kwargs)
        options = webauthn.begin_registration(self.request.user, passwordless=True)
        return {
            **context,
            "options": options,
            "passkeys_supported": passkeys.are_supported_at(self.request),
        }

    def get_initial(self) -> dict[str, Any]:
        """Suggest a name."""
        device = origin_of(self.request).device
        return {"name": passkeys.default_name(self.request.user, device)}


class MFAChallengeView(AuthenticateView):
    """The second step of a log-in: a code or a passkey."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead back to the first step when the account was changed meanwhile."""
        try:
            require_current_login(request, self.stage.login.user)
        except LoginOutdated as refusal:
            clear_login(request)
            return _redirect_to_login(request, str(refusal))
        return cast(HttpResponse, super().post(request, *args, **kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the available methods."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = context.pop("js_data")["request_options"]
        factors = queries.enrolled_factors(self.stage.login.user)
        passkeys_supported = passkeys.are_supported_at(self.request)
        return {
            **context,
            "factors": factors,
            "options": options,
            "passkeys_supported": passkeys_supported,
        }


class ReauthenticatePasskeyView(ReauthenticateWebAuthnView):
    """A passkey, before a sensitive act."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the options for the browser."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = context.pop("js_data")["request_options"]
        passkeys_supported = passkeys.are_supported_at(self.request)
        return {**context, "options": options, "passkeys_supported": passkeys_supported}

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the page again, with the error."""
        return self.render_to_response(self.get_context_data(form=form))


@never_cache
@require_http_methods(["GET", "POST"])
@for_everyone
@query_parameters(NextPageForm)
def log_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """GET returns the options as JSON for our script; POST logs in with the passkey alone."""
    now, origin = timezone.now(), origin_of(request)
    try:
        attempt = rate_limits.PASSKEY.spend(origin.network_hash, at=now)
    except RateLimited as limited:
        return _rate_limited_response(request, limited)
    if request.method == "GET":
        return JsonResponse(webauthn.begin_authentication())
    form = passkeys.LoginPasskeyForm(request.POST)
    if not form.is_valid():
        method, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.WRONG
        login_history.record_login(user=None, outcome=outcome, method=method, origin=origin, at=now)
        return _redirect_to_login(request, " ".join(form.errors.get("credential", [])))
    attempt.give_back()
    return log_in_passkey_owner(request, form.cleaned_data["credential"], safe_next(request))


def log_in_passkey_owner(
    request: HttpRequest, passkey: Authenticator, redirect_url: str | None = None
) -> HttpResponse:
    """Log in as the owner of the passkey, with both factors.

    Records it if the account is inactive.
    """
    if not passkey.user.is_active:
        method, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.NOT_ACTIVE
        origin, now = origin_of(request), timezone.now()
        login_history.record_login(
            user=passkey.user, outcome=outcome, method=method, origin=origin, at=now
        )
    login = Login(user=passkey.user, redirect_url=redirect_url)
    answer: HttpResponse = flows.perform_passwordless_login(request, passkey, login)
    return answer


@form_page
@for_users
def rename(request: UserRequest, pk: int) -> HttpResponse:
    """Rename a passkey."""
    names = {key.pk: key.name for key in queries.enrolled_factors(request.user).passkeys}
    initial = {"name": names.get(pk, "")}
    form = passkeys.NamePasskeyForm(request.POST or None, initial=initial)
    if form.is_valid():
        with add_refusals_to(form):
            services.rename_passkey(user=request.user, factor_id=pk, **form.cleaned_data)
            return redirect("accounts:second-factor")
    return render_form(request, "mfa/webauthn/edit_form.html", form)


@form_page
@for_users
@fresh_factor_required
def remove(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Remove a passkey, or without `pk` the authenticator app."""
    factors = queries.enrolled_factors(request.user)
    names = {key.pk: key.name for key in factors.passkeys}
    factor_id = pk if pk is not None else getattr(factors.app, "pk", 0)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with add_refusals_to(form):
            services.remove_factor(user=request.user, factor_id=factor_id, at=timezone.now())
            messages.info(request, "Removed. You can no longer log in with it.")
            return redirect("accounts:second-factor")
    return render_form(
        request, "mfa/remove.html", form, factors=factors, name=names.get(factor_id, "")
    )


def _rate_limited_response(request: HttpRequest, limited: RateLimited) -> HttpResponse:
    if request.method == "POST":
        return _redirect_to_login(request, str(limited))
    headers = {"Retry-After": str(limited.retry_after)}
    return JsonResponse({"detail": str(limited)}, status=429, headers=headers)


def _redirect_to_login(request: HttpRequest, message: str) -> HttpResponse:
    messages.error(request, message)
    return redirect("account_login")
