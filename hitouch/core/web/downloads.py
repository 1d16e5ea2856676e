"""Responses with private files: personal short-lived links, and download headers."""

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
    """The URL of a private file, signed for one person and valid for five minutes."""
    token = signing.dumps(_link_payload(stored, viewer), salt=LINK_SALT)
    return f"{url}?for={token}"


def send_by_link(request: HttpRequest, stored: StoredFile) -> HttpResponse:
    """Send a private picture to the person its link was made for, while it is valid.

    The caller has checked that the person may see it.
    """
    require_link(request, stored)
    return send_file(stored, inline=True)


def require_link(request: HttpRequest, stored: StoredFile) -> None:
    """Raise PermissionDenied for a link that has expired or was made for another person.

    Call this before recording the access, because nothing is shown then.
    """
    try:
        made_for = signing.loads(request.GET.get("for", ""), salt=LINK_SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        made_for = None
    if made_for != _link_payload(stored, request.user):
        raise PermissionDenied("This link has expired. Reload the page to get a new one.")


def _link_payload(stored: StoredFile, viewer: object) -> list[str]:
    return [str(stored.pk), str(getattr(viewer, "pk", ""))]


def send_file(stored: StoredFile, *, inline: bool) -> HttpResponse:
    """Send a private file with headers that keep a browser from executing it.

    The caller has checked that the person may see it.
    """
    response = HttpResponse(storage.read(stored), content_type=stored.content_type)
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def as_private_download(response: AnyResponse, name: str) -> AnyResponse:
    """Add the headers of a private download: not cached, not executed."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
