"""Picture helpers: turn upright, detect dark pictures, crop."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from hitouch.core.files import storage

#: A picture is too dark when even its 95th percentile of brightness is below this (of 255). The
#: whole picture is measured, not the face, so that it depends on the light and not on the skin.
LEAST_LIGHT = 60
LONGEST_CROP = 900
QUALITY = 90
Around = tuple[float, float, float, float]


def upright(picture: bytes) -> Image.Image:
    """The picture turned upright by its EXIF orientation. Raises `InvalidFile`."""
    try:
        with Image.open(BytesIO(picture), formats=storage.IMAGE_FORMATS) as opened:
            if opened.width * opened.height > storage.MAX_PIXELS:
                raise storage.InvalidFile
            return ImageOps.exif_transpose(opened).convert("RGB")
    except storage.PICTURE_FAULTS as fault:
        raise storage.InvalidFile from fault


def is_too_dark(picture: bytes) -> bool:
    """Whether the picture is too dark to be useful."""
    grey = upright(picture).convert("L")
    grey.thumbnail((200, 200))
    return float(np.percentile(np.asarray(grey), 95)) < LEAST_LIGHT


def crop(picture: bytes, around: Around) -> bytes:
    """The part between left, top, right and bottom, as a JPEG of at most 900 pixels a side."""
    whole = upright(picture)
    left, top, right, bottom = (round(edge) for edge in around)
    inside = (max(0, left), max(0, top), min(whole.width, right), min(whole.height, bottom))
    part = whole.crop(inside)
    part.thumbnail((LONGEST_CROP, LONGEST_CROP))
    out = BytesIO()
    part.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
