"""Ability in English, in logits, with its standard error: of each skill and overall.

Does not use Django. The model has two layers:

- An item is answered correctly with the two-parameter logistic probability of the skill's ability.
  The difficulty of an item is itself uncertain; its error flattens the curve, so that items that
  only their author has judged count for less than calibrated ones.
- The abilities of one person's skills are normally distributed around a common one. A skill
  therefore borrows from the others as much as they are informative, and a skill without answers is
  predicted with a larger error.

A better answer never lowers the ability of any skill or overall: the prior is a normal distribution
with positive correlations, and each likelihood ratio rises with the ability. That is also why the
error of a task may not depend on what was seen in the others.

Estimates are expected a posteriori (EAP): unlike maximum likelihood they are finite when all or no
answers are correct, and the posterior standard deviation is an honest error for a short test. The
prior is about as wide as all six levels together, so it shifts a whole test by a few hundredths.
Augmentation of subscores: Wainer et al. 2001, in "Test Scoring". EAP: Bock and Mislevy 1982.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

#: Of an item whose discrimination is not known. Simulations and published item banks of language
#: tests with items that were edited have 1.0 to 1.5.
DISCRIMINATION = 1.2
#: The author's difficulty of an item is the middle of its level; this is how far off authors are.
AUTHOR_ERROR = 0.6
#: All people: the mean, and the standard deviation of a uniform distribution from A1 to C2.
POPULATION_MEAN, POPULATION_SD = 0.0, 2.0
#: Standard deviation of a skill around the person's common ability. In the population above, skills
#: then correlate 0.9, as sections of language tests do once their errors are removed.
SKILL_SD = 0.65
#: What all tasks of one skill have in common in error: a grader who is strict, a microphone.
SHARED_TASK_ERROR = 0.35
#: A task of speaking or writing without an answer counts as a level below A1.
UNANSWERED_TASK, UNANSWERED_ERROR = -4.2, 0.5
#: Normal quantile of a 95 % interval.
Z95 = 1.959964
#: A normal distribution smoothed into a logistic curve (Demidenko 2004, "Mixed Models", 7.1).
_LOGIT_SCALE = 16 * math.sqrt(3) / (15 * math.pi)

Reason = Literal["BORDER", "SKILLS_DISAGREE", "LOW_CONFIDENCE"]
Grid = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_GRID: Grid = np.arange(-70, 71) / 10.0


@dataclass(frozen=True)
class ItemParameters:
    """What is known of an item. `guessing` is the probability of a correct answer by luck."""

    difficulty: float
    error: float = 0.0
    discrimination: float = DISCRIMINATION
    guessing: float = 0.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.difficulty, self.error, self.discrimination))):
            raise ValueError("The parameters of an item are finite numbers.")
        if self.discrimination <= 0 or self.error < 0 or not 0 <= self.guessing < 1:
            raise ValueError("A discrimination is positive, an error is not negative.")


@dataclass(frozen=True)
class ItemResponse:
    """An item and whether it was answered correctly. None is unanswered, which is wrong."""

    item: ItemParameters
    correct: bool | None


@dataclass(frozen=True)
class TaskEstimate:
    """The ability that a machine or people saw in one answer; None if there is no answer."""

    ability: float | None
    error: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.error) or self.error <= 0:
            raise ValueError("The error of an estimate is a positive number.")
        if self.ability is not None and not math.isfinite(self.ability):
            raise ValueError("An ability is a finite number.")


@dataclass(frozen=True)
class SkillEvidence:
    """All that was asked of one skill, and the skill's weight in the overall ability."""

    skill: str
    weight: float
    responses: Sequence[ItemResponse] = ()
    tasks: Sequence[TaskEstimate] = ()
    shared_error: float = SHARED_TASK_ERROR

    @property
    def asked(self) -> int:
        return len(self.responses) + len(self.tasks)

    @property
    def unanswered(self) -> int:
        return sum(response.correct is None for response in self.responses) + sum(
            task.ability is None for task in self.tasks
        )


@dataclass(frozen=True)
class Estimate:
    """An ability with its standard error."""

    ability: float
    error: float

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return self.ability - Z95 * self.error

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval."""
        return self.ability + Z95 * self.error


@dataclass(frozen=True)
class SkillEstimate(Estimate):
    """The ability of one skill. `own` is what its own answers say, without the other skills."""

    skill: str
    asked: int
    unanswered: int
    own: Estimate | None
    tasks_agree: bool = True


@dataclass(frozen=True)
class PersonEstimate:
    """All abilities of one person: overall, and of each skill in the order of the evidence."""

    overall: Estimate
    skills: tuple[SkillEstimate, ...]

    def skill(self, name: str) -> SkillEstimate:
        return next(skill for skill in self.skills if skill.skill == name)


def estimate_person(evidence: Sequence[SkillEvidence]) -> PersonEstimate:
    """Estimate the ability of each skill, and overall as their mean by weight.

    A skill that nothing was asked of yet is predicted from the others.
    """
    weights = _shares([skill.weight for skill in evidence])
    kernel = _skills_given_common()
    likelihoods = [_likelihood(skill) for skill in evidence]
    log_common = _log_normal(_GRID, POPULATION_MEAN, POPULATION_SD)
    means, variances = [], []  # of each skill, for each common ability
    for likelihood in likelihoods:
        joint = kernel * likelihood
        total = joint.sum(axis=1)
        mean = joint @ _GRID / total
        means.append(mean)
        variances.append(joint @ _GRID**2 / total - mean**2)
        log_common = log_common + np.log(total)
    common = np.exp(log_common - log_common.max())
    common /= common.sum()
    overall_mean = sum(
        (share * mean for share, mean in zip(weights, means, strict=True)), np.zeros_like(_GRID)
    )
    overall_variance = sum(
        (share**2 * variance for share, variance in zip(weights, variances, strict=True)),
        np.zeros_like(_GRID),
    )
    return PersonEstimate(
        Estimate(*_moments(common, overall_mean, overall_variance)),
        tuple(
            SkillEstimate(
                *_moments(common, mean, variance),
                skill=skill.skill,
                asked=skill.asked,
                unanswered=skill.unanswered,
                own=_alone(likelihood) if skill.asked else None,
                tasks_agree=_agree(skill.tasks),
            )
            for skill, likelihood, mean, variance in zip(
                evidence, likelihoods, means, variances, strict=True
            )
        ),
    )


def needs_human(person: PersonEstimate, cuts: Iterable[float]) -> list[Reason]:
    """Why a person should look before release; empty if nobody has to.

    `cuts` are those at which something is decided, such as the level of the platform's floor.
    Skills disagree when the 95 % intervals of two of them, each from its own answers, lie apart.
    Confidence is low when two tasks of a skill disagree in that way, or a skill has no answers yet.
    """
    reasons: list[Reason] = []
    overall = person.overall
    if any(abs(overall.ability - cut) <= overall.error for cut in cuts):
        reasons.append("BORDER")
    alone = [skill.own for skill in person.skills if skill.own is not None]
    if _apart(alone):
        reasons.append("SKILLS_DISAGREE")
    if len(alone) < len(person.skills) or not all(skill.tasks_agree for skill in person.skills):
        reasons.append("LOW_CONFIDENCE")
    return reasons


def probability(item: ItemParameters, ability: float) -> float:
    """The probability of a correct answer, over all difficulties that the item may have."""
    return float(_curve(item, np.array([ability]))[0])


def combine_tasks(tasks: Sequence[TaskEstimate], shared_error: float) -> Estimate:
    """One estimate of several tasks, by precision."""
    seen = [
        (UNANSWERED_TASK, UNANSWERED_ERROR)
        if task.ability is None
        else (max(task.ability, UNANSWERED_TASK), task.error)
        for task in tasks
    ]
    precision = sum(error**-2 for _, error in seen)
    mean = sum(ability * error**-2 for ability, error in seen) / precision
    return Estimate(mean, math.sqrt(1 / precision + shared_error**2))


def weights_of(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights as shares of 1; equal ones if none is positive."""
    return dict(zip(weights, _shares(list(weights.values())), strict=True))


def _shares(weights: Sequence[float]) -> list[float]:
    if not weights:
        raise ValueError("An ability needs at least one skill.")
    if any(weight < 0 or not math.isfinite(weight) for weight in weights):
        raise ValueError("A weight is not negative.")
    total = sum(weights)
    return [weight / total if total else 1 / len(weights) for weight in weights]


def _apart(estimates: Sequence[Estimate]) -> bool:
    """Whether the 95 % intervals of two of them lie apart."""
    return bool(estimates) and max(e.low for e in estimates) > min(e.high for e in estimates)


def _agree(tasks: Sequence[TaskEstimate]) -> bool:
    answered = [Estimate(task.ability, task.error) for task in tasks if task.ability is not None]
    return not _apart(answered)


def _likelihood(skill: SkillEvidence) -> Grid:
    """Of the ability on the grid, up to a factor."""
    log = np.zeros_like(_GRID)
    for response in skill.responses:
        curve = _curve(response.item, _GRID)
        log += np.log(curve) if response.correct else np.log1p(-curve)
    if skill.tasks:
        tasks = combine_tasks(skill.tasks, skill.shared_error)
        log += _log_normal(_GRID, tasks.ability, tasks.error)
    likelihood: Grid = np.exp(log - log.max())
    return likelihood


def _curve(item: ItemParameters, abilities: Grid) -> Grid:
    slope = item.discrimination
    slope /= math.sqrt(1 + (_LOGIT_SCALE * slope * item.error) ** 2)
    logits = np.clip(slope * (abilities - item.difficulty), -30, 30)
    curve: Grid = item.guessing + (1 - item.guessing) / (1 + np.exp(-logits))
    return curve


def _alone(likelihood: Grid) -> Estimate:
    prior = np.exp(_log_normal(_GRID, POPULATION_MEAN, POPULATION_SD))
    posterior = likelihood * prior
    return Estimate(*_moments(posterior / posterior.sum(), _GRID, np.zeros_like(_GRID)))


def _moments(probabilities: Grid, means: Grid, variances: Grid) -> tuple[float, float]:
    mean = float(probabilities @ means)
    return mean, math.sqrt(float(probabilities @ (variances + (means - mean) ** 2)))


def _log_normal(values: Grid, mean: float, deviation: float) -> Grid:
    return -0.5 * ((values - mean) / deviation) ** 2


@cache
def _skills_given_common() -> Grid:
    """Row: common ability. Column: probability of a skill's ability. Both on the grid."""
    distance = _GRID[None, :] - _GRID[:, None]
    kernel = np.exp(_log_normal(distance, 0.0, SKILL_SD))
    normalised: Grid = kernel / kernel.sum(axis=1, keepdims=True)
    return normalised
