"""Plumbing of the REST API: errors, input, pages."""

import json
from io import TextIOWrapper
from typing import Any, TypeVar, cast

from django.core.exceptions import RequestDataTooBig
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from hitouch.core import problems, shapes
from hitouch.core.errors import Refusal

AnyForm = TypeVar("AnyForm", bound=BaseForm)
MAX_BODY_BYTES = 1024 * 1024


def bound(form_class: type[AnyForm], request: Request, **options: Any) -> AnyForm:
    """The page's form, filled from the API's input; raises a 422 naming each bad field."""
    data = request.data
    if not isinstance(data, dict):
        raise exceptions.ValidationError("Send a JSON object.")
    typed = data if isinstance(data, QueryDict) else shapes.as_typed(data)
    form = form_class(typed, request.FILES or None, **options)
    shapes.refuse_misshapen([form])
    if not form.is_valid():
        raise exceptions.ValidationError(cast(Any, form.errors.get_json_data(escape_html=False)))
    return form


class Page(CursorPagination):
    """A page of a list: `{data, next, previous}`, stable while rows are added."""

    page_size = 25
    page_size_query_param = "limit"
    max_page_size = 100
    ordering = ("-created_at", "id")

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap the rows with the addresses of the pages beside."""
        return Response(
            {"data": data, "next": self.get_next_link(), "previous": self.get_previous_link()}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The same, for the API's own documentation."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["data", "next", "previous"],
            "properties": {"data": schema, "next": link, "previous": link},
        }


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a duplicate name")
    return found


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 means it: no NaN, no name twice, no text that PostgreSQL cannot keep."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Parse the body or raise `ParseError`."""
        try:
            text = TextIOWrapper(stream, encoding="utf-8").read(MAX_BODY_BYTES + 1)
            if len(text) > MAX_BODY_BYTES:
                raise RequestDataTooBig
            data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constants)
            _check_text(text)
        except (ValueError, RecursionError) as fault:
            raise exceptions.ParseError(f"The body is not valid JSON: {fault}"[:200]) from fault
        return data


def _check_text(text: str) -> None:
    if "\\u0000" in text or "\x00" in text:
        raise ValueError("text holds a NUL character")
    if "\\ud" in text.lower():
        json.dumps(json.loads(text), ensure_ascii=False).encode()


def _plain_request(context: dict[str, Any]) -> HttpRequest:
    return cast(HttpRequest, getattr(context["request"], "_request", context["request"]))


def _refused(request: HttpRequest, refusal: Refusal) -> Response:
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
    problem = problems.body(request, status, **members)
    return Response(problem, status=status, content_type=problems.CONTENT_TYPE)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every known error in one shape; leave the unknown to the middleware (500)."""
    request = _plain_request(context)
    if isinstance(error, Refusal):
        set_rollback()
        answer = _refused(request, error)
        if (wait := getattr(error, "retry_after", None)) is not None:
            answer["Retry-After"] = str(wait)
        return answer
    if isinstance(error, RequestDataTooBig):
        return _answer(request, 413)
    if isinstance(error, problems.OUTAGES):
        set_rollback()
        answer = _answer(request, 503)
        answer["Retry-After"] = problems.RETRY_SECONDS
        return answer
    plain = drf_exception_handler(error, context)
    return None if plain is None else _in_shape(request, error, plain)


def _in_shape(request: HttpRequest, error: Exception, plain: Response) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = list(problems.field_errors(_without_form_wrapping(error.detail)))
        answer = _answer(request, 422, detail="Some of the fields are not valid.", errors=errors)
    else:
        detail = getattr(error, "detail", "")
        code = getattr(detail, "code", "")
        known = code if code not in ("", "error", "throttled", "parse_error") else ""
        answer = _answer(request, plain.status_code, code=known, detail=str(detail or ""))
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if plain.has_header(name):
            answer[name] = plain[name]
    return answer


def _without_form_wrapping(detail: Any) -> Any:
    """A Django form says `{"message": …, "code": …}` where DRF has one coded sentence."""
    if isinstance(detail, dict) and set(detail) == {"message", "code"}:
        code = str(detail["code"]) or "invalid"
        return exceptions.ErrorDetail(str(detail["message"]), code=code)
    if isinstance(detail, dict):
        return {name: _without_form_wrapping(inner) for name, inner in detail.items()}
    if isinstance(detail, list):
        return [_without_form_wrapping(inner) for inner in detail]
    return detail
