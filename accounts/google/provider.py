"""Log-in with Google: allauth's provider and adapters, hardened against malformed answers.

allauth runs the protocol (state, PKCE, tokens); `accounts.google.services` decides which account a
Google account opens. URLs are read from the settings at each use, so that tests can use a local
server.
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
from accounts.security.locks import AccountNotActive
from accounts.security.origin import origin_of
from accounts.security.reauthentication import recently_reauthenticated
from hitouch.core.api import exceptions
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

#: Exceptions that parsing a malformed response can raise.
PARSE_ERRORS = (AttributeError, ImproperlyConfigured, LookupError, TypeError, ValueError)
CANCELLED = "You cancelled on Google's page, so nothing has changed."
FAILED = "We couldn't reach Google. Try again in a moment, or log in another way."
STALE = (
    "This Google login is already completed, timed out, or was started in another browser. "
    "Start again."
)


def _provider_setting(name: str) -> str:
    return cast(str, settings.SOCIALACCOUNT_PROVIDERS["google"][name])


@contextmanager
def translate_provider_errors() -> Iterator[None]:
    """Turn any error while parsing Google's response into an `OAuth2Error`."""
    try:
        yield
    except PARSE_ERRORS as fault:
        raise OAuth2Error("malformed response from Google") from fault


def verify_id_token(app: Any, token: str, *, with_signature: bool) -> dict[str, Any]:
    """The claims of an ID token that Google issued for us and that has not expired."""
    with translate_provider_errors():
        claims = jwtkit.verify_and_decode(
            credential=token,
            keys_url=_provider_setting("CERTS_URL"),
            issuer=_provider_setting("ID_TOKEN_ISSUER"),
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_pem_x509_certificate,
            verify_signature=with_signature,
        )
        return dict(claims)


class GoogleOAuthAdapter(GoogleOAuth2Adapter):
    """The OAuth2 adapter with URLs from the settings."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.authorize_url = _provider_setting("AUTHORIZE_URL")
        self.access_token_url = _provider_setting("ACCESS_TOKEN_URL")

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        """Exchange the code for tokens."""
        with translate_provider_errors():
            return super().get_access_token_data(*args, **kwargs)

    def parse_token(self, data: Any) -> Any:
        """Parse the token response; the tokens are not stored."""
        with translate_provider_errors():
            return super().parse_token(data)

    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **kwargs: Any
    ) -> SocialLogin:
        """Identify the user by the ID token alone, which came from Google over TLS."""
        with translate_provider_errors():
            claims = verify_id_token(app, kwargs["response"]["id_token"], with_signature=False)
            return self.get_provider().sociallogin_from_response(request, claims)


class GoogleOIDCProvider(GoogleProvider):
    """The provider, for pages and for apps that send an ID token."""

    oauth2_adapter_class = GoogleOAuthAdapter

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Store only a masked address, to show which account is linked."""
        return {"email": mask_contact(str(data.get("email", "")))}

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> SocialLogin:
        """Attach the verified claims; `email_verified` has to be literally true."""
        login = super().sociallogin_from_response(request, response)
        login.google_account = services.GoogleAccount(
            sub=str(response["sub"]),
            email=str(response.get("email") or ""),
            email_verified=response.get("email_verified") is True,
        )
        return login

    def verify_token(self, request: HttpRequest, token: dict[str, Any]) -> SocialLogin:
        """Verify an ID token sent by an app, including its signature."""
        try:
            with translate_provider_errors():
                claims = verify_id_token(self.app, token["id_token"], with_signature=True)
                return self.sociallogin_from_response(request, claims)
        except (OAuth2Error, requests.RequestException) as fault:
            raise ValidationError("That is not a Google ID token issued for this app.") from fault


class GoogleAdapter(DefaultSocialAccountAdapter):
    """Decides which account a Google log-in belongs to."""

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: Any = None
    ) -> GoogleOIDCProvider:
        """Google is the only provider."""
        return GoogleOIDCProvider(
            request, app=self.get_app(request, provider=provider, client_id=client_id)
        )

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts are created by our services, never by allauth."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Never: `log_in_with_google` decides about addresses."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """Copy nothing from Google."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find, create or link the account; a refusal becomes a page or a problem response."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_link_response(request, sociallogin))
        try:
            account = sociallogin.google_account
            sociallogin.user = services.log_in_with_google(account=account, at=timezone.now())
        except Refusal as refusal:
            _record_failure(request, refusal)
            raise ImmediateHttpResponse(_refusal_response(request, refusal)) from refusal

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Cancelled, failed, or not started in this browser: show the matching message."""
        if error == AuthError.CANCELLED:
            reason = CANCELLED
        elif (extra_context or {}).get("state") is None:
            reason = STALE
        else:
            reason = FAILED
        raise ImmediateHttpResponse(login_failed_page(request, reason))


def login_failed_page(request: HttpRequest, reason: str, status: int = 400) -> HttpResponse:
    """The page with the reason and other ways to log in."""
    return render(request, "socialaccount/login_failed.html", {"why": reason}, status=status)


def _record_failure(request: HttpRequest, refusal: Refusal) -> None:
    is_inactive = isinstance(refusal, AccountNotActive)
    outcome = LogInEvent.Outcome.NOT_ACTIVE if is_inactive else LogInEvent.Outcome.WRONG
    method, origin = LogInEvent.Way.GOOGLE, origin_of(request)
    login_history.record_login(
        user=None, outcome=outcome, method=method, origin=origin, at=timezone.now()
    )


def _refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if is_headless_request(request):
        problem = {"code": refusal.code, "detail": str(refusal)}
        return exceptions.response(request, refusal.status, **problem)
    return login_failed_page(request, str(refusal), refusal.status)


def _link_response(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not isinstance(user, User) or not recently_reauthenticated(request, now):
        return login_failed_page(request, STALE)
    try:
        services.link_google(user=user, account=login.google_account, at=now)
    except Refusal as refusal:
        return _refusal_response(request, refusal)
    messages.info(request, "Google is linked. You can now log in with it.")
    return redirect("accounts:account")
