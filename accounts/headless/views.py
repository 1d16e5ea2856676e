"""Logging in step by step, proving who one is, and the sessions of it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
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
from accounts.mfa.views import log_in_passkey_owner
from accounts.models import LogInEvent
from accounts.permissions import IsAnyone, IsUser, authenticated_user
from accounts.security import login_history, rate_limits
from accounts.security import origin as security_origin
from accounts.security import reauthentication as security_reauthentication
from accounts.security.locks import AccountNotActive
from accounts.security.origin import network_hash
from accounts.sessions.login import complete_login

Permissions = list[type[BasePermission]]


class PublicView(StrictJSONView):
    """Also for apps in which nobody is logged in yet."""

    permission_classes: ClassVar[Permissions] = [IsAnyone]


class HeadlessLoginView(PublicView, APIView):
    """A contact and its password; the second factor comes next, where there is one."""

    input_class = inputs.LogInInput

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin."""
        if request.user.is_authenticated:
            return ConflictResponse(request)
        origin, now = security_origin.origin_of(request), timezone.now()
        user = login.check_password(**self.input.cleaned_data, at=now, origin=origin)
        complete_login(request, user, way="password")
        return AuthenticationResponse(request)


class PasskeyLoginView(PublicView, APIView):
    """A passkey alone: it is both factors."""

    input_class: ClassVar[Any] = {"POST": inputs.LogInPasskeyInput}

    def get(self, request: HttpRequest) -> HttpResponse:
        """What to ask the device for."""
        rate_limits.PASSKEY.spend(
            network_hash(security_origin.address_of(request)), at=timezone.now()
        )
        return response.WebAuthnRequestOptionsResponse(request, webauthn.begin_authentication())

    def handle_input(self, data: Any) -> Any:
        """Guesses are counted like those at passwords."""
        origin, now = security_origin.origin_of(self.request), timezone.now()
        spent = rate_limits.PASSKEY.spend(origin.place, at=now)
        if wrong := super().handle_input(data):
            way, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.WRONG
            login_history.record_login(user=None, outcome=outcome, way=way, origin=origin, at=now)
            return wrong
        spent.give_back()
        return None

    def post(self, request: HttpRequest) -> HttpResponse:
        """Come in."""
        passkey = self.input.cleaned_data["credential"]
        log_in_passkey_owner(request, passkey)
        if not passkey.user.is_active:
            raise AccountNotActive
        return AuthenticationResponse(request)


class MFACodeView(PublicView, views.AuthenticateView):
    """The second step of a log-in: a code of the app, or a recovery code."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check, use up, go on."""
        _use_code(request, self.stage.login.user, self.input.cleaned_data["code"])
        return self.respond_next_stage()


class MFAPasskeyView(PublicView, views.AuthenticateWebAuthnView):
    """The second step of a log-in: a passkey."""

    input_class: ClassVar[Any] = {"POST": inputs.GivePasskeyInput}


class HeadlessSessionView(PublicView, account.SessionView):
    """Who is logged in, if anybody; and logging out."""

    handle_json_input = False


class AuthenticatedView(StrictJSONView):
    """For somebody who is logged in, with the token of that session."""

    permission_classes: ClassVar[Permissions] = [IsUser]


class HeadlessReauthenticationView(AuthenticatedView, AuthenticatedAPIView):
    """The password once more; staff prove themselves with their second factor."""

    input_class = inputs.PasswordInput

    def get_input_kwargs(self) -> dict[str, Any]:
        """Whose password."""
        return {"user": self.request.user}

    def post(self, request: HttpRequest) -> HttpResponse:
        """It lasts five minutes."""
        given = {"password": self.input.cleaned_data["password"]}
        origin, now = security_origin.origin_of(request), timezone.now()
        way = reauthentication.reauthenticate(
            user=authenticated_user(request), at=now, origin=origin, **given
        )
        security_reauthentication.record_reauthentication(request, way)
        return AuthenticationResponse(request)


class MFAReauthenticationView(AuthenticatedView, views.ReauthenticateView):
    """A code of the second factor once more."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """It lasts five minutes."""
        _use_code(request, request.user, self.input.cleaned_data["code"], reauthenticated=True)
        return AuthenticationResponse(request)


class PasskeyReauthenticationView(AuthenticatedView, views.ReauthenticateWebAuthnView):
    """A passkey once more."""

    input_class: ClassVar[Any] = {"POST": inputs.GivePasskeyAgainInput}


class HeadlessSessionListView(AuthenticatedView, SessionsView):
    """Where the person is logged in with sessions, and ending some."""


class GoogleLoginView(PublicView, ProviderTokenView):
    """An ID token that Google gave the app."""


def _use_code(request: HttpRequest, user: Any, code: str, *, reauthenticated: bool = False) -> None:
    origin, now = security_origin.origin_of(request), timezone.now()
    factor = mfa.check_second_factor(user=user, code=code, at=now, origin=origin)
    factor.user = user
    post_authentication(request, factor, reauthenticated=reauthenticated)


class AuthenticatorListView(AuthenticatedView, views.AuthenticatorsView):
    """All second factors."""


class TOTPAuthenticatorView(AuthenticatedView, views.ManageTOTPView):
    """The authenticator app."""

    input_class: ClassVar[Any] = {"POST": inputs.SetUpAppInput}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Turn it on; one that there was makes room."""
        raise_if_reauthentication_required(request, app="allauth.mfa")
        with transaction.atomic():
            mfa.remove_totp(user=authenticated_user(request), at=timezone.now(), with_codes=False)
            return super().post(request, *args, **kwargs)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove it, unless the account may not be without."""
        app = mfa_queries.enrolled_factors(authenticated_user(request)).app
        _remove(request, [app] if app else [])
        return APIResponse(request)


class RecoveryCodesView(AuthenticatedView, views.ManageRecoveryCodesView):
    """The recovery codes."""


class PasskeysView(AuthenticatedView, views.ManageWebAuthnView):
    """The passkeys."""

    input_class: ClassVar[Any] = {
        "POST": inputs.AddPasskeyInput,
        "PUT": inputs.RenameInput,
        "DELETE": DeleteWebAuthnInput,
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What to ask the device for; ours all live on it and ask for a finger."""
        raise_if_reauthentication_required(request, app="allauth.mfa")
        options = webauthn.begin_registration(request.user, passwordless=True)
        return response.AddWebAuthnResponse(request, options)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove some, but for the last one of somebody who has to have one."""
        _remove(request, self.input.cleaned_data["authenticators"])
        return APIResponse(request)


def _remove(request: HttpRequest, going: Iterable[Authenticator]) -> None:
    raise_if_reauthentication_required(request, app="allauth.mfa")
    user, now = authenticated_user(request), timezone.now()
    with transaction.atomic():
        for factor in going:
            mfa.remove_factor(user=user, factor_id=factor.pk, at=now)
