"""Request ids, log lines, health checks, caching, and responses for unhandled errors."""

import logging
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from hitouch.core import health
from hitouch.core.api import exceptions

log = structlog.get_logger("hitouch.request")
faults = logging.getLogger("hitouch.faults")
Answer = Callable[[HttpRequest], HttpResponseBase]
HEALTH = {"/livez": health.livez, "/readyz": health.readyz}
QUIET_PATHS = (*HEALTH, "/static/")
#: OAuth errors have the format of RFC 6749, which OAuth client libraries depend on.
OAUTH_PATH, OAUTH_TYPE = "/api/v1/oauth/", "application/json"


def _request_id(request: HttpRequest) -> str:
    request_id = request.headers.get("X-Request-ID", "")
    is_plain = 8 <= len(request_id) <= 64 and request_id.isascii()
    is_plain = is_plain and request_id.replace("-", "").isalnum()
    return request_id if is_plain else uuid.uuid4().hex


def is_api(request: HttpRequest) -> bool:
    """Whether the request is for the API, whose responses are never HTML."""
    return request.path.startswith("/api/")


def is_public(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the response holds nothing about a person, so that browsers may keep a copy.

    That is a static file, or a page for everyone that was read by a browser without a session.
    A session can hold a contact or a message also before anybody has logged in.
    """
    if request.method not in ("GET", "HEAD") or response.status_code >= 400 or is_api(request):
        return False
    if request.path.startswith(settings.STATIC_URL):
        return True
    view = request.resolver_match.func if request.resolver_match else None
    return getattr(view, "audience", "") == "everyone" and request.session.is_empty()


class RequestBoundaryMiddleware:
    """Outermost middleware: request id, log line, health checks, caching, no HTML below /api/."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = _request_id(request)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        began = time.perf_counter()
        # Load balancers request by IP address: no host check and no redirect to TLS.
        answer = HEALTH.get(request.path, self.get_response)
        response = self._without_html(request, answer(request))
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if not is_public(request, response) and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        self._write_line(request, response, began)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *address: object
    ) -> HttpResponse | None:
        """Answer 405 for methods an endpoint does not have, before authentication."""
        endpoint = getattr(view, "cls", None)
        if endpoint is None or request.path.startswith(OAUTH_PATH):
            return None
        methods = [name for name in endpoint.http_method_names if hasattr(endpoint, name)]
        if (request.method or "").lower() in (*methods, "head" if "get" in methods else ""):
            return None
        answer = exceptions.response(request, 405)
        answer["Allow"] = ", ".join(name.upper() for name in methods)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 413 for too large bodies, 503 for outages, and 500 for the rest."""
        if isinstance(error, RequestDataTooBig):
            return self._error(request, 413)
        if isinstance(error, exceptions.OUTAGES):
            faults.error("part.unavailable", exc_info=error)
            answer = self._error(request, 503)
            answer["Retry-After"] = exceptions.RETRY_SECONDS
            return answer
        if is_api(request):
            faults.error("unexpected", exc_info=error)
            return self._error(request, 500)
        return None

    @staticmethod
    def _error(request: HttpRequest, status: int) -> HttpResponse:
        if is_api(request):
            return exceptions.response(request, status)
        context = {"status": status, "sentence": exceptions.SENTENCES[status]}
        return render(request, "error.html", context, status=status)

    @staticmethod
    def _without_html(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        is_oauth = request.path.startswith(OAUTH_PATH) and kind.startswith(OAUTH_TYPE)
        if is_oauth or not is_api(request):
            return response
        if response.status_code >= 400 and not kind.startswith(exceptions.CONTENT_TYPE):
            problem = exceptions.response(request, response.status_code)
            for name in ("Allow", "Retry-After", "WWW-Authenticate", "Vary"):
                if name in response.headers:
                    problem[name] = response.headers[name]
            return problem
        return response

    @staticmethod
    def _write_line(request: HttpRequest, response: HttpResponseBase, began: float) -> None:
        if request.path.startswith(QUIET_PATHS):
            return
        route = request.resolver_match.route if request.resolver_match else ""
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
