"""Ability in English, in logits, with its standard error: of each skill and overall.

Does not use Django.

- Each skill is estimated from its own answers alone. An item is answered correctly with the
  two-parameter logistic probability of the ability. The difficulty of an item is itself uncertain;
  its error flattens the curve, so that items that only their author has judged count for less.
- Overall is the mean of the skills by weight, and its error that of such a mean.

Estimates are expected a posteriori (EAP, Bock and Mislevy 1982): unlike maximum likelihood they are
finite when all or no answers are correct, and the posterior standard deviation is an honest error
for a short test. The prior is wider than all six levels together, so that it hardly moves anybody.

Skills do not borrow from one another, although they correlate: it would make the skills look more
exact and overall hardly so, one bad answer would lower all skills, and a skill that was left blank
would do so even more. As it is, a better answer never lowers any ability.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

#: Of an item whose discrimination is not known. Simulations and published item banks of language
#: tests with items that were edited have 1.0 to 1.5.
DISCRIMINATION = 1.2
#: The author's difficulty of an item is the middle of its level; this is how far off authors are.
AUTHOR_ERROR = 0.6
#: All people: the mean, and the standard deviation of a uniform distribution from A1 to C2.
POPULATION_MEAN, POPULATION_SD = 0.0, 2.0
#: The prior of a skill is wider, for a skill is short and would be drawn to the middle.
PRIOR_SD = 3.0
#: Standard deviation of a skill around the person's other skills. In the population above, skills
#: then correlate 0.9, as sections of language tests do once their errors are removed.
SKILL_SD = 0.65
#: What all tasks of one skill have in common in error: a grader who is strict, a microphone.
SHARED_TASK_ERROR = 0.35
#: What a task of speaking or writing without an answer counts as, and a skill without any answer:
#: an ability with the score 0, without much doubt. Nobody is below it.
UNANSWERED_TASK, UNANSWERED_ERROR = -5.0, 0.25
#: Normal quantile of a 95 % interval.
Z95 = 1.959964
#: A normal distribution smoothed into a logistic curve (Demidenko 2004, "Mixed Models", 7.1).
_LOGIT_SCALE = 16 * math.sqrt(3) / (15 * math.pi)

Reason = Literal["BORDER", "SKILLS_DISAGREE", "LOW_CONFIDENCE"]
Grid = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

#: Abilities from -7 to 7: nobody is farther from the middle of all levels.
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

    @property
    def is_blank(self) -> bool:
        """Whether something was asked and nothing answered."""
        return 0 < self.asked == self.unanswered


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
    """The ability of one skill; predicted from the other skills if nothing was asked."""

    skill: str
    asked: int
    unanswered: int
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

    A skill in which nothing was answered has the lowest ability. One that nothing was asked of yet
    is predicted from the others, and its share of the overall ability is theirs.
    """
    shares = _shares([skill.weight for skill in evidence])
    asked = [estimate_skill(skill) for skill in evidence if skill.asked]
    expected, reliance = _expectation(asked)
    known = iter(asked)
    estimates = [next(known) if skill.asked else expected for skill in evidence]
    overall = sum(share * each.ability for share, each in zip(shares, estimates, strict=True))
    return PersonEstimate(
        Estimate(overall, _overall_error(evidence, shares, asked, reliance)),
        tuple(
            SkillEstimate(
                estimate.ability,
                estimate.error,
                skill=skill.skill,
                asked=skill.asked,
                unanswered=skill.unanswered,
                tasks_agree=_agree(skill.tasks),
            )
            for skill, estimate in zip(evidence, estimates, strict=True)
        ),
    )


def estimate_skill(skill: SkillEvidence) -> Estimate:
    """The ability that a skill's own answers show."""
    if skill.is_blank:
        return Estimate(UNANSWERED_TASK, UNANSWERED_ERROR)
    posterior = _likelihood(skill) * np.exp(_log_normal(_GRID, POPULATION_MEAN, PRIOR_SD))
    posterior /= posterior.sum()
    mean = float(posterior @ _GRID)
    error = math.sqrt(float(posterior @ (_GRID - mean) ** 2))
    return Estimate(max(mean, UNANSWERED_TASK), error)


def predict_skill(others: Sequence[Estimate]) -> Estimate:
    """What to expect of a skill, from the others: a routed section is drawn around it."""
    return _expectation(others)[0]


def _expectation(others: Sequence[Estimate]) -> tuple[Estimate, list[float]]:
    """A skill's prediction, and how much it relies on each other skill; the rest is the prior."""
    precisions = [1 / (each.error**2 + SKILL_SD**2) for each in others]
    total = POPULATION_SD**-2 + sum(precisions)
    reliance = [precision / total for precision in precisions]
    ability = sum(share * each.ability for share, each in zip(reliance, others, strict=True))
    ability += (1 - sum(reliance)) * POPULATION_MEAN
    return Estimate(ability, math.sqrt(1 / total + SKILL_SD**2)), reliance


def _overall_error(
    evidence: Sequence[SkillEvidence],
    shares: Sequence[float],
    asked: Sequence[Estimate],
    reliance: Sequence[float],
) -> float:
    """The error of a mean by weight, in which predicted skills repeat the errors of the others."""
    own = [share for skill, share in zip(evidence, shares, strict=True) if skill.asked]
    predicted = [share for skill, share in zip(evidence, shares, strict=True) if not skill.asked]
    missing = sum(predicted)
    variance = sum(
        ((share + missing * part) * each.error) ** 2 + (missing * part * SKILL_SD) ** 2
        for share, part, each in zip(own, reliance, asked, strict=True)
    )
    variance += (missing * (1 - sum(reliance)) * POPULATION_SD) ** 2
    variance += sum((share * SKILL_SD) ** 2 for share in predicted)
    return math.sqrt(variance)


def needs_human(person: PersonEstimate, cuts: Iterable[float]) -> list[Reason]:
    """Why a person should look before release; empty if nobody has to.

    `cuts` are those at which something is decided, such as the level of the platform's floor.
    Skills disagree when the 95 % intervals of two of them lie apart.
    Confidence is low when two tasks of a skill disagree in that way, or a skill has no answers yet.
    """
    reasons: list[Reason] = []
    overall = person.overall
    if any(abs(overall.ability - cut) <= overall.error for cut in cuts):
        reasons.append("BORDER")
    if _apart([skill for skill in person.skills if skill.asked]):
        reasons.append("SKILLS_DISAGREE")
    if not all(skill.asked and skill.tasks_agree for skill in person.skills):
        reasons.append("LOW_CONFIDENCE")
    return reasons


def probability(item: ItemParameters, ability: float) -> float:
    """The probability of a correct answer, over all difficulties that the item may have."""
    return float(_curve(item, np.array([ability]))[0])


def response_curve(item: ItemParameters, abilities: Grid) -> Grid:
    """The same for many abilities at once."""
    return _curve(item, abilities)


def combine_tasks(tasks: Sequence[TaskEstimate], shared_error: float) -> Estimate:
    """The mean of several tasks. The shared error is that of the answered ones."""
    abilities = [
        UNANSWERED_TASK if task.ability is None else max(task.ability, UNANSWERED_TASK)
        for task in tasks
    ]
    errors = [UNANSWERED_ERROR if task.ability is None else task.error for task in tasks]
    shared = shared_error * sum(task.ability is not None for task in tasks)
    error = math.sqrt(sum(error**2 for error in errors) + shared**2) / len(tasks)
    return Estimate(sum(abilities) / len(tasks), error)


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


def _log_normal(values: Grid, mean: float, deviation: float) -> Grid:
    return -0.5 * ((values - mean) / deviation) ** 2
