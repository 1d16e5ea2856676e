"""Stored pictures look like the uploaded ones: mode, depth, colour space and orientation."""

import io
import struct
import zlib

import cv2
import numpy as np
import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

from hitouch.core.files import storage

pillow_heif.register_heif_opener()
WIDTH, HEIGHT = 256, 96
RAMP = np.tile(np.linspace(0, 65535, WIDTH).astype(np.uint16), (HEIGHT, 1))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def kept(data: bytes) -> np.ndarray:
    """The pixels that are stored."""
    with Image.open(io.BytesIO(storage.fresh_picture(SimpleUploadedFile("a", data)))) as picture:
        assert picture.mode == "RGB"
        assert not picture.getexif()
        return np.asarray(picture).astype(int)


def seen(picture: np.ndarray) -> np.ndarray:
    """8-bit RGB as read by OpenCV, an independent decoder."""
    return picture[..., ::-1].astype(int)


def assert_alike(one: np.ndarray, other: np.ndarray, most: float = 6) -> None:
    assert one.shape == other.shape
    assert np.abs(one - other).mean() < most


def photo() -> Image.Image:
    """Colours without sharp edges, so that a JPEG changes little."""
    across, down = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    bands = [across * 255 // WIDTH, down * 255 // HEIGHT, 255 - across * 255 // WIDTH]
    return Image.fromarray(np.dstack(bands).astype(np.uint8))


def card() -> Image.Image:
    """A pattern that looks different in every orientation."""
    picture = Image.new("RGB", (160, 80), "white")
    picture.paste("black", (10, 10, 60, 30))
    return picture


def test_sixteen_bits_of_grey_are_kept_as_seen() -> None:
    """A 16-bit grey PNG keeps its grey levels."""
    _, data = cv2.imencode(".png", RAMP)
    pixels = kept(data.tobytes())
    assert_alike(pixels[..., 0], (RAMP // 257).astype(int), 2)


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_fewer_bits_in_a_picture_of_sixteen(bits: int) -> None:
    """Samples of fewer bits are scaled, so that the picture is not nearly black."""
    _, data = cv2.imencode(".png", RAMP >> (16 - bits))
    assert_alike(kept(data.tobytes())[..., 0], (RAMP // 257).astype(int), 2)


def test_sixteen_bits_of_colour_are_kept_as_seen() -> None:
    """A 16-bit RGB PNG keeps its colours, with and without alpha."""
    colours = np.dstack([RAMP, RAMP[:, ::-1], np.full_like(RAMP, 30000)])
    clear = np.dstack([colours, np.full_like(RAMP, 65535)])
    for picture in (colours, clear):
        _, data = cv2.imencode(".png", picture)
        assert_alike(kept(data.tobytes()), seen(colours // 257), 4)


def test_sixteen_bits_with_a_transparent_level() -> None:
    """The level that `tRNS` names is white, the others stay."""
    _, data = cv2.imencode(".png", np.vstack([RAMP, np.full_like(RAMP, 1000)]))
    raw = data.tobytes()
    chunk = b"tRNS" + struct.pack("!H", 1000)
    trns = struct.pack("!I", 2) + chunk + struct.pack("!I", zlib.crc32(chunk))
    at = raw.index(b"IDAT") - 4
    pixels = kept(raw[:at] + trns + raw[at:])
    assert pixels[-20:].min() > 245
    assert pixels[:HEIGHT, 100].mean() < 120


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_few_levels_of_grey_are_kept_as_seen(bits: int) -> None:
    """Scans in black and white or few greys."""
    levels = (np.arange(WIDTH) * 2**bits // WIDTH).astype(np.uint8)
    picture = Image.fromarray(np.tile(levels, (HEIGHT, 1)), "P")
    picture.putpalette([round(n * 255 / (2**bits - 1)) for n in range(2**bits) for _ in range(3)])
    expected = levels.astype(int) * 255 // (2**bits - 1)
    pixels = kept(encoded(picture, "PNG", bits=bits))
    assert np.abs(pixels[HEIGHT // 2, :, 0] - expected).mean() < 6


def test_what_shines_through_is_white() -> None:
    """In alpha, in grey with alpha, in a palette's transparency, in one transparent colour."""
    left = Image.new("L", (WIDTH, HEIGHT), 255)
    left.paste(0, (WIDTH // 2, 0, WIDTH, HEIGHT))
    rgba, grey = photo(), Image.new("L", (WIDTH, HEIGHT), 40)
    rgba.putalpha(left)
    grey.putalpha(left)
    palette = Image.new("P", (WIDTH, HEIGHT), 0)
    palette.putpalette([200, 0, 0, 0, 0, 0])
    palette.paste(1, (WIDTH // 2, 0, WIDTH, HEIGHT))
    colour = Image.new("RGB", (WIDTH, HEIGHT), (200, 0, 0))
    colour.paste((1, 2, 3), (WIDTH // 2, 0, WIDTH, HEIGHT))
    files = [
        encoded(rgba, "PNG"), encoded(grey, "PNG"), encoded(rgba, "WEBP", lossless=True),
        encoded(palette, "PNG", transparency=1), encoded(colour, "PNG", transparency=(1, 2, 3)),
    ]  # fmt: skip
    for data in files:
        pixels = kept(data)
        assert pixels[:, -20:].min() > 245
        assert pixels[:, :20].mean() < 200


def test_half_transparent_is_mixed_with_white() -> None:
    """Partial transparency is blended with white."""
    half = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 128))
    assert abs(kept(encoded(half, "PNG")).mean() - 127) < 4


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_for_print_is_kept_as_seen(progressive: bool) -> None:
    """CMYK with Adobe's inverted values, as image editors save it."""
    data = encoded(photo().convert("CMYK"), "JPEG", quality=95, progressive=progressive)
    assert_alike(kept(data), np.asarray(photo()).astype(int), 12)


def test_the_colours_of_a_profile_become_those_of_the_screen() -> None:
    """A profile that calls red what sRGB calls blue: colours are converted, not only copied."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"zzzz").replace(b"bXYZ", b"rXYZ").replace(b"zzzz", b"bXYZ")
    red = Image.new("RGB", (WIDTH, HEIGHT), (220, 20, 20))
    for kind in ("JPEG", "PNG", "WEBP"):
        pixels = kept(encoded(red, kind, icc_profile=swapped, quality=95)).mean(axis=(0, 1))
        assert pixels[2] > 180
        assert pixels[0] < 60


def test_the_profile_of_a_heic_is_applied() -> None:
    """HEIC pictures have a wide-gamut ICC profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"zzzz").replace(b"bXYZ", b"rXYZ").replace(b"zzzz", b"bXYZ")
    red = Image.new("RGB", (WIDTH, HEIGHT), (220, 20, 20))
    for kind in ("HEIF", "AVIF"):
        assert kept(encoded(red, kind, icc_profile=swapped)).mean(axis=(0, 1))[2] > 180


@pytest.mark.parametrize("profile", [b"", b"broken" * 99, bytes(4000)])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    """The picture is kept in its own colours."""
    for kind in ("JPEG", "PNG", "WEBP"):
        data = encoded(photo(), kind, icc_profile=profile, quality=95)
        assert_alike(kept(data), np.asarray(photo()).astype(int))


def test_the_gamma_of_a_png_is_applied() -> None:
    """A PNG with linear light is not stored too dark."""
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", struct.pack("!I", 100_000))
    grey = Image.new("RGB", (WIDTH, HEIGHT), (55, 55, 55))
    assert abs(kept(encoded(grey, "PNG", pnginfo=info)).mean() - 255 * (55 / 255) ** (1 / 2.2)) < 4
    usual = PngImagePlugin.PngInfo()
    usual.add(b"gAMA", struct.pack("!I", 45_455))
    assert abs(kept(encoded(grey, "PNG", pnginfo=usual)).mean() - 55) < 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied(orientation: int, kind: str) -> None:
    """All eight EXIF orientations."""
    undo = {1: [], 2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}[orientation]
    picture = card()
    for turn in undo:
        picture = picture.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_alike(
        kept(encoded(picture, kind, exif=exif, quality=95)), np.asarray(card()).astype(int)
    )


ONE_ENTRY = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01"
BROKEN_EXIF = {
    "no TIFF head": b"Exif\x00\x00garbage!" * 3,
    "nothing": b"Exif\x00\x00",
    "cut off": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\x00\x12\x01",
    "orientation 77": ONE_ENTRY + b"\x03\x00\x01\x00\x00\x00M\x00\x00\x00",
    "orientation as text": ONE_ENTRY + b"\x02\x00\x04\x00\x00\x00six\x00\x00\x00\x00\x00",
    "circle": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00",
    "offset outside": b"Exif\x00\x00II*\x00\xff\xff\xff\x7f",
}


@pytest.mark.parametrize("exif", BROKEN_EXIF.values(), ids=BROKEN_EXIF)
def test_broken_exif_is_dropped_and_the_picture_kept(exif: bytes) -> None:
    """Messengers and editors break it; the pixels do not depend on it."""
    for kind in ("JPEG", "PNG", "WEBP"):
        assert_alike(
            kept(encoded(card(), kind, exif=exif, quality=95)), np.asarray(card()).astype(int)
        )


def test_other_broken_segments_are_dropped() -> None:
    """Photoshop's, multi-picture, XMP and comment segments of a JPEG, text chunks of a PNG."""
    data = encoded(card(), "JPEG", quality=95)
    for marker, body in [
        (0xED, b"Photoshop 3.0\x008BIM\x04"), (0xE2, b"MPF\x00MM\x00*\xff\xff\xff\xff"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x"), (0xE0, b"JFIF\x00"), (0xFE, b"\xff" * 9),
        (0xE2, b"ICC_PROFILE\x00\x05\x09half"), (0xE5, b""),
    ]:  # fmt: skip
        segment = bytes([0xFF, marker]) + struct.pack("!H", len(body) + 2) + body
        assert_alike(kept(data[:2] + segment + data[2:]), np.asarray(card()).astype(int))
    png = encoded(card(), "PNG")
    at = png.index(b"IDAT") - 4
    for kind in (b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"eXIf", b"caBX"):
        chunk = struct.pack("!I", 5) + kind + b"\xff\x00\x01\x02\x03" + b"\x00BAD"
        assert_alike(kept(png[:at] + chunk + png[at:]), np.asarray(card()).astype(int))


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"restart_marker_rows": 1}], ids=str
)
@pytest.mark.parametrize("cut", [1, 2, 3, 20])
def test_a_jpeg_some_bytes_short_is_kept(options: dict[str, object], cut: int) -> None:
    """Messengers cut off the end marker and a little before it; hardly anything is missing."""
    picture = Image.effect_noise((640, 480), 60).convert("RGB")
    data = encoded(picture, "JPEG", quality=90, **options)
    pixels = kept(data[:-cut])
    assert_alike(pixels[:460], np.asarray(picture).astype(int)[:460], 20)
    assert pixels.shape == (480, 640, 3)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=str)
def test_a_jpeg_that_lacks_a_part_is_refused(options: dict[str, object], part: float) -> None:
    """A truncated JPEG, baseline or progressive, is refused."""
    picture = Image.effect_noise((640, 480), 60).convert("RGB")
    data = encoded(picture, "JPEG", quality=90, **options)
    if options and part == 0.9:
        return  # the last scan refines: whether it is cut off can hardly be seen
    with pytest.raises(storage.InvalidFile, match="missing"):
        kept(data[: int(len(data) * part)])


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("rest", [b"", bytes(9000)], ids=["cut off", "filled with zeros"])
def test_a_jpeg_whose_transfer_broke_off_is_refused(mode: str, rest: bytes) -> None:
    """In every colour space, also when the rest of the file is there but empty."""
    picture = Image.effect_noise((640, 480), 60).convert(mode)
    data = encoded(picture, "JPEG", quality=90)
    with pytest.raises(storage.InvalidFile, match="missing"):
        kept(data[: len(data) // 2] + rest)
    assert kept(data + rest).shape == (480, 640, 3)


def test_a_png_without_its_end_is_kept_and_half_of_one_refused() -> None:
    """The end chunk holds no pixels; what comes before does."""
    picture = Image.effect_noise((320, 240), 60)
    data = encoded(picture, "PNG")
    for cut in (2, 12, 14, 20):
        assert_alike(kept(data[:-cut])[..., 0], np.asarray(picture).astype(int))
    with pytest.raises(storage.InvalidFile, match="missing"):
        kept(data[: len(data) // 2])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_follows_a_picture_is_dropped(kind: str) -> None:
    """Motion photos have a video behind the picture, some downloads a web page."""
    data = encoded(card(), kind, quality=95)
    assert_alike(
        kept(data + b"\x00\x00\x00\x18ftypmp42" + bytes(5000)), np.asarray(card()).astype(int), 8
    )


def test_a_jpeg_of_several_pictures_is_its_first() -> None:
    """Phones append a gain map or a preview (multi-picture format, Ultra HDR)."""
    data = encoded(
        card(), "MPO", save_all=True, append_images=[Image.new("RGB", (80, 40), "red")], quality=95
    )
    assert_alike(kept(data), np.asarray(card()).astype(int))


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_an_animation_is_refused_by_name(kind: str) -> None:
    """The message says what is wrong; a file of one frame is a picture."""
    others = [Image.new("RGB", (160, 80), colour) for colour in ("red", "blue")]
    with pytest.raises(storage.InvalidFile, match="animated"):
        kept(encoded(card(), kind, save_all=True, append_images=others, duration=50))
    assert kept(encoded(card(), kind, save_all=True)).shape == (80, 160, 3)
