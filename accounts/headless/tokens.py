"""What an app holds: the token of a session while a log-in goes on, then a pair of ours."""

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
from accounts.sessions import tokens as sessions_tokens

#: How long an app may still look after its factors with the session of its log-in.
SESSION_LASTS = timedelta(hours=1)
ISSUED = "_app_tokens"


class AppTokens(SessionTokenStrategy):
    """After a log-in an app gets the same pair of tokens as from /auth/tokens/."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """The session, while it lasts."""
        return sessionkit.lookup_session(session_token)

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """The pair, once for a request; its family remembers the second factor."""
        made = getattr(request, ISSUED, None)
        if made is None:
            made = _issue(request)
            setattr(request, ISSUED, made)
        return cast(dict[str, Any], made)


def _issue(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    has_factor = bool(request.session.get(DEVICE_ID_SESSION_KEY))
    issued = sessions_tokens.issue(
        user=User.objects.get(pk=str(request.user.pk)),
        at=now,
        second_factor_at=now if has_factor else None,
        program=request.headers.get("User-Agent", ""),
    )
    request.session.set_expiry(SESSION_LASTS)
    return login.login_response(issued, now=now)
