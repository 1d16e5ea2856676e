"""The private file store: checked by content, encrypted, never reachable by a public path.

A file is written beside its place, flushed and renamed, so that a crash leaves either the
whole file or none. The row is made after the file: a file without a row is harmless, a row
without a file is not.
"""

import hashlib
import os
import re
import uuid
from io import BytesIO
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from hitouch.core import crypto
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2400
JPEG_QUALITY = 88
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
PICTURE_FAULTS = (
    Image.DecompressionBombError,
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
)


class BadFile(Refusal):
    """The file is not of a kind or a size that we take."""

    code = "bad_file"
    message = "This file cannot be read. Use a JPEG, PNG or WebP picture of at most 5 MB."
    status = 422
    field = "file"


class Upload(Protocol):
    """What we need of an uploaded file."""

    name: str | None
    size: int | None

    def read(self, size: int = ..., /) -> bytes:
        """The next bytes."""


def _content(upload: Upload) -> bytes:
    data = upload.read(MAX_BYTES + 1)
    if not data:
        raise BadFile("This file is empty. Choose another one.")
    if len(data) > MAX_BYTES:
        raise BadFile("This file is larger than 5 MB. Make it smaller and try again.")
    return data


def _reencoded(data: bytes) -> bytes:
    """The picture's pixels as a fresh JPEG: no metadata and nothing that hid behind them."""
    try:
        with Image.open(BytesIO(data), formats=IMAGE_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile("This picture has more than 40 megapixels. Make it smaller.")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except PICTURE_FAULTS as fault:
        raise BadFile from fault
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = BytesIO()
    upright.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


def _kind_of(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n" or data[8:12] == b"WEBP":
        return "image"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "other"
    return "other" if "\x00" in text else "text"


CONTENT_TYPES = {"pdf": "application/pdf", "text": "text/plain; charset=utf-8"}


def fresh_picture(upload: Upload) -> bytes:
    """The picture as a fresh JPEG, to be looked at before it is kept. Raises `BadFile`."""
    return _reencoded(_content(upload))


def store_image(upload: Upload, *, purpose: str) -> StoredFile:
    """Keep a picture as a fresh JPEG of at most 2400 pixels a side. Raises `BadFile`."""
    data = fresh_picture(upload)
    return _keep(data, name=upload.name, content_type="image/jpeg", purpose=purpose)


def store_upload(
    upload: Upload, *, purpose: str, allowed: tuple[str, ...] = ("pdf", "image", "text")
) -> StoredFile:
    """Keep a file whose content, not its name, is of an allowed kind. Raises `BadFile`."""
    data = _content(upload)
    kind = _kind_of(data)
    if kind not in allowed:
        raise BadFile("This kind of file is not taken here. Use a PDF, a picture or plain text.")
    if kind == "image":
        data = _reencoded(data)
    content_type = CONTENT_TYPES.get(kind, "image/jpeg")
    return _keep(data, name=upload.name, content_type=content_type, purpose=purpose)


def store_bytes(data: bytes, *, name: str, content_type: str, purpose: str) -> StoredFile:
    """Keep something we made ourselves."""
    return _keep(data, name=name, content_type=content_type, purpose=purpose)


def _path_of(pk: uuid.UUID) -> Path:
    return Path(settings.HITOUCH_PRIVATE_FILES) / pk.hex[:2] / pk.hex


def _context_of(pk: uuid.UUID) -> str:
    return f"file:{pk}"


def _plain_name(name: str) -> str:
    """The name a person gave, without what a file system or a header could trip over."""
    return re.sub(r"[^\w. ()-]+", "_", name[-120:]).strip(" .") or "file"


def _keep(data: bytes, *, name: str | None, content_type: str, purpose: str) -> StoredFile:
    pk = uuid.uuid4()
    _write(pk, data)
    return StoredFile.objects.create(
        id=pk,
        name=_plain_name(name or ""),
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        purpose=purpose,
    )


def _write(pk: uuid.UUID, data: bytes) -> None:
    path = _path_of(pk)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".part")
    with beside.open("wb") as out:
        out.write(crypto.seal(data, context=_context_of(pk)))
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def read(stored: StoredFile) -> bytes:
    """The file's content. Raises `SealBroken` when it was changed or swapped on disk."""
    return crypto.unseal(_path_of(stored.pk).read_bytes(), context=_context_of(stored.pk))


def destroy(stored: StoredFile) -> None:
    """Remove the content and the row for good, never while `reseal` writes it anew."""
    with transaction.atomic():
        held = StoredFile.objects.select_for_update().filter(pk=stored.pk).first()
        path = _path_of(stored.pk)
        for place in (path.with_suffix(".part"), path):
            place.unlink(missing_ok=True)
        if held is not None:
            held.delete()


def sealed_by(stored: StoredFile) -> str | None:
    """The id of the key that the content is under, or None when there is no content."""
    try:
        with _path_of(stored.pk).open("rb") as content:
            return crypto.key_of(content.read(crypto.LONGEST_HEAD))
    except FileNotFoundError:
        return None


def reseal(stored: StoredFile) -> None:
    """Write the content anew under the current key. The caller holds the row's lock."""
    _write(stored.pk, read(stored))
