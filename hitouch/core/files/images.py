"""Pictures as a person sees them: upright, dark or bright, cut to a part."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from hitouch.core.files import storage

#: The brightest 5 % of a picture that is too dark are darker than this, of 255. Asked of the whole
#: picture and not of a face, so that it is about the light and not about the skin.
LEAST_LIGHT = 60
LONGEST_CUT = 900
QUALITY = 90
Around = tuple[float, float, float, float]


def upright(picture: bytes) -> Image.Image:
    """The picture turned as its EXIF says. Raises `BadFile`."""
    try:
        with Image.open(BytesIO(picture), formats=storage.IMAGE_FORMATS) as opened:
            if opened.width * opened.height > storage.MAX_PIXELS:
                raise storage.InvalidFile
            return ImageOps.exif_transpose(opened).convert("RGB")
    except storage.PICTURE_FAULTS as fault:
        raise storage.InvalidFile from fault


def is_too_dark(picture: bytes) -> bool:
    """Whether even the brightest parts are dark."""
    grey = upright(picture).convert("L")
    grey.thumbnail((200, 200))
    return float(np.percentile(np.asarray(grey), 95)) < LEAST_LIGHT


def crop(picture: bytes, around: Around) -> bytes:
    """What lies between left, top, right and bottom, as a fresh JPEG of at most 900 pixels."""
    whole = upright(picture)
    left, top, right, bottom = (round(edge) for edge in around)
    inside = (max(0, left), max(0, top), min(whole.width, right), min(whole.height, bottom))
    part = whole.crop(inside)
    part.thumbnail((LONGEST_CUT, LONGEST_CUT))
    out = BytesIO()
    part.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
