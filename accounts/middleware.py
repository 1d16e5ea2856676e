"""Middleware: audit address, known-browser cookie, last use and end of a session."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone

from accounts.models import User
from accounts.security import audit, origin
from accounts.sessions import services as sessions
from accounts.sessions.store import hashed_session_key

LOGGED_OUT_MESSAGE = "You've been logged out. Log in to continue."


class AuditNetworkMiddleware:
    """Audit events of a request record the masked address it came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.recorded_from(origin.mask_ip(origin.address_of(request))):
            return self.get_response(request)


class KnownBrowserMiddleware:
    """After a log-in, sets the cookie by which the browser is known to the user.

    A browser whose session was kept when the others were ended gets a new cookie as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "new_login_user", None) or self._user_to_renew(request)
        if user is not None:
            origin.set_known_browser_cookie(
                request, response, user_id=str(user.pk), epoch=user.login_epoch
            )
        return response

    def _user_to_renew(self, request: HttpRequest) -> User | None:
        known = origin.read_known_browser_cookie(request)
        if not known.user_id or SESSION_KEY not in request.session:
            return None
        user = request.user
        if not isinstance(user, User) or str(user.pk) != known.user_id:
            return None
        return user if user.login_epoch != known.epoch else None


class SessionActivityMiddleware:
    """Saves when and from which address a session was used last.

    allauth's own tracking writes a row at every request. This writes at most every five minutes per
    session; the cache tells when, so that other requests cost no database query.
    """

    EVERY_SECONDS = 300

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        if key and request.user.is_authenticated and self._is_due(key):
            sessions.record_use(
                session_key=key,
                ip=origin.address_of(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=timezone.now(),
            )
        return response

    def _is_due(self, key: str) -> bool:
        try:
            return bool(
                cache.add(f"session-used:{hashed_session_key(key)}", 1, timeout=self.EVERY_SECONDS)
            )
        except redis.RedisError:
            return False


class SessionEndedMessageMiddleware:
    """Tells a browser that still sends the cookie of an ended session that it was logged out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if self._redirects_to_login(response) and self._had_session(request):
            messages.info(request, LOGGED_OUT_MESSAGE)
        return response

    def _redirects_to_login(self, response: HttpResponseBase) -> bool:
        log_in = resolve_url(settings.LOGIN_URL)
        return response.status_code == 302 and response["Location"].startswith(f"{log_in}?next=")

    def _had_session(self, request: HttpRequest) -> bool:
        """Whether the session's row is gone, or belongs to a user who is no longer active."""
        gone = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.session_key
        return gone or SESSION_KEY in request.session
