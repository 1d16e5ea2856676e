"""Grade ended sittings step by step, and release their results.

`grade_sitting` does what can be done and can be called again at any time: it marks objective items
by their keys, queues spoken and written answers, and, once these are evaluated, computes abilities,
score and level. A result near a level that matters, or one that rests on what a machine was unsure
of, waits for people. The release is one transaction under the sitting's lock: it is announced once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from accounts import agents
from accounts.models import Agent
from hitouch.core.db.state_machine import transition
from proctoring import conf, queries, signals
from proctoring.delivery.locks import lock_sitting
from proctoring.grading import answers as given
from proctoring.grading import estimation, evaluators, keys, ratings
from proctoring.grading import evaluation as evaluations
from proctoring.grading.ratings import AnswerEstimate, Evaluation
from proctoring.grading.scale import PublishedScale
from proctoring.models import (
    AnswerEntry,
    AnswerRating,
    EvaluationJob,
    GradingCase,
    Scale,
    Sitting,
    SittingQuestion,
    SittingResult,
    SittingSection,
    SkillResult,
)
from proctoring.models.item_bank import SKILL_OF_KIND, ItemKind
from proctoring.scales import ability
from proctoring.scales import services as scales

Reason = GradingCase.Reason
_REASON_OF_FAILURE = {
    evaluators.NO_RECOGNISER: Reason.NO_RECOGNISER,
    evaluators.SWITCHED_OFF: Reason.NO_RECOGNISER,
    evaluators.CRASHED: Reason.FAILED,
    evaluators.UNREADABLE: Reason.FAILED,
}


@transaction.atomic
def queue_closed_answer(*, question: SittingQuestion, at: datetime) -> None:
    """Begin to evaluate an answer of a closed section while the test goes on."""
    sitting = lock_sitting(question.sitting)
    if sitting.is_live or sitting.state in Sitting.ENDED:
        rows = queries.questions_in(question.part).filter(pk=question.pk)
        evaluations.queue_evaluations(list(rows), at=at)


@transaction.atomic
def grade_sitting(*, sitting: Sitting, at: datetime) -> Sitting:
    """Grade an ended sitting as far as possible. Does nothing if it is graded already."""
    locked = lock_sitting(sitting)
    if locked.state not in Sitting.ENDED:
        return locked
    if locked.state != Sitting.State.GRADING:
        transition(locked, to=Sitting.State.GRADING, by=None, at=at)
    questions = list(queries.questions_of(locked).select_related("version__key"))
    answers = evaluations.queue_evaluations(questions, at=at)
    if not given.are_final(locked, at) or _unfinished(locked):
        return locked
    unanswered = _mark_objective(questions)
    estimates, waiting = _estimates_of(questions, answers, at)
    scale = scales.seed_scale(at) if not Scale.objects.exists() else scales.scale_in_force()
    evidence = estimation.evidence_of(locked, questions, estimates, unanswered)
    result, person = _save_result(locked, evidence, scale, at)
    if waiting or _open_doubts(locked, questions, estimates, person, scale, at):
        return locked
    _finish(locked, result, at)
    return locked


def _unfinished(sitting: Sitting) -> bool:
    return EvaluationJob.objects.unfinished().filter(question__sitting=sitting).exists()


def _mark_objective(questions: Sequence[SittingQuestion]) -> set[UUID]:
    """Mark by the keys. Returns the questions without an answer, which are wrong."""
    objective = [row for row in questions if row.version.item.kind not in given.PRODUCTIVE]
    answers = given.answers_to(objective)
    for row in objective:
        key = row.version.key
        row.correct = keys.is_correct(
            kind=row.version.item.kind,
            value=answers[row.pk].text,
            key=key.key,
            accepted=key.accepted,
        )
        row.points = 1.0 if row.correct else 0.0
    SittingQuestion.objects.bulk_update(objective, ["correct", "points"])
    return {row.pk for row in objective if answers[row.pk].is_empty}


def _estimates_of(
    questions: Sequence[SittingQuestion],
    answers: Mapping[UUID, given.GivenAnswer],
    at: datetime,
) -> tuple[dict[UUID, AnswerEstimate | None], bool]:
    """What each spoken or written answer shows, and whether people have to grade some first.

    An empty answer shows nothing. One without an estimate is left out, and gets a case.
    """
    asked = [row for row in questions if row.pk in answers]
    found = evaluations.current_evaluations(asked)
    rated = ratings_of(asked)
    estimates: dict[UUID, AnswerEstimate | None] = {}
    waiting = False
    for row in asked:
        if answers[row.pk].is_empty:
            estimates[row.pk] = None
            row.points = 0.0
            continue
        evaluation = found.get(row.pk)
        estimate = ratings.combine(evaluation, rated.get(row.pk, []))
        if estimate is None:
            open_case(question=row, reason=_reason_of(evaluation), at=at)
            waiting = True
        else:
            estimates[row.pk] = estimate
            row.points = estimate.points
    SittingQuestion.objects.bulk_update(asked, ["points"])
    return estimates, waiting or _has_open_case(asked)


def _has_open_case(questions: Sequence[SittingQuestion]) -> bool:
    cases = GradingCase.objects.filter(question__in=questions, blocking=True)
    return cases.filter(state=GradingCase.State.OPEN).exists()


def _reason_of(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return Reason.FAILED
    if evaluation.failure:
        return _REASON_OF_FAILURE.get(evaluation.failure, Reason.FAILED)
    return Reason.LOW_CONFIDENCE


def ratings_of(questions: Sequence[SittingQuestion]) -> dict[UUID, list[AnswerRating]]:
    """The ratings that people gave, by question.

    One of an answer in whose place a rescue file brought another does not count.
    """
    found: dict[UUID, list[AnswerRating]] = {}
    newest = AnswerEntry.objects.answers().filter(question=OuterRef("question")).newest_first()
    rows = AnswerRating.objects.filter(question__in=questions, given_at__isnull=False)
    rows = rows.annotate(
        origin=Subquery(newest.values("origin")[:1]),
        received_at=Subquery(newest.values("received_at")[:1]),
    )
    # A spoken answer has no entry.
    seen = Q(received_at=None) | Q(received_at__lte=F("started_at"))
    rows = rows.filter(seen | ~Q(origin=AnswerEntry.Origin.RESCUE))
    for rating in rows.order_by("ordinal"):
        found.setdefault(rating.question_id, []).append(rating)
    return found


def open_case(
    *,
    question: SittingQuestion,
    reason: str,
    at: datetime,
    is_blocking: bool = True,
    needed: int = 1,
) -> GradingCase:
    """Ask people to grade an answer. An open case stays; it blocks if either reason does.

    `needed` ratings come in addition to those that were given.
    """
    needed += question.ratings.filter(given_at__isnull=False).count()
    case, is_new = GradingCase.objects.get_or_create(
        question=question,
        state=GradingCase.State.OPEN,
        defaults={
            "reason": reason,
            "blocking": is_blocking,
            "needed": needed,
            "opened_at": at,
        },
    )
    if not is_new and is_blocking and not case.blocking:
        case.blocking, case.reason = True, reason
        case.save(update_fields=["blocking", "reason", "updated_at"])
    return case


def _save_result(
    sitting: Sitting, evidence: Sequence[ability.SkillEvidence], scale: Scale, at: datetime
) -> tuple[SittingResult, ability.PersonEstimate]:
    """Compute abilities and store them on the scale in force, not yet released."""
    person = ability.estimate_person(evidence)
    published = PublishedScale.from_cuts(scale.number, scale.cuts)
    overall = person.overall
    low, high = published.level_range(overall.low, overall.high)
    result, _ = SittingResult.objects.update_or_create(
        sitting=sitting,
        defaults={
            "scale": scale,
            "ability": overall.ability,
            "error": overall.error,
            "score": published.score(overall.ability),
            "level": published.level(overall.ability),
            "level_low": low,
            "level_high": high,
            "computed_at": at,
        },
    )
    result.skills.all().delete()
    SkillResult.objects.bulk_create(
        SkillResult(
            result=result,
            skill=skill.skill,
            ability=skill.ability,
            error=skill.error,
            score=published.score(skill.ability),
            level=published.level(skill.ability),
            items=skill.asked,
            unanswered=skill.unanswered,
        )
        for skill in person.skills
    )
    scores = {skill.skill: published.score(skill.ability) for skill in person.skills}
    _save_section_scores(sitting, scores)
    return result, person


def _save_section_scores(sitting: Sitting, scores: Mapping[str, Decimal]) -> None:
    """A section's score is that of its skill."""
    parts = list(sitting.parts.select_related("section"))
    for part in parts:
        part.score = scores[SKILL_OF_KIND[ItemKind(part.section.kind)]]
    SittingSection.objects.bulk_update(parts, ["score"])


def _open_doubts(
    sitting: Sitting,
    questions: Sequence[SittingQuestion],
    estimates: Mapping[UUID, AnswerEstimate | None],
    person: ability.PersonEstimate,
    scale: Scale,
    at: datetime,
) -> bool:
    """Open cases where people should look before the release. False if nothing is left for them.

    People can grade spoken and written answers; what they graded already is not asked again. A
    skill without any answer disagrees with nothing: there is nothing to grade in it.
    """
    levels = {sitting.assessment.pass_level, *conf.decisive_levels()}
    answered = tuple(skill for skill in person.skills if skill.unanswered < skill.asked)
    seen = replace(person, skills=answered)
    reasons = ability.needs_human(seen, estimation.cuts_of(levels, scale.cuts))
    if not reasons:
        return False
    skills = {skill.skill for skill in person.skills if not skill.tasks_agree}
    open_to_people = [
        row
        for row in questions
        if (estimate := estimates.get(row.pk)) is not None
        and not estimate.by_people
        and (reasons != ["LOW_CONFIDENCE"] or row.version.item.skill in skills)
    ]
    for row in open_to_people:
        open_case(question=row, reason=reasons[0], at=at)
    return bool(open_to_people)


def _finish(locked: Sitting, result: SittingResult, at: datetime) -> None:
    """Record the grade, and release the result, unless people have to review it first."""
    transition(
        locked,
        to=Sitting.State.GRADED,
        by=None,
        at=at,
        score=result.score,
        level=result.level,
        graded_at=at,
    )
    _open_samples(locked, at)
    answers = signals.release_requested.send(sender=Sitting, sitting=locked, at=at)
    if reasons := [reason for _, found in answers for reason in found or ()]:
        transition(locked, to=Sitting.State.FLAGGED, by=None, at=at)
        signals.result_held.send(sender=Sitting, sitting=locked, reasons=reasons, at=at)
    else:
        release_result(locked, at)


def release_result(locked: Sitting, at: datetime) -> None:
    """Let the result of a locked sitting count: the agent's level, and one announcement."""
    SittingResult.objects.filter(sitting=locked, released_at=None).update(
        released_at=at, updated_at=at
    )
    update_level(locked.agent, at)
    signals.sitting_graded.send(sender=Sitting, sitting=locked)


def _open_samples(sitting: Sitting, at: datetime) -> None:
    """Ask two people to grade a share of the answers that a machine graded, without waiting."""
    jobs = EvaluationJob.objects.filter(
        question__sitting=sitting, question__ratings=None, question__scored=True
    )
    for job in jobs.select_related("question__part"):
        drawn = int(hashlib.sha256(str(job.question_id).encode()).hexdigest()[:8], 16) / 16**8
        if drawn < conf.grading_sample() and not given.answer_to(job.question).is_empty:
            open_case(
                question=job.question, reason=Reason.SAMPLE, at=at, is_blocking=False, needed=2
            )


@transaction.atomic
def note_admitted_answers(*, sitting: Sitting, at: datetime) -> None:
    """Answers were admitted from a rescue file: grade again, or tell people if it is too late.

    A result that was released never changes by itself.
    """
    locked = lock_sitting(sitting)
    if locked.state in Sitting.ENDED:
        grade_sitting(sitting=locked, at=at)
    elif locked.counts or locked.is_under_review:
        question = locked.drawn.order_by("position").first()
        if question is not None:
            open_case(question=question, reason=Reason.LATE_ANSWERS, at=at, is_blocking=False)


def update_level(agent: Agent, at: datetime) -> None:
    """Set the agent's level to the best of their valid language results."""
    agents.set_level(agent=agent, level=queries.best_level(agent), at=at)
