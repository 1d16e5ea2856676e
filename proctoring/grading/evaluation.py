"""Evaluation of spoken and written answers by machine: one job for each answer.

A job is a row, so a worker that is killed loses nothing: after its lease another takes the job. It
runs without a transaction. Its result is saved once, and only if the answer is still the same and
the worker still holds the job; the sitting is then graded as far as it can be.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from hitouch.core import sweeps
from hitouch.core.db.connections import release_connection
from hitouch.core.files.stores.base import RETRY_AFTER, StoreUnavailable
from hitouch.core.jobs import leases
from hitouch.core.jobs.dispatch import enqueue_on_commit
from proctoring.grading import evaluators
from proctoring.grading.answers import PRODUCTIVE, GivenAnswer, answer_to, answers_to
from proctoring.grading.evaluators import MachineView
from proctoring.models import (
    EvaluationJob,
    ItemKind,
    SittingQuestion,
    SpeakingEvaluation,
    WritingEvaluation,
)

log = logging.getLogger(__name__)
TASK, GRADE = "proctoring.tasks.evaluate_answer", "proctoring.tasks.grade_sitting"
#: A busy worker renews its lease; after one that died another may take the job so soon.
LEASE = timedelta(seconds=20)
#: Waits after a try that failed.
WAITS = [timedelta(seconds=10), timedelta(seconds=60)]


def queue_evaluations(
    questions: Sequence[SittingQuestion], *, at: datetime
) -> dict[UUID, GivenAnswer]:
    """Queue the spoken and written answers that were not evaluated as they are now.

    `questions` were read with their answers, which are returned. Call inside a transaction with
    the sitting locked. Trial items are not evaluated, and the job of an empty answer is done at
    once. A follow-up is evaluated for the proctor, and its answer is not returned.
    """
    productive = [row for row in questions if row.version.item.kind in PRODUCTIVE]
    asked = [row for row in productive if row.scored or row.is_follow_up]
    answers = answers_to(asked)
    jobs = {job.question_id: job for job in EvaluationJob.objects.filter(question__in=asked)}
    for question in asked:
        answer, job = answers[question.pk], jobs.get(question.pk)
        if job is None or job.digest != answer.digest:
            _queue(question, answer, at)
    return {row.pk: answers[row.pk] for row in asked if row.scored}


def _queue(question: SittingQuestion, answer: GivenAnswer, at: datetime) -> None:
    finished_at = at if answer.is_empty else None
    fresh = {"digest": answer.digest, "tries": 0, "next_try_at": at, "finished_at": finished_at}
    job, _ = EvaluationJob.objects.update_or_create(question=question, defaults=fresh)
    if finished_at is None:
        enqueue_on_commit(TASK, job_id=str(job.pk))


def evaluate_next(*, job_id: str | UUID, clock: Callable[[], datetime]) -> str | bool:
    """Evaluate one answer, if it is due. False if it is not, or another worker has it.

    The clock is asked again after the evaluation, which takes seconds.
    """
    if not EvaluationJob.objects.all().take(job_id, now=clock(), lease=LEASE, skip_locked=True):
        return False
    rows = EvaluationJob.objects.select_related(
        "question__part", "question__version__item", "question__version__key"
    )
    job = rows.get(pk=job_id)
    answer = answer_to(job.question)
    if answer.is_empty:
        _requeue(job, answer, at=clock())
        return True
    if job.tries > EvaluationJob.MOST_TRIES:
        log.error("evaluation.poison", extra={"job": str(job.pk), "tries": job.tries})
        _save(job, answer, MachineView("none", failure=evaluators.CRASHED), at=clock())
        return True
    try:
        found = _view(job, answer, clock)
    except StoreUnavailable:
        later = clock() + RETRY_AFTER
        EvaluationJob.objects.held_by(job).update(next_try_at=later, tries=F("tries") - 1)
        return sweeps.NO_ANSWER
    if found is None:
        retry_at = leases.next_attempt(job.tries, waits=WAITS, now=clock())
        if retry_at is not None:
            EvaluationJob.objects.held_by(job).update(next_try_at=retry_at)
            return False
        found = MachineView("none", failure=evaluators.CRASHED)
    _save(job, answer, found, at=clock())
    return True


def _view(
    job: EvaluationJob, answer: GivenAnswer, clock: Callable[[], datetime]
) -> MachineView | None:
    """What the machine finds; None when it failed."""
    release_connection()
    with leases.renewing(EvaluationJob.objects.held_by(job), lease=LEASE, clock=clock):
        try:
            return evaluators.view(job.question, answer)
        except StoreUnavailable:
            raise
        except Exception:  # a model may fail in any way; a person grades then
            log.exception("evaluation.failed", extra={"job": str(job.pk)})
            return None


@transaction.atomic
def _requeue(job: EvaluationJob, answer: GivenAnswer, *, at: datetime) -> None:
    """Take up the answer as it is now."""
    _queue(job.question, answer, at)
    enqueue_on_commit(GRADE, sitting_id=str(job.question.sitting_id))


@transaction.atomic
def _save(job: EvaluationJob, answer: GivenAnswer, found: MachineView, *, at: datetime) -> None:
    """Save the result if this worker still has the job, and the answer is still the same."""
    held = EvaluationJob.objects.held_by(job).select_for_update().first()
    if held is None or held.digest != job.digest:
        return
    current = answer_to(job.question)
    if current.digest != answer.digest:
        _requeue(job, current, at=at)
        return
    save_evaluation(question=job.question, found=found, at=at)
    held.digest, held.finished_at = answer.digest, at
    held.save(update_fields=["digest", "finished_at", "updated_at"])
    enqueue_on_commit(GRADE, sitting_id=str(job.question.sitting_id))


@transaction.atomic
def save_evaluation(
    *, question: SittingQuestion, found: MachineView, at: datetime
) -> SpeakingEvaluation | WritingEvaluation:
    """Save an evaluation as the current one of its question. Earlier ones stay."""
    facts: dict[str, Any] = {
        "question": question,
        "method": found.method,
        "version": found.version,
        "measures": dict(found.measures),
        "evidence": found.evidence,
        "points": found.points,
        "ability": found.ability,
        "ability_error": found.ability_error,
        "confidence": found.confidence,
        "failure": found.failure,
        "evaluated_at": at,
    }
    if question.version.item.kind == ItemKind.SPEAKING:
        SpeakingEvaluation.objects.filter(question=question, current=True).update(current=False)
        return SpeakingEvaluation.objects.create(
            **facts, transcript=found.transcript, words=found.words
        )
    WritingEvaluation.objects.filter(question=question, current=True).update(current=False)
    return WritingEvaluation.objects.create(**facts)


def current_evaluations(
    questions: Sequence[SittingQuestion],
) -> dict[UUID, SpeakingEvaluation | WritingEvaluation]:
    """The current evaluation of each question that has one."""
    found: dict[UUID, SpeakingEvaluation | WritingEvaluation] = {}
    for model in (SpeakingEvaluation, WritingEvaluation):
        rows: Any = model.objects.filter(question__in=questions, current=True)
        found |= {row.question_id: row for row in rows}
    return found


@transaction.atomic
def record_evaluation(*, question: SittingQuestion, found: MachineView, at: datetime) -> None:
    """Save an evaluation that was made elsewhere, and mark the job of the answer as done."""
    answer = answer_to(question)
    save_evaluation(question=question, found=found, at=at)
    done = {"digest": answer.digest, "next_try_at": at, "finished_at": at}
    EvaluationJob.objects.update_or_create(question=question, defaults=done)
