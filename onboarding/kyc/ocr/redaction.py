"""Paint over what may not be read: digits, and codes that may hold them."""

import io
from collections.abc import Iterator
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw

from onboarding.kyc.ocr.tesseract import Box

INK = "#20242b"
QUALITY = 90
OTHER_CODES = tuple(
    getattr(zxingcpp.BarcodeFormat, name) for name in ("PDF417", "DataMatrix", "Aztec", "Code128")
)


def redact(picture: Image.Image, boxes: tuple[Box, ...], factor: float) -> None:
    """Cover these boxes and the gaps between them, all the height of the line."""
    pen = ImageDraw.Draw(picture)
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    air = (bottom - top) * 0.25
    edges = (left - air, top - air, right + air / 3, bottom + air)
    pen.rectangle([edge * factor for edge in edges], fill=INK)


def cover_codes(picture: Image.Image) -> int:
    """Paint over every code: old ones hold the whole number."""
    pen, count = ImageDraw.Draw(picture), 0
    for size in (1.0, 0.5, 1.5):
        seen = picture if size == 1 else _resized(picture, size)
        for code in codes_on(seen):
            corners = list(_grown(code.position, 1 / size))
            pen.polygon(corners, fill=INK)
            count += 1
    return count


def codes_on(picture: Image.Image) -> Iterator[Any]:
    """QR codes also where they cannot be read; of others only what can: print looks alike."""
    qr = zxingcpp.BarcodeFormat.QRCode
    yield from zxingcpp.read_barcodes(picture, formats=qr, return_errors=True)
    for kind in OTHER_CODES:
        yield from zxingcpp.read_barcodes(picture, formats=kind)


def _resized(picture: Image.Image, factor: float) -> Image.Image:
    return picture.resize(
        (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    )


def _grown(position: Any, factor: float) -> Iterator[tuple[float, float]]:
    """The corners of a code, a little further out, since its edge is blurred."""
    corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
    x = sum(corner.x for corner in corners) / 4
    y = sum(corner.y for corner in corners) / 4
    for corner in corners:
        yield (x + (corner.x - x) * 1.12) * factor, (y + (corner.y - y) * 1.12) * factor


def to_jpeg(picture: Image.Image) -> bytes:
    """The picture's pixels as a file."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
