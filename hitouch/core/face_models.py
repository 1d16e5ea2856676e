"""The models that look for faces: whether they are here, and whose turn it is to use them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

FILES = ("shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat")
#: How long somebody waits for their turn; after that a person looks instead.
PATIENCE_SECONDS = 8.0
WITHOUT = "Faces are not looked at: people compare photos by themselves."


class FacesOff(Exception):
    """Nobody can look for faces here now: the models are missing, switched off or overrun."""


class Models(NamedTuple):
    """What finds a face, its landmarks, and its numbers."""

    detector: Any
    landmarks: Any
    network: Any


# dlib's objects keep state between calls, and one still at a time leaves a core to the rest.
_turn = threading.Lock()


def available() -> bool:
    """Whether the models are there and wanted. Loads nothing."""
    return bool(settings.HITOUCH_FACES and find_spec("dlib") and _folder())


def note() -> str:
    """For whoever runs the site: what is done without faces, or nothing."""
    return "" if available() else WITHOUT


@contextmanager
def in_turn() -> Iterator[Models]:
    """The models, for one at a time in a process. Raises `FacesOff`."""
    if not available() or not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise FacesOff
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
