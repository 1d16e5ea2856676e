"""The index of one process: the ways to ask each entry, its answers, and how near a text is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.encoder import Vectors
from chatbot.matching.lexical import LexicalIndex, Scores
from chatbot.matching.reading import MessageReading, Reader
from chatbot.matching.texts import grams, has_devanagari, prepare, stems, words
from chatbot.models.languages import HelpLanguage

#: Features of an entry for a message, in the order of the columns of `EntryComparison.table`.
PHRASING, PASSAGE, ANSWER, TRIGRAMS, CHARACTERS, COVERAGE, DOCUMENT = range(7)
NAMES = ("phrasing", "passage", "answer", "trigrams", "characters", "coverage", "document")
#: What the typed form of Hinglish counts beside its English reading.
_TYPED_SHARE = 0.35
#: So many vectors tell what those of a language have in common.
_FEWEST_OF_LANGUAGE = 20


class QueryEncoder(Protocol):
    """Makes vectors of questions."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """A vector of length 1 for each text."""


@dataclass(frozen=True)
class IndexedPhrasing:
    """One way to ask an entry. Without a vector it counts by its characters."""

    text: str
    vector: Vectors | None = None
    language: str = HelpLanguage.EN


@dataclass(frozen=True)
class IndexedText:
    """Question and answer of an entry in one language, and vectors of both and of the answer."""

    question: str
    answer: str
    passage: Vectors | None = None
    answer_only: Vectors | None = None
    language: str = HelpLanguage.EN


@dataclass(frozen=True)
class IndexedEntry:
    """An entry as it is matched."""

    id: Any
    phrasings: Sequence[IndexedPhrasing]
    texts: Sequence[IndexedText] = ()
    threshold: float = 0.8


@dataclass(frozen=True)
class EntryComparison:
    """A message against all entries: a row of features each, and what is known of the message."""

    reading: MessageReading
    table: Scores
    #: Similarity to the nearest message about other matters.
    background: float
    #: Share of the message's words that the FAQ has.
    known: float
    is_encoded: bool


class Index:
    """Entries with their matrices. It never changes once built."""

    def __init__(self, entries: Sequence[IndexedEntry], background: Vectors | None = None) -> None:
        self.entries = tuple(entries)
        phrasings = [(number, each) for number, e in enumerate(entries) for each in e.phrasings]
        texts = [(number, each) for number, e in enumerate(entries) for each in e.texts]
        self._owners = np.array([number for number, _ in phrasings], np.int64)
        prepared = [prepare(each.text) for _, each in phrasings]
        self._phrasings = LexicalIndex(prepared)
        self._devanagari = np.array([has_devanagari(text) for text in prepared], bool)
        documents = [
            prepare_long(
                [p.text for p in e.phrasings] + [t.question + " " + t.answer for t in e.texts]
            )
            for e in entries
        ]
        self._documents = LexicalIndex(documents)
        self._reader = Reader(documents)
        said_in, written_in = [[each.language for _, each in rows] for rows in (phrasings, texts)]
        self._vectors = _Matrix([each.vector for _, each in phrasings], said_in)
        self._passages = _Matrix([each.passage for _, each in texts], written_in)
        self._answers = _Matrix([each.answer_only for _, each in texts], written_in)
        self._text_owners = np.array([number for number, _ in texts], np.int64)
        self.background = background
        self._centre, self._far = None, None
        if background is not None:
            self._centre = background.mean(0)
            self._far = _unit(background - self._centre)

    def read(self, text: str) -> MessageReading:
        """How a message is read."""
        return self._reader.read(text)

    def compare(self, reading: MessageReading, encoder: QueryEncoder | None) -> EntryComparison:
        """Features of all entries for a message."""
        tokens = words(reading.plain)
        content = stems(tokens)
        characters = list(grams(tokens, 2, 4))
        by_characters = self._phrasings.characters.cosine(characters)
        table = np.zeros((len(self.entries), len(NAMES)), np.float32)
        is_hindi = reading.language == HelpLanguage.HI
        if not is_hindi or self._devanagari.any():
            table[:, TRIGRAMS] = self._best(self._phrasings.trigrams.jaccard(grams(tokens, 3, 3)))
            table[:, CHARACTERS] = self._best(by_characters)
            table[:, COVERAGE] = np.maximum(
                self._best(self._phrasings.stems.coverage(content)),
                self._documents.stems.coverage(content),
            )
            table[:, DOCUMENT] = self._documents.characters.cosine(characters)
        vector = self._vector(reading, encoder)
        nearest = 0.0
        if vector is not None:
            near = self._vectors.near(vector)
            near = np.where(self._vectors.has, near, by_characters)
            table[:, PHRASING] = self._best(near)
            table[:, PASSAGE] = self._by_text(self._passages, vector)
            table[:, ANSWER] = self._by_text(self._answers, vector)
            nearest = float((self._far @ vector).max()) if self._far is not None else 0.0
        known = 0.0 if is_hindi else self._documents.stems.known(content)
        return EntryComparison(reading, table, nearest, known, vector is not None)

    def _vector(self, reading: MessageReading, encoder: QueryEncoder | None) -> Vectors | None:
        """The message without what all messages have in common."""
        if encoder is None or self._centre is None or not self._vectors.has.any():
            return None
        if reading.language == HelpLanguage.HINGLISH:
            plain, typed = encoder.queries([reading.plain, reading.typed])
            whole = _unit((1 - _TYPED_SHARE) * plain + _TYPED_SHARE * typed)
        else:
            whole = encoder.queries([reading.plain])[0]
        return _unit(whole - self._centre)

    def _best(self, scores: Scores) -> Scores:
        """The highest score of each entry's phrasings."""
        best = np.full(len(self.entries), -np.inf, np.float32)
        np.maximum.at(best, self._owners, scores)
        return np.where(np.isfinite(best), best, 0).astype(np.float32)

    def _by_text(self, matrix: "_Matrix", vector: Vectors) -> Scores:
        """The highest score of each entry's texts; the mean for entries without a vector."""
        best = np.full(len(self.entries), -np.inf, np.float32)
        np.maximum.at(best, self._text_owners[matrix.has], matrix.near(vector)[matrix.has])
        has = np.isfinite(best)
        return np.where(has, best, best[has].mean() if has.any() else 0).astype(np.float32)


class _Matrix:
    """Vectors without what those of a language have in common; missing ones are zero."""

    def __init__(self, vectors: Sequence[Vectors | None], languages: Sequence[str]) -> None:
        self.has: NDArray[np.bool_] = np.array([each is not None for each in vectors], bool)
        found = [each for each in vectors if each is not None]
        width = len(found[0]) if found else 1
        self._rows = np.zeros((len(vectors), width), np.float32)
        if len(found) > 1:
            rows = np.stack(found)
            spoken = np.array(languages)[self.has]
            centres = np.broadcast_to(rows.mean(0), rows.shape).copy()
            for language in set(spoken.tolist()):
                same = spoken == language
                if same.sum() >= _FEWEST_OF_LANGUAGE:
                    centres[same] = rows[same].mean(0)
            self._rows[self.has] = _unit(rows - centres)
        elif found:
            self._rows[self.has] = found[0]

    def near(self, vector: Vectors) -> Scores:
        """The cosine with each row."""
        if not self.has.any():
            return np.zeros(len(self.has), np.float32)
        product: Scores = self._rows @ vector
        return product


def prepare_long(texts: Sequence[str]) -> str:
    """Texts of any length, prepared and joined."""
    return " ".join(prepare(part) for text in texts for part in _parts(text))


def _parts(text: str, size: int = 400) -> list[str]:
    """A text cut at spaces, so that no part is capped."""
    parts: list[list[str]] = [[]]
    for word in text.split():
        if sum(map(len, parts[-1])) + len(parts[-1]) > size:
            parts.append([])
        parts[-1].append(word)
    return [" ".join(part) for part in parts]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit
