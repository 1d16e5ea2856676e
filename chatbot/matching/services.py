"""Which entry answers a message, and how probable that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chatbot.matching import encoder
from chatbot.matching.encoding import encode_missing
from chatbot.matching.fusion import Ranking
from chatbot.matching.index import IndexedEntry
from chatbot.matching.loading import LoadedMatcher, current_matcher
from chatbot.matching.revision import bump_revision
from chatbot.models import HelpLanguage

__all__ = [
    "Band",
    "EntryCandidate",
    "EntryMatch",
    "bump_revision",
    "encode_missing",
    "health",
    "match",
]

#: Probability from which entries are suggested.
SUGGEST_FROM = 0.15
#: Most entries that are suggested.
MOST_SUGGESTED = 3


class Band(StrEnum):
    """What is done with a message."""

    ANSWER = "ANSWER"
    """The first entry is given as the answer."""
    SUGGEST = "SUGGEST"
    """Up to three entries are offered."""
    PASS = "PASS"  # noqa: S105
    """No entry is near enough."""


@dataclass(frozen=True)
class EntryCandidate:
    """An entry, and the probability that it answers the message."""

    entry_id: UUID
    probability: float


@dataclass(frozen=True)
class EntryMatch:
    """The matcher's view of one message.

    `candidates` are the three best entries, whatever the band; `probability` is that of the first.
    `engine` is "encoder", or "lexical" where messages are compared by words only. `is_ambiguous`
    says that two entries are too near to each other to answer with one.
    """

    band: Band
    probability: float
    language: HelpLanguage
    candidates: tuple[EntryCandidate, ...]
    engine: str
    is_ambiguous: bool


@dataclass(frozen=True)
class MatcherHealth:
    """How the matcher of this process works."""

    engine: str
    #: Why there is no encoder; empty if there is one.
    reason: str
    entries: int
    #: Phrasings that match by their characters only until they are encoded.
    without_vector: int


def match(text: str, *, now: datetime | None = None) -> EntryMatch:
    """Match a message against the entries as they are now. Changes nothing and takes no lock."""
    return match_in(current_matcher(), text)


def match_in(loaded: LoadedMatcher, text: str) -> EntryMatch:
    """Match a message against loaded entries."""
    index = loaded.index
    reading = index.read(text)
    if not index.entries or not reading.has_words:
        return EntryMatch(Band.PASS, 0.0, reading.language, (), loaded.engine, is_ambiguous=False)
    comparison = index.compare(reading, loaded.encoder)
    ranking = loaded.fusion.rank(comparison)
    engine = "encoder" if comparison.is_encoded else "lexical"
    best = [
        EntryCandidate(index.entries[number].id, float(probability))
        for number, probability in zip(
            ranking.order[:MOST_SUGGESTED], ranking.probabilities, strict=False
        )
    ]
    band = band_of(ranking, index.entries)
    return EntryMatch(
        band, best[0].probability, reading.language, tuple(best), engine, ranking.is_ambiguous
    )


def band_of(ranking: Ranking, entries: Sequence[IndexedEntry]) -> Band:
    """What is done: the threshold is that of the first entry's category."""
    probability = ranking.probabilities[0]
    if probability >= entries[ranking.order[0]].threshold and not ranking.is_ambiguous:
        return Band.ANSWER
    return Band.SUGGEST if probability >= SUGGEST_FROM else Band.PASS


def health() -> MatcherHealth:
    """How the matcher works, for the health page and `doctor`."""
    loaded = current_matcher()
    entries = len(loaded.index.entries)
    return MatcherHealth(loaded.engine, encoder.reason(), entries, loaded.without_vector)
