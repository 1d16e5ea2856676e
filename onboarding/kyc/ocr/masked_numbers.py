"""Finds Aadhaar numbers that were masked before: eight equal signs and the last four digits.

UIDAI prints `X`, apps and websites also asterisks and dots, with blanks, dashes or dots between the
groups or the digits below the signs. OCR reads crosses well, asterisks as letters, and dots as
anything or not at all. So where the text does not tell, the pixels do: eight blobs of one shape in
a row are signs, because no eight digits have one shape.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from onboarding.kyc.ocr import numbers
from onboarding.kyc.ocr.paddleocr import rotation
from onboarding.kyc.ocr.symbols import Box, OcrLine, Reading, hull, words_of

SIGNS, LAST_DIGITS = 8, 4
#: OCR may miss a sign or read one more; a masked virtual ID has twelve.
LEAST_SIGNS, MOST_SIGNS = 6, 10
#: As OCR reads them; asterisks are also read as the Chinese letter that resembles them.
_SIGN = "[XxKk*\u2022\u00d7#\u25cf\u25cb\u25a0\u25aa\u00b7\u2217\u5927]"
_MASKED = re.compile(rf"((?:{_SIGN}[ .\-\u2010-\u2015=_]{{0,3}}){{{LEAST_SIGNS},}})(\d{{4}})(?!\d)")
#: What else is printed in part only.
_OTHER = re.compile(r"(?i)(?<![a-z])(?:v[il1]d|mob|phone|tel|a/?c|account|pan)")
MIN_CONFIDENCE = 80.0
#: Distances in heights of the print.
_LINE_GAP, _DIGITS_GAP, _BETWEEN_SIGNS = 1.3, 2.0, 1.6
_STRIP_WIDTH, _STRIP_ABOVE = 10.0, 1.9
#: How much signs may differ in size, and how much their shapes have to agree.
_SIZE_DIFFERENCE, _LEAST_LIKENESS, _PATCH = 0.25, 0.8, 16
_THINNINGS = (0.0, 0.12)
_LEAST_BLOB, _LEAST_HEIGHT = 0.08, 8


@dataclass(frozen=True)
class MaskedNumber:
    """The visible digits, and whether exactly so many signs as hidden digits stand before them."""

    last_four: str
    is_whole: bool


def find_in_text(lines: list[OcrLine]) -> MaskedNumber | None:
    """A masked number in what was read, on one line or on two."""
    merged = [line for line in numbers.merge_lines(lines) if line]
    pairs = [above + below for above in merged for below in merged if _is_below(above, below)]
    found = [each for line in [*merged, *pairs] for each in _in_text(words_of(line))]
    if not found:
        return None
    are_one = len({each.last_four for each in found}) == 1
    return MaskedNumber(found[0].last_four, are_one and any(each.is_whole for each in found))


def ends_a_line(lines: list[OcrLine], last_four: str) -> bool:
    """Whether these digits were read with confidence at the end of a line, as no longer number."""
    return any(
        "".join(each.text for each in line[-LAST_DIGITS:]) == last_four
        and _are_alone(line)
        and min(each.sure for each in line[-LAST_DIGITS:]) >= MIN_CONFIDENCE
        for line in numbers.merge_lines(lines)
    )


def _in_text(text: str) -> Iterator[MaskedNumber]:
    for match in _MASKED.finditer(text):
        signs = len(re.findall(_SIGN, match.group(1)))
        if signs <= MOST_SIGNS and not _OTHER.search(text[: match.start()]):
            yield MaskedNumber(match.group(2), signs == SIGNS)


def find_in_pixels(
    picture: Image.Image, reading: Reading, *, factor: float = 1
) -> MaskedNumber | None:
    """A masked number whose signs were not read: equal blobs left of four digits, or above them.

    The boxes of the reading times `factor` are pixels.
    """
    grey = np.asarray(picture.convert("L"))
    for line in numbers.merge_lines(reading.lines):
        digits = line[-LAST_DIGITS:]
        text = "".join(each.text for each in digits)
        is_candidate = re.fullmatch(r"[0-9]{4}", text) and _are_alone(line)
        if not is_candidate or _OTHER.search(words_of(line)):
            continue
        for strip, height, is_beside in _strips(grey, hull(digits), reading.angle, factor):
            if _count_signs(strip, height, is_beside=is_beside) == SIGNS:
                return MaskedNumber(text, is_whole=True)
    return None


def _are_alone(line: OcrLine) -> bool:
    """Whether the last four digits are a word, or follow a sign."""
    before = line[-LAST_DIGITS - 1 : -LAST_DIGITS]
    return not before or line[-LAST_DIGITS].begins_word or not before[0].text.isdecimal()


def _is_below(above: OcrLine, below: OcrLine) -> bool:
    one, other = hull(above), hull(below)
    height = max(one[3] - one[1], other[3] - other[1])
    overlap = min(one[2], other[2]) > max(one[0], other[0])
    return overlap and -height / 2 < other[1] - one[3] < _LINE_GAP * height and other[1] > one[1]


def _strips(
    grey: np.ndarray, box: Box, angle: float, factor: float
) -> Iterator[tuple[np.ndarray, float, bool]]:
    """The pixels left of the digits and above them, upright, with the height of the digits."""
    left, top, right, bottom = box
    height = bottom - top
    if height * factor < _LEAST_HEIGHT:
        return
    wide = _STRIP_WIDTH * height
    beside = (left - wide, top, left, bottom)
    above = (left - wide / 2, top - _STRIP_ABOVE * height, right + wide / 2, top - height * 0.1)
    for part in (beside, above):
        size = [round((part[n + 2] - part[n]) * factor) for n in (0, 1)]
        turn = np.array(rotation(angle))
        move = np.hstack([turn, (turn @ np.array(part[:2]) * factor)[:, None]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        strip = cv2.warpAffine(grey, move, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        yield strip, height * factor, part is beside


def _count_signs(strip: np.ndarray, height: float, *, is_beside: bool) -> int:
    """How many blobs of one shape stand in a row, at the right end of the strip if beside.

    Blobs that touch each other are divided by thinning them.
    """
    counts = (
        _count_blobs(strip, list(_blobs(strip, height, thinning)), height, is_beside=is_beside)
        for thinning in _THINNINGS
    )
    return max(counts)


def _count_blobs(
    strip: np.ndarray, blobs: list[tuple[int, int, int, int]], height: float, *, is_beside: bool
) -> int:
    best: list[tuple[int, int, int, int]] = []
    for sample in blobs:
        row = _last_row([each for each in blobs if _are_of_size(sample, each, height)], height)
        best = max(best, row, key=len)
    if not best or not _have_one_shape(strip, best):
        return 0
    end = best[-1][0] + best[-1][2]
    return len(best) if not is_beside or strip.shape[1] - end < _DIGITS_GAP * height else 0


def _blobs(
    strip: np.ndarray, height: float, thinning: float
) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, width and height of connected ink, dark or light, from left to right."""
    _, ink = cv2.threshold(strip, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    if cv2.countNonZero(ink) * 2 > ink.size:
        ink = cv2.bitwise_not(ink)
    side = round(thinning * height)
    ink = cv2.erode(ink, np.ones((side, side), np.uint8)) if side > 1 else ink
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    found = [tuple(map(int, each[:4])) for each in stats[1:]]
    yield from sorted(
        (left, top, width, tall)
        for left, top, width, tall in found
        if _LEAST_BLOB * height < min(width, tall) and max(width, tall) < height
    )


def _are_of_size(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int], height: float
) -> bool:
    sides = zip(one[2:], other[2:], strict=True)
    alike = all(abs(a - b) <= max(2, _SIZE_DIFFERENCE * a) for a, b in sides)
    return alike and abs(one[1] + one[3] / 2 - other[1] - other[3] / 2) < 0.15 * height


def _last_row(
    blobs: list[tuple[int, int, int, int]], height: float
) -> list[tuple[int, int, int, int]]:
    """The last blobs that are no further apart than signs are."""
    row: list[tuple[int, int, int, int]] = []
    for blob in blobs:
        if row and blob[0] - row[-1][0] - row[-1][2] > _BETWEEN_SIGNS * height:
            row = []
        row.append(blob)
    return row


def _have_one_shape(strip: np.ndarray, row: list[tuple[int, int, int, int]]) -> bool:
    width, tall = (round(float(np.median([each[n] for each in row]))) for n in (2, 3))
    margin = max(1, round(0.2 * max(width, tall)))
    padded = np.pad(strip, 2 * margin, mode="edge")
    patches = []
    for left, top, wide, high in row:
        x, y = left + (wide - width) // 2 + margin, top + (high - tall) // 2 + margin
        part = padded[max(0, y) : y + tall + 2 * margin, max(0, x) : x + width + 2 * margin]
        patch = cv2.resize(part, (_PATCH, _PATCH), interpolation=cv2.INTER_AREA).astype(float)
        patches.append((patch - patch.mean()) / (patch.std() + 1e-6))
    mean = np.mean(patches, axis=0)
    mean /= mean.std() + 1e-6
    return min(float((patch * mean).mean()) for patch in patches) >= _LEAST_LIKENESS
