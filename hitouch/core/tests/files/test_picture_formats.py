"""HEIC and AVIF pictures of phones, and pictures of many megapixels."""

import io

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hitouch.core.files import content_type, storage

pillow_heif.register_heif_opener()


def two_colours(size: tuple[int, int] = (200, 100)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(storage.fresh_picture(SimpleUploadedFile("a.heic", data))))
    assert picture.format == "JPEG"
    return picture


def looks(picture: Image.Image, at: tuple[int, int], colour: str) -> bool:
    wanted = {"red": (255, 0, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}[colour]
    found = picture.convert("RGB").getpixel(at)
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_picture_of_a_phone_is_decoded(kind: str) -> None:
    """HEIC, as iPhones and Samsungs save it, and AVIF."""
    kept = decoded(encoded(two_colours(), kind))
    assert kept.size == (200, 100)
    assert looks(kept, (20, 50), "red")
    assert looks(kept, (180, 50), "blue")


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_its_orientation_is_applied_once(kind: str) -> None:
    """The container turns the picture; EXIF says the same and must not turn it again."""
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = decoded(encoded(two_colours(), kind, exif=exif.tobytes()))
    assert kept.size == (100, 200)
    assert looks(kept, (50, 20), "red")
    assert looks(kept, (50, 180), "blue")


def test_what_shines_through_becomes_white() -> None:
    """HEIF may have an alpha channel."""
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert looks(decoded(encoded(clear, "HEIF")), (30, 30), "white")


def test_only_the_primary_image_of_a_burst_is_read() -> None:
    """A HEIF of several pictures is its primary one."""
    kept = decoded(encoded(two_colours(), "HEIF", save_all=True, append_images=[two_colours()]))
    assert looks(kept, (20, 50), "red")


@pytest.mark.parametrize("brands", [b"isom", b"qt  ", b"mp42", b"M4A ", b"crx "])
def test_a_film_is_no_picture(brands: bytes) -> None:
    """Videos and raw files use the same container."""
    data = b"\x00\x00\x00\x18ftyp" + brands + b"\x00" * 12 + b"moov" * 20
    assert content_type.detect_kind(data) == "other"
    with pytest.raises(storage.InvalidFile):
        decoded(data)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_half_a_picture_is_refused(kind: str) -> None:
    """A file that was cut off is not taken for a whole one."""
    data = encoded(Image.effect_noise((300, 300), 80).convert("RGB"), kind)
    with pytest.raises(storage.InvalidFile):
        decoded(data[: len(data) // 2])


def test_a_jpeg_of_108_megapixels_is_decoded() -> None:
    """The largest of phones; it is decoded at a quarter of its size, within the memory limit."""
    data = encoded(Image.new("L", (12000, 9000), 200), "JPEG")
    assert decoded(data).size == (2400, 1800)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_picture_of_39_megapixels_is_decoded(kind: str) -> None:
    """Every format up to its limit fits into the memory of the sandbox."""
    options = {"method": 0} if kind == "WEBP" else {"compress_level": 1}
    data = encoded(Image.new("RGB", (7200, 5400), "teal"), kind, **options)
    assert decoded(data).size == (2400, 1800)


def test_a_picture_of_too_many_pixels_is_refused_with_advice() -> None:
    """The refusal says that the picture is too large and what to do."""
    data = encoded(Image.new("1", (9000, 9000)), "PNG")
    with pytest.raises(storage.InvalidFile, match="larger than 40 megapixels"):
        decoded(data)
