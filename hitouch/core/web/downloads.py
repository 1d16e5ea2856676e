"""Responses with private files: personal short-lived links, download headers, range requests."""

import logging
import re
from collections.abc import AsyncIterator
from typing import TypeVar
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from hitouch.core.crypto import SealBroken
from hitouch.core.files import encryption, storage
from hitouch.core.models import StoredFile

log = logging.getLogger(__name__)
AnyResponse = TypeVar("AnyResponse", bound=HttpResponse)
#: Content up to this size is read before the response begins, larger content is streamed.
SENT_AT_ONCE = encryption.AT_A_TIME * encryption.CHUNK
#: One range of bytes (RFC 9110); requests for several are answered with all of the file.
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
LINK_SECONDS = 300
LINK_SALT = "hitouch.private-file"


def private_link(url: str, stored: StoredFile, *, viewer: object) -> str:
    """The URL of a private file, signed for one person and valid for five minutes."""
    token = signing.dumps(_link_payload(stored, viewer), salt=LINK_SALT)
    return f"{url}?for={token}"


def send_by_link(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    """Send a private picture to the person its link was made for, while it is valid.

    The caller has checked that the person may see it.
    """
    require_link(request, stored)
    return send_file(request, stored, inline=True)


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


class StreamedFile(StreamingHttpResponse):
    """A response whose pieces are read while it is sent, in threads under ASGI."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self.streaming_content)  # type: ignore[arg-type]
        read_next = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
        while (piece := await read_next()) is not None:
            yield piece


def send_file(request: HttpRequest, stored: StoredFile, *, inline: bool) -> HttpResponseBase:
    """Send a private file, or the range of it that was requested.

    Its headers keep a browser from executing it. The caller has checked that the person may see
    it. Raises Http404 for a file that is lost or damaged.
    """
    requested = _requested_range(request, stored)
    start, end = requested or (0, stored.size)
    if requested and start >= end:
        return _not_satisfiable(stored)
    response = _response(request, stored, start, end)
    if requested:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _etag(stored)
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _response(request: HttpRequest, stored: StoredFile, start: int, end: int) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(content_type=stored.content_type)
    try:
        pieces = encryption.first_bytes(storage.open_file(stored).read(start, end))
        if end - start <= SENT_AT_ONCE:
            return HttpResponse(b"".join(pieces), content_type=stored.content_type)
    except (FileNotFoundError, SealBroken) as fault:
        log.exception("files.not_readable", extra={"file": str(stored.pk)})
        raise Http404("We cannot open this file.") from fault
    return StreamedFile(pieces, content_type=stored.content_type)


def _etag(stored: StoredFile) -> str:
    """The content of a file never changes."""
    return f'"{stored.pk.hex}"'


def _requested_range(request: HttpRequest, stored: StoredFile) -> tuple[int, int] | None:
    """Start and end of the requested range, empty when it is beyond the file; None for all."""
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range", _etag(stored))
    if found is None or request.method != "GET" or condition != _etag(stored):
        return None
    first, last = found[1], found[2]
    if (first and last and int(first) > int(last)) or not first + last:
        return None
    if not first:
        return max(stored.size - int(last), 0), stored.size if int(last) else 0
    return int(first), min(int(last) + 1, stored.size) if last else stored.size


def _not_satisfiable(stored: StoredFile) -> HttpResponse:
    text = "The requested range is beyond the end of the file.\n"
    response = HttpResponse(text, content_type="text/plain", status=416)
    response["Content-Range"] = f"bytes */{stored.size}"
    return response


def as_private_download(response: AnyResponse, name: str) -> AnyResponse:
    """Add the headers of a private download: not cached, not executed."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
