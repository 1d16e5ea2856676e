"""Errors of allauth's headless API as problem details (RFC 9457), like the rest of our API."""

import json
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.internal.restkit.views import RESTView
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject
from rest_framework.exceptions import APIException, ParseError

from accounts.authentication.bearer import BearerAuthentication
from accounts.models import User
from accounts.permissions import ScopeMissing
from hitouch.core.api import exceptions
from hitouch.core.api.parsers import StrictJSONParser
from hitouch.core.errors import Refusal

View = Callable[..., HttpResponse]


class StrictJSONView(RESTView):
    """allauth's view with the JSON parser of our API."""

    def _parse_json(self, request: HttpRequest) -> Any:
        if request.method == "GET" or not request.body:
            return None
        data = StrictJSONParser().parse(BytesIO(request.body))
        if not isinstance(data, dict):
            raise ParseError("Send a JSON object.")
        return data


def with_problem_details(view: View, *, requires_login: bool) -> View:
    """Wrap a view: errors become problem details, and partner apps are refused."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if requires_login:
                _refuse_partner_apps(request)
            # allauth changes the session meanwhile; django-otp's lazy user is evaluated only once.
            request.user = cast(User, SimpleLazyObject(lambda: get_user(request)))
            response = view(request, *args, **kwargs)
        except ImmediateHttpResponse as stopped:
            response = stopped.response
        except Refusal as refusal:
            return _refusal_response(request, refusal)
        except APIException as error:
            details = cast(dict[str, str], error.get_full_details())
            return exceptions.response(
                request, error.status_code, code=details["code"], detail=details["message"]
            )
        request.new_login_user = None  # type: ignore[attr-defined]
        return as_problem(request, response)

    return wrapper


def _refuse_partner_apps(request: HttpRequest) -> None:
    authenticated = BearerAuthentication().authenticate(cast(Any, request))
    if authenticated is not None and getattr(authenticated[1], "scopes", None) is not None:
        raise ScopeMissing


def _refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    errors = [
        {"pointer": f"#/{refusal.field}", "code": refusal.code, "detail": str(refusal)}
        for _ in range(bool(refusal.field))
    ]
    problem = {"code": refusal.code, "detail": str(refusal), "errors": errors}
    response = exceptions.response(request, refusal.status, **problem)
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        response["Retry-After"] = str(wait)
    return response


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Convert allauth's `{"status", "errors"}`; `flows` and `meta` stay."""
    is_from_allauth = type(response).__module__.startswith("allauth.")
    if response.status_code < 400 or not is_from_allauth:
        return response
    content = json.loads(response.content)
    errors = [_error(error) for error in content.get("errors", [])]
    status = 422 if response.status_code == 400 and errors else response.status_code
    code, detail = _code_and_detail(status, content)
    problem = exceptions.body(request, status, code=code, detail=detail, errors=errors)
    problem |= {"flows": flows} if (flows := (content.get("data") or {}).get("flows")) else {}
    problem |= {"meta": content["meta"]} if content.get("meta") else {}
    return JsonResponse(problem, status=status, content_type=exceptions.CONTENT_TYPE)


def _error(error: dict[str, Any]) -> dict[str, str]:
    pointer = f"#/{error['param']}" if error.get("param") else "#"
    return {"pointer": pointer, "code": error["code"] or "invalid", "detail": error["message"]}


def _code_and_detail(status: int, content: dict[str, Any]) -> tuple[str, str]:
    """The error code and text, which allauth does not send."""
    pending = {flow["id"] for flow in _flows(content) if flow.get("is_pending")}
    if status == 401 and "mfa_authenticate" in pending:
        return "second_factor_required", "Send a code to auth/2fa/authenticate, or use a passkey."
    if status == 401 and (content.get("meta") or {}).get("is_authenticated"):
        return "proof_required", "Re-authenticate first, using one of the flows."
    if status == 401:
        return "", "Log in first, then send the session token as X-Session-Token."
    return {
        404: ("", "None set up yet."),
        409: ("", "You are already logged in."),
        410: ("session_over", "Your session has ended. Log in again."),
        422: ("", "Some of the input is not valid."),
    }.get(status, ("", ""))


def _flows(content: dict[str, Any]) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], (content.get("data") or {}).get("flows") or [])
