"""Telling somebody who is sent to log in that they were logged in a moment ago."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

ENDED = "You've been logged out. Log in to continue."


class SayThatSessionEnded:
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
