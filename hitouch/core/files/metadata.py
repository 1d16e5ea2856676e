"""Reads orientation and drops metadata of JPEG and PNG files before they are decoded.

Cameras, messengers and editors write metadata that no longer fits the picture, or is broken. The
pixels do not depend on it, so what decoding does not need is left out, and broken orientation
counts as none.
"""

import struct
import zlib
from collections.abc import Iterator

from PIL import ExifTags, Image

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
#: Chunks that change pixels. `eXIf` is read here.
PNG_NEEDED = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"iCCP"}
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
EXIF_HEAD = b"Exif\x00\x00"
#: Application segments that change pixels: Adobe's colour transform, and ICC profiles.
JPEG_APP0, JPEG_APP1, JPEG_APP2, JPEG_APP14, JPEG_COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
JPEG_START_OF_SCAN, JPEG_END = 0xDA, b"\xff\xd9"
JPEG_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)


def orientation_of(exif: bytes) -> int:
    """The EXIF orientation from 1 to 8; 1 when there is none or it is broken."""
    try:
        found = Image.Exif()
        found.load(exif)
        value = found.get(ExifTags.Base.Orientation, 1)
    except Exception:  # Pillow raises whatever the broken bytes lead to
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def plain_jpeg(data: bytes) -> tuple[bytes, int]:
    """The JPEG with only the segments that decoding needs, and its orientation."""
    filled = data.rstrip(b"\x00")  # what a transfer that broke off leaves
    if not filled.endswith(JPEG_END):
        data = filled
    kept, orientation = [data[:2]], 1
    for marker, start, end in _jpeg_segments(data):
        if marker == JPEG_START_OF_SCAN:
            return b"".join([*kept, data[start:]]), orientation
        body = data[start + 4 : end]
        if marker == JPEG_APP1 and body.startswith(EXIF_HEAD):
            orientation = orientation_of(body)
        is_profile = marker == JPEG_APP2 and body.startswith(b"ICC_PROFILE\x00")
        is_metadata = JPEG_APP0 <= marker <= 0xEF or marker == JPEG_COMMENT
        if not is_metadata or marker == JPEG_APP14 or is_profile:
            kept.append(data[start:end])
    return data, orientation


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield marker, at, end
        at = end


def has_all_scans(data: bytes) -> bool:
    """Whether a JPEG's last scan has begun.

    A sequential one has one scan. The scans of a progressive one refine the whole picture, so the
    last one has begun when no bit of any coefficient is missing but those in it.
    """
    progressive, missing = False, set[tuple[int, int]]()
    for marker, start, end in _all_jpeg_segments(data):
        body = data[start + 4 : end]
        if marker in JPEG_PROGRESSIVE and len(body) >= 6:
            progressive = True
            components = body[6::3][: body[5]]
            missing = {(each, at) for each in components for at in range(64)}
        elif marker == JPEG_START_OF_SCAN and progressive and body:
            count = body[0]
            first, last, bits = body[-3:]
            if bits & 0x0F == 0:
                named = body[1 : 1 + 2 * count : 2]
                missing -= {(each, at) for each in named for at in range(first, last + 1)}
    return not missing


def _all_jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """`_jpeg_segments` beyond the first scan: entropy-coded bytes are skipped."""
    at = 2
    while 0 <= at <= len(data) - 4:
        marker = data[at + 1]
        if data[at] != 0xFF or marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD9:
            at = data.find(b"\xff", at + 1)
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield marker, at, end
        at = end


def plain_png(data: bytes) -> tuple[bytes, int, int]:
    """The PNG with only the chunks that decoding needs, its orientation, and its frames."""
    kept, orientation, frames, at = [PNG_MAGIC], 1, 1, len(PNG_MAGIC)
    while at + 8 <= len(data):
        (length,), kind = struct.unpack_from("!I", data, at), data[at + 4 : at + 8]
        end = at + 12 + length
        body = data[at + 8 : end - 4]
        if kind == b"eXIf":
            orientation = orientation_of(body)
        elif kind == b"acTL" and len(body) >= 4:
            frames = int.from_bytes(body[:4])
        elif kind in PNG_NEEDED:
            # A chunk that was cut off gets the length and checksum of what is there.
            kept.append(data[at:end] if end <= len(data) else _png_chunk(kind, data[at + 8 :]))
        at = end
        if kind == b"IEND":
            break
    else:
        kept.append(PNG_END)
    return b"".join(kept), orientation, frames


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack("!I", zlib.crc32(kind + body))
    return struct.pack("!I", len(body)) + kind + body + checksum
