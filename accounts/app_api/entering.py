"""Logging in step by step, proving who one is, and the sessions of it."""

from typing import Any, ClassVar

from allauth.headless.account import views as account
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.base.views import APIView, AuthenticatedAPIView
from allauth.headless.mfa import response, views
from allauth.headless.socialaccount.views import ProviderTokenView
from allauth.headless.usersessions.views import SessionsView
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import limits, network, proof, services
from accounts.app_api import inputs
from accounts.app_api.bases import ForEveryone, ForPeople
from accounts.audience import authenticated_user
from accounts.locks import AccountNotActive
from accounts.models import LogInEvent
from accounts.places import place_of
from accounts.views.common import enter
from accounts.views.factors import enter_with_passkey


class HeadlessLoginView(ForEveryone, APIView):
    """A contact and its password; the second factor comes next, where there is one."""

    input_class = inputs.LogInInput

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin."""
        if request.user.is_authenticated:
            return ConflictResponse(request)
        origin, now = network.origin_of(request), timezone.now()
        user = services.check_password(**self.input.cleaned_data, at=now, origin=origin)
        enter(request, user, way="password")
        return AuthenticationResponse(request)


class PasskeyLoginView(ForEveryone, APIView):
    """A passkey alone: it is both factors."""

    input_class: ClassVar[Any] = {"POST": inputs.LogInPasskeyInput}

    def get(self, request: HttpRequest) -> HttpResponse:
        """What to ask the device for."""
        limits.PASSKEY.spend(place_of(network.address_of(request)), at=timezone.now())
        return response.WebAuthnRequestOptionsResponse(request, webauthn.begin_authentication())

    def handle_input(self, data: Any) -> Any:
        """Guesses are counted like those at passwords."""
        origin, now = network.origin_of(self.request), timezone.now()
        spent = limits.PASSKEY.spend(origin.place, at=now)
        if wrong := super().handle_input(data):
            way, outcome = LogInEvent.Way.PASSKEY, LogInEvent.Outcome.WRONG
            services.note_log_in(user=None, outcome=outcome, way=way, origin=origin, at=now)
            return wrong
        spent.give_back()
        return None

    def post(self, request: HttpRequest) -> HttpResponse:
        """Come in."""
        passkey = self.input.cleaned_data["credential"]
        enter_with_passkey(request, passkey)
        if not passkey.user.is_active:
            raise AccountNotActive
        return AuthenticationResponse(request)


class GiveCode(ForEveryone, views.AuthenticateView):
    """The second step of a log-in: a code of the app, or a recovery code."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check, use up, go on."""
        _use_code(request, self.stage.login.user, self.input.cleaned_data["code"])
        return self.respond_next_stage()


class GivePasskey(ForEveryone, views.AuthenticateWebAuthnView):
    """The second step of a log-in: a passkey."""

    input_class: ClassVar[Any] = {"POST": inputs.GivePasskeyInput}


class HeadlessSessionView(ForEveryone, account.SessionView):
    """Who is logged in, if anybody; and logging out."""

    handle_json_input = False


class HeadlessReauthenticationView(ForPeople, AuthenticatedAPIView):
    """The password once more; staff prove themselves with their second factor."""

    input_class = inputs.PasswordInput

    def get_input_kwargs(self) -> dict[str, Any]:
        """Whose password."""
        return {"user": self.request.user}

    def post(self, request: HttpRequest) -> HttpResponse:
        """It lasts five minutes."""
        given = {"password": self.input.cleaned_data["password"]}
        origin, now = network.origin_of(request), timezone.now()
        way = services.prove(user=authenticated_user(request), at=now, origin=origin, **given)
        proof.note_proof(request, way)
        return AuthenticationResponse(request)


class MFAReauthenticationView(ForPeople, views.ReauthenticateView):
    """A code of the second factor once more."""

    input_class = inputs.CodeInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """It lasts five minutes."""
        _use_code(request, request.user, self.input.cleaned_data["code"], reauthenticated=True)
        return AuthenticationResponse(request)


class PasskeyReauthenticationView(ForPeople, views.ReauthenticateWebAuthnView):
    """A passkey once more."""

    input_class: ClassVar[Any] = {"POST": inputs.GivePasskeyAgainInput}


class HeadlessSessionListView(ForPeople, SessionsView):
    """Where the person is logged in with sessions, and ending some."""


class GoogleLoginView(ForEveryone, ProviderTokenView):
    """An ID token that Google gave the app."""


def _use_code(request: HttpRequest, user: Any, code: str, *, reauthenticated: bool = False) -> None:
    origin, now = network.origin_of(request), timezone.now()
    factor = services.check_second_factor(user=user, code=code, at=now, origin=origin)
    factor.user = user
    post_authentication(request, factor, reauthenticated=reauthenticated)
