"""People's ratings of an answer, and what machine and people together say about it.

What people say replaces what the machine said. Two people who differ by more than a level call for
a third; then the two that are closest count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from hitouch.core.errors import Refusal
from hitouch.core.jobs.dispatch import enqueue_on_commit
from proctoring.models import (
    AnswerRating,
    GradingCase,
    ItemKind,
    Sitting,
    SittingQuestion,
    SpeakingEvaluation,
    WritingEvaluation,
)

Evaluation = SpeakingEvaluation | WritingEvaluation
#: What marks are given for, from 0 (as A1) to 5 (as C2).
WRITING_CRITERIA = ("grammar", "range", "coherence", "task")
SPEAKING_CRITERIA = ("grammar", "range", "coherence", "task", "fluency", "pronunciation")
BEST_MARK = 5
#: The ability that the mark 0 stands for, and how far two marks are apart, in logits.
LOWEST, LEVEL_WIDTH = -3.0, 1.2
#: Standard error of one person's rating, and the difference that calls for a third.
RATER_ERROR, MOST_DIFFERENCE = 0.6, LEVEL_WIDTH
MOST_RATINGS = 3
#: Below this confidence a person grades.
LOW_CONFIDENCE = 0.5


class AlreadyRated(Refusal):
    """This person has rated the answer already."""

    code = "already_rated"
    message = "You have rated this answer already."


class OwnAnswer(Refusal):
    """Nobody rates their own answer."""

    code = "own_answer"
    message = "You can't rate your own answer."


class RatingNotNeeded(Refusal):
    """The answer has all the ratings that it needs."""

    code = "rating_not_needed"
    message = "This answer has been graded. Nothing is left to do."


class MarkMissing(Refusal):
    """A criterion has no mark from 0 to 5."""

    code = "mark_missing"
    message = "Give a mark from 0 to 5 for each criterion."
    field = "criteria"
    status = 422


@dataclass(frozen=True)
class AnswerEstimate:
    """The ability that one answer shows, in logits, with its error; points from 0 to 1."""

    ability: float
    error: float
    points: float
    by_people: bool


def criteria_of(question: SittingQuestion) -> tuple[str, ...]:
    """What marks are given for in an answer to this question."""
    is_spoken = question.version.item.kind == ItemKind.SPEAKING
    return SPEAKING_CRITERIA if is_spoken else WRITING_CRITERIA


def ability_of_marks(criteria: Mapping[str, float]) -> float:
    """The ability in logits that marks stand for: their mean, on the scale of the levels."""
    return LOWEST + LEVEL_WIDTH * sum(criteria.values()) / len(criteria)


@transaction.atomic
def record_rating(
    *,
    question: SittingQuestion,
    grader: User,
    criteria: Mapping[str, float],
    at: datetime,
    started_at: datetime | None = None,
    level: str = "",
    comment: str = "",
) -> AnswerRating:
    """Save one person's marks. When the answer has enough of them, its case is done.

    Which of the open answers a person gets, and that none sees the others' marks, is the desk's
    part. Grading goes on as soon as nothing is missing.
    """
    sitting = Sitting.objects.select_for_update(of=("self",)).get(pk=question.sitting_id)
    if sitting.agent.user_id == grader.pk:
        raise OwnAnswer
    case = GradingCase.objects.filter(question=question, state=GradingCase.State.OPEN).first()
    given = list(question.ratings.filter(given_at__isnull=False))
    if case is None or len(given) >= case.needed:
        raise RatingNotNeeded
    if any(rating.grader_id == grader.pk for rating in given):
        raise AlreadyRated
    rating = AnswerRating.objects.filter(question=question, grader=grader).first()
    if rating is None:
        last = question.ratings.aggregate(last=Max("ordinal"))["last"] or 0
        rating = AnswerRating(question=question, grader=grader, ordinal=last + 1)
    rating.criteria = _checked_marks(question, criteria)
    rating.ability = ability_of_marks(rating.criteria)
    rating.level, rating.comment = level, comment
    rating.started_at, rating.given_at = started_at or rating.started_at or at, at
    rating.save()
    _settle(case, [*given, rating], at)
    return rating


def _checked_marks(question: SittingQuestion, criteria: Mapping[str, float]) -> dict[str, float]:
    names = criteria_of(question)
    marks = {name: criteria.get(name) for name in names}
    if not all(isinstance(mark, int | float) and 0 <= mark <= BEST_MARK for mark in marks.values()):
        raise MarkMissing
    return {name: float(mark) for name, mark in marks.items() if mark is not None}


def _settle(case: GradingCase, given: Sequence[AnswerRating], at: datetime) -> None:
    """Close the case, or ask for a third rating when two disagree."""
    if len(given) < case.needed:
        return
    if len(given) < MOST_RATINGS and len(given) > 1 and differ(given):
        case.needed = MOST_RATINGS
        case.save(update_fields=["needed", "updated_at"])
        return
    complete_case(case=case, at=at)


def complete_case(*, case: GradingCase, at: datetime) -> None:
    """Close a case, and let grading go on."""
    case.state, case.done_at = GradingCase.State.DONE, at
    case.save(update_fields=["state", "done_at", "updated_at"])
    enqueue_on_commit("proctoring.tasks.grade_sitting", sitting_id=str(case.question.sitting_id))


def differ(ratings: Sequence[AnswerRating]) -> bool:
    """Whether two ratings are more than a level apart."""
    abilities = _abilities(ratings)
    return max(abilities) - min(abilities) > MOST_DIFFERENCE


def combine(
    evaluation: Evaluation | None, ratings: Sequence[AnswerRating]
) -> AnswerEstimate | None:
    """What is known of an answer: from people if they rated it, else from a machine that is sure.

    None if a person has to grade it first.
    """
    abilities = _abilities(ratings)
    if abilities:
        if len(abilities) >= MOST_RATINGS:
            abilities = _closest(abilities)
        mean = sum(abilities) / len(abilities)
        error = RATER_ERROR / len(abilities) ** 0.5
        points = min(1.0, max(0.0, (mean - LOWEST) / (LEVEL_WIDTH * BEST_MARK)))
        return AnswerEstimate(mean, error, points, by_people=True)
    if evaluation is None or not is_usable(evaluation):
        return None
    return AnswerEstimate(
        float(evaluation.ability or 0),
        float(evaluation.ability_error or RATER_ERROR),
        float(evaluation.points or 0),
        by_people=False,
    )


def is_usable(evaluation: Evaluation) -> bool:
    """Whether a machine's evaluation stands without a person."""
    return (
        not evaluation.failure
        and evaluation.ability is not None
        and bool(evaluation.ability_error)
        and evaluation.confidence >= LOW_CONFIDENCE
    )


def _closest(abilities: Sequence[float]) -> list[float]:
    """The two that differ least."""
    ordered = sorted(abilities)
    first = min(range(len(ordered) - 1), key=lambda index: ordered[index + 1] - ordered[index])
    return ordered[first : first + 2]


def _abilities(ratings: Sequence[AnswerRating]) -> list[float]:
    return [rating.ability for rating in ratings if rating.given_at and rating.ability is not None]
