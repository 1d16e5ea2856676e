"""Reads of the graders' desk: what waits, and how far graders agree."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from proctoring.grading.graders.agreement import Agreement, DatedPair, agreement, drift
from proctoring.models import AnswerRating, GradingCase

#: A grader who took an answer keeps it for so long.
KEPT_FOR = timedelta(minutes=30)
#: Ratings of this time are compared, and the last month with the time before.
COMPARED, RECENT = timedelta(days=180), timedelta(days=30)


def waiting_for(grader: User, now: datetime) -> QuerySet[GradingCase]:
    """Open cases that this grader may take, oldest first; those that hold a result up before."""
    busy = Q(question__ratings__given_at__isnull=False) | Q(
        question__ratings__started_at__gt=now - KEPT_FOR,
        question__ratings__returned_at__isnull=True,
    )
    done = Q(given_at__isnull=False) | Q(returned_at__isnull=False)
    rated = AnswerRating.objects.filter(done, grader=grader)
    cases = GradingCase.objects.to_mark()
    others = cases.exclude(question__sitting__agent__user=grader)
    free = others.annotate(
        taken=Count("question__ratings", filter=busy & ~Q(question__ratings__grader=grader))
    ).filter(taken__lt=F("needed"))
    return free.exclude(question__in=rated.values("question")).order_by(
        "-blocking", "opened_at", "id"
    )


def taken_by(grader: User, now: datetime) -> AnswerRating | None:
    """The answer that the grader has taken and not yet rated."""
    rows = AnswerRating.objects.filter(
        grader=grader,
        given_at__isnull=True,
        returned_at__isnull=True,
        started_at__gt=now - KEPT_FOR,
    )
    open_cases = GradingCase.objects.filter(state=GradingCase.State.OPEN).values("question")
    return rows.filter(question__in=open_cases).order_by("started_at").first()


def own_rating(grader: User, pk: UUID) -> QuerySet[AnswerRating]:
    """A rating of this grader, with its question."""
    rows = AnswerRating.objects.filter(grader=grader, pk=pk, returned_at__isnull=True)
    return rows.select_related(
        "question__version__item", "question__version__key", "question__part__section"
    )


@dataclass(frozen=True)
class GraderFigures:
    """How one grader agrees with the others."""

    grader: User
    rated: int
    with_people: Agreement
    with_machine: Agreement
    drift: float | None


def grader_figures(now: datetime) -> list[GraderFigures]:
    """Each grader's agreement with other people and with the machine, by name."""
    ratings = list(
        AnswerRating.objects.filter(given_at__gt=now - COMPARED)
        .select_related("grader")
        .prefetch_related("question__writing_evaluations", "question__speaking_evaluations")
    )
    by_question: dict[UUID, list[AnswerRating]] = defaultdict(list)
    for rating in ratings:
        by_question[rating.question_id].append(rating)
    pairs: dict[UUID, list[tuple[AnswerRating, AnswerRating]]] = defaultdict(list)
    for group in by_question.values():
        for own, other in permutations(group, 2):
            pairs[own.grader_id].append((own, other))
    graders = {rating.grader_id: rating.grader for rating in ratings}
    figures = [
        _figures(grader, [r for r in ratings if r.grader_id == pk], pairs[pk], now)
        for pk, grader in graders.items()
    ]
    return sorted(figures, key=lambda each: str(each.grader))


def _figures(
    grader: User,
    ratings: list[AnswerRating],
    pairs: Iterable[tuple[AnswerRating, AnswerRating]],
    now: datetime,
) -> GraderFigures:
    pairs = list(pairs)
    dated = [DatedPair(mark_of(own), mark_of(other), own.given_at or now) for own, other in pairs]
    machine = [
        (mark_of(row), found) for row in ratings if (found := _machine_mark(row)) is not None
    ]
    return GraderFigures(
        grader=grader,
        rated=len(ratings),
        with_people=agreement(*_columns((mark_of(a), mark_of(b)) for a, b in pairs)),
        with_machine=agreement(*_columns(machine)),
        drift=drift(dated, since=now - RECENT),
    )


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    pairs = list(pairs)
    return [a for a, _ in pairs], [b for _, b in pairs]


def mark_of(rating: AnswerRating) -> int:
    """The mean of a rating's marks, as a whole mark from 0 (as A1) to 5 (as C2)."""
    marks = list(rating.criteria.values()) or [0]
    return int(sum(marks) / len(marks) + 0.5)


def _machine_mark(rating: AnswerRating) -> int | None:
    question = rating.question
    rows = [*question.writing_evaluations.all(), *question.speaking_evaluations.all()]
    found = next((row for row in rows if row.current and row.points is not None), None)
    return None if found is None or found.points is None else int(found.points * 5 + 0.5)
