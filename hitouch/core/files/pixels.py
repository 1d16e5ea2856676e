"""Converts decoded pictures of every mode and colour space to small RGB pictures, as seen."""

import io
from contextlib import suppress

import numpy as np
from PIL import Image, ImageCms

ROWS = 512
#: The lightest grey of 16 bits; pictures whose levels fit into so many bits are of fewer bits.
SIXTEEN_BITS, SCANNER_BITS = 65535, 14
SRGB = ImageCms.createProfile("sRGB")
#: The exponent by which sRGB screens show a PNG; others than this by a twentieth are corrected.
SCREEN_GAMMA, GAMMA_TOLERANCE = 2.2, 0.05
#: Side of the blocks of a JPEG, and the grey of blocks that were cut off (127 when inverted).
BLOCK, MISSING_GREY = 8, 128
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture turned by its EXIF orientation."""
    turn = TURNED.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def small_rgb(found: Image.Image, longest_side: int) -> Image.Image:
    """RGB pixels on white in sRGB, of at most so many pixels a side.

    Downscales before converting the colour space, so that there are never two large copies.
    """
    profile, exponent = found.info.get("icc_profile"), _gamma_exponent(found)
    if found.mode in ("I;16", "I;16B", "I;16L", "I"):
        found = _eight_bits(found)
    has_alpha = "A" in found.getbands() or "a" in found.getbands() or "transparency" in found.info
    while max(found.size) >= 2 * longest_side and has_alpha:
        found = _halve(found)
    if has_alpha:
        found = found if found.mode in ("LA", "RGBA") else found.convert("RGBA")
    elif found.mode in ("P", "1"):
        found = found.convert("RGB")
    found.thumbnail((longest_side, longest_side))
    found = _in_srgb(found, profile)
    if exponent:
        found = _with_gamma(found, exponent)
    return _on_white(found) if has_alpha else found.convert("RGB")


def grey_part(found: Image.Image) -> float:
    """Which part of a JPEG consists of blocks in the grey that stands for missing data."""
    levels = np.asarray(found)
    bands = levels.reshape(*levels.shape[:2], -1)
    grey = np.all((bands >= MISSING_GREY - 1) & (bands <= MISSING_GREY), axis=2, keepdims=False)
    side = max(1, min(BLOCK, *found.size))
    height, width = (length // side * side for length in grey.shape)
    blocks = grey[:height, :width].reshape(height // side, side, width // side, side)
    return float(blocks.all(axis=(1, 3)).mean())


def empty_part(found: Image.Image) -> float:
    """Which part of the rows, counted from the bottom, holds nothing."""
    rows = np.asarray(found).reshape(found.height, -1).any(axis=1)
    filled = np.flatnonzero(rows)
    return 1 - (int(filled[-1]) + 1 if filled.size else 0) / found.height


def _eight_bits(found: Image.Image) -> Image.Image:
    """16-bit grey levels as 8-bit ones, some rows at a time; Pillow would cut them off at 255.

    Scanners of 10 to 14 bits write their levels unchanged: by the standard nearly black.
    """
    brightest = max(
        int(np.asarray(found.crop((0, top, found.width, min(top + ROWS, found.height)))).max())
        for top in range(0, found.height, ROWS)
    )
    bits = max(8, brightest.bit_length())
    white = 2**bits - 1 if bits <= SCANNER_BITS else SIXTEEN_BITS
    transparent = found.info.get("transparency")
    small = Image.new("L" if transparent is None else "LA", found.size)
    for top in range(0, found.height, ROWS):
        rows = np.asarray(found.crop((0, top, found.width, min(top + ROWS, found.height))))
        levels = np.clip(rows, 0, white).astype(np.float32) * (255 / white)
        part = Image.fromarray(np.rint(levels).astype(np.uint8))
        if isinstance(transparent, int):
            part.putalpha(Image.fromarray(np.where(rows == transparent, 0, 255).astype(np.uint8)))
        small.paste(part, (0, top))
    return small


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


def _in_srgb(found: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert from the colours of an embedded profile; one that is broken is ignored."""
    if not profile:
        return found
    alpha = found.getchannel("A") if "A" in found.getbands() else None
    colours = found.convert(found.mode[:-1]) if alpha else found
    with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            colours, opened, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
        )
        if converted is not None:
            found = converted
            if alpha:
                found.putalpha(alpha)
    return found


def _gamma_exponent(found: Image.Image) -> float:
    """What a PNG's `gAMA` asks for beyond the usual; 0 for nothing."""
    gamma = found.info.get("gamma")
    if not gamma or not 0.1 <= gamma <= 5 or "srgb" in found.info or "icc_profile" in found.info:
        return 0.0
    exponent = 1 / (SCREEN_GAMMA * float(gamma))
    return exponent if abs(exponent - 1) > GAMMA_TOLERANCE else 0.0


def _with_gamma(found: Image.Image, exponent: float) -> Image.Image:
    curve = [round(255 * (level / 255) ** exponent) for level in range(256)]
    straight = list(range(256))
    bands = found.getbands()
    return found.point([value for band in bands for value in (straight if band == "A" else curve)])
