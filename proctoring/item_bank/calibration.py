"""Figures of items from responses: difficulty, discrimination, distractors, and doubts.

Does not use Django. The two-parameter model is fitted by marginal maximum likelihood (Bock and
Aitkin 1981) with priors: the difficulty that the author or a panel gave, with its error, and a
usual discrimination. An item with few responses therefore stays near what people said of it, and
one with many follows its responses. The priors of all items together also hold the scale in place.

All sections of a sitting belong into one fit: which items a routed section asked depends on the
answers before it, and leaving those out would bias the fit. Earlier results of a fit are no
priors: the same responses would count twice.

Whatever is said of how an item and a person go together uses the person's ability from all other
items, so that an item does not confirm itself.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

import numpy as np

from proctoring.scales.ability import AUTHOR_ERROR, DISCRIMINATION, POPULATION_MEAN, POPULATION_SD

#: Of the logarithm of discrimination, around its usual value.
DISCRIMINATION_SPREAD = 0.3
#: Degrees of freedom of the priors: an item with a wrong key, or one that its author misjudged by
#: levels, soon departs from its prior and does not pull the whole scale along.
PRIOR_FREEDOM = 8.0
#: Nothing is doubted on fewer responses.
ENOUGH = 60
#: A mean square above this, and so many standard deviations above 1, does not fit (Linacre 2002).
MISFIT, MISFIT_DEVIATIONS = 1.3, 3.0
#: An item whose discrimination is below this, beyond its error, tells the able from nobody.
LOW_DISCRIMINATION = 0.5
#: A wrong answer is suspected to be right when so many chose it, this share, this clearly.
KEY_CHOSEN, KEY_SHARE, KEY_DEVIATIONS = 10, 0.1, 3.0
#: The last responses that are compared with those before, and what counts as a jump.
LEAK_WINDOWS = (30, 60, 120)
LEAK_JUMP, LEAK_TIME_RATIO = 0.15, 0.6
LEAK_DEVIATIONS, LEAK_DEVIATIONS_BOTH = 4.0, 3.0
#: The most frequent answers that are kept of an item.
CHOICES_KEPT = 12

FlagKind = Literal["MISFIT", "KEY", "LEAK"]
Id = Hashable
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_GRID: Numbers = np.arange(-40, 41, dtype=np.float64) * 0.15
_CYCLES, _TOLERANCE = 200, 2e-4


@dataclass(frozen=True)
class ItemResult:
    """One answer of one sitting. `choice` is the option or the typed words; "" is unanswered."""

    sitting: Id
    item: Id
    correct: bool
    choice: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class DifficultyPrior:
    """What the author or a panel said of an item."""

    difficulty: float
    error: float = AUTHOR_ERROR
    discrimination: float = DISCRIMINATION


@dataclass(frozen=True)
class ChoiceFigures:
    """One answer to an item: how many gave it, and their mean ability by all other items."""

    choice: str
    count: int
    share: float
    ability: float
    correct: bool


@dataclass(frozen=True)
class CalibrationFlag:
    """A doubt about an item, with the numbers behind it."""

    kind: FlagKind
    detail: dict[str, float | str]


@dataclass(frozen=True)
class ItemCalibration:
    """The figures of one item. `rest_correlation` is that of a correct answer with the ability."""

    item: Id
    responses: int
    difficulty: float
    difficulty_error: float
    discrimination: float
    discrimination_error: float
    facility: float | None = None
    rest_correlation: float | None = None
    infit: float | None = None
    outfit: float | None = None
    median_seconds: float | None = None
    choices: tuple[ChoiceFigures, ...] = ()
    flags: tuple[CalibrationFlag, ...] = ()


@dataclass(frozen=True)
class BankCalibration:
    """The figures of all items, and the mean and spread of the people who answered."""

    items: tuple[ItemCalibration, ...]
    population_mean: float
    population_sd: float
    converged: bool

    def item(self, name: Id) -> ItemCalibration:
        return next(item for item in self.items if item.item == name)


@dataclass(frozen=True)
class FixedPopulation:
    """A known distribution of abilities, instead of one that is fitted."""

    mean: float
    sd: float


def calibrate(
    results: Sequence[ItemResult],
    priors: Mapping[Id, DifficultyPrior],
    *,
    population: FixedPopulation | None = None,
    discrimination_spread: float = DISCRIMINATION_SPREAD,
) -> BankCalibration:
    """Fit all items of `priors`. Results are in the order of time; the first of a pair counts.

    Memory grows with sittings times items: 20,000 by 300 take about 150 MB.
    """
    if not priors:
        return BankCalibration((), POPULATION_MEAN, POPULATION_SD, converged=True)
    fit = _Fit(results, priors, discrimination_spread, population)
    converged = fit.run()
    errors = fit.errors()
    return BankCalibration(
        tuple(_figures(fit, column, errors[column]) for column in range(len(fit.names))),
        fit.mean,
        fit.sd,
        converged,
    )


@dataclass
class _Fit:
    """The responses as matrices of sittings by items, and the parameters so far."""

    results: Sequence[ItemResult]
    priors: Mapping[Id, DifficultyPrior]
    spread: float
    population: FixedPopulation | None
    names: list[Id] = field(init=False)
    by_item: dict[Id, list[tuple[int, ItemResult]]] = field(init=False)

    def __post_init__(self) -> None:
        self.names = list(self.priors)
        columns = {name: column for column, name in enumerate(self.names)}
        rows: dict[Id, int] = {}
        cells: dict[tuple[int, int], ItemResult] = {}
        for result in self.results:
            if result.item in columns:
                row = rows.setdefault(result.sitting, len(rows))
                cells.setdefault((row, columns[result.item]), result)
        shape = (len(rows), len(self.names))
        self.right: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = np.zeros(shape, np.float32)
        self.wrong = np.zeros(shape, np.float32)
        self.by_item = defaultdict(list)
        for (row, column), result in cells.items():
            (self.right if result.correct else self.wrong)[row, column] = 1
            self.by_item[result.item].append((row, result))
        given = [self.priors[name] for name in self.names]
        self.prior_b = np.array([prior.difficulty for prior in given], float)
        self.prior_error = np.array([prior.error for prior in given], float)
        self.prior_log_a = np.log([prior.discrimination for prior in given])
        self.b, self.log_a = self.prior_b.copy(), self.prior_log_a.copy()
        self.weigh_priors()
        start = self.population or FixedPopulation(POPULATION_MEAN, POPULATION_SD)
        self.mean, self.sd = start.mean, start.sd

    def run(self) -> bool:
        """Fit in cycles of expectation and maximisation. Returns whether it came to rest."""
        for _ in range(_CYCLES):
            before = np.concatenate([self.b, self.log_a, [self.mean, self.sd]])
            self.weigh_priors()
            posterior = self.posterior()
            self.maximise(self.right.T @ posterior, self.wrong.T @ posterior)
            if self.population is None and len(posterior):
                self.mean = float((posterior @ _GRID).mean())
                self.sd = max(0.3, math.sqrt(float((posterior @ (_GRID - self.mean) ** 2).mean())))
                self.shift_to_priors()
            after = np.concatenate([self.b, self.log_a, [self.mean, self.sd]])
            if np.abs(after - before).max() < _TOLERANCE:
                return True
        return False

    def weigh_priors(self) -> None:
        """The precision that Student's t gives a prior, the less the farther off the item is."""

        def precision(off: Numbers, error: Numbers | float) -> Numbers:
            weighed: Numbers = PRIOR_FREEDOM / (PRIOR_FREEDOM + (off / error) ** 2) / error**2
            return weighed

        self.precision_b = precision(self.b - self.prior_b, self.prior_error)
        self.precision_a = precision(self.log_a - self.prior_log_a, self.spread)

    def curves(self) -> Numbers:
        """Probability of a correct answer, items by grid."""
        slope = np.exp(self.log_a)[:, None]
        curves: Numbers = 1 / (1 + np.exp(-np.clip(slope * (_GRID - self.b[:, None]), -30, 30)))
        return curves

    def posterior(self) -> Numbers:
        """Of each sitting's ability, sittings by grid."""
        curves = self.curves()
        log = self.right @ np.log(curves) + self.wrong @ np.log1p(-curves)
        log -= 0.5 * ((_GRID - self.mean) / self.sd) ** 2
        posterior = np.exp(log - log.max(axis=1, keepdims=True))
        normalised: Numbers = posterior / posterior.sum(axis=1, keepdims=True)
        return normalised

    def maximise(self, right: Numbers, wrong: Numbers) -> None:
        """Newton steps (Fisher scoring) for each item on the expected counts."""
        asked = right + wrong
        for _ in range(6):
            curves, slope = self.curves(), np.exp(self.log_a)
            left = right - asked * curves
            information = asked * curves * (1 - curves)
            logits = slope[:, None] * (_GRID - self.b[:, None])
            by_b = -slope * left.sum(axis=1) - self.precision_b * (self.b - self.prior_b)
            by_a = (left * logits).sum(axis=1) - self.precision_a * (self.log_a - self.prior_log_a)
            bb = slope**2 * information.sum(axis=1) + self.precision_b
            aa = (information * logits**2).sum(axis=1) + self.precision_a
            ab = -slope * (information * logits).sum(axis=1)
            determinant = bb * aa - ab**2
            self.b += np.clip((aa * by_b - ab * by_a) / determinant, -0.5, 0.5)
            self.log_a += np.clip((bb * by_a - ab * by_b) / determinant, -0.3, 0.3)
            self.b = np.clip(self.b, _GRID[0], _GRID[-1])

    def shift_to_priors(self) -> None:
        """Move and stretch the scale to where the priors want it; the likelihood is the same.

        Otherwise the fit would creep there over hundreds of cycles.
        """
        weight = self.precision_b
        for _ in range(3):
            move = float(np.average(self.prior_b - self.b, weights=weight))
            self.b += move
            self.mean += move
            centred = self.b - self.mean
            slope = float((weight * centred * (self.b - self.prior_b)).sum())
            slope -= float((self.precision_a * (self.log_a - self.prior_log_a)).sum())
            curvature = float((weight * centred**2).sum() + self.precision_a.sum())
            stretch = math.exp(min(max(-slope / curvature, -0.2), 0.2))
            self.b = self.mean + stretch * centred
            self.log_a -= math.log(stretch)
            self.sd *= stretch

    def errors(self) -> list[tuple[float, float]]:
        """Standard errors of difficulty and discrimination of each item.

        From the information of its responses, less what is missing because abilities are not known
        but estimated (Louis 1982), and of the prior. The origin of the scale, which all priors
        together hold, has an error of its own.
        """
        origin = 0.0 if self.population else 1 / float(self.precision_b.sum())
        posterior, curves, slopes = self.posterior(), self.curves(), np.exp(self.log_a)
        found = []
        for column, slope in enumerate(slopes):
            rows = np.flatnonzero(self.right[:, column] + self.wrong[:, column])
            mass, curve = posterior[rows], curves[column]
            left = self.right[rows, column][:, None] - curve
            logits = slope * (_GRID - self.b[column])
            information = mass @ (curve * (1 - curve))
            bb = slope**2 * information.sum() - slope**2 * _variance(mass, left).sum()
            aa = (mass @ (curve * (1 - curve) * logits**2)).sum()
            aa -= _variance(mass, left * logits).sum()
            ab = -slope * (mass @ (curve * (1 - curve) * logits)).sum()
            ab += slope * _covariance(mass, left, left * logits).sum()
            bb = max(bb, 0.0) + self.precision_b[column]
            aa = max(aa, 0.0) + self.precision_a[column]
            determinant = max(bb * aa - ab**2, 1e-9 * bb * aa)
            found.append(
                (math.sqrt(aa / determinant + origin), float(slope) * math.sqrt(bb / determinant))
            )
        return found


def _variance(mass: Numbers, values: Numbers) -> Numbers:
    return _covariance(mass, values, values)


def _covariance(mass: Numbers, one: Numbers, other: Numbers) -> Numbers:
    product = (mass * one * other).sum(axis=1)
    covariance: Numbers = product - (mass * one).sum(axis=1) * (mass * other).sum(axis=1)
    return covariance


@dataclass(frozen=True)
class _Answers:
    """The answers to one item in the order of time, with what all other items let expect."""

    results: Sequence[ItemResult]
    correct: Numbers
    expected: Numbers
    ability: Numbers

    @property
    def variance(self) -> Numbers:
        return self.expected * (1 - self.expected)


def _figures(fit: _Fit, column: int, errors: tuple[float, float]) -> ItemCalibration:
    name = fit.names[column]
    figures = ItemCalibration(
        item=name,
        responses=len(fit.by_item[name]),
        difficulty=float(fit.b[column]),
        difficulty_error=errors[0],
        discrimination=math.exp(fit.log_a[column]),
        discrimination_error=errors[1],
    )
    if not figures.responses:
        return figures
    answers = _answers(fit, column)
    infit, outfit = _mean_squares(answers)
    seconds = [result.seconds for result in answers.results if result.seconds is not None]
    choices = _choices(answers)
    flags: list[CalibrationFlag | None] = []
    if figures.responses >= ENOUGH:
        flags = [
            _misfit(infit, outfit, figures.discrimination, errors[1]),
            _key_in_doubt(answers, choices),
            _leak(answers),
        ]
    return ItemCalibration(
        item=name,
        responses=figures.responses,
        difficulty=figures.difficulty,
        difficulty_error=figures.difficulty_error,
        discrimination=figures.discrimination,
        discrimination_error=figures.discrimination_error,
        facility=float(answers.correct.mean()),
        rest_correlation=_correlation(answers.correct, answers.ability),
        infit=infit[0],
        outfit=outfit[0],
        median_seconds=median(seconds) if seconds else None,
        choices=choices[:CHOICES_KEPT],
        flags=tuple(flag for flag in flags if flag is not None),
    )


def _answers(fit: _Fit, column: int) -> _Answers:
    given = fit.by_item[fit.names[column]]
    rows = np.array([row for row, _ in given])
    curve = fit.curves()[column]
    correct = np.array([float(result.correct) for _, result in given])
    others = fit.posterior()[rows]
    others = others / np.where(correct[:, None] > 0, curve, 1 - curve)
    others /= others.sum(axis=1, keepdims=True)
    return _Answers([result for _, result in given], correct, others @ curve, others @ _GRID)


def _mean_squares(answers: _Answers) -> tuple[tuple[float, float], tuple[float, float]]:
    """Infit and outfit, each with how many standard deviations it is above 1."""
    expected, variance = answers.expected, answers.variance
    squares = (answers.correct - expected) ** 2
    fourth = variance * (expected**3 + (1 - expected) ** 3)
    number = len(squares)
    infit = float(squares.sum() / variance.sum())
    infit_sd = math.sqrt(max(0.0, float((fourth - variance**2).sum()))) / float(variance.sum())
    outfit = float((squares / variance).mean())
    outfit_sd = math.sqrt(max(0.0, float((fourth / variance**2 - 1).sum()))) / number
    return (infit, (infit - 1) / max(infit_sd, 1e-9)), (outfit, (outfit - 1) / max(outfit_sd, 1e-9))


def _correlation(one: Numbers, other: Numbers) -> float | None:
    if len(one) < 3 or one.std() == 0 or other.std() == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _choices(answers: _Answers) -> tuple[ChoiceFigures, ...]:
    """All answers that were given, the most frequent first; unanswered is one of them."""
    who = defaultdict(list)
    for index, result in enumerate(answers.results):
        who[result.choice].append(index)
    figures = [
        ChoiceFigures(
            choice,
            len(indices),
            len(indices) / len(answers.results),
            float(answers.ability[indices].mean()),
            any(answers.results[index].correct for index in indices),
        )
        for choice, indices in who.items()
    ]
    return tuple(sorted(figures, key=lambda figure: (-figure.count, figure.choice)))


def _misfit(
    infit: tuple[float, float],
    outfit: tuple[float, float],
    discrimination: float,
    error: float,
) -> CalibrationFlag | None:
    detail: dict[str, float | str] = {}
    for name, (mean_square, deviations) in (("infit", infit), ("outfit", outfit)):
        if mean_square > MISFIT and deviations > MISFIT_DEVIATIONS:
            detail[name] = round(mean_square, 3)
    if discrimination + 2 * error < LOW_DISCRIMINATION:
        detail["discrimination"] = round(discrimination, 3)
    return CalibrationFlag("MISFIT", detail) if detail else None


def _key_in_doubt(answers: _Answers, choices: Iterable[ChoiceFigures]) -> CalibrationFlag | None:
    """The wrong answer that abler people gave than the right one, or than anybody else."""
    chosen = np.array([result.choice for result in answers.results])
    right = answers.correct > 0
    for figure in choices:
        if figure.correct or not figure.choice or figure.count < KEY_CHOSEN:
            continue
        if figure.share < KEY_SHARE:
            continue
        these = chosen == figure.choice
        rest = right if right.sum() >= KEY_CHOSEN else ~these
        difference, deviations = _difference(answers.ability[these], answers.ability[rest])
        if deviations > KEY_DEVIATIONS:
            return CalibrationFlag(
                "KEY",
                {
                    "choice": figure.choice,
                    "count": figure.count,
                    "share": round(figure.share, 3),
                    "logits_above": round(difference, 3),
                    "deviations": round(deviations, 2),
                },
            )
    return None


def _difference(one: Numbers, other: Numbers) -> tuple[float, float]:
    """Of two means, and in standard errors."""
    if min(len(one), len(other)) < 2:
        return 0.0, 0.0
    difference = float(one.mean() - other.mean())
    error = math.sqrt(float(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    return difference, difference / max(error, 1e-9)


def _leak(answers: _Answers) -> CalibrationFlag | None:
    """A jump of correct answers beyond the abilities, or a drop of time, in the last responses."""
    surprise, variance = answers.correct - answers.expected, answers.variance
    seconds = np.array(
        [np.nan if r.seconds is None or r.seconds <= 0 else r.seconds for r in answers.results]
    )
    for window in LEAK_WINDOWS:
        earlier = len(surprise) - window
        if earlier < ENOUGH // 2:
            break
        jump = float(surprise[earlier:].mean() - surprise[:earlier].mean())
        error = variance[earlier:].sum() / window**2 + variance[:earlier].sum() / earlier**2
        jump_deviations = jump / math.sqrt(float(error))
        ratio, time_deviations = _faster(seconds[earlier:], seconds[:earlier])
        jumped = jump > LEAK_JUMP and jump_deviations > LEAK_DEVIATIONS
        dropped = ratio < LEAK_TIME_RATIO and time_deviations > LEAK_DEVIATIONS
        if jumped or dropped or min(jump_deviations, time_deviations) > LEAK_DEVIATIONS_BOTH:
            return CalibrationFlag(
                "LEAK",
                {
                    "last": window,
                    "facility": round(float(answers.correct[earlier:].mean()), 3),
                    "facility_before": round(float(answers.correct[:earlier].mean()), 3),
                    "jump": round(jump, 3),
                    "deviations": round(jump_deviations, 2),
                    "time_ratio": round(ratio, 3),
                    "time_deviations": round(time_deviations, 2),
                },
            )
    return None


def _faster(recent: Numbers, earlier: Numbers) -> tuple[float, float]:
    """Ratio of the median times, and how clearly recent ones are lower, by ranks.

    Mann and Whitney's U with the normal approximation; times are never tied often enough to matter.
    """
    recent, earlier = recent[~np.isnan(recent)], earlier[~np.isnan(earlier)]
    here, there = len(recent), len(earlier)
    if min(here, there) < 10:
        return 1.0, 0.0
    lower = float((recent[:, None] < earlier).sum() + 0.5 * (recent[:, None] == earlier).sum())
    deviation = math.sqrt(here * there * (here + there + 1) / 12)
    ratio = float(np.median(recent) / np.median(earlier))
    return ratio, (lower - here * there / 2) / deviation
