"""Requests that no view can answer as they are: what is wrong with them, for pages and API."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.admin.utils import unquote
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.db import DataError
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

NUL = "\x00"
TOO_MANY = (TooManyFieldsSent, TooManyFilesSent)


@dataclass(frozen=True)
class Fault:
    """The status, the code and the sentence of a refusal; empty ones are those of the status."""

    status: int
    code: str = ""
    detail: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)


MISSING_SLASH = Fault(
    404, "missing_slash", "Addresses end with a slash. Send the request again with one."
)
UNKNOWN_FILTER = Fault(400, "query_invalid", "A filter in the address is not valid.")
NOT_UTF_8 = Fault(400, "not_utf_8", "Send the text of a request in UTF-8.")
_NUL_TEXT = "The request has a NUL character in its text."


def read_as_utf_8(request: HttpRequest) -> bool:
    """Read the request as UTF-8 from now on. Returns whether it says to be in UTF-8, or nothing.

    Other encodings that Python knows would decode the address and the form, or fail at it.
    """
    encoding = request.encoding
    if encoding is None:
        return True
    request.encoding = "utf-8"
    return codecs.lookup(encoding).name == "utf-8"


def fault_of_address(request: HttpRequest) -> Fault | None:
    """What is wrong with the path or the query string, before a view reads them."""
    if NUL in request.path:
        return Fault(404)
    try:
        parameters = request.GET.lists()
    except SuspiciousOperation as error:
        return fault_of_error(error, request)
    names = [name for name, values in parameters if any(NUL in text for text in (name, *values))]
    if not names:
        return None
    errors = [
        {"parameter": name[:100], "code": "null_characters_not_allowed", "detail": _NUL_TEXT}
        for name in names
    ]
    return Fault(400, "query_invalid", "Some of the query parameters are not valid.", errors)


def fault_of_error(error: Exception, request: HttpRequest) -> Fault | None:
    """The fault of the request that made a view fail; None when the view itself is at fault."""
    if isinstance(error, RequestDataTooBig):
        return Fault(413)
    if isinstance(error, TOO_MANY):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        return Fault(400, "too_many_fields", f"Send {most} fields or fewer.")
    if isinstance(error, (SuspiciousOperation, BadRequest, MultiPartParserError)):
        return Fault(400)
    if isinstance(error, (DataError, ValueError)) and "NUL" in str(error):
        return Fault(400, detail=_NUL_TEXT)
    if isinstance(error, (ValidationError, ValueError)):
        return _fault_of_value(str(error), request)
    return None


def _fault_of_value(message: str, request: HttpRequest) -> Fault | None:
    """An id that the database's types cannot hold names no row; in a filter it is an error."""
    matched = request.resolver_match.kwargs.values() if request.resolver_match else ()
    if _quotes(message, matched):
        return Fault(404)
    given = [value for values in request.GET.lists() for value in values[1]]
    return UNKNOWN_FILTER if _quotes(message, given) else None


def _quotes(message: str, values: Iterable[object]) -> bool:
    texts = {text for value in values for text in (str(value), unquote(str(value)))}
    return any(f"{a}{text}{b}" in message for text in texts for a, b in ("''", "“”"))
