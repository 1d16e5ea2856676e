"""Re-authentication before sensitive acts: checking its age, and asking for it.

A browser session keeps it in allauth's authentication records, an app in its token family. Logging
in counts, and so does `services.reauthentication.reauthenticate`; it is valid for five minutes. A
form that was interrupted is stashed in the session and shown again afterwards.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import login as records
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from rest_framework.request import Request

from accounts.models import TokenFamily
from hitouch.core.errors import Refusal

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]
VALID_FOR = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
SESSION_KEY = "interrupted_form"
#: Fields that are never stashed, by a part of their name.
SECRET_FIELDS = ("password", "code", "second_factor", "token")


class ReauthenticationRequired(Refusal):
    """The act is sensitive and the last authentication is too old."""

    code = "proof_required"
    status = 403
    message = (
        "Confirm it's you first: POST /api/v1/me/proof/ with your password, a code from "
        "your authenticator app, or a code from /api/v1/me/proof/code/."
    )


def record_reauthentication(request: HttpRequest, method: str, **facts: Any) -> None:
    """Record in this session that the user has authenticated now."""
    records.record_authentication(
        request, request.user, method=method, reauthenticated=True, **facts
    )


def recently_reauthenticated(request: HttpRequest | Request, now: datetime) -> bool:
    """Whether the user has authenticated within the last five minutes."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        return now - family.proved_at < VALID_FOR
    logins = records.get_authentication_records(request, request.user)
    newest = max((record["at"] for record in logins), default=0.0)
    return now.timestamp() - newest < VALID_FOR.total_seconds()


def recently_used_second_factor(request: HttpRequest | Request, now: datetime) -> bool:
    """Whether the user has used a second factor within the last five minutes."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        used_at = family.second_factor_at
        return used_at is not None and now - used_at < VALID_FOR
    logins = records.get_authentication_records(request, request.user)
    newest = max((record["at"] for record in logins if record["method"] == "mfa"), default=0.0)
    return now.timestamp() - newest < VALID_FOR.total_seconds()


def require_reauthentication(request: Request, now: datetime) -> None:
    """For API views: refuse unless the last authentication is recent."""
    if not recently_reauthenticated(request, now):
        raise ReauthenticationRequired


def reauthentication_required(view: View[P]) -> View[P]:
    """For pages: ask for re-authentication, then return to the page with the form's values."""
    return with_recent_check(view, lambda request, now: recently_reauthenticated(request, now))


def with_recent_check(view: View[P], is_recent: Callable[[Any, datetime], bool]) -> View[P]:
    """Ask for re-authentication unless the last one is recent enough by this check."""

    @wraps(view)
    def wrapper(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_recent(request, timezone.now()):
            return view(request, *args, **kwargs)
        query = urlencode({"next": stash_form(request)})
        return redirect(f"{resolve_url('account_reauthenticate')}?{query}")

    return wrapper


def stash_form(request: HttpRequest) -> str:
    """Save the values of an interrupted form. Returns the page to return to."""
    if request.method != "POST":
        return request.get_full_path()
    page = _page_of(request)
    values = {name: texts for name, texts in request.POST.lists() if not _is_secret(name)}
    request.session[SESSION_KEY] = {"page": page, "typed": values}
    return page


def has_stashed_form(request: HttpRequest) -> bool:
    """Whether an interrupted form is waiting to be submitted again."""
    return SESSION_KEY in request.session


def stashed_data(request: HttpRequest) -> dict[str, Any]:
    """The stashed values for this page, as initial values of its form; removes them.

    A field with several values has a list of them.
    """
    stashed = request.session.get(SESSION_KEY)
    if request.method == "POST" or not stashed or stashed["page"] != request.get_full_path():
        return {}
    del request.session[SESSION_KEY]
    return {
        name: texts[0] if len(texts) == 1 else texts for name, texts in stashed["typed"].items()
    }


def _page_of(request: HttpRequest) -> str:
    """The page that contains the form, from the Referer header (our referrer policy allows it)."""
    referrer = request.headers.get("Referer", "")
    if not referrer or not get_adapter().is_safe_url(referrer):
        return resolve_url("accounts:account")
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in (*SECRET_FIELDS, "csrf"))
