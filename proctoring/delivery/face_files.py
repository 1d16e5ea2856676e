"""Addresses of the face detector that the page of the running assessment loads."""

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

FOLDER = "vendor/face-api/"
LIBRARY = "face-api.esm.js"
WORKER = "js/proctoring/face_worker.js"
NETS = ("tiny_face_detector_model", "face_landmark_68_model", "face_recognition_model")
MODELS = tuple(f"{net}{end}" for net in NETS for end in (".bin", "-weights_manifest.json"))
#: The names by which TensorFlow.js asks for its binaries. It asks for the one with threads only on
#: a page that shares memory between threads; this page does not.
BINARIES = {
    "tfjs-backend-wasm.wasm": "tfjs-backend-wasm.wasm",
    "tfjs-backend-wasm-simd.wasm": "tfjs-backend-wasm-simd.wasm",
    "tfjs-backend-wasm-threaded-simd.wasm": "tfjs-backend-wasm-simd.wasm",
}


@cache
def face_files() -> dict[str, Any]:
    """Where the page finds the worker, the library, the models and the binaries."""
    return {
        "worker": reverse("proctoring:face-worker"),
        "library": static(FOLDER + LIBRARY),
        "models": {name: static(FOLDER + name) for name in MODELS},
        "wasm": {name: static(FOLDER + file) for name, file in BINARIES.items()},
        "sizes": sum(_size(name) for name in MODELS),
    }


def _size(name: str) -> int:
    found = finders.find(FOLDER + name)
    return Path(found).stat().st_size if isinstance(found, str) else 1
