"""Covers digits and barcodes on a photo."""

import io
import math
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from onboarding.kyc.ocr.symbols import Box

INK = "#20242b"
JPEG_QUALITY = 90
#: Around digits and codes, as parts of their height and size: print has blurred edges.
DIGIT_MARGIN, CODE_MARGIN = 0.25, 0.12
#: Height of a linear code as a part of its length.
LINEAR_HEIGHT = 0.3
#: Words of one number are this far apart at most, in heights; wider gaps stay as they are.
WORD_GAP = 2.5
#: Longer sides in pixels of the copies on which codes are decoded.
CODE_SIZES = (1000, 2200)
#: The same for their texture; its density as edges per light, and the least side and the margin.
TEXTURE_SIZES = (500, 800)
TEXTURE_DENSITY, TEXTURE_SIDE, TEXTURE_MARGIN = 0.95, 28, 0.16
_Format = zxingcpp.BarcodeFormat
CODES = (
    _Format.QRCode, _Format.MicroQRCode, _Format.PDF417, _Format.DataMatrix, _Format.Aztec,
    _Format.Code128, _Format.Code39, _Format.ITF,
)  # fmt: skip


def redact(picture: Image.Image, line: tuple[Box, ...], *, angle: float, factor: float) -> None:
    """Cover these digits of one line and the gaps between them.

    The boxes are those of a picture that was rotated about its corner so that lines at `angle`
    became horizontal; times `factor` they are pixels.
    """
    draw = ImageDraw.Draw(picture)
    turn = _rotation(angle)
    for part in _without_wide_gaps(line):
        height = max(bottom - top for _, top, _, bottom in part)
        margin = height * DIGIT_MARGIN
        corners = [
            corner
            for left, top, right, bottom in part
            for corner in ((left, top), (right, top), (right, bottom), (left, bottom))
        ]
        outline = cv2.convexHull(np.array(corners, np.float32))[:, 0]
        middle = (outline.min(axis=0) + outline.max(axis=0)) / 2
        side = np.sign(outline - middle)
        grown = outline + side * [margin / 3, margin] - [margin / 3, 0] * (side < 0)
        draw.polygon([tuple(point) for point in grown @ turn.T * factor], fill=INK)


def _without_wide_gaps(line: tuple[Box, ...]) -> Iterator[list[Box]]:
    """Parts of the line, so that what stands between two columns is not covered."""
    part: list[Box] = []
    for box in line:
        if part and box[0] - part[-1][2] > WORD_GAP * (box[3] - box[1]):
            yield part
            part = []
        part.append(box)
    if part:
        yield part


def _rotation(angle: float) -> np.ndarray:
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return np.array([[cosine, -sine], [sine, cosine]])


def cover_codes(picture: Image.Image) -> int:
    """Cover every barcode, because old ones contain the full number. Returns how many."""
    grey = picture.convert("L")
    outlines: list[np.ndarray] = []
    for longest in CODE_SIZES:
        scaled, factor = _scaled(grey, longest)
        outlines += (_outline(code.position) * factor for code in codes_on(scaled))
    for longest in TEXTURE_SIZES:
        scaled, factor = _scaled(grey, longest)
        outlines += (outline * factor for outline in _code_textures(scaled))
    draw = ImageDraw.Draw(picture)
    for outline in outlines:
        draw.polygon([(float(x), float(y)) for x, y in outline], fill=INK)
    return len(outlines)


def _scaled(grey: Image.Image, longest: int) -> tuple[Image.Image, float]:
    """A copy with this longer side, and the factor from its pixels to the original's."""
    factor = longest / max(grey.size)
    size = (max(8, round(grey.width * factor)), max(8, round(grey.height * factor)))
    resample = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return grey.resize(size, resample), 1 / factor


def _code_textures(grey: Image.Image) -> Iterator[np.ndarray]:
    """The corners of areas that look like a code, also if it is too blurred for a decoder.

    Nowhere else on a card do light and dark alternate as densely in both directions.
    """
    pixels = np.asarray(grey, np.float32)
    light = np.maximum(cv2.blur(pixels, (25, 25)), 20)
    dense = np.ones(pixels.shape, bool)
    for direction in ((1, 0), (0, 1)):
        edges = np.abs(cv2.Sobel(pixels, cv2.CV_32F, *direction))
        dense &= cv2.blur(edges, (13, 13)) / light > TEXTURE_DENSITY
    joined = cv2.morphologyEx(dense.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    side = np.ones((TEXTURE_SIDE, TEXTURE_SIDE), np.uint8)
    areas = cv2.morphologyEx(joined, cv2.MORPH_OPEN, side)
    for contour in cv2.findContours(areas, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        margin = TEXTURE_MARGIN * max(width, height)
        yield cv2.boxPoints((middle, (width + margin, height + margin), angle))


def codes_on(picture: Image.Image) -> Iterator[Any]:
    """QR codes, also unreadable ones; other kinds only if readable, because text resembles them."""
    for code in zxingcpp.read_barcodes(picture, formats=CODES, return_errors=True):
        if code.valid or code.format == _Format.QRCode:
            yield code


def _outline(position: Any) -> np.ndarray:
    """The corners of a code, moved outwards because its edge is blurred.

    A linear code is found as a line: it is given the height that such codes have on a card.
    """
    corners = np.array([
        (each.x, each.y)
        for each in (
            position.top_left, position.top_right, position.bottom_right, position.bottom_left
        )
    ], float)  # fmt: skip
    along = (corners[1] - corners[0] + corners[2] - corners[3]) / 2
    down = (corners[3] - corners[0] + corners[2] - corners[1]) / 2
    length, height = np.linalg.norm(along), np.linalg.norm(down)
    middle = corners.mean(axis=0)
    outline: np.ndarray = middle + (corners - middle) * (1 + CODE_MARGIN)
    if length and height < length * LINEAR_HEIGHT:
        across = np.array([-along[1], along[0]]) / length
        outline += np.outer([-1, -1, 1, 1], across) * (length * LINEAR_HEIGHT - height) / 2
    return outline


def to_jpeg(picture: Image.Image) -> bytes:
    """Encode a picture as JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()
