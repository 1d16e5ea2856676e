"""Error responses of the API as problem details (RFC 9457), and DRF's exception handler."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from hitouch.core.api import malformed
from hitouch.core.errors import Refusal
from hitouch.core.files.stores.base import StoreUnavailable

#: Errors that mean that the database, Valkey or the file store is down: 503, to be tried again.
OUTAGES = (OperationalError, InterfaceError, RedisError, StoreUnavailable)
RETRY_SECONDS = "5"
CONTENT_TYPE = "application/problem+json"
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "validation_failed",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
SENTENCES = {
    400: "The request is not valid.",
    401: "Authentication is required. Send an access token.",
    403: "You do not have permission to do this.",
    404: "Not found, or you do not have access to it.",
    405: "This method is not allowed here.",
    413: "The request body is too large.",
    416: "The requested range is beyond the end of the file.",
    500: "Something went wrong on our side. We have logged it under this request ID.",
    503: "The service is temporarily unavailable. Try again in a few minutes.",
}


def _plain_request(context: dict[str, Any]) -> HttpRequest:
    return cast(HttpRequest, getattr(context["request"], "_request", context["request"]))


def _refusal_response(request: HttpRequest, refusal: Refusal) -> Response:
    errors = None
    if refusal.field:
        pointer = f"#/{refusal.field}"
        errors = [{"pointer": pointer, "code": refusal.code, "detail": str(refusal)}]
    return _answer(
        request,
        refusal.status,
        code=refusal.code,
        detail=str(refusal),
        errors=errors,
        members=refusal.members,
    )


def _answer(request: HttpRequest, status: int, **members: Any) -> Response:
    problem = body(request, status, **members)
    return Response(problem, status=status, content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every known error as a problem; unknown ones are left to the middleware (500)."""
    request = _plain_request(context)
    if isinstance(error, Refusal):
        set_rollback()
        answer = _refusal_response(request, error)
        if (wait := getattr(error, "retry_after", None)) is not None:
            answer["Retry-After"] = str(wait)
        return answer
    if fault := malformed.fault_of_error(error, request):
        set_rollback()
        members = {"code": fault.code, "detail": fault.detail, "errors": fault.errors}
        return _answer(request, fault.status, **members)
    if isinstance(error, OUTAGES):
        set_rollback()
        answer = _answer(request, 503)
        answer["Retry-After"] = RETRY_SECONDS
        return answer
    plain = drf_exception_handler(error, context)
    return None if plain is None else _as_problem(request, error, plain)


def _as_problem(request: HttpRequest, error: Exception, plain: Response) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(field_errors(_without_form_wrapping(error.detail)))
        answer = _answer(request, 422, detail="Some of the fields are not valid.", errors=errors)
    else:
        detail = getattr(error, "detail", "")
        code = getattr(detail, "code", "")
        known = code if code not in ("", "error", "throttled", "parse_error") else ""
        answer = _answer(
            request,
            plain.status_code,
            code=known,
            detail=str(detail or ""),
            errors=getattr(error, "errors", None),
        )
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if plain.has_header(name):
            answer[name] = plain[name]
    return answer


def _without_form_wrapping(detail: Any) -> Any:
    """Turn a Django form's `{"message": …, "code": …}` into DRF's ErrorDetail."""
    if isinstance(detail, dict) and set(detail) == {"message", "code"}:
        code = str(detail["code"]) or "invalid"
        return exceptions.ErrorDetail(str(detail["message"]), code=code)
    if isinstance(detail, dict):
        return {name: _without_form_wrapping(inner) for name, inner in detail.items()}
    if isinstance(detail, list):
        return [_without_form_wrapping(inner) for inner in detail]
    return detail


def body(
    request: HttpRequest,
    status: int,
    *,
    code: str = "",
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    members: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """The members of a problem document."""
    code = code or CODES.get(status, "error")
    problem: dict[str, Any] = {
        "type": f"urn:hitouchcx:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail or SENTENCES.get(status, HTTPStatus(status).description),
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        problem["errors"] = errors
    return {**(members or {}), **problem}


def response(request: HttpRequest, status: int, **members: Any) -> JsonResponse:
    """A problem as a plain Django response, for errors outside DRF."""
    problem = body(request, status, **members)
    return JsonResponse(problem, status=status, content_type=CONTENT_TYPE)


def field_errors(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested validation errors as a flat list with JSON pointers."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = pointer if name in ("non_field_errors", "__all__") else f"{pointer}/{name}"
            yield from field_errors(inner, here)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            yield from field_errors(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield {"pointer": f"#{pointer}", "code": str(code), "detail": str(detail)}
