"""Draws the pages of a PDF as pictures, with what is typed or stamped on them. Runs in the sandbox.

The original is destroyed afterwards, so what PDFium would leave out without a word is refused.
"""

import io
from collections.abc import Iterator

import pikepdf
import pypdfium2
from PIL import Image, ImageChops

from hitouch.core.files import pdf
from hitouch.core.sandbox.limits import JobRefused

DOTS_PER_POINT = 200 / 72
LONGEST_SIDE = 2400
#: Smaller pages than of so many pixels at 200 dots an inch are drawn larger.
SHORTEST_PAGE = 1200
MOST_UNITS = 100
#: Compressions in which scanners and portals save pages. PDFium leaves out what it cannot decode.
FRAGILE = {"JPXDecode", "JBIG2Decode"}
MAX_DEPTH = 5


def draw(data: bytes, most: int) -> Iterator[Image.Image]:
    """The pages of a PDF of at most so many. Raises `JobRefused`."""
    with pikepdf.open(io.BytesIO(pdf.checked(data, most))) as opened:
        expected = pdf.prepare_annotations(opened)
        units = [pdf.number_of(page.obj.get("/UserUnit")) or 1 for page in opened.pages]
        plain = pdf.plain_copy(opened)
    try:
        with pypdfium2.PdfDocument(plain) as pages:
            pages.init_forms()
            for number, page in enumerate(pages):
                _require_readable_pictures(page)
                yield _draw_page(page, units[number], expected.get(number, []))
    except pypdfium2.PdfiumError as fault:
        raise JobRefused(pdf.UNREADABLE) from fault


def _draw_page(page: pypdfium2.PdfPage, unit: float, expected: list[pdf.Rect]) -> Image.Image:
    """The page at 200 dots an inch. Refused when nothing is seen where something is expected."""
    longest = max(*page.get_size(), 1)
    scale = max(DOTS_PER_POINT * min(max(unit, 1), MOST_UNITS), SHORTEST_PAGE / longest)
    scale = min(scale, LONGEST_SIDE / longest)
    bitmap = page.render(scale=scale)
    drawn = bitmap.to_pil().convert("RGB")
    if expected:
        without = page.render(scale=scale, draw_annots=False, may_draw_forms=False).to_pil()
        added = ImageChops.difference(drawn, without.convert("RGB"))
        places = bitmap.get_posconv(page)
        for rect in expected:
            box = _box_of(rect, places, drawn.size)
            if box and not added.crop(box).getbbox():
                raise JobRefused(pdf.NOT_DRAWN)
    return drawn


def _box_of(
    rect: pdf.Rect, places: pypdfium2.PdfPosConv, size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """A rectangle of the page in pixels, or None when it is outside."""
    left, bottom, right, top = rect
    ends = places.to_bitmap(left, bottom), places.to_bitmap(right, top)
    across, down = sorted(x for x, _ in ends), sorted(y for _, y in ends)
    box = (
        max(0, int(across[0])),
        max(0, int(down[0])),
        min(size[0], int(across[1]) + 1),
        min(size[1], int(down[1]) + 1),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None


def _require_readable_pictures(page: pypdfium2.PdfPage) -> None:
    kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    for picture in page.get_objects(filter=kinds, max_depth=MAX_DEPTH):
        if set(picture.get_filters()) & FRAGILE:
            try:
                picture.get_bitmap().close()
            except pypdfium2.PdfiumError as fault:
                raise JobRefused(pdf.PICTURE_BROKEN) from fault
