"""Decoders of uploaded pictures and PDFs, run in the sandbox without Django.

They re-encode pixels only: no metadata, no scripts and no trailing data survive.
"""

import io
import struct
import zlib
from typing import Any

import pikepdf
import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin

from hitouch.core.files import content_type, metadata, pdf, pdf_pages, pixels
from hitouch.core.sandbox.limits import JobRefused

MAX_PAGES = 10
LONGEST_SIDE = 2400
JPEG_QUALITY = 88
#: A JPEG is decoded at a fraction of its size, so that the largest of phones fit into memory.
MAX_PIXELS = {
    "JPEG": 120_000_000,
    "HEIF": 52_000_000,
    "PNG": content_type.MAX_PIXELS,
    "WEBP": content_type.MAX_PIXELS,
    "AVIF": content_type.MAX_PIXELS,
}
NOT_A_PICTURE = "We could not read this file. Use a JPEG, PNG, WebP or HEIC picture of up to 5 MB."
TOO_MANY_PIXELS = (
    "This picture is larger than {} megapixels. Choose a smaller size in the camera's settings, "
    "or send a screenshot of the picture."
)
ANIMATED = "This picture is animated. Use a still picture."
INCOMPLETE = "A part of this picture is missing. Send it again, or take a new one."
MOST_MISSING = 0.02
# One thread each: a job may use one core, and threads would need a stack from its memory.
pillow_heif.register_heif_opener(
    decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def warm_up() -> None:
    """Decode and encode something in every format, so that a confined job finds all loaded."""
    Image.init()
    for kind in MAX_PIXELS:
        out = io.BytesIO()
        Image.new("RGB", (16, 16)).save(out, kind)
        decode_image(out.getvalue())
    page = io.BytesIO()
    Image.new("RGB", (16, 16)).save(page, "PDF")
    pdf_as_pdf(page.getvalue())


def decode_image(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Re-encode a picture, upright, as a JPEG of at most 2400 pixels a side."""
    kind, orientation = content_type.detect_image_format(data), 1
    if not kind:
        raise JobRefused(NOT_A_PICTURE)
    if kind == "JPEG":
        data, orientation = metadata.plain_jpeg(data)
    elif kind == "PNG":
        data, orientation, frames = metadata.plain_png(data)
        if frames > 1:
            raise JobRefused(ANIMATED)
    try:
        found = _decoded(kind, data)
    except (OSError, SyntaxError, ValueError, struct.error, zlib.error) as fault:
        if kind not in ("JPEG", "PNG"):
            raise JobRefused(NOT_A_PICTURE) from fault
        found = _decoded_in_part(kind, data)
    if kind in ("WEBP", "AVIF"):
        orientation = metadata.orientation_of(found.info.get("exif", b""))
    return {}, encode_jpeg(pixels.upright(pixels.small_rgb(found, LONGEST_SIDE), orientation))


def _decoded(kind: str, data: bytes) -> Image.Image:
    """The pixels, a JPEG's at a fraction of its size. Raises what Pillow raises."""
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before decoding
    if kind == "JPEG":  # the class itself, which ignores the previews of a multi-picture file
        found: Image.Image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    else:
        found = Image.open(io.BytesIO(data), formats=[kind])
    if found.width * found.height > MAX_PIXELS[kind]:
        raise JobRefused(TOO_MANY_PIXELS.format(MAX_PIXELS[kind] // 1_000_000))
    # Other images in a HEIF are depth maps or further shots of a burst.
    if kind != "HEIF" and getattr(found, "n_frames", 1) > 1:
        raise JobRefused(ANIMATED)
    found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    found.load()
    return found


def _decoded_in_part(kind: str, data: bytes) -> Image.Image:
    """A picture that was cut off, when hardly anything is missing."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        found = _decoded(kind, data)
    except (OSError, SyntaxError, ValueError, struct.error, zlib.error) as fault:
        raise JobRefused(NOT_A_PICTURE) from fault
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    if kind == "JPEG":
        whole = metadata.has_all_scans(data)
        missing = pixels.grey_part(found) if whole else 1.0
    else:
        missing = pixels.empty_part(found)
    if missing > MOST_MISSING:
        raise JobRefused(INCOMPLETE)
    return found


def encode_jpeg(picture: Image.Image) -> bytes:
    """A JPEG with nothing but the pixels."""
    out = io.BytesIO()
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    plain.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


def pdf_as_picture(data: bytes, *, most_pages: int = 2) -> tuple[dict[str, Any], bytes]:
    """The pages, one below the other, as one JPEG."""
    pages = list(pdf_pages.draw(data, most_pages))
    width, height = max(page.width for page in pages), sum(page.height for page in pages)
    sheet, top = Image.new("RGB", (width, height), "white"), 0
    for page in pages:
        sheet.paste(page, (0, top))
        top += page.height
    sheet.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return {"pages": len(pages)}, encode_jpeg(sheet)


def pdf_as_pdf(data: bytes) -> tuple[dict[str, Any], bytes]:
    """A new PDF whose pages are pictures of the original pages."""
    first, *others = pdf_pages.draw(data, MAX_PAGES)
    out = io.BytesIO()
    dots = pdf_pages.DOTS_PER_POINT * 72
    first.save(out, "PDF", save_all=True, append_images=others, resolution=dots, quality=85)
    return {"pages": 1 + len(others)}, out.getvalue()


def unlock_pdf(data: bytes, *, password: str) -> tuple[dict[str, Any], bytes]:
    """The PDF without its encryption."""
    return {}, pdf.unlocked(data, password)


def pdf_is_locked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Whether a PDF needs a password to open. False for one that is unreadable."""
    try:
        with pdf.open_pdf(data):
            return {"locked": False}, b""
    except pikepdf.PasswordError:
        return {"locked": True}, b""
    except JobRefused:
        return {"locked": False}, b""
