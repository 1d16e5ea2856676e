"""Tokens of apps: a session token during the log-in, then a pair of our tokens."""

from datetime import timedelta
from typing import Any, cast

from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.authentication.api import login
from accounts.models import User
from accounts.sessions import tokens
from accounts.sessions.login import login_stamp_of

#: How long an app can manage second factors with the session of its log-in.
SESSION_LIFETIME = timedelta(hours=1)
REQUEST_ATTRIBUTE = "_app_tokens"


class AppTokens(SessionTokenStrategy):
    """allauth's token strategy; a complete log-in returns the same pair as /auth/tokens/."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """The session of a token, until it expires."""
        return sessionkit.lookup_session(session_token)

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """Issue the pair, once per request; its family records the second factor."""
        payload = getattr(request, REQUEST_ATTRIBUTE, None)
        if payload is None:
            payload = _issue(request)
            setattr(request, REQUEST_ATTRIBUTE, payload)
        return cast(dict[str, Any], payload)


def _issue(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    has_factor = bool(request.session.get(DEVICE_ID_SESSION_KEY))
    issued = tokens.issue(
        user=User.objects.get(pk=str(request.user.pk)),
        at=now,
        second_factor_at=now if has_factor else None,
        program=request.headers.get("User-Agent", ""),
        stamp=login_stamp_of(request),
        session_key=request.session.session_key or "",
    )
    request.session.set_expiry(SESSION_LIFETIME)
    return login.login_response(issued, now=now)
