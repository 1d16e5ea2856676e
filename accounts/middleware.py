"""What accounts do around every request."""

from collections.abc import Callable

import redis
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import browsers, network, services
from accounts.sessions import stored


class MarkBrowser:
    """After a log-in, marks the browser as one that the person knows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person = getattr(request, "came_in", None)
        if person is not None:
            browsers.mark(request, response, person=str(person.pk))
        return response


class NoteUse:
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
            services.note_use(
                session_key=key,
                ip=network.address_of(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=timezone.now(),
            )
        return response

    def _is_time(self, key: str) -> bool:
        try:
            return bool(cache.add(f"session-used:{stored(key)}", 1, timeout=self.EVERY_SECONDS))
        except redis.RedisError:
            return False
