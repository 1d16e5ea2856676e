"""Managing second factors takes one that was used within the last five minutes."""

from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.shortcuts import resolve_url

from accounts.bridge.verification import session_used_break_glass
from accounts.mfa.queries import has_second_factor
from accounts.models import User
from accounts.security.reauthentication import (
    P,
    View,
    recently_reauthenticated,
    recently_used_second_factor,
    record_reauthentication,
    with_recent_check,
)


def may_manage_factors(request: HttpRequest, now: datetime) -> bool:
    """Whether the last authentication allows to add, replace, show or remove second factors.

    With a second factor it takes that factor: a password alone could otherwise add one of its own,
    or read the recovery codes, and then remove the owner's. A break-glass token replaces a factor.
    """
    if not has_second_factor(cast(User, request.user)) or session_used_break_glass(request):
        return recently_reauthenticated(request, now)
    return recently_used_second_factor(request, now)


def fresh_factor_required(view: View[P]) -> View[P]:
    """The same for pages of second factors; see `may_manage_factors`."""
    return with_recent_check(view, may_manage_factors)


def wants_fresh_factor(request: HttpRequest, page: str) -> bool:
    """Whether the page to return to is one of second factors, and the user has one to use."""
    return (
        urlsplit(page).path.startswith(resolve_url("accounts:second-factor"))
        and has_second_factor(cast(User, request.user))
        and not session_used_break_glass(request)
    )


def record_new_factor(request: HttpRequest) -> None:
    """Whoever has set up a factor has used it: its recovery codes can be shown at once."""
    record_reauthentication(request, "mfa")
