"""Decoders of uploaded pictures and PDFs, run in the sandbox without Django.

They re-encode pixels only: no metadata, no scripts and no trailing data survive.
"""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from hitouch.core.files import content_type
from hitouch.core.sandbox.limits import JobRefused

MAX_PAGES = 10
LONGEST_SIDE = 2400
JPEG_QUALITY = 88
ROWS = 512
DOTS_PER_POINT = 200 / 72
#: PDF keys and types of active content (scripts, actions) and of embedded files.
ACTIVE_KEYS = {"/AA", "/JS", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/RichMedia"}
ACTIVE_TYPES = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Movie",
    "/Sound", "/Rendition", "/RichMedia", "/RichMediaExecute", "/3D", "/Screen", "/EmbeddedFile",
    "/FileAttachment",
}  # fmt: skip
NOT_A_PICTURE = "We could not read this file. Use a JPEG, PNG or WebP picture of up to 5 MB."
UNREADABLE_PDF = "We could not read this PDF. Save it again, or upload pictures of its pages."


def decode_image(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Re-encode a picture, upright, as a JPEG of at most 2400 pixels a side."""
    kind = content_type.detect_image_format(data)
    if not kind:
        raise JobRefused(NOT_A_PICTURE)
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before decoding
    with Image.open(io.BytesIO(data), formats=[kind]) as found:
        if found.width * found.height > content_type.MAX_PIXELS:
            raise JobRefused("This picture is larger than 40 megapixels. Use a smaller one.")
        if kind != "JPEG" and getattr(found, "n_frames", 1) > 1:
            raise JobRefused("This picture is animated. Use a still picture.")
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        orientation = found.getexif().get(0x0112, 1)
        small = _downscale(found)
    small.getexif()[0x0112] = orientation
    return {}, encode_jpeg(ImageOps.exif_transpose(small))


def _downscale(found: Image.Image) -> Image.Image:
    """Downscale before converting the colour space, so that there are never two large copies."""
    while max(found.size) >= 2 * LONGEST_SIDE and "A" in found.getbands():
        found = _halve(found)
    if found.mode in ("P", "1", "CMYK", "I", "I;16", "F"):
        found = found.convert("RGB")
    found.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _on_white(found) if "A" in found.getbands() else found.convert("RGB")


def _halve(found: Image.Image) -> Image.Image:
    """Halve the size, some rows at a time: with alpha Pillow would copy the whole picture."""
    half = Image.new("RGBA", (-(-found.width // 2), -(-found.height // 2)))
    for top in range(0, found.height, ROWS):
        rows = found.crop((0, top, found.width, min(top + ROWS, found.height)))
        half.paste(rows.convert("RGBA").reduce(2), (0, top // 2))
    return half


def _on_white(found: Image.Image) -> Image.Image:
    """Paste onto white, some rows at a time."""
    paper = Image.new("RGB", found.size, "white")
    for top in range(0, found.height, ROWS):
        rows = found.crop((0, top, found.width, min(top + ROWS, found.height))).convert("RGBA")
        paper.paste(rows.convert("RGB"), (0, top), rows.getchannel("A"))
    return paper


def encode_jpeg(pixels: Image.Image) -> bytes:
    """A JPEG with nothing but the pixels."""
    out = io.BytesIO()
    plain = Image.new("RGB", pixels.size)
    plain.paste(pixels)
    plain.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


def pdf_as_picture(data: bytes, *, most_pages: int = 2) -> tuple[dict[str, Any], bytes]:
    """The pages, one below the other, as one JPEG."""
    pages = list(_pages(data, most_pages))
    width, height = max(page.width for page in pages), sum(page.height for page in pages)
    sheet, top = Image.new("RGB", (width, height), "white"), 0
    for page in pages:
        sheet.paste(page, (0, top))
        top += page.height
    sheet.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return {"pages": len(pages)}, encode_jpeg(sheet)


def pdf_as_pdf(data: bytes) -> tuple[dict[str, Any], bytes]:
    """A new PDF whose pages are pictures of the original pages."""
    first, *others = _pages(data, MAX_PAGES)
    out = io.BytesIO()
    dots = DOTS_PER_POINT * 72
    first.save(out, "PDF", save_all=True, append_images=others, resolution=dots, quality=85)
    return {"pages": 1 + len(others)}, out.getvalue()


def _pages(data: bytes, most: int) -> Iterator[Image.Image]:
    reject_active_content(data, most)
    try:
        with pypdfium2.PdfDocument(data) as pages:
            for page in pages:
                longest = max(*page.get_size(), 1)
                scale = min(DOTS_PER_POINT, LONGEST_SIDE / longest)
                yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as fault:
        raise JobRefused(UNREADABLE_PDF) from fault


def reject_active_content(data: bytes, most: int) -> None:
    """Refuse a PDF that is encrypted, too long, or has scripts or embedded files."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise JobRefused("This PDF is locked. Save it without a password and try again.")
            if not 1 <= len(pdf.pages) <= most:
                raise JobRefused(f"Use a PDF of 1 to {most} pages.")
            if any(_is_active(thing) for thing in _dictionaries(pdf.objects)):
                raise JobRefused("This PDF contains a script or another file. Use a plain PDF.")
    except pikepdf.PasswordError as locked:
        raise JobRefused(
            "This PDF is locked. Save it without a password and try again."
        ) from locked
    except pikepdf.PdfError as fault:
        raise JobRefused(UNREADABLE_PDF) from fault


def _dictionaries(objects: Iterable[Any]) -> Iterator[Any]:
    """All dictionaries and streams, also those nested directly in others."""
    waiting = list(objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            inside: list[Any] = list(thing)
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            inside = [value for _, value in thing.items()]
        else:
            continue
        waiting += [each for each in inside if _is_inline(each)]


def _is_inline(thing: Any) -> bool:
    holds = isinstance(thing, (pikepdf.Array, pikepdf.Dictionary))
    return holds and not thing.is_indirect


def _is_active(thing: Any) -> bool:
    if ACTIVE_KEYS & set(thing.keys()):
        return True
    kinds = {str(thing.get(key)) for key in ("/S", "/Subtype", "/Type") if key in thing}
    return bool(ACTIVE_TYPES & kinds)
