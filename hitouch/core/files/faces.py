"""Face detection and matching with dlib: where faces are, and whether two are of one person.

Everything runs on this machine. Descriptors (128 numbers of a face) are personal data: nothing
here stores or prints them. A match only helps staff to decide. Where the models are not installed,
or HITOUCH_FACES is 0, `FaceMatchingUnavailable` leaves the comparison to staff.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from PIL import Image, ImageOps

from hitouch.core.files import images

#: Two faces at most this far apart count as one person's. Measured on two sets of portraits:
#: none of 700 pairs of different people is that near, and 97 % of the pairs of one person are.
SAME_PERSON = 0.6
#: Longest side of the picture for detection; the larger size finds faces the smaller misses.
SIDES = (640, 1280)
#: Grey margin, as a part of its size: without it, faces cut off at the edge are missed.
MARGIN = 0.25
#: The detector's least score. Folds and badges are below, faces half out of the picture above.
LEAST_SCORE = 0.2
#: The crop around a face, as parts of its size: above, below, and the width.
HEAD_ROOM, SHOULDERS, WIDTH = 0.75, 2.35, 2.4
FILES = ("shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat")
#: How long a request waits for the models; after that staff compare instead.
LOCK_TIMEOUT_SECONDS = 8.0
UNAVAILABLE_NOTE = "Faces are not looked at: people compare photos by themselves."
# dlib's objects keep state between calls; one picture at a time also leaves a core to others.
_models_lock = threading.Lock()


@dataclass(frozen=True)
class Face:
    """One face: left, top, width and height in the upright picture, and its descriptor."""

    box: tuple[int, int, int, int]
    descriptor: tuple[float, ...] = field(default=(), repr=False)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.box[2]


def find(picture: bytes, *, describe: bool = True) -> list[Face]:
    """The faces of a picture, the largest first.

    Takes about 160 ms of CPU, two thirds of it for the descriptors. Raises
    `FaceMatchingUnavailable`, or `InvalidFile` for no picture.
    """
    upright = images.upright(picture)
    with exclusive_models() as models:
        return _detect(upright, models, describe)


def distance(one: Face, other: Face) -> float:
    """Distance of two faces with descriptors: 0 for one picture, above 0.6 for two people."""
    if not one.descriptor or not other.descriptor:
        raise ValueError("only described faces can be compared")
    return math.dist(one.descriptor, other.descriptor)


def crop_to_face(picture: bytes, face: Face) -> bytes:
    """Head and shoulders as a fresh JPEG of at most 900 pixels a side."""
    left, top, width, height = face.box
    middle, side = left + width / 2, width * WIDTH / 2
    around = (middle - side, top - height * HEAD_ROOM, middle + side, top + height * SHOULDERS)
    return images.crop(picture, around)


class Models(NamedTuple):
    """dlib's models: face detector, landmarks, and descriptor network."""

    detector: Any
    landmarks: Any
    network: Any


def _detect(upright: Image.Image, models: Models, describe: bool) -> list[Face]:
    for side in SIDES:
        scale = side / max(upright.size)
        padded, margin = _resize_and_pad(upright, scale)
        boxes, _, _ = models.detector.run(padded, 0, LEAST_SCORE)
        if boxes:
            faces = [
                _face(padded, box, scale, margin, models if describe else None) for box in boxes
            ]
            return sorted(faces, key=lambda face: face.width, reverse=True)
    return []


def _resize_and_pad(upright: Image.Image, scale: float) -> tuple[Any, tuple[int, int]]:
    size = [max(1, round(length * scale)) for length in upright.size]
    margin = (round(size[0] * MARGIN), round(size[1] * MARGIN))
    resized = upright.resize((size[0], size[1]), Image.Resampling.BILINEAR)
    return np.asarray(ImageOps.expand(resized, margin, fill=(128, 128, 128))), margin


def _face(
    padded: Any, box: Any, scale: float, margin: tuple[int, int], models: Models | None
) -> Face:
    numbers: tuple[float, ...] = ()
    if models:
        shape = models.landmarks(padded, box)
        numbers = tuple(models.network.compute_face_descriptor(padded, shape))
    left, top = (box.left() - margin[0]) / scale, (box.top() - margin[1]) / scale
    place = (left, top, box.width() / scale, box.height() / scale)
    return Face((round(place[0]), round(place[1]), round(place[2]), round(place[3])), numbers)


class FaceMatchingUnavailable(Exception):
    """Faces cannot be compared now: models missing, switched off, or busy for too long."""


def available() -> bool:
    """Whether the models are installed and switched on. Loads nothing."""
    return bool(settings.HITOUCH_FACES and find_spec("dlib") and _folder())


def status_note() -> str:
    """A note for operators when face matching is unavailable, else ""."""
    return "" if available() else UNAVAILABLE_NOTE


@contextmanager
def exclusive_models() -> Iterator[Models]:
    """The models, locked within the process. Raises `FaceMatchingUnavailable`."""
    if not available() or not _models_lock.acquire(timeout=LOCK_TIMEOUT_SECONDS):
        raise FaceMatchingUnavailable
    try:
        yield _load_models()
    finally:
        _models_lock.release()


@cache
def _folder() -> Path | None:
    """The models' folder, found without importing their package, which needs setuptools."""
    spec = find_spec("face_recognition_models")
    place = Path(spec.origin).parent / "models" if spec and spec.origin else None
    return place if place and all((place / name).exists() for name in FILES) else None


@cache
def _load_models() -> Models:
    """Load the models on first use: half a second and 100 MB."""
    dlib = import_module("dlib")
    landmarks, network = (str((_folder() or Path()) / name) for name in FILES)
    shapes, numbers = dlib.shape_predictor(landmarks), dlib.face_recognition_model_v1(network)
    return Models(dlib.get_frontal_face_detector(), shapes, numbers)
