"""The sentence that is said aloud: which one, and whether the words were heard."""

import hashlib
import re
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml
from django.conf import settings
from rapidfuzz.distance import LCSseq

FILE = Path(__file__).with_name("data") / "sentences.yaml"


@cache
def all_sentences() -> tuple[str, ...]:
    """The sentences of the data file."""
    return tuple(yaml.safe_load(FILE.read_text("utf-8")))


def sentence_for(sitting: UUID, tries: int) -> str:
    """The sentence after so many tries: a new one each time, which nobody can foretell.

    It is the same until it was said, so a reloaded page shows it again.
    """

    def rank(sentence: str) -> bytes:
        return hashlib.sha256(f"{settings.SECRET_KEY} {sitting} {sentence}".encode()).digest()

    ranked = sorted(all_sentences(), key=rank)
    return ranked[tries % len(ranked)]


def share_heard(sentence: str, heard: str) -> float:
    """The share of the sentence's words that were heard, in this order."""
    wanted = _words(sentence)
    return LCSseq.similarity(wanted, _words(heard)) / len(wanted) if wanted else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.casefold())
