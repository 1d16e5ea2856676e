"""The private file store."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image

from hitouch.core import crypto
from hitouch.core.files import storage
from hitouch.core.web import downloads


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def upload(data: bytes, name: str = "me.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.mark.django_db
def test_picture_is_stored_encrypted_and_can_be_read(settings):
    """The file on disk is encrypted; the store returns a JPEG."""
    stored = storage.store_image(upload(picture()), purpose="photo")
    on_disk = next(Path(settings.HITOUCH_PRIVATE_FILES).rglob(stored.pk.hex)).read_bytes()
    assert b"JFIF" not in on_disk
    assert storage.read(stored)[:3] == b"\xff\xd8\xff"


@pytest.mark.django_db
def test_nothing_hides_behind_the_pixels():
    """Metadata and appended bytes are removed: the picture is re-encoded."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    data = picture("JPEG", exif=exif) + b"<script>alert(1)</script>"
    kept = storage.read(storage.store_image(upload(data), purpose="photo"))
    assert b"secret place" not in kept
    assert b"<script>" not in kept


HOSTILE = {
    "empty": b"",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": b"GIF89a" + bytes(100),
    "truncated": picture()[:50],
    "random": bytes(range(256)) * 8,
    "too large": picture("PNG") + bytes(storage.MAX_BYTES),
}


@pytest.mark.django_db
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_not_a_picture_is_refused(data):
    """Only JPEG, PNG and WebP of at most 5 MB are taken, judged by content."""
    with pytest.raises(storage.InvalidFile):
        storage.store_image(upload(data, "me.jpg"), purpose="photo")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nb.png", "", ".", "x" * 500, "नाम.png"])
def test_any_name_is_made_plain(name):
    """A name can hold no path, no line break, and is never too long."""
    stored = storage.store_bytes(b"hi", name=name, content_type="text/plain", purpose="test")
    assert stored.name
    assert not set(stored.name) & set("/\\\r\n")
    assert len(stored.name) <= 120


@pytest.mark.django_db
def test_a_file_swapped_on_disk_does_not_open(settings):
    """Each file is bound to its own id."""
    one = storage.store_bytes(b"one", name="1", content_type="text/plain", purpose="test")
    two = storage.store_bytes(b"two", name="2", content_type="text/plain", purpose="test")
    folder = Path(settings.HITOUCH_PRIVATE_FILES)
    source = next(folder.rglob(one.pk.hex))
    next(folder.rglob(two.pk.hex)).write_bytes(source.read_bytes())
    with pytest.raises(crypto.SealBroken):
        storage.read(two)


@pytest.mark.django_db
def test_a_file_is_sent_so_that_it_cannot_run():
    """Sandboxed, not sniffed, not cached, by its own name."""
    stored = storage.store_bytes(b"hi", name="a b.txt", content_type="text/plain", purpose="test")
    response = downloads.send_file(RequestFactory().get("/"), stored, inline=False)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''a%20b.txt"


@pytest.mark.django_db
def test_many_files_are_stored_with_one_query(django_assert_num_queries):
    """Each file keeps its own content and name; the rows are saved together."""
    files = [(f"{n}.txt", "text/plain", bytes([n]) * n) for n in range(1, 4)]
    with django_assert_num_queries(1):
        rows = storage.store_all(files, purpose="test")
    assert [(row.name, row.content_type, storage.read(row)) for row in rows] == files
    assert storage.store_all([], purpose="test") == []
