"""Faces in pictures: where they are, and whether two are of one person.

dlib's detector, its five landmarks and its network that turns a face into 128 numbers, on this
machine; nothing leaves it. The numbers are personal data: nothing here keeps or prints them. What
is said about two faces helps a person to decide and decides nothing by itself. Where the models
are not installed, or HITOUCH_FACES is 0, `FacesOff` sends the question to a person.
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

#: Two faces at most this far apart are taken for one person's. Measured on two sets of portraits:
#: none of 700 pairs of different people is that near, and 97 % of the pairs of one person are.
SAME_PERSON = 0.6
#: Longest side of the picture that is looked at; the greater one finds faces the smaller misses.
SIDES = (640, 1280)
#: Grey around it, as a part of its size: faces cut at the edge are missed without.
MARGIN = 0.25
#: The detector's own confidence. Folds and badges stay below, faces half out of the picture above.
SURE = 0.2
#: What is cut out around a face, as parts of its size: above, below, and the width.
HEAD_ROOM, SHOULDERS, WIDTH = 0.75, 2.35, 2.4
FILES = ("shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat")
#: How long somebody waits for their turn; after that a person looks instead.
PATIENCE_SECONDS = 8.0
WITHOUT = "Faces are not looked at: people compare photos by themselves."
# dlib's objects keep state between calls, and one still at a time leaves a core to the rest.
_turn = threading.Lock()


@dataclass(frozen=True)
class Face:
    """One face: left, top, width and height in the upright picture, and its 128 numbers."""

    box: tuple[int, int, int, int]
    descriptor: tuple[float, ...] = field(default=(), repr=False)

    @property
    def width(self) -> int:
        """How wide it is, in pixels of the picture."""
        return self.box[2]


def find(picture: bytes, *, describe: bool = True) -> list[Face]:
    """The faces of a picture, the largest first. Raises `FacesOff`, or `BadFile` for no picture.

    One still costs about 160 ms of a processor, of which describing is two thirds.
    """
    upright = images.upright(picture)
    with exclusive_models() as models:
        return _found(upright, models, describe)


def distance(one: Face, other: Face) -> float:
    """How far apart two described faces are: 0 for the same picture, above 0.6 for strangers."""
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
    """What finds a face, its landmarks, and its numbers."""

    detector: Any
    landmarks: Any
    network: Any


def _found(upright: Image.Image, models: Models, describe: bool) -> list[Face]:
    for side in SIDES:
        scale = side / max(upright.size)
        padded, margin = _padded(upright, scale)
        boxes, _, _ = models.detector.run(padded, 0, SURE)
        if boxes:
            faces = [
                _face(padded, box, scale, margin, models if describe else None) for box in boxes
            ]
            return sorted(faces, key=lambda face: face.width, reverse=True)
    return []


def _padded(upright: Image.Image, scale: float) -> tuple[Any, tuple[int, int]]:
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
    """Nobody can look for faces here now: the models are missing, switched off or overrun."""


def available() -> bool:
    """Whether the models are there and wanted. Loads nothing."""
    return bool(settings.HITOUCH_FACES and find_spec("dlib") and _folder())


def status_note() -> str:
    """For whoever runs the site: what is done without faces, or nothing."""
    return "" if available() else WITHOUT


@contextmanager
def exclusive_models() -> Iterator[Models]:
    """The models, for one at a time in a process. Raises `FacesOff`."""
    if not available() or not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise FaceMatchingUnavailable
    try:
        yield _loaded()
    finally:
        _turn.release()


@cache
def _folder() -> Path | None:
    """Where the package keeps them. Importing it would ask for a setuptools long gone."""
    spec = find_spec("face_recognition_models")
    place = Path(spec.origin).parent / "models" if spec and spec.origin else None
    return place if place and all((place / name).exists() for name in FILES) else None


@cache
def _loaded() -> Models:
    """Half a second and 100 MB, when the first picture comes."""
    dlib = import_module("dlib")
    landmarks, network = (str((_folder() or Path()) / name) for name in FILES)
    shapes, numbers = dlib.shape_predictor(landmarks), dlib.face_recognition_model_v1(network)
    return Models(dlib.get_frontal_face_detector(), shapes, numbers)
