"""Likeness of a text to many texts by their words and characters, with an index kept in numpy."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.texts import grams, stems, words

Scores = NDArray[np.float32]


class Postings:
    """For each term the rows that have it, with their weights."""

    def __init__(self, rows: Sequence[Mapping[str, float]]) -> None:
        self.size = len(rows)
        found: dict[str, tuple[list[int], list[float]]] = {}
        for number, row in enumerate(rows):
            for term, weight in row.items():
                numbers, weights = found.setdefault(term, ([], []))
                numbers.append(number)
                weights.append(weight)
        self._terms = {
            term: (np.array(numbers, np.int32), np.array(weights, np.float32))
            for term, (numbers, weights) in found.items()
        }

    def __contains__(self, term: str) -> bool:
        return term in self._terms

    def rows_with(self, term: str) -> int:
        """In how many rows a term stands."""
        return len(self._terms[term][0]) if term in self._terms else 0

    def dot(self, query: Mapping[str, float]) -> Scores:
        """The sum of products of weights, for each row."""
        total = np.zeros(self.size, np.float32)
        for term, weight in query.items():
            if term in self._terms:
                numbers, weights = self._terms[term]
                total[numbers] += weight * weights
        return total


class TfIdf:
    """Cosine of weighted counts of terms. Terms that no row has count as the rarest."""

    def __init__(self, rows: Sequence[Iterable[str]]) -> None:
        counts = [Counter(row) for row in rows]
        spread = Counter(term for row in counts for term in row)
        self._rarest = float(np.log(len(rows) + 1)) + 1
        self._idf = {
            term: float(np.log((len(rows) + 1) / (found + 1))) + 1 for term, found in spread.items()
        }
        self._postings = Postings([self._weights(row) for row in counts])

    def _weights(self, counts: Mapping[str, int]) -> dict[str, float]:
        raw = {
            term: (1 + float(np.log(count))) * self._idf.get(term, self._rarest)
            for term, count in counts.items()
        }
        length = float(np.sqrt(sum(weight * weight for weight in raw.values()))) or 1.0
        return {term: weight / length for term, weight in raw.items()}

    def cosine(self, terms: Iterable[str]) -> Scores:
        """The cosine with each row."""
        return self._postings.dot(self._weights(Counter(terms)))


class SharedTerms:
    """What share of terms two texts have in common, of all, and of the query's, by rarity."""

    def __init__(self, rows: Sequence[Iterable[str]]) -> None:
        sets = [set(row) for row in rows]
        self._sizes = np.array([len(row) for row in sets], np.float32)
        self._postings = Postings([dict.fromkeys(row, 1.0) for row in sets])
        self._count = len(sets)

    def _rarity(self, term: str) -> float:
        return float(np.log((self._count + 1) / (self._postings.rows_with(term) + 1))) + 0.1

    def jaccard(self, terms: Iterable[str]) -> Scores:
        """Terms in both, divided by terms in either."""
        asked = set(terms)
        shared = self._postings.dot(dict.fromkeys(asked, 1.0))
        either = self._sizes + len(asked) - shared
        return shared / np.maximum(either, 1)

    def coverage(self, terms: Iterable[str]) -> Scores:
        """The share of the query's terms that a row has; rare terms count more."""
        rarity = {term: self._rarity(term) for term in set(terms)}
        return self._postings.dot(rarity) / max(sum(rarity.values()), 0.1)

    def known(self, terms: Iterable[str]) -> float:
        """The share of terms that any row has."""
        asked = set(terms)
        return sum(term in self._postings for term in asked) / max(len(asked), 1)


class LexicalIndex:
    """Indexes over the same texts by trigrams, by runs of characters and by stems."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [words(text) for text in texts]
        self.trigrams = SharedTerms([grams(row, 3, 3) for row in tokens])
        self.characters = TfIdf([grams(row, 2, 4) for row in tokens])
        self.stems = SharedTerms([stems(row) for row in tokens])
