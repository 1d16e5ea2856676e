"""Whether somebody proved a moment ago who they are, asked at the doors of delicate acts.

A page keeps it in the session, in the records that allauth keeps of a log-in; a program in the
family of its tokens. Logging in is a proof, and so is `services.prove`; it lasts five minutes.
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
Page = Callable[Concatenate[Any, P], HttpResponseBase]
LASTS = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
SESSION_KEY = "interrupted"
#: What is typed only to prove something is not kept.
SECRET = ("password", "code", "second_factor", "token")


class ReauthenticationRequired(Refusal):
    """The act is delicate and the last proof is too old."""

    code = "proof_required"
    status = 403
    message = (
        "Confirm it's you first: POST /api/v1/me/proof/ with your password, a code from "
        "your authenticator app, or a code from /api/v1/me/proof/code/."
    )


def record_reauthentication(request: HttpRequest, way: str, **facts: Any) -> None:
    """Remember in this session that the person proved themselves now."""
    records.record_authentication(request, request.user, method=way, reauthenticated=True, **facts)


def recently_reauthenticated(request: HttpRequest | Request, now: datetime) -> bool:
    """Whether the person proved themselves within the last five minutes."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        return now - family.proved_at < LASTS
    given = records.get_authentication_records(request, request.user)
    newest = max((record["at"] for record in given), default=0.0)
    return now.timestamp() - newest < LASTS.total_seconds()


def require_reauthentication(request: Request, now: datetime) -> None:
    """For a program's door: refuse unless the proof is fresh."""
    if not recently_reauthenticated(request, now):
        raise ReauthenticationRequired


def reauthentication_required(view: Page[P]) -> Page[P]:
    """For a page: ask who is there first, then come back to it, with what was typed."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if recently_reauthenticated(request, timezone.now()):
            return view(request, *args, **kwargs)
        query = urlencode({"next": stash_form(request)})
        return redirect(f"{resolve_url('account_reauthenticate')}?{query}")

    return guarded


def stash_form(request: HttpRequest) -> str:
    """Keep what was typed. Answers with the page to come back to."""
    if request.method != "POST":
        return request.get_full_path()
    page = _page_of(request)
    typed = {name: value for name, value in request.POST.items() if not _is_secret(name)}
    request.session[SESSION_KEY] = {"page": page, "typed": typed}
    return page


def has_stashed_form(request: HttpRequest) -> bool:
    """Whether a form waits to be sent once more."""
    return SESSION_KEY in request.session


def stashed_data(request: HttpRequest) -> dict[str, Any]:
    """What was typed on this page before the proof was asked for; told once."""
    kept = request.session.get(SESSION_KEY)
    if request.method == "POST" or not kept or kept["page"] != request.get_full_path():
        return {}
    del request.session[SESSION_KEY]
    return dict(kept["typed"])


def _page_of(request: HttpRequest) -> str:
    """The page with the form; the browser names it, as our policy for referrers asks it to."""
    came_from = request.headers.get("Referer", "")
    if not came_from or not get_adapter().is_safe_url(came_from):
        return resolve_url("accounts:account")
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in (*SECRET, "csrf"))
