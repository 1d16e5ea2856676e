"""Masks the Aadhaar number on a photo before anything is stored. Runs in the sandbox.

OCR searches for the number at several angles and sizes. All but its last four digits are covered,
and so are all barcodes. Then the photo is read again: it counts as masked only when no full number
is readable any more.
"""

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from onboarding.kyc.ocr import deskew, fields, numbers, tesseract
from onboarding.kyc.ocr.redaction import INK, codes_on, cover_codes, redact, to_jpeg

#: Longer side in pixels, page mode and sharpening: tried in turn until the number is found.
OCR_PASSES = (
    (1400, tesseract.PAGE, False),
    (1400, tesseract.SPARSE, True),
    (1900, tesseract.SPARSE, False),
    (1000, tesseract.PAGE, False),
)
MAX_ROUNDS = 4
#: Differs from the sizes of `OCR_PASSES`, so that the verification is independent.
VERIFICATION_SIZE = 1250
#: From so many confidently read symbols on, a photo counts as upright.
MIN_SYMBOLS = 24


@dataclass
class Masking:
    """The state of masking one photo."""

    picture: Image.Image
    found: bool = False
    clean: bool = False
    last_four: str = ""
    sure: bool = False
    codes: int = 0
    words: int = 0
    lines: list[str] = field(default_factory=list)


def mask(data: bytes, *, expected: bool = True) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: mask a photo. Returns what was found, and the masked photo."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    masking = mask_image(picture, expected=expected)
    facts = {
        "masked": masking.clean and (masking.found or not expected),
        "last_four": masking.last_four,
        "sure": masking.sure,
        "codes": masking.codes,
        "lines": fields.without_long_numbers(masking.lines),
    }
    return facts, to_jpeg(masking.picture)


def cover_boxes(data: bytes, *, boxes: list[list[float]]) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: cover boxes (left, top, width, height as fractions) and read the result."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    pen = ImageDraw.Draw(picture)
    for left, top, width, height in boxes:
        edges = (left, top, min(1, left + width), min(1, top + height))
        scale = (picture.width, picture.height) * 2
        pen.rectangle([edge * side for edge, side in zip(edges, scale, strict=True)], fill=INK)
    cover_codes(picture)
    prepared = _best_orientation(picture)[1]
    readable = bool(numbers.find_full_numbers(prepared)) or not _is_clean(
        Masking(picture.copy()), once=True
    )
    texts = [tesseract.words_of(line) for line in prepared]
    return {"readable": readable, "lines": fields.without_long_numbers(texts)}, to_jpeg(picture)


def has_readable_number(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: whether a full number is readable on a stored photo, in any orientation."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    rotated = (deskew.rotate(picture, angle) for angle in (0, 90, 180, 270))
    prepared = (_prepare(each, VERIFICATION_SIZE, sharpened=False) for each in rotated)
    found = any(
        numbers.find_full_numbers(tesseract.recognise_lines(each, page_mode=tesseract.SPARSE))
        for each in prepared
    )
    codes = any("uid" in code.text for code in codes_on(picture))
    return {"readable": found or codes}, b""


def mask_image(picture: Image.Image, *, expected: bool = True) -> Masking:
    """Read the photo at several angles until the number is found, and cover it.

    When none is expected, upright text without a number is enough.
    """
    codes = cover_codes(picture)
    best = Masking(picture, codes=codes)
    for angle in deskew.candidate_angles(picture):
        masking = Masking(deskew.rotate(picture, angle), codes=codes)
        if _cover_numbers(masking, OCR_PASSES[0]):
            return _verify_clean(masking)
        if masking.words > best.words:
            best = masking
        if not expected and best.words >= MIN_SYMBOLS:
            break
    for ocr_pass in OCR_PASSES[1:] if expected else OCR_PASSES[1:2]:
        if _cover_numbers(best, ocr_pass):
            return _verify_clean(best)
    best.clean = not expected
    return best


def _verify_clean(masking: Masking) -> Masking:
    masking.clean = _is_clean(masking)
    return masking


def _best_orientation(picture: Image.Image) -> tuple[int, list[tesseract.OcrLine]]:
    """The lines at the angle at which most symbols are read, after their number."""
    tried = (deskew.rotate(picture, angle) for angle in deskew.candidate_angles(picture))
    read = (
        tesseract.recognise_lines(_prepare(each, OCR_PASSES[0][0], sharpened=False))
        for each in tried
    )
    return max(
        ((_count_confident_symbols(lines), lines) for lines in read), key=lambda pair: pair[0]
    )


def _count_confident_symbols(lines: list[tesseract.OcrLine]) -> int:
    """Count upright symbols only: sideways text is read too, but its boxes cannot be covered."""
    symbols = (each for line in lines for each in line if each.upright)
    return sum(each.sure > 90 and each.text.isalnum() for each in symbols)


def _cover_numbers(masking: Masking, ocr_pass: tuple[int, int, bool]) -> bool:
    """Run one pass and cover what it finds. Returns whether a number was found, full or masked."""
    size, page_mode, sharpened = ocr_pass
    prepared = _prepare(masking.picture, size, sharpened=sharpened)
    lines = tesseract.recognise_lines(prepared, page_mode=page_mode)
    texts = [tesseract.words_of(line) for line in lines]
    masking.words = max(masking.words, _count_confident_symbols(lines))
    if found := [each for each in numbers.find_full_numbers(lines) if each.upright]:
        factor = masking.picture.width / prepared.width
        for each in found:
            redact(masking.picture, each.hidden, factor)
        short = [each for each in found if len(each.hidden) == 8] or found
        best = max(short, key=lambda each: each.sure)
        masking.found, masking.last_four, masking.sure = True, best.last_four, best.sure
    elif not masking.found and (
        shown := next(filter(None, map(numbers.masked_last_four, texts)), "")
    ):
        masking.found, masking.last_four = True, shown
    if len(texts) > len(masking.lines):
        masking.lines = texts
    return bool(found) or masking.found


def _is_clean(masking: Masking, *, once: bool = False) -> bool:
    """Cover and read again in two ways until neither reads a full number. False on giving up."""
    cover_codes(masking.picture)
    for ocr_pass in OCR_PASSES[:2]:
        for _ in range(1 if once else MAX_ROUNDS):
            if not _cover_remaining(masking, ocr_pass):
                break
        else:
            return False
    return True


def _cover_remaining(masking: Masking, ocr_pass: tuple[int, int, bool]) -> bool:
    size, page_mode, sharpened = ocr_pass
    prepared = _prepare(masking.picture, size, sharpened=sharpened)
    found = numbers.find_full_numbers(tesseract.recognise_lines(prepared, page_mode=page_mode))
    for each in found:
        if each.upright:  # sideways numbers cannot be covered, so they are found again: never clean
            redact(masking.picture, each.hidden, masking.picture.width / prepared.width)
    return bool(found)


def _prepare(picture: Image.Image, longer_side: int, *, sharpened: bool) -> Image.Image:
    factor = longer_side / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    grey = ImageOps.autocontrast(picture.convert("L").resize(size, Image.Resampling.LANCZOS), 1)
    return grey.filter(ImageFilter.UnsharpMask(3, 200, 2)) if sharpened else grey
