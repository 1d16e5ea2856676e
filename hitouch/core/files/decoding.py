"""Decoders of uploaded pictures and PDFs, run in the sandbox without Django.

They re-encode pixels only: no metadata, no scripts and no trailing data survive.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
import pillow_heif
import pypdfium2
from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin

from hitouch.core.files import content_type, metadata, pixels
from hitouch.core.sandbox.limits import JobRefused

MAX_PAGES = 10
LONGEST_SIDE = 2400
JPEG_QUALITY = 88
DOTS_PER_POINT = 200 / 72
#: A JPEG is decoded at a fraction of its size, so that the largest of phones fit into memory.
MAX_PIXELS = {
    "JPEG": 120_000_000,
    "HEIF": 52_000_000,
    "PNG": content_type.MAX_PIXELS,
    "WEBP": content_type.MAX_PIXELS,
    "AVIF": content_type.MAX_PIXELS,
}
#: PDF keys and types of active content (scripts, actions) and of embedded files.
ACTIVE_KEYS = {"/AA", "/JS", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/RichMedia"}
ACTIVE_TYPES = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Movie",
    "/Sound", "/Rendition", "/RichMedia", "/RichMediaExecute", "/3D", "/Screen", "/EmbeddedFile",
    "/FileAttachment",
}  # fmt: skip
NOT_A_PICTURE = "We could not read this file. Use a JPEG, PNG, WebP or HEIC picture of up to 5 MB."
TOO_MANY_PIXELS = (
    "This picture is larger than {} megapixels. Choose a smaller size in the camera's settings, "
    "or send a screenshot of the picture."
)
ANIMATED = "This picture is animated. Use a still picture."
INCOMPLETE = "A part of this picture is missing. Send it again, or take a new one."
MOST_MISSING = 0.02
UNREADABLE_PDF = "We could not read this PDF. Save it again, or upload pictures of its pages."
LOCKED_PDF = (
    "This PDF is locked with a password. Save it without one, or upload pictures of its pages."
)
UNKNOWN_LOCK = "This PDF is locked in a way we cannot open. Upload pictures of its pages."
PASSWORD_NEEDED, WRONG_PASSWORD = "password_needed", "wrong_password"
MAX_PASSWORD = 127  #: bytes; the longest that a PDF can have

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
    for encryption in (
        pikepdf.Encryption(owner="", R=6),
        pikepdf.Encryption(owner="", R=4),
        pikepdf.Encryption(owner="", R=3, aes=False, metadata=False),
    ):
        locked = io.BytesIO()
        with pikepdf.open(page) as pdf:
            pdf.save(locked, encryption=encryption)
        pdf_as_pdf(unlock_pdf(locked.getvalue(), password="")[1])


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
    try:
        with pypdfium2.PdfDocument(checked_pdf(data, most)) as pages:
            for page in pages:
                longest = max(*page.get_size(), 1)
                scale = min(DOTS_PER_POINT, LONGEST_SIDE / longest)
                yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as fault:
        raise JobRefused(UNREADABLE_PDF) from fault


def unlock_pdf(data: bytes, *, password: str) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: the PDF without its encryption. A PDF that is not locked stays as it is."""
    for attempt in (b"", *_spellings(password)):
        try:
            with _open(data, attempt) as pdf:
                return {}, _plain_copy(pdf) if pdf.is_encrypted else data
        except pikepdf.PasswordError:
            continue
    raise JobRefused("", code=WRONG_PASSWORD)


def pdf_is_locked(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Sandbox job: whether a PDF needs a password to open. False for one that is unreadable."""
    try:
        with _open(data):
            return {"locked": False}, b""
    except pikepdf.PasswordError:
        return {"locked": True}, b""
    except JobRefused:
        return {"locked": False}, b""


def _spellings(password: str) -> list[bytes]:
    """As typed, without blanks around it, and in capitals, as e-Aadhaar passwords are.

    Older PDFs encode passwords in Latin-1, newer ones in UTF-8.
    """
    typed = dict.fromkeys(
        (password, password.strip(), password.strip().upper(), "".join(password.upper().split()))
    )
    encoded = [word.encode(errors="replace") for word in typed]
    encoded += [word.encode("latin-1", errors="replace") for word in typed]
    return [word for word in dict.fromkeys(encoded) if len(word) <= MAX_PASSWORD and 0 not in word]


def _open(data: bytes, password: bytes | str = "") -> pikepdf.Pdf:
    """Open a PDF from its header on. Raises `PasswordError` or `JobRefused`."""
    start = max(content_type.find_pdf_header(data), 0)
    try:
        return pikepdf.open(io.BytesIO(data[start:]), password=password)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError as fault:
        locked = "encrypt" in str(fault).lower()
        raise JobRefused(UNKNOWN_LOCK if locked else UNREADABLE_PDF) from fault


def _plain_copy(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, encryption=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def checked_pdf(data: bytes, most: int) -> bytes:
    """The PDF without encryption; refused when too long, or with scripts or embedded files.

    One that only restricts printing or copying opens without a password, and is taken.
    """
    try:
        with _open(data) as pdf:
            if not 1 <= len(pdf.pages) <= most:
                raise JobRefused(f"Use a PDF of 1 to {most} pages.")
            if any(_is_active(thing) for thing in _dictionaries(pdf.objects)):
                raise JobRefused("This PDF contains a script or another file. Use a plain PDF.")
            return _plain_copy(pdf)
    except pikepdf.PasswordError as locked:
        raise JobRefused(LOCKED_PDF, code=PASSWORD_NEEDED) from locked
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
