"""A form that was sent when the last proof was too old: what was typed waits for its page.

Nobody's POST is done later without them: the page is shown again, filled, to be sent once more.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.shortcuts import resolve_url

PLACE = "interrupted"
#: What is typed only to prove something is not kept.
SECRET = ("password", "code", "second_factor", "token")


def keep(request: HttpRequest) -> str:
    """Keep what was typed. Answers with the page to come back to."""
    if request.method != "POST":
        return request.get_full_path()
    page = _page_of(request)
    typed = {name: value for name, value in request.POST.items() if not _is_secret(name)}
    request.session[PLACE] = {"page": page, "typed": typed}
    return page


def is_kept(request: HttpRequest) -> bool:
    """Whether a form waits to be sent once more."""
    return PLACE in request.session


def typed_before(request: HttpRequest) -> dict[str, Any]:
    """What was typed on this page before the proof was asked for; told once."""
    kept = request.session.get(PLACE)
    if request.method == "POST" or not kept or kept["page"] != request.get_full_path():
        return {}
    del request.session[PLACE]
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
