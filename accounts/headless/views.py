"""Views of allauth's headless API: log-in, re-authentication, sessions and second factors."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.core.exceptions import ReauthenticationRequired
from allauth.headless.account import views as account
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.base.views import APIView, AuthenticatedAPIView
from allauth.headless.internal.restkit.response import APIResponse
from allauth.headless.mfa import response, views
from allauth.headless.mfa.inputs import DeleteWebAuthnInput
from allauth.headless.socialaccount.views import ProviderTokenView
from allauth.headless.usersessions.views import SessionsView
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.permissions import BasePermission

from accounts.authentication.services import login, reauthentication
from accounts.headless import inputs
from accounts.headless.problems import StrictJSONView
from accounts.mfa import queries as mfa_queries
from accounts.mfa import services as mfa
from accounts.mfa.decorators import may_manage_factors, record_new_factor
from accounts.mfa.views import log_in_passkey_owner
from accounts.models import LogInEvent
from accounts.permissions import IsAnyone, IsUser, authenticated_user
from accounts.security import login_history, rate_limits
from accounts.security.locks import AccountNotActive
from accounts.security.origin import address_of, network_hash, origin_of
from accounts.security.reauthentication import record_reauthentication
from accounts.sessions.login import complete_login, login_id_of, require_current_login

Permissions = list[type[BasePermission]]


class PublicView(StrictJSONView):
    """For apps without a logged-in user."""

    permission_classes: ClassVar[Permissions] = [IsAnyone]


class HeadlessLoginView(PublicView, APIView):
    """Log in with contact and password; a second factor may follow."""

    input_class = inputs.LogInInput

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the password and start the log-in."""
        if request.user.is_authenticated:
            return ConflictResponse(request)
        origin, now = origin_of(request), timezone.now()
        user = login.check_password(**self.input.cleaned_data, at=now, origin=origin)
        complete_login(request, user, method="password")
        return AuthenticationResponse(request)


class PasskeyLoginView(PublicView, APIView):
    """Log in with a passkey, which counts as both factors."""

    input_class: ClassVar[Any] = {"POST": inputs.LogInPasskeyInput}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The options for the device."""
        rate_limits.PASSKEY.spend(network_hash(address_of(request)), at=timezone.now())
        return response.WebAuthnRequestOptionsResponse(request, webauthn.begin_authentication())

    def handle_input(self, data: Any) -> Any:
        """Count attempts like those at passwords."""
        origin, now = origin_of(self.request), timezone.now()
        attempt = rate_limits.PASSKEY.spend(origin.network_hash, at=now)
        if wrong := super().handle_input(data):
            method, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.WRONG
            login_history.record_login(
                user=None, outcome=outcome, method=method, origin=origin, at=now
            )
            return wrong
        attempt.give_back()
        return None

    def post(self, request: HttpRequest) -> HttpResponse:
        """Log in as the owner of the passkey."""
        passkey = self.input.cleaned_data["credential"]
        log_in_passkey_owner(request, passkey)
        if not passkey.user.is_active:
            raise AccountNotActive
        return AuthenticationResponse(request)


class MFACodeView(PublicView, views.AuthenticateView):
    """The second step of a log-in: a code of the authenticator app, or a recovery code."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check and use up the code, then continue the log-in."""
        _use_code(request, self.stage.login.user, self.input.cleaned_data["code"])
        return self.respond_next_stage()


class MFAPasskeyView(PublicView, views.AuthenticateWebAuthnView):
    """The second step of a log-in: a passkey."""

    input_class: ClassVar[Any] = {"POST": inputs.GivePasskeyInput}


class HeadlessSessionView(PublicView, account.SessionView):
    """The logged-in user, and log-out."""

    handle_json_input = False


class AuthenticatedView(StrictJSONView):
    """For logged-in users, by the token of their session."""

    permission_classes: ClassVar[Permissions] = [IsUser]


class HeadlessReauthenticationView(AuthenticatedView, AuthenticatedAPIView):
    """Re-authenticate with the password; staff need their second factor."""

    input_class = inputs.PasswordInput

    def get_input_kwargs(self) -> dict[str, Any]:
        """Pass the user to the input form."""
        return {"user": self.request.user}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the password; valid for five minutes."""
        origin, now = origin_of(request), timezone.now()
        method = reauthentication.reauthenticate(
            user=authenticated_user(request),
            at=now,
            origin=origin,
            login_id=login_id_of(request),
            **self.input.cleaned_data,
        )
        record_reauthentication(request, method)
        return AuthenticationResponse(request)


class MFAReauthenticationView(AuthenticatedView, views.ReauthenticateView):
    """Re-authenticate with a code of the second factor."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the code; valid for five minutes."""
        _use_code(request, request.user, self.input.cleaned_data["code"], reauthenticated=True)
        return AuthenticationResponse(request)


class PasskeyReauthenticationView(AuthenticatedView, views.ReauthenticateWebAuthnView):
    """Re-authenticate with a passkey."""

    input_class: ClassVar[Any] = {"POST": inputs.GivePasskeyAgainInput}


class HeadlessSessionListView(AuthenticatedView, SessionsView):
    """List active sessions and end some of them."""


class GoogleLoginView(PublicView, ProviderTokenView):
    """Log in with an ID token that Google issued to the app."""


def _use_code(request: HttpRequest, user: Any, code: str, *, reauthenticated: bool = False) -> None:
    origin, now = origin_of(request), timezone.now()
    login_id = login_id_of(request) if reauthenticated else None
    if not reauthenticated:
        require_current_login(request, user)
    factor = mfa.check_second_factor(user=user, code=code, at=now, origin=origin, login_id=login_id)
    factor.user = user
    post_authentication(request, factor, reauthenticated=reauthenticated)


class AuthenticatorListView(AuthenticatedView, views.AuthenticatorsView):
    """List all second factors."""


class TOTPAuthenticatorView(AuthenticatedView, views.ManageTOTPView):
    """Set up and remove the authenticator app."""

    input_class: ClassVar[Any] = {"POST": inputs.SetUpAppInput}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Activate the app; it replaces an older one."""
        _require_fresh_factor(request)
        with transaction.atomic():
            mfa.remove_totp(user=authenticated_user(request), at=timezone.now(), with_codes=False)
            answer = super().post(request, *args, **kwargs)
        record_new_factor(request)
        return answer

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove the app, unless the account must keep it."""
        app = mfa_queries.enrolled_factors(authenticated_user(request)).app
        _remove_factors(request, [app] if app else [])
        return APIResponse(request)


class RecoveryCodesView(AuthenticatedView, views.ManageRecoveryCodesView):
    """Show or generate recovery codes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """How many are left; the codes themselves the first time."""
        _require_fresh_factor(request)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Generate new codes."""
        _require_fresh_factor(request)
        return super().post(request, *args, **kwargs)


class PasskeysView(AuthenticatedView, views.ManageWebAuthnView):
    """Add, rename and remove passkeys."""

    input_class: ClassVar[Any] = {
        "POST": inputs.AddPasskeyInput,
        "PUT": inputs.RenameInput,
        "DELETE": DeleteWebAuthnInput,
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The options for the device: discoverable, with user verification."""
        _require_fresh_factor(request)
        options = webauthn.begin_registration(request.user, passwordless=True)
        return response.AddWebAuthnResponse(request, options)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add a passkey."""
        _require_fresh_factor(request)
        answer = super().post(request, *args, **kwargs)
        record_new_factor(request)
        return answer

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove passkeys, but not the last factor of an account that must keep one."""
        _remove_factors(request, self.input.cleaned_data["authenticators"])
        return APIResponse(request)


def _require_fresh_factor(request: HttpRequest) -> None:
    """The same rule as on the pages, with allauth's answer that names the ways."""
    if not may_manage_factors(request, timezone.now()):
        raise ReauthenticationRequired


def _remove_factors(request: HttpRequest, factors: Iterable[Authenticator]) -> None:
    _require_fresh_factor(request)
    user, now = authenticated_user(request), timezone.now()
    with transaction.atomic():
        for factor in factors:
            mfa.remove_factor(user=user, factor_id=factor.pk, at=now)
