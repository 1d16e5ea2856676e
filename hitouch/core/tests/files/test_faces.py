"""Faces in pictures, found and compared by the real models."""

import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageOps

from hitouch.core.files import faces, storage
from hitouch.core.files import images as files_images
from hitouch.core.monitoring import health
from tests.support.waiting import DEADLINE_SECONDS

SAMPLES = Path(__file__).resolve().parents[4] / "onboarding" / "demo" / "samples"
PORTRAIT = (SAMPLES / "portrait.jpg").read_bytes()
ANOTHER = (SAMPLES / "another-portrait.jpg").read_bytes()


def opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture)).convert("RGB")


def jpeg(image: Image.Image, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=85, **options)
    return out.getvalue()


def drawn() -> bytes:
    """A drawing that resembles a face and must not be detected as one."""
    image = Image.new("RGB", (640, 480), "#dfe8e6")
    pen = ImageDraw.Draw(image)
    pen.ellipse((240, 90, 400, 290), outline="#0a5c56", width=6)
    pen.text((40, 400), "SAMPLE", fill="#15201d")
    return jpeg(image)


def beside(*pictures: bytes) -> bytes:
    images = [opened(picture).resize((480, 560)) for picture in pictures]
    whole = Image.new("RGB", (480 * len(images), 560))
    for number, image in enumerate(images):
        whole.paste(image, (480 * number, 0))
    return jpeg(whole)


def test_one_face_is_found() -> None:
    """A portrait has one face, in the middle of it, with 128 numbers that are not printed."""
    (face,) = faces.find(PORTRAIT)
    left, top, width, height = face.box
    assert abs(left + width / 2 - opened(PORTRAIT).width / 2) < width / 2
    assert top > 0
    assert width == pytest.approx(height, abs=2)
    assert len(face.descriptor) == 128
    assert "descriptor" not in repr(face)


@pytest.mark.parametrize("picture", [drawn(), jpeg(Image.new("RGB", (300, 300), "#888"))])
def test_no_face_is_found(picture: bytes) -> None:
    """A drawn circle and a wall are no faces."""
    assert faces.find(picture, describe=False) == []


def test_two_faces_are_found() -> None:
    """Two people side by side are two faces."""
    one, other = faces.find(beside(PORTRAIT, ANOTHER))
    assert faces.distance(one, other) > faces.SAME_PERSON + 0.1


def test_same_person_is_near() -> None:
    """The same person mirrored, smaller and badly compressed is closer than anyone else."""
    (known,) = faces.find(PORTRAIT)
    worse = ImageOps.mirror(opened(PORTRAIT)).resize((272, 300))
    (again,) = faces.find(jpeg(worse))
    (stranger,) = faces.find(ANOTHER)
    assert faces.distance(known, again) < 0.4
    assert faces.distance(known, stranger) > faces.SAME_PERSON + 0.1


def test_turned_photo_is_upright() -> None:
    """The orientation in EXIF is applied before the face is located."""
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees, as phones held upright write it
    lying = jpeg(opened(PORTRAIT).rotate(90, expand=True), exif=exif)
    (turned,) = faces.find(lying, describe=False)
    (plain,) = faces.find(PORTRAIT, describe=False)
    assert turned.box == pytest.approx(plain.box, abs=12)


@pytest.mark.parametrize("scale", [0.5, 0.3])
def test_small_face_hint_names_the_size(scale: float) -> None:
    """Somebody far away is found too, with a width in pixels that a rule can refuse."""
    image = opened(PORTRAIT)
    wide = Image.new("RGB", (640, 480), "#8899aa")
    wide.paste(image.resize((int(image.width * scale), int(image.height * scale))), (200, 100))
    (face,) = faces.find(jpeg(wide), describe=False)
    assert face.width == pytest.approx(175 * scale, rel=0.45)


@pytest.mark.parametrize(("gain", "dark"), [(1.0, False), (0.4, False), (0.1, True), (0.02, True)])
def test_darkness_is_about_the_light(gain: float, dark: bool) -> None:
    """A room without light is too dark; a dim one is not."""
    dimmed = opened(PORTRAIT).point(lambda value: int(value * gain))
    assert files_images.is_too_dark(jpeg(dimmed)) is dark


def test_crop_keeps_head_and_shoulders() -> None:
    """What is cut out holds the whole face, also where the picture ends beside it."""
    wide = Image.new("RGB", (1600, 1000), "#8899aa")
    wide.paste(opened(PORTRAIT), (0, 200))
    (face,) = faces.find(jpeg(wide), describe=False)
    cut = faces.crop_to_face(jpeg(wide), face)
    (again,) = faces.find(cut, describe=False)
    assert opened(cut).width < 600
    assert again.width == pytest.approx(face.width, rel=0.2)
    assert again.box[0] > 0


@pytest.mark.parametrize("content", [b"", b"no picture", PORTRAIT[:400]])
def test_no_picture_is_refused(content: bytes) -> None:
    """What cannot be opened is refused as a file, not answered as a picture without a face."""
    with pytest.raises(storage.InvalidFile):
        faces.find(content)


def test_without_models_a_reviewer_compares(settings: Any) -> None:
    """When face detection is off nothing is guessed, and /readyz has a note."""
    assert faces.status_note() == ""
    settings.HITOUCH_FACES = False
    assert not faces.available()
    with pytest.raises(faces.FaceMatchingUnavailable):
        faces.find(PORTRAIT)
    assert faces.status_note().startswith("Faces are not looked at")


def test_missing_package_is_off(monkeypatch: Any) -> None:
    """A machine without the models' package is one where faces are off."""
    monkeypatch.setattr(faces, "_folder", lambda: None)
    with pytest.raises(faces.FaceMatchingUnavailable):
        faces.find(PORTRAIT)


@pytest.mark.django_db
def test_ready_without_faces(settings: Any, rf: Any, monkeypatch: Any) -> None:
    """A site without faces is ready, and says in a note what it does instead."""
    monkeypatch.setattr(health, "CHECKS", {})
    settings.HITOUCH_FACES = False
    answer = health.readyz(rf.get("/readyz"))
    assert answer.status_code == 200
    assert b"people compare photos by themselves" in answer.content


def test_many_ask_at_once(monkeypatch: Any) -> None:
    """Pictures from several threads get their own answers."""
    monkeypatch.setattr(faces, "LOCK_TIMEOUT_SECONDS", DEADLINE_SECONDS)
    wanted = [PORTRAIT, ANOTHER, drawn()] * 2
    answers: dict[int, list[faces.Face]] = {}

    def ask(number: int) -> None:
        answers[number] = faces.find(wanted[number], describe=False)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(wanted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(answers[number]) for number in range(len(wanted))] == [1, 1, 0] * 2
    assert answers[0] == answers[3]


def test_overrun_is_off(monkeypatch: Any) -> None:
    """When the models do not answer in time, the result is the same as without models."""
    monkeypatch.setattr(faces, "LOCK_TIMEOUT_SECONDS", 0.01)
    with faces._models_lock, pytest.raises(faces.FaceMatchingUnavailable):
        faces.find(PORTRAIT)
