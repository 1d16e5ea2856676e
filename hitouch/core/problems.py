"""One shape for every refusal of the API: problem details (RFC 9457).

`code` is a word for programs, `detail` a sentence, `request_id` is also in our log, and
`errors` lists the fields with a JSON pointer each.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

#: The database or the broker is down: 503, to be tried again, and nothing was half done.
OUTAGES = (OperationalError, InterfaceError, RedisError)
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
    500: "Something went wrong on our side. We have logged it under this request ID.",
    503: "The service is temporarily unavailable. Try again in a few minutes.",
}


def body(
    request: HttpRequest,
    status: int,
    *,
    code: str = "",
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    members: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The members of a problem: those that all have, and those of this one."""
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
    """A problem as a plain Django response, for where DRF is not reached."""
    problem = body(request, status, **members)
    return JsonResponse(problem, status=status, content_type=CONTENT_TYPE)


def field_errors(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """DRF's tree of validation errors as a flat list with JSON pointers."""
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
