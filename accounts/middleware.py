"""What accounts do around every request."""

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

from accounts.security import origin
from accounts.sessions import services as sessions
from accounts.sessions.store import hashed_session_key

ENDED = "You've been logged out. Log in to continue."


class KnownBrowserMiddleware:
    """After a log-in, marks the browser as one that the person knows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person = getattr(request, "came_in", None)
        if person is not None:
            origin.set_known_browser_cookie(request, response, person=str(person.pk))
        return response


class SessionActivityMiddleware:
    """Keeps the list of places current: when and from where a session was used last.

    allauth's own tracking writes a row at every request. This writes at most every five
    minutes; the cache says whether it is time, so that all other requests cost no statement.
    """

    EVERY_SECONDS = 300

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        if key and request.user.is_authenticated and self._is_time(key):
            sessions.note_use(
                session_key=key,
                ip=origin.address_of(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=timezone.now(),
            )
        return response

    def _is_time(self, key: str) -> bool:
        try:
            return bool(
                cache.add(f"session-used:{hashed_session_key(key)}", 1, timeout=self.EVERY_SECONDS)
            )
        except redis.RedisError:
            return False


class SessionEndedMessageMiddleware:
    """A browser that still holds the cookie of a session which was ended gets a sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if self._leads_to_log_in(response) and self._had_session(request):
            messages.info(request, ENDED)
        return response

    def _leads_to_log_in(self, response: HttpResponseBase) -> bool:
        log_in = resolve_url(settings.LOGIN_URL)
        return response.status_code == 302 and response["Location"].startswith(f"{log_in}?next=")

    def _had_session(self, request: HttpRequest) -> bool:
        """Its row is gone, or stands with a person who may not come in any more."""
        gone = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.session_key
        return gone or SESSION_KEY in request.session
