"""Decoder of the portrait in a signed document, run in the sandbox without Django."""

import io
from typing import Any

from PIL import Image

from hitouch.core.files import content_type
from hitouch.core.files.decoding import LONGEST_SIDE, decode_image, encode_jpeg
from hitouch.core.sandbox.limits import JobRefused

#: A JP2 file, and a bare code stream. UIDAI uses JPEG 2000 where little space is, as in QR codes.
JPEG_2000 = (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")


def warm_up() -> None:
    """Load the decoder of JPEG 2000: a job in the sandbox cannot open files."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "JPEG2000")
    decode_portrait(out.getvalue())


def decode_portrait(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Re-encode a portrait as a JPEG, as uploads are, also from JPEG 2000."""
    if not data.startswith(JPEG_2000):
        return decode_image(data)
    with Image.open(io.BytesIO(data), formats=["JPEG2000"]) as found:
        if found.width * found.height > content_type.MAX_PIXELS:
            raise JobRefused("too large")
        small = found.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return {}, encode_jpeg(small)
