"""The graders' desk: a grader takes the next answer, rates it without seeing others' marks.

Nobody chooses whose answer they rate, and nobody learns whose it is.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.security import locks
from hitouch.core.errors import Refusal
from proctoring.grading.graders import queries
from proctoring.grading.ratings import record_rating
from proctoring.models import AnswerRating, GradingCase


class NoAnswerWaits(Refusal):
    """No answer waits for this grader."""

    code = "nothing_to_rate"
    message = "Nothing is waiting for you."


@transaction.atomic
def take_next(*, grader: User, at: datetime) -> AnswerRating:
    """The answer that the grader has taken already, or the next one."""
    locks.lock_account(grader.pk)
    taken = queries.taken_by(grader, at)
    if taken is not None:
        return taken
    waiting = list(queries.waiting_for(grader, at).values_list("pk", flat=True)[:20])
    for pk in waiting:
        case = (
            GradingCase.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk, state=GradingCase.State.OPEN)
            .first()
        )
        # Counted again under the lock: another grader may have taken it meanwhile.
        if case is not None and queries.waiting_for(grader, at).filter(pk=pk).exists():
            return _take(case, grader, at)
    raise NoAnswerWaits


def _take(case: GradingCase, grader: User, at: datetime) -> AnswerRating:
    earlier = AnswerRating.objects.filter(question=case.question_id, grader=grader).first()
    if earlier is not None:
        earlier.started_at = at
        earlier.save(update_fields=["started_at", "updated_at"])
        return earlier
    ratings = AnswerRating.objects.filter(question=case.question_id)
    last = ratings.aggregate(last=Max("ordinal"))["last"] or 0
    return AnswerRating.objects.create(
        question_id=case.question_id, grader=grader, ordinal=last + 1, started_at=at
    )


@transaction.atomic
def give_back(*, rating: AnswerRating, at: datetime) -> None:
    """Leave an answer to others, for example when the grader knows the voice."""
    locked = AnswerRating.objects.select_for_update().get(pk=rating.pk)
    if locked.given_at is None:
        locked.returned_at = at
        locked.save(update_fields=["returned_at", "updated_at"])


def rate(
    *, rating: AnswerRating, grader: User, criteria: dict[str, float], comment: str, at: datetime
) -> AnswerRating:
    """Give the marks for an answer that the grader has taken."""
    return record_rating(
        question=rating.question,
        grader=grader,
        criteria=criteria,
        comment=comment,
        started_at=rating.started_at,
        at=at,
    )
