"""Opens the ZIP file of an Aadhaar offline e-KYC. Runs in the sandbox, without Django.

UIDAI encrypts it with the traditional ZIP cipher and a share code chosen by the holder. Here it is
only opened safely; the content is trusted only after its signature has been verified.
"""

import zipfile
import zlib
from io import BytesIO
from typing import Any

from hitouch.core.sandbox.limits import JobRefused

#: A genuine file has about 20 KB. Decryption takes about a second per megabyte.
MAX_ARCHIVE_BYTES, MAX_BYTES = 512 * 1024, 1024 * 1024
NOT_OFFLINE_EKYC = (
    "This is not an offline e-KYC ZIP file from UIDAI. Upload the file as downloaded."
)
TOO_LARGE = "This ZIP file is too large. Upload the file as downloaded from UIDAI."
ENCRYPTED_FLAG = 0x1
COMPRESSION_TYPES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError)


def open_archive(data: bytes, *, code: str) -> tuple[dict[str, Any], bytes]:
    """The XML document in the archive, and whether the share code is right. Raises `JobRefused`."""
    if len(data) > MAX_ARCHIVE_BYTES:
        raise JobRefused(TOO_LARGE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _read(archive, _single_entry(archive), code)
    except ZIP_ERRORS as fault:
        raise JobRefused(NOT_OFFLINE_EKYC) from fault


def _single_entry(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = archive.infolist()
    if len(entries) != 1:
        raise JobRefused(NOT_OFFLINE_EKYC)
    (entry,) = entries
    name = entry.filename
    if not name.lower().endswith(".xml") or "/" in name or "\\" in name or "\0" in name:
        raise JobRefused(NOT_OFFLINE_EKYC)
    if not entry.flag_bits & ENCRYPTED_FLAG or entry.compress_type not in COMPRESSION_TYPES:
        raise JobRefused(NOT_OFFLINE_EKYC)
    if entry.file_size > MAX_BYTES:
        raise JobRefused(TOO_LARGE)
    return entry


def _read(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, code: str
) -> tuple[dict[str, Any], bytes]:
    """A wrong code is detected by a check byte first, and else by the CRC at the end."""
    try:
        with archive.open(entry, pwd=code.encode()) as file:
            content = file.read(MAX_BYTES + 1)
    except (RuntimeError, zipfile.BadZipFile, zlib.error):
        return {"opens": False}, b""
    if len(content) > MAX_BYTES:
        raise JobRefused(TOO_LARGE)
    return {"opens": True}, content
