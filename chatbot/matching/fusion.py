"""From features to a ranking and to the probability that the first entry is right.

The ranking is a conditional logit over the entries; the probability a logistic regression on how
clear the ranking is. Both are linear, so their coefficients are a few numbers in one JSON file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.encoder import DIMENSIONS, Vectors
from chatbot.matching.index import COVERAGE, NAMES, PASSAGE, PHRASING, TRIGRAMS, EntryComparison
from chatbot.models.languages import HelpLanguage

Numbers = NDArray[np.float64]
FILE = Path(__file__).with_name("coefficients.json")
#: Features of the first entry for the probability.
EVIDENCE = (
    "odds",
    "phrasing",
    "passage",
    "background",
    "coverage",
    "known",
    "trigrams",
    "hindi",
)
#: Those that tell something with and without vectors.
ENCODED_EVIDENCE = ("odds", "phrasing", "passage", "background", "hindi")
LEXICAL_EVIDENCE = ("odds", "coverage", "known", "trigrams", "hindi")
#: Smallest lead of the first entry's score over the second's. Below it the person is asked.
_SMALLEST_LEAD = 1.5
#: Phrasings are much the same from this similarity on, if they differ by less than that.
_NEAR_PHRASING, _SAME_PHRASING = 0.5, 0.05
#: Odds are counted up to this logarithm.
_HIGHEST_ODDS = 12.0


@dataclass(frozen=True)
class Coefficients:
    """Weights of the ranking and of the probability."""

    ranking: Numbers
    intercept: float
    probability: Numbers

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Coefficients":
        """From JSON."""
        ranking, probability = stored["ranking"], stored["probability"]
        return cls(
            np.array([ranking.get(name, 0.0) for name in NAMES]),
            float(probability["intercept"]),
            np.array([probability.get(name, 0.0) for name in EVIDENCE]),
        )

    def as_json(self) -> dict[str, dict[str, float]]:
        """As they are stored."""
        ranking = {n: round(float(w), 4) for n, w in zip(NAMES, self.ranking, strict=True)}
        evidence = zip(EVIDENCE, self.probability, strict=True)
        probability = {name: round(float(weight), 4) for name, weight in evidence}
        return {
            "ranking": ranking,
            "probability": {"intercept": round(self.intercept, 4)} | probability,
        }


@dataclass(frozen=True)
class Fusion:
    """Coefficients for messages with and without vectors."""

    encoder: Coefficients
    lexical: Coefficients

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Fusion":
        """From JSON."""
        return cls(Coefficients.read(stored["encoder"]), Coefficients.read(stored["lexical"]))

    def as_json(self) -> dict[str, Any]:
        """As they are stored."""
        return {"encoder": self.encoder.as_json(), "lexical": self.lexical.as_json()}

    def rank(self, comparison: EntryComparison) -> "Ranking":
        """The order of the entries, with probabilities."""
        return rank(comparison, self.encoder if comparison.is_encoded else self.lexical)


@dataclass(frozen=True)
class Ranking:
    """Entries from the best on, by their numbers in the index, and the probability of each."""

    order: NDArray[np.int64]
    probabilities: Numbers
    #: Whether the second entry is too near to the first to answer with that.
    is_ambiguous: bool


def rank(comparison: EntryComparison, coefficients: Coefficients) -> Ranking:
    """Rank the entries for a message. The second is never more probable than the first."""
    scores = comparison.table @ coefficients.ranking
    order = np.argsort(-scores, kind="stable")
    shares = share(scores)[order]
    evidence = evidence_of(comparison, scores)
    first = sigmoid(coefficients.intercept + float(evidence @ coefficients.probability))
    return Ranking(order, first * shares / shares[0], _is_ambiguous(comparison, scores, order))


def _is_ambiguous(comparison: EntryComparison, scores: Numbers, order: NDArray[np.int64]) -> bool:
    """Whether the lead is small, or both entries have much the same phrasing."""
    if len(order) == 1:
        return False
    lead = scores[order[0]] - scores[order[1]]
    phrasings = comparison.table[order[:2], PHRASING]
    is_same = phrasings.min() > _NEAR_PHRASING and np.ptp(phrasings) < _SAME_PHRASING
    return bool(lead < _SMALLEST_LEAD or is_same)


def evidence_of(comparison: EntryComparison, scores: Numbers) -> Numbers:
    """The features of the first entry for the probability, in the order of `EVIDENCE`."""
    first = int(np.argmax(scores))
    rest = np.delete(scores, first)
    odds = scores[first] - _log_sum(rest) if len(rest) else _HIGHEST_ODDS
    row = comparison.table[first]
    return np.array(
        [
            np.clip(odds, -_HIGHEST_ODDS, _HIGHEST_ODDS),
            row[PHRASING],
            row[PASSAGE],
            comparison.background,
            row[COVERAGE],
            comparison.known,
            row[TRIGRAMS],
            comparison.reading.language == HelpLanguage.HI,
        ]
    )


def share(scores: Numbers) -> Numbers:
    """Softmax over the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    result: Numbers = powers / powers.sum(-1, keepdims=True)
    return result


def sigmoid(value: float) -> float:
    """The probability of log odds."""
    return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))


def _log_sum(values: Numbers) -> float:
    highest = float(values.max())
    return highest + float(np.log(np.exp(values - highest).sum()))


@cache
def supplied() -> Fusion:
    """The coefficients supplied with HitouchCX."""
    return Fusion.read(json.loads(FILE.read_text()))


@cache
def background() -> Vectors:
    """Vectors of `background.yaml`."""
    rows = np.load(FILE.with_name("background.npy"), allow_pickle=False)
    vectors: Vectors = rows.astype(np.float32).reshape(-1, DIMENSIONS)
    return vectors
