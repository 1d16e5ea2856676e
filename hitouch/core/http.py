"""Answers over HTTP that are the same for every app."""

from typing import TypeVar
from urllib.parse import quote

from django.http import HttpResponse

from hitouch.core import files
from hitouch.core.models import StoredFile

AnyResponse = TypeVar("AnyResponse", bound=HttpResponse)


def send_file(stored: StoredFile, *, inline: bool) -> HttpResponse:
    """Send a private file so that a browser cannot be talked into running it.

    The caller has checked that the person may have it.
    """
    response = HttpResponse(files.read(stored), content_type=stored.content_type)
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def keep_to_oneself(response: AnyResponse, name: str) -> AnyResponse:
    """A download for one person: no cache keeps it, and no browser runs it."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
