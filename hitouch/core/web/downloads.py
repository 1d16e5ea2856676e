"""Answers over HTTP that are the same for every app."""

from typing import TypeVar
from urllib.parse import quote

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from hitouch.core.files import storage
from hitouch.core.models import StoredFile

AnyResponse = TypeVar("AnyResponse", bound=HttpResponse)
LINK_SECONDS = 300
LINK_SALT = "hitouch.private-file"


def private_link(url: str, stored: StoredFile, *, viewer: object) -> str:
    """The address of a private file for one person and five minutes."""
    token = signing.dumps(_bound(stored, viewer), salt=LINK_SALT)
    return f"{url}?for={token}"


def send_by_link(request: HttpRequest, stored: StoredFile) -> HttpResponse:
    """Send a private picture to whom its address was made for, while it holds.

    The caller has checked that the person may have it.
    """
    require_link(request, stored)
    return send_file(stored, inline=True)


def require_link(request: HttpRequest, stored: StoredFile) -> None:
    """Refuse an address that was copied, or lies in a browser's history: it opens nothing.

    Where each look is noted this comes before the note, for nothing was seen.
    """
    try:
        made_for = signing.loads(request.GET.get("for", ""), salt=LINK_SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        made_for = None
    if made_for != _bound(stored, request.user):
        raise PermissionDenied("This link has expired. Reload the page to get a new one.")


def _bound(stored: StoredFile, viewer: object) -> list[str]:
    return [str(stored.pk), str(getattr(viewer, "pk", ""))]


def send_file(stored: StoredFile, *, inline: bool) -> HttpResponse:
    """Send a private file so that a browser cannot be talked into running it.

    The caller has checked that the person may have it.
    """
    response = HttpResponse(storage.read(stored), content_type=stored.content_type)
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def as_private_download(response: AnyResponse, name: str) -> AnyResponse:
    """A download for one person: no cache keeps it, and no browser runs it."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
