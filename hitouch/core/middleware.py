"""Trusted proxies, request ids, log lines, health checks, caching, responses for errors."""

import logging
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.http import escape_leading_slashes

from hitouch.core.api import exceptions, malformed
from hitouch.core.errors import Refusal
from hitouch.core.monitoring import health
from hitouch.core.web import proxies, query

log = structlog.get_logger("hitouch.request")
faults = logging.getLogger("hitouch.faults")
Answer = Callable[[HttpRequest], HttpResponseBase]
HEALTH = {"/livez": health.livez, "/readyz": health.readyz, "/metrics": health.metrics}
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
    A session can hold a contact or a message also before anybody has logged in. A page with a
    parameter is none: what a secret address or a code opens belongs to somebody.
    """
    if request.method not in ("GET", "HEAD") or response.status_code >= 400 or is_api(request):
        return False
    if request.path.startswith(settings.STATIC_URL):
        return True
    match = request.resolver_match
    if match is None or match.kwargs:
        return False
    return getattr(match.func, "audience", "") == "everyone" and request.session.is_empty()


def error_response(request: HttpRequest, fault: malformed.Fault) -> HttpResponse:
    """A problem for the API, and the error page for people."""
    status, detail = fault.status, fault.detail
    if is_api(request):
        return exceptions.response(
            request, status, code=fault.code, detail=detail, errors=fault.errors
        )
    context = {
        "status": status,
        "sentence": detail or exceptions.SENTENCES[status],
        "errors": fault.errors,
    }
    return render(request, "error.html", context, status=status)


class LosslessRedirectMiddleware(CommonMiddleware):
    """Django's redirects to the URL with a last slash, unless they lose a part of the request.

    Its redirect turns POST into GET without a body, and is an error in development. The admin
    redirects from filters that it cannot read to the list of all rows.
    """

    def get_full_path_with_slash(self, request: HttpRequest) -> str:
        """The path with a slash, and the query string."""
        return escape_leading_slashes(request.get_full_path(force_append_slash=True))

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Refuse what would be redirected to where its body or its filters are lost."""
        response = super().process_response(request, response)
        target = response.headers.get("Location", "")
        is_safe = request.method in ("GET", "HEAD", "OPTIONS")
        if target.partition("?")[0] == f"{request.path}/" and not is_safe:
            return error_response(request, malformed.MISSING_SLASH)
        if target == f"{request.path}?{ERROR_FLAG}=1":
            return error_response(request, malformed.UNKNOWN_FILTER)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, but no private files: parts of them are sent by their offsets."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave a response alone of which ranges can be requested."""
        if response.has_header("Accept-Ranges"):
            return response
        return super().process_response(request, response)


def require_trusted_proxies() -> None:
    """Refuse to start with a list of proxies that cannot be read, or that trusts everybody."""
    try:
        proxies.parse_trusted(*settings.HITOUCH_TRUSTED_PROXIES)
    except ValueError as fault:
        raise ImproperlyConfigured(f"HITOUCH_TRUSTED_PROXIES: {fault}.") from None


class TrustedProxyMiddleware:
    """Set the client's address and scheme by the headers of proxies that are trusted.

    Headers of anybody else are removed, so that nothing reads them later.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        facts = request.META
        trusted = proxies.parse_trusted(*settings.HITOUCH_TRUSTED_PROXIES)
        peer = facts.get("REMOTE_ADDR", "")
        forwarded_for = facts.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = facts.pop("HTTP_X_FORWARDED_PROTO", "")
        client = proxies.client_of(peer, forwarded_for, trusted)
        facts["REMOTE_ADDR"] = client.address
        if scheme and trusted.trusts(0, peer):
            facts["HTTP_X_FORWARDED_PROTO"] = proxies.scheme_of(scheme, client.steps)
        return self.get_response(request)


class RequestBoundaryMiddleware:
    """Request id, log line, health checks, caching, no HTML below /api/."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = _request_id(request)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        began = time.perf_counter()
        request.is_utf_8 = malformed.read_as_utf_8(request)  # type: ignore[attr-defined]
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
        """Answer malformed requests, and 405 for methods an endpoint does not have.

        Before authentication, so that no middleware and no view reads what cannot be read.
        """
        fault = None if request.is_utf_8 else malformed.NOT_UTF_8  # type: ignore[attr-defined]
        fault = (
            fault
            or malformed.fault_of_address(request)
            or self._form_fault(request, view)
            or self._query_fault(request, view)
        )
        if fault:
            return error_response(request, fault)
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
        """Answer 400, 404 or 413 for malformed requests, 503 for outages, and 500 for the rest."""
        if fault := malformed.fault_of_error(error, request):
            return error_response(request, fault)
        if isinstance(error, exceptions.OUTAGES):
            faults.error("part.unavailable", exc_info=error)
            detail = str(error) if isinstance(error, Refusal) else ""
            answer = error_response(request, malformed.Fault(503, detail=detail))
            answer["Retry-After"] = exceptions.RETRY_SECONDS
            return answer
        if is_api(request):
            faults.error("unexpected", exc_info=error)
            return error_response(request, malformed.Fault(500))
        return None

    @staticmethod
    def _form_fault(request: HttpRequest, view: Callable[..., object]) -> malformed.Fault | None:
        """What is wrong with a page's form; read here, since the CSRF check would read it next."""
        if is_api(request) or getattr(view, "csrf_exempt", False):
            return None
        try:
            request.POST  # noqa: B018
        except (SuspiciousOperation, MultiPartParserError) as error:
            return malformed.fault_of_error(error, request)
        except UnreadablePostError:
            pass  # the client has gone
        return None

    @staticmethod
    def _query_fault(request: HttpRequest, view: Callable[..., object]) -> malformed.Fault | None:
        return None if is_api(request) else query.fault_of_query(request, view)

    @staticmethod
    def _without_html(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        is_oauth = request.path.startswith(OAUTH_PATH) and kind.startswith(OAUTH_TYPE)
        if is_oauth or not is_api(request):
            return response
        if response.status_code >= 400 and not kind.startswith(exceptions.CONTENT_TYPE):
            problem = exceptions.response(request, response.status_code)
            for name in ("Allow", "Content-Range", "Retry-After", "WWW-Authenticate", "Vary"):
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
