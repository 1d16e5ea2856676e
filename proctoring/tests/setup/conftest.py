"""Fixtures of the checks before an assessment."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hitouch.core.files import storage
from proctoring.tests.support.sound import encode, voice_like

SAMPLES = Path(__file__).resolve().parents[3] / "onboarding" / "demo" / "samples"
PORTRAIT, ANOTHER = SAMPLES / "portrait.jpg", SAMPLES / "another-portrait.jpg"


def picture(source=PORTRAIT, *, light: float = 1.0) -> SimpleUploadedFile:
    """A still with somebody's face, as bright as told."""
    image = Image.open(source).convert("RGB").point(lambda value: value * light)
    data = BytesIO()
    image.save(data, "JPEG", quality=90)
    return SimpleUploadedFile("still.jpg", data.getvalue(), "image/jpeg")


def flat(size: tuple[int, int] = (640, 480)) -> SimpleUploadedFile:
    """A rectangle in one colour: a covered camera, or a program that has none."""
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, "JPEG")
    return SimpleUploadedFile("still.jpg", data.getvalue(), "image/jpeg")


def sound(seconds: float = 3.0, *, level: float = 0.3) -> SimpleUploadedFile:
    """A voice as loud as told."""
    data = encode(voice_like(seconds, level=level))
    return SimpleUploadedFile("sound.webm", data, "audio/webm")


@pytest.fixture
def known(asha):
    """Asha with a profile photo."""
    asha.photo = storage.store_bytes(
        PORTRAIT.read_bytes(), name="photo.jpg", content_type="image/jpeg", purpose="agent-photo"
    )
    asha.save()
    return asha
