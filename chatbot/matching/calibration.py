"""Fit the matcher's coefficients on labelled messages, and measure its probabilities."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.fusion import (
    ENCODED_EVIDENCE,
    EVIDENCE,
    LEXICAL_EVIDENCE,
    Coefficients,
    Numbers,
    evidence_of,
    rank,
    share,
)
from chatbot.matching.index import NAMES, EntryComparison

#: Strength with which coefficients are drawn to zero, in messages.
RANKING_PENALTY, PROBABILITY_PENALTY = 10.0, 7.0
BINS = 10
_STEPS, _RATE = 400, 0.05


@dataclass(frozen=True)
class Labelled:
    """A compared message, and the number of the right entry in the index; None if there is none."""

    comparison: EntryComparison
    right: int | None


@dataclass(frozen=True)
class ReliabilityBin:
    """One bin of the reliability curve."""

    low: float
    high: float
    messages: int
    probability: float
    precision: float


@dataclass(frozen=True)
class Figures:
    """How good a set of coefficients is on labelled messages, at one threshold."""

    messages: int
    in_scope: int
    top_1: float
    among_3: float
    helped: float
    precision: float
    coverage: float
    answered_out_of_scope: float
    calibration_error: float

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class LabelledOutcome:
    """What the matcher says of one labelled message."""

    probability: float
    is_right: bool
    among_3: bool
    in_scope: bool
    #: Whether it may be answered, for another reason than the probability.
    is_clear: bool = True


def fit(messages: Sequence[Labelled], folds: int = 5, seed: int = 1) -> Coefficients:
    """Coefficients for these messages.

    The probability is fitted on rankings of folds that did not see the right entry: otherwise it
    would take the ranking for clearer than it is.
    """
    scale = _scale(messages)
    used = np.isin(
        EVIDENCE, ENCODED_EVIDENCE if messages[0].comparison.is_encoded else LEXICAL_EVIDENCE
    )
    parts = _folds(messages, folds, seed)
    unseen: list[Numbers | None] = [None] * len(messages)
    for fold in range(folds):
        others = [message for message, part in zip(messages, parts, strict=True) if part != fold]
        weights = _fit_ranking(others, scale)
        for number in np.flatnonzero(parts == fold).tolist():
            unseen[number] = messages[number].comparison.table @ weights
    evidence, is_right = [], []
    for message, scores in zip(messages, unseen, strict=True):
        if scores is not None:
            evidence.append(evidence_of(message.comparison, scores) * used)
            is_right.append(message.right == int(np.argmax(scores)))
    intercept, probability = _fit_probability(np.array(evidence), np.array(is_right, float))
    return Coefficients(_fit_ranking(messages, scale), intercept, probability)


def held_out(messages: Sequence[Labelled], folds: int = 5, seed: int = 1) -> list[LabelledOutcome]:
    """Outcomes of each message by coefficients fitted on messages about other entries."""
    parts = _folds(messages, folds, seed)
    found: list[LabelledOutcome | None] = [None] * len(messages)
    for fold in range(folds):
        others = [message for message, part in zip(messages, parts, strict=True) if part != fold]
        coefficients = fit(others, folds, seed)
        for number in np.flatnonzero(parts == fold).tolist():
            found[number] = outcome_of(messages[number], coefficients)
    return [each for each in found if each is not None]


def outcome_of(message: Labelled, coefficients: Coefficients) -> LabelledOutcome:
    """What coefficients say of a message."""
    ranking = rank(message.comparison, coefficients)
    first_three = [int(number) for number in ranking.order[:3]]
    return LabelledOutcome(
        probability=float(ranking.probabilities[0]),
        is_right=message.right == first_three[0],
        among_3=message.right in first_three,
        in_scope=message.right is not None,
        is_clear=not ranking.is_ambiguous,
    )


def figures_of(outcomes: Sequence[LabelledOutcome], *, threshold: float, floor: float) -> Figures:
    """The figures at a threshold; `floor` is the probability from which entries are suggested."""
    known = [each for each in outcomes if each.in_scope]
    unknown = [each for each in outcomes if not each.in_scope]
    is_answered = lambda each: each.is_clear and each.probability >= threshold  # noqa: E731
    answered = [each for each in outcomes if is_answered(each)]
    helped = [
        each.is_right if is_answered(each) else each.among_3 and each.probability >= floor
        for each in known
    ]
    return Figures(
        messages=len(outcomes),
        in_scope=len(known),
        top_1=_mean([each.is_right for each in known]),
        among_3=_mean([each.among_3 for each in known]),
        helped=_mean(helped),
        precision=_mean([each.is_right for each in answered], empty=1.0),
        coverage=_mean([is_answered(each) for each in known]),
        answered_out_of_scope=_mean([is_answered(each) for each in unknown]),
        calibration_error=calibration_error(outcomes),
    )


def reliability(outcomes: Sequence[LabelledOutcome]) -> list[ReliabilityBin]:
    """For each tenth of probability how often the first entry was right."""
    points = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [
            each for each in outcomes if min(int(each.probability * BINS), BINS - 1) == number
        ]
        if inside:
            probability = _mean([each.probability for each in inside])
            precision = _mean([each.is_right for each in inside])
            points.append(ReliabilityBin(low, high, len(inside), probability, precision))
    return points


def calibration_error(outcomes: Sequence[LabelledOutcome]) -> float:
    """Expected calibration error: the mean distance of probability and precision over the bins."""
    total = sum(
        point.messages * abs(point.probability - point.precision) for point in reliability(outcomes)
    )
    return total / max(len(outcomes), 1)


def _folds(messages: Sequence[Labelled], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each message; messages about one entry are in the same fold."""
    draw = np.random.default_rng(seed)
    numbers = sorted({message.right for message in messages if message.right is not None})
    of_entry = dict(zip(draw.permutation(numbers), np.arange(len(numbers)) % folds, strict=True))
    without = draw.permutation(len(messages)) % folds
    return np.array(
        [
            without[number] if message.right is None else of_entry[message.right]
            for number, message in enumerate(messages)
        ]
    )


def _scale(messages: Sequence[Labelled]) -> Numbers:
    """The spread of each feature, so that the penalty treats them alike."""
    tables = np.concatenate([message.comparison.table for message in messages])
    return np.maximum(tables.std(0), 1e-3)


def _fit_ranking(messages: Sequence[Labelled], scale: Numbers) -> Numbers:
    """Weights, none below zero, that make the right entry the most probable."""
    known = [message for message in messages if message.right is not None]
    tables = np.stack([message.comparison.table for message in known]) / scale
    numbers = [message.right for message in known if message.right is not None]
    rights = tables[np.arange(len(known)), numbers].sum(0)
    weights, mean, square = (np.zeros(len(NAMES)) for _ in range(3))
    for step in range(1, _STEPS + 1):
        expected = np.einsum("qe,qef->f", share(tables @ weights), tables)
        slope = (expected - rights + RANKING_PENALTY * weights) / len(known)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        change = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(weights - _RATE * change, 0)
    result: Numbers = weights / scale
    return result


def _fit_probability(evidence: Numbers, is_right: Numbers) -> tuple[float, Numbers]:
    """Intercept and weights of the logistic regression, by Newton's method."""
    middle, spread = evidence.mean(0), np.maximum(evidence.std(0), 1e-6)
    spread[evidence.std(0) < 1e-6] = np.inf  # says nothing
    rows = np.column_stack([np.ones(len(evidence)), (evidence - middle) / spread])
    penalty = np.eye(rows.shape[1]) * PROBABILITY_PENALTY
    penalty[0, 0] = 1e-3
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        curvature = (rows * (probability * (1 - probability))[:, None]).T @ rows + penalty
        slope = rows.T @ (probability - is_right) + penalty @ weights
        weights = weights - np.linalg.solve(curvature, slope)
    scaled = weights[1:] / spread
    return float(weights[0] - scaled @ middle), scaled


def _mean(values: Sequence[float], *, empty: float = 0.0) -> float:
    return sum(values) / len(values) if values else empty
