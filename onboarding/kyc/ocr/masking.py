"""Masks the Aadhaar number on a photo before anything is stored. Runs in the sandbox.

Two OCR engines of different kinds read the photo, and whatever may be a number is covered, in every
orientation, and so are all barcodes. Then both read the result again, at other sizes, until neither
finds anything. Only that proof makes a photo count as masked.
"""

import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from hitouch.core.files import content_type
from onboarding import aadhaar
from onboarding.kyc.ocr import fields, masked_numbers, numbers, paddleocr, tesseract
from onboarding.kyc.ocr.redaction import INK, codes_on, cover_codes, redact, to_jpeg
from onboarding.kyc.ocr.symbols import OcrLine, Reading, words_of


@dataclass(frozen=True)
class Pass:
    """How one reading of the photo is done; each differs, so that they fail independently."""

    #: Longer side in pixels on which PaddleOCR detects lines.
    detection_size: int
    #: Longer side in pixels, page mode and sharpening for Tesseract.
    size: int
    page_mode: int = tesseract.PAGE
    sharpened: bool = False


PASSES = (
    Pass(1280, 1400),
    Pass(1088, 1250, tesseract.SPARSE, sharpened=True),
    Pass(1472, 1900, tesseract.SPARSE),
    Pass(960, 1000),
    Pass(1184, 1600, sharpened=True),
)
#: In degrees; text that is less skewed is not rotated.
MIN_SKEW = 1.0
#: A photo is proved by a pass without a finding, but not by the first one.
MIN_PASSES = 2
#: From so many confidently read characters on, a direction of text is read by Tesseract too.
MIN_SYMBOLS = 8
#: A photo on which no number is expected must show at least so much text; with less of it further
#: passes find no number either.
MIN_LEGIBLE = 16
#: Symbols from this confidence on count as legible.
LEGIBLE = 85.0
#: Lines read less confidently, such as those in other scripts, are no text of the card.
MIN_TEXT = 75.0
#: Pixels per point of the pages of a PDF.
PDF_SCALE = 2
#: What is printed on the cards and letters of UIDAI, and a virtual ID with its label.
CARD_WORDS = re.compile(
    r"(?i)aadha+r|unique\s*ident|uidai|\u0906\u0927\u093e\u0930|(?<![a-z])v[il1]d(?![a-z])|"
    r"enrol?lment\s*no|government\s*of\s*india"
)
LABELLED_VID = re.compile(r"(?i)(?<![a-z])v[il1]d\W{0,4}(?:[0-9][ .\-]?){16}(?![0-9])")
HIDDEN_DIGITS = re.compile(r"#[# .\-/]*")


@dataclass
class Masking:
    """The state of masking one photo."""

    picture: Image.Image
    #: An Aadhaar number, full or masked, was found.
    found: bool = False
    #: Any number that was covered, other than a helpline's.
    shows_number: bool = False
    clean: bool = False
    last_four: str = ""
    sure: bool = False
    #: The visible digits of a masked number, as PaddleOCR read them.
    masked_last_four: str = ""
    codes: int = 0
    legible: int = 0
    lines: list[str] = field(default_factory=list)
    #: By how many degrees the photo was rotated anticlockwise, about its centre.
    turned: float = 0.0

    def rotate(self, angle: float) -> None:
        """Rotate the photo anticlockwise."""
        if angle % 360:
            smooth = Image.Resampling.BICUBIC if angle % 90 else Image.Resampling.NEAREST
            self.picture = self.picture.rotate(angle, smooth, expand=True, fillcolor="white")
        self.turned += angle


def warm_up() -> None:
    """Load what is otherwise loaded on first use, for the sandbox."""
    Image.init()
    blank = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(blank).text((4, 20), "1234")
    mask_image(blank, expected=False)
    mask_page(_with_page(_to_pdf(blank), 0, blank))
    to_jpeg(blank)


def mask(data: bytes, *, expected: bool = True) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: mask a photo. Returns what was found, and the masked photo."""
    masking = mask_image(_open(data), expected=expected)
    is_legible = masking.found or (not expected and masking.legible >= MIN_LEGIBLE)
    facts = {
        "masked": masking.clean and is_legible,
        "shows_number": masking.shows_number,
        "last_four": masking.last_four,
        "sure": masking.sure,
        "codes": masking.codes,
        "turned": masking.turned,
        "lines": fields.without_long_numbers(masking.lines),
    }
    return facts, to_jpeg(masking.picture)


def cover_boxes(
    data: bytes, *, boxes: list[list[float]], expected: bool = True
) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: cover boxes (left, top, width, height as fractions) and read the result."""
    picture = _open(data)
    pen = ImageDraw.Draw(picture)
    for left, top, width, height in boxes:
        edges = (left, top, min(1, left + width), min(1, top + height))
        scale = (picture.width, picture.height) * 2
        pen.rectangle([edge * side for edge, side in zip(edges, scale, strict=True)], fill=INK)
    cover_codes(picture)
    masking = mask_image(picture.copy(), expected=expected)
    lines = fields.without_long_numbers(masking.lines)
    return {"readable": masking.shows_number, "lines": lines}, to_jpeg(picture)


def mask_page(data: bytes, *, number: int = 0) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: mask one page of a PDF, or a picture, if an Aadhaar number is readable on it.

    Other pages stay as they are, and so does a page with whatever other numbers; then the result is
    empty. `masked` says whether no number is readable on the page any more.
    """
    is_pdf = content_type.detect_kind(data) == "pdf"
    page, pages = _page(data, number) if is_pdf else (_open(data), 1)
    facts = {"pages": pages, "found": False, "masked": True}
    if not _shows(page):
        return facts, b""
    masked = mask_image(page, expected=False)
    facts |= {"found": True, "masked": masked.clean}
    return facts, _with_page(data, number, masked.picture) if is_pdf else to_jpeg(masked.picture)


def mask_image(picture: Image.Image, *, expected: bool = True) -> Masking:
    """Cover what may be a number, and read again until nothing more is found."""
    masking = Masking(picture, codes=cover_codes(picture))
    for place, each in enumerate(PASSES):
        found = _read_and_cover(masking, each)
        if place == 0:
            masking.codes += cover_codes(masking.picture)
        is_enough = masking.found or not expected or masking.legible < MIN_LEGIBLE
        if place + 1 >= MIN_PASSES and not found and is_enough:
            break
    masking.clean = not found
    return masking


def _open(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGB")


def _page(data: bytes, number: int) -> tuple[Image.Image, int]:
    """One page of a PDF, and how many it has."""
    with pypdfium2.PdfDocument(data) as document:
        drawn = document[number].render(scale=PDF_SCALE).to_pil().convert("RGB")
        return drawn, len(document)


def _with_page(data: bytes, number: int, picture: Image.Image) -> bytes:
    """The PDF with this picture instead of one page, of which nothing is kept."""
    out = io.BytesIO()
    with (
        pikepdf.open(io.BytesIO(data)) as document,
        pikepdf.open(io.BytesIO(_to_pdf(picture))) as new,
    ):
        document.pages[number] = new.pages[0]
        document.save(out)
    return out.getvalue()


def _to_pdf(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PDF", resolution=PDF_SCALE * 72)
    return out.getvalue()


def _shows(page: Image.Image) -> bool:
    """Whether an Aadhaar number or a virtual ID is on it, and not just any number of their length.

    A page that looks like a card is read by both engines, and a code on it counts as a number, also
    if it is too blurred for a decoder.
    """
    if any("uid" in code.text for code in codes_on(page)):
        return True
    readings = paddleocr.read(page, longest=PASSES[0].detection_size)
    lines = [line for reading in readings for line in reading.lines]
    has_code = cover_codes(page.copy()) > 0
    if not _names_number(lines) and (has_code or _is_like_card(lines)):
        for each in PASSES[:MIN_PASSES]:
            lines += _read_by_tesseract(page, each)[0].lines
    return _names_number(lines) or (has_code and _is_like_card(lines))


def _names_number(lines: list[OcrLine]) -> bool:
    text = "\n".join(map(words_of, lines))
    return aadhaar.holds_full_number(text) or LABELLED_VID.search(text) is not None


def _is_like_card(lines: list[OcrLine]) -> bool:
    return any(CARD_WORDS.search(words_of(line)) for line in lines)


def _read_and_cover(masking: Masking, each: Pass) -> bool:
    """Read the photo with both engines and cover what they find. Returns whether they did."""
    readings = paddleocr.read(masking.picture, longest=each.detection_size)
    found = False
    for reading in readings:
        found |= _cover(masking, reading, factor=1)
    if not masking.lines:
        _take_text(masking, readings)
    if readings and abs(readings[0].angle) >= MIN_SKEW:
        masking.rotate(readings[0].angle)
    for turn in _turns(readings):
        masking.rotate(turn)
        reading, factor = _read_by_tesseract(masking.picture, each)
        found |= _cover(masking, reading, factor=factor, by_tesseract=True)
        masking.rotate(-turn)
    return found


def _turns(readings: list[Reading]) -> list[int]:
    """By how much the levelled photo is turned to read each direction with enough text."""
    turns = {0}
    for reading in readings[1:]:
        if _count_legible(reading.lines) >= MIN_SYMBOLS:
            turns.add(round((reading.angle - readings[0].angle) / 90) * 90 % 360)
    return sorted(turns)


def _count_legible(lines: list[OcrLine]) -> int:
    symbols = (each for line in lines for each in line if each.upright)
    return sum(each.sure > LEGIBLE and each.text.isalnum() for each in symbols)


def _read_by_tesseract(picture: Image.Image, each: Pass) -> tuple[Reading, float]:
    """What Tesseract reads, and the factor from its boxes to pixels of the picture."""
    prepared = _prepare(picture, each.size, sharpened=each.sharpened)
    lines = tesseract.recognise_lines(prepared, page_mode=each.page_mode)
    return Reading(0, lines), picture.width / prepared.width


def _take_text(masking: Masking, readings: list[Reading]) -> None:
    """Keep the text for the fields of the card: of all directions in which there is much of it.

    A line that runs up the edge of a card, such as its date of issue, is left out.
    """
    legible = [_count_legible(reading.lines) for reading in readings]
    masking.legible = max(legible, default=0)
    for reading, count in zip(readings, legible, strict=True):
        if count * 4 > masking.legible:
            masking.lines += _text_without_numbers(reading.lines)


def _text_without_numbers(lines: list[OcrLine]) -> list[str]:
    found = numbers.find_numbers(lines)
    hidden = {box for each in found for line in each.hidden for box in line}
    shown = [
        [replace(each, text="#") if each.box in hidden else each for each in line]
        for line in paddleocr.in_blocks(lines)
        if sum(each.sure for each in line) >= MIN_TEXT * len(line)
    ]
    return [HIDDEN_DIGITS.sub("[number]", words_of(line)) for line in shown]


def _cover(
    masking: Masking, reading: Reading, *, factor: float, by_tesseract: bool = False
) -> bool:
    _take_masked(masking, reading, factor=factor, by_tesseract=by_tesseract)
    found = numbers.find_numbers(reading.lines)
    for number in found:
        if number.upright:  # sideways ones cannot be covered, so they are found again: never clean
            for line in number.hidden:
                redact(masking.picture, line, angle=reading.angle, factor=factor)
    aadhaars = [number for number in found if number.is_aadhaar]
    masking.found |= bool(aadhaars)
    masking.shows_number |= any(not number.is_helpline for number in found)
    _take_last_four(masking, aadhaars)
    return bool(found)


def _take_masked(masking: Masking, reading: Reading, *, factor: float, by_tesseract: bool) -> None:
    """Keep the visible digits of a masked number; they are sure when both engines read them."""
    shown = masked_numbers.find_in_text(reading.lines)
    if shown is None and not masking.found:
        shown = masked_numbers.find_in_pixels(masking.picture, reading, factor=factor)
    if shown is not None:
        masking.found, masking.last_four = True, masking.last_four or shown.last_four
        if shown.is_whole and not by_tesseract:
            masking.masked_last_four = shown.last_four
    if masking.last_four and masking.last_four == masking.masked_last_four and by_tesseract:
        masking.sure |= masked_numbers.ends_a_line(reading.lines, masking.last_four)


def _take_last_four(masking: Masking, found: list[numbers.FoundNumber]) -> None:
    """Keep the last four digits; they are not sure when two numbers end differently."""
    for number in sorted(found, key=lambda each: not each.sure):
        if not number.last_four:
            continue
        if number.sure and masking.sure and number.last_four != masking.last_four:
            masking.sure = False
        elif number.sure or not masking.last_four:
            masking.last_four, masking.sure = number.last_four, number.sure


def _prepare(picture: Image.Image, longer_side: int, *, sharpened: bool) -> Image.Image:
    factor = longer_side / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    grey = ImageOps.autocontrast(picture.convert("L").resize(size, Image.Resampling.LANCZOS), 1)
    return grey.filter(ImageFilter.UnsharpMask(3, 200, 2)) if sharpened else grey
