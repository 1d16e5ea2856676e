"""Malicious files are refused with a message or sanitised, within limits of CPU and memory."""

import io
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hitouch.core import models as files
from hitouch.core import sandbox
from hitouch.core.files import storage
from hitouch.core.sandbox import limits as sandbox_limits
from hitouch.core.sandbox import protocol
from hitouch.core.tests.support.hostile import DISARMED, HOSTILE, PAYLOAD, pdf, picture
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("me.jpg", data)


def test_the_corpus_is_large() -> None:
    """The corpus has at least the specified number of kinds."""
    assert len(HOSTILE) + len(DISARMED) >= 43


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    """Every malicious file is refused with a message, and nothing is stored."""
    data = HOSTILE[name]()
    for keep in (storage.store_upload, storage.store_image):
        with pytest.raises(storage.InvalidFile) as refused:
            keep(upload(data), purpose="test")
        assert str(refused.value).endswith(".")
    with pytest.raises(storage.InvalidFile):
        storage.fresh_picture(upload(data), pages=2)
    assert not files.StoredFile.objects.exists()


@pytest.mark.parametrize("name", DISARMED)
def test_what_hides_is_not_kept(name: str) -> None:
    """A valid file with hidden content is re-encoded or refused, never stored as uploaded."""
    data = DISARMED[name]()
    try:
        stored = storage.store_upload(upload(data), purpose="test")
    except storage.InvalidFile:
        return
    kept = storage.read(stored)
    assert kept != data
    for secret in (PAYLOAD, b"4711", b"PK\x03\x04"):
        assert secret not in kept


def test_a_pdf_becomes_pictures_of_its_pages() -> None:
    """As a deliverable it stays a PDF of as many pages; as a document it is one picture."""
    stored = storage.store_upload(upload(pdf(pages=3)), purpose="test")
    assert storage.read(stored).startswith(b"%PDF-")
    with Image.open(io.BytesIO(storage.fresh_picture(upload(pdf(pages=2)), pages=2))) as sheet:
        assert sheet.format == "JPEG"
        assert sheet.height > sheet.width
    with pytest.raises(storage.InvalidFile, match="1 to 2 pages"):
        storage.fresh_picture(upload(pdf(pages=3)), pages=2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_pixel_mode_is_accepted(mode: str) -> None:
    """Pictures in any colour space become an RGB JPEG; transparency becomes white."""
    out = io.BytesIO()
    Image.new(mode, (50, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    with Image.open(io.BytesIO(storage.fresh_picture(upload(out.getvalue())))) as kept:
        assert (kept.mode, kept.size) == ("RGB", (50, 30))
        if mode in ("LA", "RGBA"):
            assert kept.getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_of_a_phone_is_turned_upright() -> None:
    """The camera's orientation is applied before it is forgotten."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture("JPEG", (90, 40), exif=exif)
    with Image.open(io.BytesIO(storage.fresh_picture(upload(data)))) as kept:
        assert kept.size == (40, 90)
        assert not kept.getexif()


MISBEHAVIOUR = "hitouch.core.tests.support.misbehaving"


@pytest.mark.parametrize("how", ["spin", "swell", "crash", "hang", "write", "missing", "leave"])
def test_the_sandbox_holds(how: str) -> None:
    """A job that loops, allocates, crashes, sleeps or writes files is ended; the next one works."""
    limits = sandbox_limits.Limits(cpu_seconds=1, patience_seconds=0.4 if how == "hang" else 5)
    with pytest.raises(sandbox_limits.LimitExceeded):
        sandbox.run(f"{MISBEHAVIOUR}:{how}", b"", limits=limits)
    assert sandbox.run(f"{MISBEHAVIOUR}:echo", b"still here")[1] == b"still here"


def test_load_makes_it_slower_and_not_different(monkeypatch: Any) -> None:
    """Without a request's deadline a job may wait long for a processor; other limits hold."""
    hasty = sandbox_limits.Limits(cpu_seconds=1, patience_seconds=0.2)
    monkeypatch.setattr(sandbox, "NO_DEADLINE_FACTOR", DEADLINE_SECONDS / 0.2)
    with pytest.raises(sandbox_limits.LimitExceeded):
        sandbox.run(f"{MISBEHAVIOUR}:starve", b"late", limits=hasty)
    with sandbox.without_deadline():
        assert sandbox.run(f"{MISBEHAVIOUR}:starve", b"late", limits=hasty)[1] == b"late"
        for how in ("spin", "swell", "crash"):
            with pytest.raises(sandbox_limits.LimitExceeded):
                sandbox.run(f"{MISBEHAVIOUR}:{how}", b"", limits=hasty)
    with pytest.raises(sandbox_limits.LimitExceeded):
        sandbox.run(f"{MISBEHAVIOUR}:starve", b"late", limits=hasty)


def test_the_sandbox_knows_no_secret(monkeypatch: Any) -> None:
    """The environment of the site is not passed to the sandbox."""
    monkeypatch.setenv("DJANGO_SECRET_KEY", "4711")
    facts, _ = sandbox.run(f"{MISBEHAVIOUR}:tell", b"")
    assert "DJANGO_SECRET_KEY" not in facts["environment"]
    assert not [name for name in facts["environment"] if "HITOUCH" in name]
    assert not [name for name in facts["modules"] if name.split(".")[0] in ("django", "accounts")]


def test_a_lost_sandbox_is_begun_again() -> None:
    """When the fork server dies, the next job starts another."""
    sandbox.run(f"{MISBEHAVIOUR}:echo", b"")
    process = sandbox._fork_server.process
    assert process is not None
    process.kill()
    process.wait()
    assert sandbox.run(f"{MISBEHAVIOUR}:echo", b"again")[1] == b"again"


def test_nothing_is_sent_after_the_answer() -> None:
    """The parent closes the socket after the answer, so the child sends nothing behind it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sent: list[bytes] = []
        protocol.send(SimpleNamespace(sendall=sent.append), {"refused": "No."}, b"")  # type: ignore[arg-type]
        assert all(sent)
        theirs.sendall(b"".join(sent))
        assert protocol.receive(ours) == ({"refused": "No."}, b"")
