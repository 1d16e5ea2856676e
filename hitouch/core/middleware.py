"""The outermost layers of a request: its id, its log line, and the shape of what breaks."""

import logging
import time
import uuid
from collections.abc import Callable

import structlog
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
#: RFC 6749 has a shape of its own for what is refused, and libraries for OAuth depend on it.
OAUTH_PATH, OAUTH_TYPE = "/api/v1/oauth/", "application/json"


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    plain = 8 <= len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum()
    return given if plain else uuid.uuid4().hex


def is_api(request: HttpRequest) -> bool:
    """Whether a program asked: its answers are never HTML."""
    return request.path.startswith("/api/")


class RequestBoundaryMiddleware:
    """Gives each request an id, writes one line about it, and no /api/ answer is HTML."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = _request_id(request)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        began = time.perf_counter()
        # A load balancer asks by address: no check of the host, and no redirect to TLS.
        answer = HEALTH.get(request.path, self.get_response)
        response = self._shaped(request, answer(request))
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        self._write_line(request, response, began)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *address: object
    ) -> HttpResponse | None:
        """What an endpoint does not do is 405 for everybody, before anything is asked of them."""
        endpoint = getattr(view, "cls", None)
        if endpoint is None or request.path.startswith(OAUTH_PATH):
            return None
        does = [name for name in endpoint.http_method_names if hasattr(endpoint, name)]
        if (request.method or "").lower() in (*does, "head" if "get" in does else ""):
            return None
        answer = exceptions.response(request, 405)
        answer["Allow"] = ", ".join(name.upper() for name in does)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What is down is 503, too large a body 413, and the rest a plain 500."""
        if isinstance(error, RequestDataTooBig):
            return self._fault(request, 413)
        if isinstance(error, exceptions.OUTAGES):
            faults.error("part.unavailable", exc_info=error)
            answer = self._fault(request, 503)
            answer["Retry-After"] = exceptions.RETRY_SECONDS
            return answer
        if is_api(request):
            faults.error("unexpected", exc_info=error)
            return self._fault(request, 500)
        return None

    @staticmethod
    def _fault(request: HttpRequest, status: int) -> HttpResponse:
        if is_api(request):
            return exceptions.response(request, status)
        context = {"status": status, "sentence": exceptions.SENTENCES[status]}
        return render(request, "error.html", context, status=status)

    @staticmethod
    def _shaped(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        is_oauth = request.path.startswith(OAUTH_PATH) and kind.startswith(OAUTH_TYPE)
        if is_oauth or not is_api(request):
            return response
        if response.status_code >= 400 and not kind.startswith(exceptions.CONTENT_TYPE):
            shaped = exceptions.response(request, response.status_code)
            for name in ("Allow", "Retry-After", "WWW-Authenticate", "Vary"):
                if name in response.headers:
                    shaped[name] = response.headers[name]
            return shaped
        response.headers.setdefault("Cache-Control", "no-store")
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
