"""The private file store: uploads are scanned, re-encoded, encrypted, and have no public URL.

Uploads are scanned for viruses and decoded in the sandbox; the re-encoded result is stored, never
the uploaded bytes. The files are in a folder or in a bucket (`files.stores`), which write a file
whole or not at all. The row is created after the file: a file without a row is harmless, a row
without a file is not.
"""

import hashlib
import logging
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.views.decorators.debug import sensitive_variables
from PIL import Image, UnidentifiedImageError

from hitouch.core import crypto, sandbox
from hitouch.core.db.connections import release_connection
from hitouch.core.errors import Refusal
from hitouch.core.files import antivirus, encryption, identity
from hitouch.core.files import content_type as files_content_type
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.models import StoredFile
from hitouch.core.sandbox import limits

log = logging.getLogger(__name__)

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = files_content_type.MAX_PIXELS
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
PICTURE_FAULTS = (
    Image.DecompressionBombError,
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
)


class InvalidFile(Refusal):
    """The file's type or size is not accepted."""

    code = "bad_file"
    message = "We could not read this file. Use a JPEG, PNG, WebP or HEIC picture of up to 5 MB."
    status = 422
    field = "file"


class PasswordNeeded(InvalidFile):
    """The PDF opens only with a password."""

    code = "password_needed"
    message = "This PDF is locked with a password. Enter the password that opens it."


class WrongPdfPassword(InvalidFile):
    """The password does not open the PDF."""

    code = "wrong_password"
    message = "This password does not open the PDF. Check it and try again."
    field = "password"


class Upload(Protocol):
    """An uploaded file."""

    name: str | None
    size: int | None

    def read(self, size: int = ..., /) -> bytes:
        """The next bytes."""


class TooExpensiveToDecode(InvalidFile):
    """Decoding exceeded the sandbox's limits or crashed the decoder."""

    message = "We could not open this file safely. Make it smaller or save it again."


def sized_content(upload: Upload) -> bytes:
    """The bytes of an upload, checked for size only."""
    data = upload.read(MAX_BYTES + 1)
    if not data:
        raise InvalidFile("This file is empty. Choose another one.")
    if len(data) > MAX_BYTES:
        raise InvalidFile("This file is larger than 5 MB. Use a smaller one.")
    return data


def checked_content(upload: Upload) -> bytes:
    """The bytes of an upload, checked for size and viruses."""
    data = sized_content(upload)
    antivirus.refuse_infected(data)
    return data


def decode_in_sandbox(job: str, data: bytes, **facts: Any) -> bytes:
    """Run a function of `decoding` on the bytes in the sandbox. Raises `InvalidFile`."""
    return _run(job, data, **facts)[1]


def _run(job: str, data: bytes, **facts: Any) -> tuple[dict[str, Any], bytes]:
    """Run a job. Meanwhile this thread has no database connection, unless in a transaction."""
    large = files_content_type.detect_image_format(data) in ("HEIF", "AVIF", "WEBP")
    release_connection()
    try:
        return sandbox.run(
            f"hitouch.core.files.decoding:{job}",
            data,
            limits=LARGE_PICTURE if large else None,
            **facts,
        )
    except limits.JobRefused as refused:
        kind = REFUSALS.get(refused.code, InvalidFile)
        raise kind(str(refused)) from refused
    except limits.LimitExceeded as overrun:
        raise (InvalidFile if str(overrun) in UNREADABLE else TooExpensiveToDecode) from overrun


#: Refusals by the code of the sandbox's `JobRefused`.
REFUSALS: dict[str, type[InvalidFile]] = {
    PasswordNeeded.code: PasswordNeeded,
    WrongPdfPassword.code: WrongPdfPassword,
}
#: These formats cannot be decoded at a fraction of their size.
LARGE_PICTURE = limits.Limits(cpu_seconds=6, memory_bytes=700 * limits.MEGABYTE)


#: Exceptions by which decoders report invalid files.
UNREADABLE = {"UnidentifiedImageError", "OSError", "SyntaxError", "ValueError"}
CONTENT_TYPES = {"pdf": "application/pdf", "text": "text/plain; charset=utf-8"}


def fresh_picture(upload: Upload, *, pages: int = 0) -> bytes:
    """An upload re-encoded as a JPEG of at most 2400 pixels a side. Raises `InvalidFile`.

    With `pages`, a PDF of at most so many pages is accepted too, and becomes one picture.
    """
    return decode_picture(checked_content(upload), pages=pages)


def decode_picture(data: bytes, *, pages: int = 0) -> bytes:
    """`fresh_picture` of bytes that `checked_content` has accepted.

    Raises `PasswordNeeded` for a PDF that `unlock_pdf` has to decrypt first.
    """
    if pages and files_content_type.detect_kind(data) == "pdf":
        try:
            return decode_in_sandbox("pdf_as_picture", data, most_pages=pages)
        except PasswordNeeded as locked:
            raise PasswordNeeded from locked  # with the message for pages that ask for it
    return decode_in_sandbox("decode_image", data)


def is_locked_pdf(data: bytes) -> bool:
    """Whether the bytes are a PDF that opens only with a password."""
    if files_content_type.detect_kind(data) != "pdf":
        return False
    return bool(_run("pdf_is_locked", data)[0]["locked"])


@sensitive_variables("password")
def unlock_pdf(data: bytes, *, password: str) -> bytes:
    """The PDF without its encryption. Raises `WrongPdfPassword`, or `InvalidFile` for no PDF.

    The password is not kept, logged, or part of an exception. One that restricts only printing
    or copying needs none; a PDF that is not encrypted is returned unchanged.
    """
    if files_content_type.detect_kind(data) != "pdf":
        raise InvalidFile
    try:
        return decode_in_sandbox("unlock_pdf", data, password=password)
    except InvalidFile as refusal:
        raise type(refusal)(str(refusal)) from None


def store_image(upload: Upload, *, purpose: str) -> StoredFile:
    """Store a picture, re-encoded as a JPEG of at most 2400 pixels. Raises `InvalidFile`."""
    data = fresh_picture(upload)
    return _store(data, name=upload.name, content_type="image/jpeg", purpose=purpose)


@dataclass(frozen=True)
class CheckedFile:
    """An upload that was scanned and re-encoded, and is not stored yet."""

    data: bytes = field(repr=False)
    name: str
    content_type: str


def check_upload(
    upload: Upload, *, allowed: tuple[str, ...] = ("pdf", "image", "text")
) -> CheckedFile:
    """Scan a file and re-encode pictures and the pages of PDFs. Raises `InvalidFile`.

    Its content, not its name, must be of an allowed kind. Takes seconds, so call it outside of a
    transaction.
    """
    data = checked_content(upload)
    kind = files_content_type.detect_kind(data)
    if kind not in allowed:
        raise InvalidFile(
            "You cannot upload this type of file. Use a PDF, a picture or plain text."
        )
    if kind != "text":
        data = decode_in_sandbox("decode_image" if kind == "image" else "pdf_as_pdf", data)
    return CheckedFile(data, upload.name or "", CONTENT_TYPES.get(kind, "image/jpeg"))


def store_checked(checked: CheckedFile, *, purpose: str) -> StoredFile:
    """Store what `check_upload` returned."""
    return _store(
        checked.data, name=checked.name, content_type=checked.content_type, purpose=purpose
    )


def store_upload(
    upload: Upload, *, purpose: str, allowed: tuple[str, ...] = ("pdf", "image", "text")
) -> StoredFile:
    """Check and store a file. Raises `InvalidFile`."""
    return store_checked(check_upload(upload, allowed=allowed), purpose=purpose)


def store_bytes(data: bytes, *, name: str, content_type: str, purpose: str) -> StoredFile:
    """Store data that we created ourselves."""
    return _store(data, name=name, content_type=content_type, purpose=purpose)


def store_all(files: Iterable[tuple[str, str, bytes]], *, purpose: str) -> list[StoredFile]:
    """Store many files that we created (name, content type, data), their rows in one query."""
    facts = [
        _write_new(data, name=name, content_type=content_type, purpose=purpose)
        for name, content_type, data in files
    ]
    return StoredFile.objects.bulk_create([StoredFile(**each) for each in facts])


def object_name(pk: uuid.UUID) -> str:
    """The name of a file's object in the store."""
    return f"{pk.hex[:2]}/{pk.hex}"


def _context_of(pk: uuid.UUID) -> str:
    return f"file:{pk}"


def _plain_name(name: str) -> str:
    """The file name without characters that are unsafe in file systems and headers."""
    return re.sub(r"[^\w. ()-]+", "_", name[-120:]).strip(" .") or "file"


def _store(data: bytes, *, name: str | None, content_type: str, purpose: str) -> StoredFile:
    return StoredFile.objects.create(
        **_write_new(data, name=name, content_type=content_type, purpose=purpose)
    )


def _write_new(data: bytes, *, name: str | None, content_type: str, purpose: str) -> dict[str, Any]:
    """Write the object of a new file; return the fields of its row."""
    pk = uuid.uuid4()
    _write(pk, [data])
    transaction.on_commit(identity.count_file, robust=True)
    return {
        "id": pk,
        "name": _plain_name(name or ""),
        "content_type": content_type,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "purpose": purpose,
    }


def _write(pk: uuid.UUID, pieces: Iterable[bytes]) -> None:
    private_store().put(object_name(pk), encryption.encrypt(pieces, context=_context_of(pk)))


def open_file(stored: StoredFile) -> encryption.EncryptedFile:
    """The file, to read a part of it or all of it in pieces.

    Raises `SealBroken` when it was changed or swapped, FileNotFoundError when it is lost, and
    `StoreUnavailable` when that cannot be told.
    """
    name, store = object_name(stored.pk), private_store()

    def read_range(start: int, end: int) -> tuple[bytes, int]:
        part = store.read_range(name, start, end)
        return part.data, part.size

    try:
        return encryption.EncryptedFile(
            read_range, size=stored.size, context=_context_of(stored.pk)
        )
    except FileNotFoundError:
        identity.require_own_store()
        raise


def read(stored: StoredFile) -> bytes:
    """The file's content. Raises what `open_file` raises."""
    return b"".join(open_file(stored).read())


def destroy(stored: StoredFile) -> None:
    """Delete content and row for good; the row's lock keeps `reseal` from running meanwhile."""
    with transaction.atomic():
        held = StoredFile.objects.select_for_update().filter(pk=stored.pk).first()
        store, name = private_store(), object_name(stored.pk)
        if store.size(name) is None:
            identity.require_own_store()  # the content may be in another one
        store.delete(name)
        if held is not None:
            held.delete()


def destroy_on_commit(stored: StoredFile) -> None:
    """Delete the file after the commit of a change that needs it no more."""
    transaction.on_commit(lambda: destroy_or_leave(stored), robust=True)


def destroy_or_leave(stored: StoredFile) -> None:
    """Delete a file that nothing refers to; left for the sweep while the store is down."""
    try:
        destroy(stored)
    except StoreUnavailable:
        log.warning("files.not_destroyed", extra={"file": str(stored.pk)})


def sealed_by(stored: StoredFile) -> str | None:
    """The id of the key the content is encrypted with, or None when there is no content."""
    try:
        head = private_store().read_range(object_name(stored.pk), 0, crypto.LONGEST_HEAD)
    except FileNotFoundError:
        identity.require_own_store()
        return None
    return crypto.key_of(head.data)


def reseal(stored: StoredFile) -> None:
    """Re-encrypt the content with the current key. The caller holds the row's lock."""
    _write(stored.pk, open_file(stored).read())
