"""The index of this process, built from rows, and built again when the revision has changed."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from chatbot.matching import encoder, fusion
from chatbot.matching.index import Index, IndexedEntry, IndexedPhrasing, IndexedText
from chatbot.matching.texts import plain_answer
from chatbot.models import (
    FaqEntry,
    FaqPassage,
    FaqPhrasing,
    FaqText,
    FaqVersion,
    MatcherCalibration,
    MatcherRevision,
)

#: Characters of a text that are encoded: an answer begins with what matters most.
_LONGEST_PASSAGE = 300


@dataclass(frozen=True)
class LoadedMatcher:
    """What a match needs, as of one revision."""

    revision: int
    index: Index
    fusion: fusion.Fusion
    encoder: encoder.TextEncoder | None
    #: Phrasings that match by their characters only until they are encoded.
    without_vector: int

    @property
    def engine(self) -> str:
        """How messages are compared: "encoder" or "lexical"."""
        return "encoder" if self.encoder else "lexical"


@dataclass
class _Process:
    """The matcher of this process."""

    loaded: LoadedMatcher | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_process = _Process()


def current_matcher() -> LoadedMatcher:
    """The matcher of the newest revision. Costs one query if nothing has changed."""
    number = _revision()
    loaded = _process.loaded
    if number and loaded and loaded.revision == number:
        return loaded
    with _process.lock:
        loaded = _process.loaded
        if not (number and loaded and loaded.revision == number):
            loaded = _process.loaded = load(number)
        return loaded


def load(revision: int = 0) -> LoadedMatcher:
    """Read all rows and build the index."""
    entries = read_entries()
    without = sum(phrasing.vector is None for entry in entries for phrasing in entry.phrasings)
    return LoadedMatcher(
        revision=revision,
        index=Index(entries, fusion.background()),
        fusion=current_fusion(),
        encoder=encoder.installed_encoder(),
        without_vector=without,
    )


def read_entries() -> list[IndexedEntry]:
    """The entries that can be answered, in a stable order."""
    active = FaqEntry.objects.active().filter(version__isnull=False)
    thresholds = active.order_by("key").values_list("pk", "category__answer_threshold")
    phrasings, texts = _phrasings(), _texts()
    return [
        IndexedEntry(pk, phrasings[pk], texts[pk], float(threshold))
        for pk, threshold in thresholds
        if phrasings[pk] or texts[pk]
    ]


def current_fusion() -> fusion.Fusion:
    """The coefficients that were published last, or those supplied."""
    newest = MatcherCalibration.objects.order_by("-number").first()
    return fusion.Fusion.read(newest.coefficients) if newest else fusion.supplied()


def _revision() -> int:
    return MatcherRevision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def _phrasings() -> dict[UUID, list[IndexedPhrasing]]:
    found: dict[UUID, list[IndexedPhrasing]] = defaultdict(list)
    rows = FaqPhrasing.objects.filter(entry__is_active=True).order_by("entry", "text")
    columns = rows.values_list("entry", "text", "language", "vector", "encoder")
    for entry, text, language, stored, name in columns:
        is_usable = stored and name == encoder.NAME
        vector = encoder.from_bytes(stored) if stored and is_usable else None
        found[entry].append(IndexedPhrasing(text, vector, language))
    return found


def _texts() -> dict[UUID, list[IndexedText]]:
    encoded = FaqPassage.objects.filter(encoder=encoder.NAME)
    passages = dict(encoded.values_list("text", "vectors"))
    found: dict[UUID, list[IndexedText]] = defaultdict(list)
    rows = FaqText.objects.filter(
        version__state=FaqVersion.State.PUBLISHED, version__entry__is_active=True
    ).order_by("language")
    columns = rows.values_list("pk", "version__entry", "language", "question", "answer")
    for pk, entry, language, question, answer in columns:
        found[entry].append(indexed_text(question, answer, language, passages.get(pk)))
    return found


def indexed_text(
    question: str, answer: str, language: str, vectors: bytes | memoryview | None
) -> IndexedText:
    """A text with its two stored vectors, if it has them."""
    plain = plain_answer(question), plain_answer(answer)
    if vectors is None:
        return IndexedText(*plain, language=language)
    both = encoder.from_bytes(vectors).reshape(2, encoder.DIMENSIONS)
    return IndexedText(*plain, both[0], both[1], language)


def passages_of(question: str, answer: str) -> tuple[str, str]:
    """What is encoded of a text: question and answer, and the answer, each from its beginning."""
    question, answer = plain_answer(question), plain_answer(answer)
    return f"{question} {answer}"[:_LONGEST_PASSAGE], answer[:_LONGEST_PASSAGE]
