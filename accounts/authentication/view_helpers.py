"""Helper of views and API: the requester of a code, from an HTTP request."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.authentication.bearer import BearerAuthentication
from accounts.models import AccessToken, User
from accounts.one_time_codes.requesters import Requester
from accounts.security.origin import origin_of


def requester_of(request: HttpRequest | Request, data: Mapping[str, Any]) -> Requester:
    """Who asks, with the `challenge`, `solution` and `device_token` that were sent, if any."""
    return Requester(
        origin=origin_of(request, device_token=data.get("device_token", "")),
        user=_logged_in_user(request),
        challenge=data.get("challenge", ""),
        solution=data.get("solution", ""),
    )


def _logged_in_user(request: HttpRequest | Request) -> User | None:
    """The user of the session, or of a valid token of ours; public endpoints ignore others."""
    if not isinstance(request, Request):
        return request.user if isinstance(request.user, User) else None
    try:
        authenticated = BearerAuthentication().authenticate(request)
    except AuthenticationFailed:
        return None
    if authenticated and isinstance(authenticated[1], AccessToken):
        return authenticated[0]
    return None
