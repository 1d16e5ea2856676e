"""Vectors of the FAQ that is supplied, made beforehand: a new site encodes nothing at its start.

The file is made by `manage.py encode_supplied_faq`. A text that is not in it is encoded by the
site, as every text that staff write.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.matching import encoder
from chatbot.matching.loading import passages_of
from chatbot.matching.reading import english_of

PATH = Path(__file__).with_suffix(".npz")
_KEY_BYTES = 16


@dataclass(frozen=True)
class SuppliedTexts:
    """What the encoder is given of the supplied FAQ."""

    #: Ways to ask, as they are written.
    phrasings: Sequence[str]
    #: Question and answer of each text.
    answers: Sequence[tuple[str, str]]

    def queries(self) -> list[str]:
        """What is encoded of the ways to ask."""
        return [english_of(text) for text in self.phrasings]

    def passages(self) -> list[tuple[str, str]]:
        """What is encoded of the texts."""
        return [passages_of(question, answer) for question, answer in self.answers]

    def digest(self) -> str:
        """Differs when a text, or the way to read it, has changed."""
        parts = [encoder.NAME, *self.queries(), *(part for two in self.passages() for part in two)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class SuppliedVectors:
    """The file's vectors as the rows store them, by the text that they are of."""

    def __init__(self, path: Path = PATH) -> None:
        """An empty set if there is no file, or one of another encoder."""
        self.digest, self._stored = "", dict[bytes, bytes]()
        if not path.exists():
            return
        with np.load(path, allow_pickle=False) as held:
            if str(held["encoder"]) != encoder.NAME:
                return
            self.digest = str(held["digest"])
            keys, vectors = held["keys"], held["vectors"]
            self._stored = {
                bytes(key): vector.tobytes() for key, vector in zip(keys, vectors, strict=True)
            }

    def of_phrasing(self, text: str) -> dict[str, Any]:
        """Values of a phrasing's row; none if its vector is not supplied."""
        stored = self._stored.get(_key("query", text))
        return {"vector": stored, "encoder": encoder.NAME} if stored else {}

    def of_answer(self, question: str, answer: str) -> dict[str, Any]:
        """Values of the row of a text's passages; none if its vectors are not supplied."""
        found = [self._stored.get(key) for key in _answer_keys(question, answer)]
        both = b"".join(each for each in found if each)
        is_whole = len(both) == 2 * 2 * encoder.DIMENSIONS
        return {"vectors": both, "encoder": encoder.NAME} if is_whole else {}


def write(texts: SuppliedTexts, model: encoder.TextEncoder, path: Path = PATH) -> int:
    """Encode the supplied texts into the file. Returns the number of vectors."""
    keys = [_key("query", text) for text in texts.phrasings]
    keys += [key for two in texts.answers for key in _answer_keys(*two)]
    queries = model.queries(texts.queries())
    passages = model.passages([part for two in texts.passages() for part in two])
    by_key = dict(zip(keys, np.concatenate([queries, passages]).astype("<f2"), strict=True))
    ordered = sorted(by_key)
    np.savez(
        path,
        encoder=np.array(encoder.NAME),
        digest=np.array(texts.digest()),
        keys=np.array([list(key) for key in ordered], np.uint8),
        vectors=np.stack([by_key[key] for key in ordered]),
    )
    return len(ordered)


def _answer_keys(question: str, answer: str) -> Iterable[bytes]:
    return (_key(f"passage {number}", f"{question}\0{answer}") for number in (1, 2))


def _key(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode()).digest()[:_KEY_BYTES]
