"""Covers the number on a picture of an Aadhaar, before anything is stored. Runs in the sandbox.

The number is looked for at several angles and sizes. What is found is painted over but for its
last four digits, every code is painted over too, and then the picture is read again: only when
no number can be read any more does it count as masked.
"""

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from onboarding.kyc.ocr import deskew, fields, numbers, tesseract
from onboarding.kyc.ocr.redaction import INK, codes_on, cover_codes, redact, to_jpeg

#: Size of the longer side and way of looking: tried in turn until the number is found.
OCR_PASSES = (
    (1400, tesseract.PAGE, False),
    (1400, tesseract.STREWN, True),
    (1900, tesseract.STREWN, False),
    (1000, tesseract.PAGE, False),
)
MOST_ROUNDS = 4
#: Another size than those at which it is masked, so that the check is one.
VERIFICATION_SIZE = 1250
#: So many symbols read surely say that a picture stands upright.
MIN_SYMBOLS = 24


@dataclass
class Masking:
    """What was found on one picture."""

    picture: Image.Image
    found: bool = False
    clean: bool = False
    last_four: str = ""
    sure: bool = False
    codes: int = 0
    words: int = 0
    lines: list[str] = field(default_factory=list)


def mask(data: bytes, *, expected: bool = True) -> tuple[dict[str, Any], bytes]:
    """The job: what was found and read, and the picture with the number covered."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    done = mask_image(picture, expected=expected)
    facts = {
        "masked": done.clean and (done.found or not expected),
        "last_four": done.last_four,
        "sure": done.sure,
        "codes": done.codes,
        "lines": fields.without_long_numbers(done.lines),
    }
    return facts, to_jpeg(done.picture)


def cover_boxes(data: bytes, *, boxes: list[list[float]]) -> tuple[dict[str, Any], bytes]:
    """The job when a person says what to cover: boxes as parts of the width and the height."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    pen = ImageDraw.Draw(picture)
    for left, top, width, height in boxes:
        edges = (left, top, min(1, left + width), min(1, top + height))
        scale = (picture.width, picture.height) * 2
        pen.rectangle([edge * side for edge, side in zip(edges, scale, strict=True)], fill=INK)
    cover_codes(picture)
    seen = _best_way_up(picture)[1]
    readable = bool(numbers.find_full_numbers(seen)) or not _is_clean(
        Masking(picture.copy()), once=True
    )
    texts = [tesseract.words_of(line) for line in seen]
    return {"readable": readable, "lines": fields.without_long_numbers(texts)}, to_jpeg(picture)


def has_readable_number(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The job of whoever checks what was stored: whether a number can be read, however it lies."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    turned = (deskew.rotate(picture, angle) for angle in (0, 90, 180, 270))
    looks = (_look(each, VERIFICATION_SIZE, sharpened=False) for each in turned)
    found = any(
        numbers.find_full_numbers(tesseract.recognise_lines(each, how=tesseract.STREWN))
        for each in looks
    )
    codes = any("uid" in code.text for code in codes_on(picture))
    return {"readable": found or codes}, b""


def mask_image(picture: Image.Image, *, expected: bool = True) -> Masking:
    """Look at it at every angle until the number is found, and cover it.

    When none is expected, print that stands upright and holds no number is enough.
    """
    codes = cover_codes(picture)
    best = Masking(picture, codes=codes)
    for angle in deskew.candidate_angles(picture):
        done = Masking(deskew.rotate(picture, angle), codes=codes)
        if _cover_numbers(done, OCR_PASSES[0]):
            return _finished(done)
        if done.words > best.words:
            best = done
        if not expected and best.words >= MIN_SYMBOLS:
            break
    for look in OCR_PASSES[1:] if expected else OCR_PASSES[1:2]:
        if _cover_numbers(best, look):
            return _finished(best)
    best.clean = not expected
    return best


def _finished(done: Masking) -> Masking:
    done.clean = _is_clean(done)
    return done


def _best_way_up(picture: Image.Image) -> tuple[int, list[tesseract.PanelLine]]:
    """The lines at the angle at which most is read."""
    tried = (deskew.rotate(picture, angle) for angle in deskew.candidate_angles(picture))
    read = (
        tesseract.recognise_lines(_look(each, OCR_PASSES[0][0], sharpened=False)) for each in tried
    )
    return max(((_sure_symbols(lines), lines) for lines in read), key=lambda pair: pair[0])


def _sure_symbols(lines: list[tesseract.PanelLine]) -> int:
    """Of what stands on its side nothing counts: it is read as well, but cannot be covered."""
    symbols = (each for line in lines for each in line if each.upright)
    return sum(each.sure > 90 and each.text.isalnum() for each in symbols)


def _cover_numbers(done: Masking, look: tuple[int, int, bool]) -> bool:
    """One look; whether a number was found, open or masked before."""
    longest, how, sharpened = look
    seen = _look(done.picture, longest, sharpened=sharpened)
    lines = tesseract.recognise_lines(seen, how=how)
    texts = [tesseract.words_of(line) for line in lines]
    done.words = max(done.words, _sure_symbols(lines))
    if found := [each for each in numbers.find_full_numbers(lines) if each.upright]:
        factor = done.picture.width / seen.width
        for each in found:
            redact(done.picture, each.hidden, factor)
        short = [each for each in found if len(each.hidden) == 8] or found
        best = max(short, key=lambda each: each.sure)
        done.found, done.last_four, done.sure = True, best.last_four, best.sure
    elif not done.found and (shown := next(filter(None, map(numbers.masked_last_four, texts)), "")):
        done.found, done.last_four = True, shown
    if len(texts) > len(done.lines):
        done.lines = texts
    return bool(found) or done.found


def _is_clean(done: Masking, *, once: bool = False) -> bool:
    """Read again, in other ways, until none of them reads a number any more."""
    cover_codes(done.picture)
    for look in OCR_PASSES[:2]:
        for _ in range(1 if once else MOST_ROUNDS):
            if not _covered_more(done, look):
                break
        else:
            return False
    return True


def _covered_more(done: Masking, look: tuple[int, int, bool]) -> bool:
    longest, how, sharpened = look
    seen = _look(done.picture, longest, sharpened=sharpened)
    found = numbers.find_full_numbers(tesseract.recognise_lines(seen, how=how))
    for each in found:
        if each.upright:  # what lies on its side stays, is found again, and so is never clean
            redact(done.picture, each.hidden, done.picture.width / seen.width)
    return bool(found)


def _look(picture: Image.Image, longest: int, *, sharpened: bool) -> Image.Image:
    factor = longest / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    grey = ImageOps.autocontrast(picture.convert("L").resize(size, Image.Resampling.LANCZOS), 1)
    return grey.filter(ImageFilter.UnsharpMask(3, 200, 2)) if sharpened else grey
