"""Range requests on private files (RFC 9110), and how files are sent."""

import asyncio
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory

from hitouch.core.files import storage
from hitouch.core.middleware import CompressionMiddleware
from hitouch.core.models import StoredFile
from hitouch.core.web import downloads
from tests.support.private_files import path_of

pytestmark = pytest.mark.django_db
SIZE = downloads.SENT_AT_ONCE + 300_000
CONTENT = bytes(range(250)) * (SIZE // 250)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.HITOUCH_PRIVATE_FILES = tmp_path


def keep(data: bytes) -> StoredFile:
    return storage.store_bytes(data, name="a.jpg", content_type="image/jpeg", purpose="test")


def send(stored: StoredFile, method: str = "GET", **headers: str) -> Any:
    request = RequestFactory().generic(method, "/", headers=headers)
    return downloads.send_file(request, stored, inline=True)


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 1000),
        ("bytes=10-19", 10, 20),
        ("bytes=990-5000", 990, 1000),
        ("bytes=-1", 999, 1000),
        ("bytes=-5000", 0, 1000),
    ],
)
def test_a_range_is_sent(wanted: str, start: int, end: int) -> None:
    """206 with just these bytes, and which ones they are."""
    response = send(keep(CONTENT[:1000]), Range=wanted)
    assert response.status_code == 206
    assert response.content == CONTENT[start:end]
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/1000"
    assert response["Content-Length"] == str(end - start)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("wanted", ["bytes=1000-", "bytes=2000-3000", "bytes=-0"])
def test_a_range_beyond_the_file_is_416(wanted: str) -> None:
    """With the size that the file has; of an empty file there is no range at all."""
    response = send(keep(CONTENT[:1000]), Range=wanted)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1000")
    assert send(keep(b""), Range="bytes=0-").status_code == 416
    assert send(keep(b"")).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=1", ""],
)
def test_another_range_is_answered_with_the_file(wanted: str) -> None:
    """What is malformed, of another unit, or asks for several parts is ignored."""
    response = send(keep(CONTENT[:1000]), Range=wanted)
    assert (response.status_code, response.content) == (200, CONTENT[:1000])
    assert response["Accept-Ranges"] == "bytes"


def test_if_range_is_for_this_file_only() -> None:
    """A part of another file must not be joined to what the client has."""
    stored = keep(CONTENT[:1000])
    same = {"Range": "bytes=0-9", "If-Range": send(stored)["ETag"]}
    assert send(stored, **same).status_code == 206
    assert send(keep(CONTENT[:1000]), **same).status_code == 200
    dated = {"Range": "bytes=0-9", "If-Range": "Mon, 23 Nov 2026 06:30:00 GMT"}
    assert send(stored, **dated).status_code == 200


def test_head_tells_the_size() -> None:
    """Without a body, and without regard to a range."""
    response = send(keep(CONTENT[:1000]), "HEAD", Range="bytes=0-9")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Length"] == "1000"


def test_a_large_file_is_streamed_and_not_compressed() -> None:
    """In pieces, under WSGI and ASGI alike; compression would change its offsets."""
    stored = keep(CONTENT)
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    middleware = CompressionMiddleware(
        lambda request: downloads.send_file(request, stored, inline=True)
    )
    response: Any = middleware(request)
    assert response.streaming
    assert "Content-Encoding" not in response
    assert b"".join(response) == CONTENT

    async def read() -> list[bytes]:
        return [piece async for piece in send(stored, Range="bytes=7-")]

    pieces = asyncio.run(read())
    assert len(pieces) > 1
    assert b"".join(pieces) == CONTENT[7:]


def test_a_lost_or_damaged_file_is_404(caplog: Any) -> None:
    """Somebody has to look, so it is logged."""
    damaged, lost = keep(b"one"), keep(b"two")
    path_of(damaged).write_bytes(b"changed on disk")
    path_of(lost).unlink()
    for stored in (damaged, lost):
        with pytest.raises(Http404):
            send(stored)
    assert caplog.text.count("files.not_readable") == 2
