"""Covers digits and barcodes on a photo."""

import io
from collections.abc import Iterator
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw

from onboarding.kyc.ocr.tesseract import Box

INK = "#20242b"
JPEG_QUALITY = 90
OTHER_CODES = tuple(
    getattr(zxingcpp.BarcodeFormat, name) for name in ("PDF417", "DataMatrix", "Aztec", "Code128")
)


def redact(picture: Image.Image, boxes: tuple[Box, ...], factor: float) -> None:
    """Cover these boxes and the gaps between them, over the height of the line."""
    draw = ImageDraw.Draw(picture)
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    margin = (bottom - top) * 0.25
    edges = (left - margin, top - margin, right + margin / 3, bottom + margin)
    draw.rectangle([edge * factor for edge in edges], fill=INK)


def cover_codes(picture: Image.Image) -> int:
    """Cover every barcode, because old ones contain the full number. Returns how many."""
    draw, count = ImageDraw.Draw(picture), 0
    for size in (1.0, 0.5, 1.5):
        scaled = picture if size == 1 else _resize(picture, size)
        for code in codes_on(scaled):
            corners = list(_expanded_corners(code.position, 1 / size))
            draw.polygon(corners, fill=INK)
            count += 1
    return count


def codes_on(picture: Image.Image) -> Iterator[Any]:
    """QR codes, also unreadable ones; other kinds only if readable, because text resembles them."""
    qr = zxingcpp.BarcodeFormat.QRCode
    yield from zxingcpp.read_barcodes(picture, formats=qr, return_errors=True)
    for kind in OTHER_CODES:
        yield from zxingcpp.read_barcodes(picture, formats=kind)


def _resize(picture: Image.Image, factor: float) -> Image.Image:
    return picture.resize(
        (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    )


def _expanded_corners(position: Any, factor: float) -> Iterator[tuple[float, float]]:
    """The corners of a code, moved outwards a little because its edge is blurred."""
    corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
    x = sum(corner.x for corner in corners) / 4
    y = sum(corner.y for corner in corners) / 4
    for corner in corners:
        yield (x + (corner.x - x) * 1.12) * factor, (y + (corner.y - y) * 1.12) * factor


def to_jpeg(picture: Image.Image) -> bytes:
    """Encode a picture as JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
