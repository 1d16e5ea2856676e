"""The test itself: the clock, the sections, the answers, the end."""

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from hitouch.core.jobs.dispatch import enqueue_on_commit
from proctoring import queries, signals
from proctoring.models import (
    Answer,
    Question,
    QuestionKind,
    Section,
    Sitting,
    SittingQuestion,
    SittingSection,
)
from proctoring.rules import question_selection


class BankTooSmall(Refusal):
    code = "bank_too_small"
    message = (
        "This assessment is not available right now. We have been informed. Try again tomorrow."
    )


class SittingOver(Refusal):
    code = "sitting_over"
    message = "This assessment is over. Answers saved before it ended will be graded."


class SectionClosed(Refusal):
    code = "section_closed"
    message = "This section is closed. Answers saved before it closed will be graded."


class LastSection(Refusal):
    code = "last_section"
    message = "This is the last section. Submit the assessment instead."


class NotAnOption(Refusal):
    code = "not_an_option"
    message = "Select one of the options."
    field = "value"
    status = 422


@transaction.atomic
def begin_sitting(
    *, sitting: Sitting, by: User, at: datetime, dice: random.Random | None = None
) -> Sitting:
    """Draw the questions and start the server's clock."""
    held = lock_sitting_in(sitting, Sitting.State.READY)
    sections = list(held.assessment.sections.order_by("position"))
    length = timedelta(minutes=sum(section.minutes for section in sections))
    _draw(held, sections, dice or random.SystemRandom())
    clock: dict[str, Any] = {
        "begun_at": at,
        "ends_at": at + length,
        "last_seen_at": at,
        "last_active_at": at,
    }
    transition(held, to=Sitting.State.IN_PROGRESS, by=by, at=at, **clock)
    _open_next(held, at)
    return held


def _draw(sitting: Sitting, sections: list[Section], dice: random.Random) -> None:
    place = 0
    for section in sections:
        part = SittingSection.objects.create(
            sitting=sitting, section=section, position=section.position
        )
        chosen = _chosen(section, dice)
        rows = [
            SittingQuestion(
                sitting=sitting,
                part=part,
                question=question,
                position=place + index,
                option_order=dice.sample(sorted(question.options), len(question.options)),
            )
            for index, question in enumerate(chosen, start=1)
        ]
        place += len(SittingQuestion.objects.bulk_create(rows))


def _chosen(section: Section, dice: random.Random) -> list[Question]:
    pool: dict[str, list[Question]] = defaultdict(list)
    for question in section.questions.filter(active=True).order_by("level", "code"):
        pool[question.level].append(question)
    chosen = question_selection.select_questions(
        pool, section.draw, dice=dice, shuffle=section.randomise
    )
    if len(chosen) < section.draw:
        raise BankTooSmall
    return chosen


@transaction.atomic
def advance_clock(*, sitting: Sitting, at: datetime) -> Sitting:
    """Do what the clock has done by now: close sections, open the next, end the sitting."""
    held = lock_sitting(sitting)
    while held.is_live and (part := queries.current_section(held)) and _ends(part) <= at:
        _close(part, _ends(part))
        if not _open_next(held, _ends(part)):
            end = Sitting.State.AUTO_SUBMITTED
            end_sitting(held, to=end, reason=Sitting.EndReason.CLOCK, by=None, at=_ends(part))
    return held


@transaction.atomic
def save_answer(
    *, sitting: Sitting, drawn: SittingQuestion, revision: int, value: str, at: datetime
) -> Answer:
    """Keep an answer. The newest revision wins, whatever order they arrive in."""
    held = advance_clock(sitting=sitting, at=at)
    if not held.is_live:
        raise SittingOver
    part = queries.current_section(held)
    if part is None or part.pk != drawn.part_id:
        raise SectionClosed
    _check_value(drawn, value)
    answer = Answer.objects.filter(drawn=drawn).first()
    if answer is None or revision > answer.revision:
        answer = answer or Answer(drawn=drawn)
        answer.value, answer.revision, answer.answered_at = value, revision, at
        answer.save()
        Sitting.objects.filter(pk=held.pk).update(last_active_at=at, last_seen_at=at)
    return answer


@transaction.atomic
def save_answers(
    *, sitting: Sitting, part: SittingSection, given: Mapping[str, str], at: datetime
) -> None:
    """Keep a whole page of answers, by drawn question; what did not change stays."""
    for drawn in queries.questions_in(part):
        value = given.get(str(drawn.pk), drawn.given)
        if value != drawn.given:
            revision = drawn.answer.revision + 1 if hasattr(drawn, "answer") else 1
            save_answer(sitting=sitting, drawn=drawn, revision=revision, value=value, at=at)


def _check_value(drawn: SittingQuestion, value: str) -> None:
    choice = drawn.question.kind == QuestionKind.READING_MCQ
    if choice and value and value not in drawn.question.options:
        raise NotAnOption


@transaction.atomic
def close_section(*, sitting: Sitting, position: int, at: datetime) -> Sitting:
    """Lock this section and go on to the next. A second press finds it left already."""
    held = advance_clock(sitting=sitting, at=at)
    part = queries.current_section(held)
    if not held.is_live or part is None or part.position != position:
        return held
    if not held.parts.filter(opened_at__isnull=True).exists():
        raise LastSection
    _close(part, at)
    _open_next(held, at)
    left = held.parts.filter(closed_at__isnull=True).aggregate(sum=Sum("section__minutes"))["sum"]
    held.ends_at = at + timedelta(minutes=left)
    held.last_active_at = held.last_seen_at = at
    held.save(update_fields=["ends_at", "last_active_at", "last_seen_at", "updated_at"])
    return held


@transaction.atomic
def submit_sitting(*, sitting: Sitting, by: User, at: datetime) -> Sitting:
    """The agent hands the test in. When its time was over already, the clock did it."""
    held = lock_sitting(sitting)
    if not held.is_live:
        raise SittingOver
    held = advance_clock(sitting=held, at=at)
    if held.is_live:
        end_sitting(held, to=Sitting.State.SUBMITTED, reason=Sitting.EndReason.AGENT, by=by, at=at)
    return held


def end_sitting(held: Sitting, *, to: str, reason: str, by: User | None, at: datetime) -> None:
    """End a sitting that the caller has locked."""
    part = queries.current_section(held)
    if part is not None:
        _close(part, at)
    transition(
        held,
        to=to,
        by=by,
        at=at,
        why=str(Sitting.EndReason(reason).label),
        ended_at=at,
        end_reason=reason,
    )
    signals.sitting_ended.send(sender=Sitting, sitting=held)
    enqueue_on_commit("proctoring.tasks.grade_sitting", sitting_id=str(held.pk))


def _ends(part: SittingSection) -> datetime:
    if part.ends_at is None:
        raise ValueError("a section that is not open has no end")
    return part.ends_at


def _close(part: SittingSection, at: datetime) -> None:
    part.closed_at = at
    part.save(update_fields=["closed_at", "updated_at"])


def _open_next(sitting: Sitting, at: datetime) -> SittingSection | None:
    part = (
        sitting.parts.filter(opened_at__isnull=True)
        .select_related("section")
        .order_by("position")
        .first()
    )
    if part is None:
        return None
    part.opened_at = at
    part.ends_at = at + timedelta(minutes=part.section.minutes)
    part.save(update_fields=["opened_at", "ends_at", "updated_at"])
    return part


def lock_sitting(sitting: Sitting) -> Sitting:
    """The row as it is now, held until the transaction ends. Call inside one."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("agent", "assessment")
    return rows.get(pk=sitting.pk)


def lock_sitting_in(sitting: Sitting, state: str) -> Sitting:
    """The same, refusing when the sitting is not at this step."""
    held = lock_sitting(sitting)
    if held.state != state:
        raise InvalidTransition
    return held
