"""Whether somebody proved a moment ago who they are, asked at the doors of delicate acts.

A page keeps it in the session, in the records that allauth keeps of a log-in; a program in the
family of its tokens. Logging in is a proof, and so is `services.prove`; it lasts five minutes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.internal.flows import login as records
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from rest_framework.request import Request

from accounts import interrupted
from accounts.models import TokenFamily
from hitouch.core.errors import Refusal

P = ParamSpec("P")
Page = Callable[Concatenate[Any, P], HttpResponseBase]
LASTS = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


class ProofRequired(Refusal):
    """The act is delicate and the last proof is too old."""

    code = "proof_required"
    status = 403
    message = (
        "Confirm it's you first: POST /api/v1/me/proof/ with your password, a code from "
        "your authenticator app, or a code from /api/v1/me/proof/code/."
    )


def note_proof(request: HttpRequest, way: str, **facts: Any) -> None:
    """Remember in this session that the person proved themselves now."""
    records.record_authentication(request, request.user, method=way, reauthenticated=True, **facts)


def is_proved(request: HttpRequest | Request, now: datetime) -> bool:
    """Whether the person proved themselves within the last five minutes."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        return now - family.proved_at < LASTS
    given = records.get_authentication_records(request, request.user)
    newest = max((record["at"] for record in given), default=0.0)
    return now.timestamp() - newest < LASTS.total_seconds()


def require_proof(request: Request, now: datetime) -> None:
    """For a program's door: refuse unless the proof is fresh."""
    if not is_proved(request, now):
        raise ProofRequired


def needs_proof(view: Page[P]) -> Page[P]:
    """For a page: ask who is there first, then come back to it, with what was typed."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_proved(request, timezone.now()):
            return view(request, *args, **kwargs)
        query = urlencode({"next": interrupted.keep(request)})
        return redirect(f"{resolve_url('account_reauthenticate')}?{query}")

    return guarded
