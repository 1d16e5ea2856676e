"""Signing in with Google, when it is configured: what allauth asks of us about it.

allauth walks the protocol (state, PKCE, tokens); whose account a Google account opens is decided
in `accounts.services.google`. The addresses are read from the settings at each use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.google import services
from accounts.models import LogInEvent, User
from accounts.security import login_history
from accounts.security import origin as security_origin
from accounts.security.locks import AccountNotActive
from accounts.security.reauthentication import recently_reauthenticated
from hitouch.core.api import exceptions
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

#: What reading an answer that is not Google's was seen to raise.
NONSENSE = (AttributeError, ImproperlyConfigured, LookupError, TypeError, ValueError)
CANCELLED = "You cancelled on Google's page, so nothing has changed."
FAILED = "We couldn't reach Google. Try again in a moment, or log in another way."
STALE = (
    "This Google login is already completed, timed out, or was started in another browser. "
    "Start again."
)


def _told(name: str) -> str:
    return cast(str, settings.SOCIALACCOUNT_PROVIDERS["google"][name])


@contextmanager
def translate_provider_errors() -> Iterator[None]:
    """What Google cannot have said is an error of Google's, never a fault of ours."""
    try:
        yield
    except NONSENSE as fault:
        raise OAuth2Error("not an answer of Google's") from fault


def verify_id_token(app: Any, token: str, *, with_signature: bool) -> dict[str, Any]:
    """What an ID token says, if Google signed it, for us, and it is not over."""
    with translate_provider_errors():
        said = jwtkit.verify_and_decode(
            credential=token,
            keys_url=_told("CERTS_URL"),
            issuer=_told("ID_TOKEN_ISSUER"),
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_pem_x509_certificate,
            verify_signature=with_signature,
        )
        return dict(said)


class GoogleOAuthAdapter(GoogleOAuth2Adapter):
    """Talking to Google."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.authorize_url = _told("AUTHORIZE_URL")
        self.access_token_url = _told("ACCESS_TOKEN_URL")

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        """Exchange the code."""
        with translate_provider_errors():
            return super().get_access_token_data(*args, **kwargs)

    def parse_token(self, data: Any) -> Any:
        """Nothing of it is kept."""
        with translate_provider_errors():
            return super().parse_token(data)

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **kwargs: Any
    ) -> SocialLogin:
        """Read who it is: from the ID token alone, which came to us over TLS from Google."""
        with translate_provider_errors():
            said = verify_id_token(app, kwargs["response"]["id_token"], with_signature=False)
            return self.get_provider().sociallogin_from_response(request, said)


class GoogleOIDCProvider(GoogleProvider):
    """Google, for pages and for programs that bring an ID token."""

    oauth2_adapter_class = GoogleOAuthAdapter

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Of what Google says we keep a masked address, to show which account it is."""
        return {"email": mask_contact(str(data.get("email", "")))}

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> SocialLogin:
        """Keep beside the login what Google vouches for; only a plain true is a yes."""
        login = super().sociallogin_from_response(request, response)
        login.vouched = services.GoogleAccount(
            sub=str(response["sub"]),
            email=str(response.get("email") or ""),
            email_verified=response.get("email_verified") is True,
        )
        return login

    def verify_token(self, request: HttpRequest, token: dict[str, Any]) -> SocialLogin:
        """A program's ID token, with its signature."""
        try:
            with translate_provider_errors():
                said = verify_id_token(self.app, token["id_token"], with_signature=True)
                return self.sociallogin_from_response(request, said)
        except (OAuth2Error, requests.RequestException) as fault:
            raise ValidationError("That is not a Google ID token issued for this app.") from fault


class GoogleAdapter(DefaultSocialAccountAdapter):
    """Whose account it is."""

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: Any = None
    ) -> GoogleOIDCProvider:
        """There is only Google."""
        return GoogleOIDCProvider(
            request, app=self.get_app(request, provider=provider, client_id=client_id)
        )

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts begin in `accounts.services`, never in allauth."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """An address never decides here; `enter_with_google` looks at it."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """Nothing is taken over from Google."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find, make or link the account; a refusal ends it with a sentence."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_linked(request, sociallogin))
        try:
            account = sociallogin.vouched
            sociallogin.user = services.log_in_with_google(account=account, at=timezone.now())
        except Refusal as refusal:
            _note(request, refusal)
            raise ImmediateHttpResponse(_refused(request, refusal)) from refusal

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Cancelled, failed, or not the browser's own: each has its sentence."""
        if error == AuthError.CANCELLED:
            why = CANCELLED
        elif (extra_context or {}).get("state") is None:
            why = STALE
        else:
            why = FAILED
        raise ImmediateHttpResponse(login_failed_page(request, why))


def login_failed_page(request: HttpRequest, why: str, status: int = 400) -> HttpResponse:
    """The page that says why not, with the ways on."""
    return render(request, "socialaccount/login_failed.html", {"why": why}, status=status)


def _note(request: HttpRequest, refusal: Refusal) -> None:
    is_shut = isinstance(refusal, AccountNotActive)
    outcome = LogInEvent.Outcome.NOT_ACTIVE if is_shut else LogInEvent.Outcome.WRONG
    way, origin = LogInEvent.Way.GOOGLE, security_origin.origin_of(request)
    login_history.record_login(
        user=None, outcome=outcome, way=way, origin=origin, at=timezone.now()
    )


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if is_headless_request(request):
        said = {"code": refusal.code, "detail": str(refusal)}
        return exceptions.response(request, refusal.status, **said)
    return login_failed_page(request, str(refusal), refusal.status)


def _linked(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not isinstance(user, User) or not recently_reauthenticated(request, now):
        return login_failed_page(request, STALE)
    try:
        services.link_google(user=user, account=login.vouched, at=now)
    except Refusal as refusal:
        return _refused(request, refusal)
    messages.info(request, "Google is linked. You can now log in with it.")
    return redirect("accounts:account")
