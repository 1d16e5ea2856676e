"""Opening the ZIP file of a paperless offline e-KYC. Runs in the sandbox, without Django.

UIDAI locks it with the old cipher of ZIP and a share code of the holder's choice. What is inside
counts only when its signature does; here it is only made sure that opening it can do no harm.
"""

import zipfile
import zlib
from io import BytesIO
from typing import Any

from hitouch.core.sandbox.limits import JobRefused

#: A true one is about 20 KB. The cipher costs a second a megabyte.
LARGEST_PACKED, LARGEST = 512 * 1024, 1024 * 1024
NOT_OURS = "This is not an offline e-KYC ZIP file from UIDAI. Upload the file as downloaded."
TOO_LARGE = "This ZIP file is too large. Upload the file as downloaded from UIDAI."
LOCKED = 0x1
KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError)


def open_archive(data: bytes, *, code: str) -> tuple[dict[str, Any], bytes]:
    """The one document inside, and whether the share code opens it. Raises `JobRefused`."""
    if len(data) > LARGEST_PACKED:
        raise JobRefused(TOO_LARGE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return _read(parts, _only(parts), code)
    except BROKEN as fault:
        raise JobRefused(NOT_OURS) from fault


def _only(parts: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = parts.infolist()
    if len(entries) != 1:
        raise JobRefused(NOT_OURS)
    (entry,) = entries
    name = entry.filename
    if not name.lower().endswith(".xml") or "/" in name or "\\" in name or "\0" in name:
        raise JobRefused(NOT_OURS)
    if not entry.flag_bits & LOCKED or entry.compress_type not in KNOWN:
        raise JobRefused(NOT_OURS)
    if entry.file_size > LARGEST:
        raise JobRefused(TOO_LARGE)
    return entry


def _read(
    parts: zipfile.ZipFile, entry: zipfile.ZipInfo, code: str
) -> tuple[dict[str, Any], bytes]:
    """A wrong code is noticed by one byte at first, and by the checksum at the end."""
    try:
        with parts.open(entry, pwd=code.encode()) as inside:
            found = inside.read(LARGEST + 1)
    except (RuntimeError, zipfile.BadZipFile, zlib.error):
        return {"opens": False}, b""
    if len(found) > LARGEST:
        raise JobRefused(TOO_LARGE)
    return {"opens": True}, found
