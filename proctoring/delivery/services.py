"""A running sitting: start, time limits, sections and end."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.jobs.dispatch import enqueue_on_commit
from proctoring import queries, signals
from proctoring.delivery import question_selection, refusals
from proctoring.delivery.queries import is_settled, unanswered
from proctoring.models import (
    Item,
    ItemVersion,
    Section,
    Sitting,
    SittingQuestion,
    SittingSection,
)


def lock_sitting(sitting: Sitting) -> Sitting:
    """Lock the row and return it as it is now. Call inside a transaction."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("agent", "assessment")
    return rows.get(pk=sitting.pk)


def lock_sitting_in(sitting: Sitting, state: str) -> Sitting:
    """Lock a sitting; raise `InvalidTransition` if it is not in this state."""
    locked = lock_sitting(sitting)
    if locked.state != state:
        raise InvalidTransition
    return locked


@transaction.atomic
def begin_sitting(
    *, sitting: Sitting, by: User, at: datetime, rng: random.Random | None = None
) -> Sitting:
    """Draw the questions, start the timer and open the first section."""
    locked = lock_sitting_in(sitting, Sitting.State.READY)
    sections = list(locked.assessment.sections.order_by("position"))
    length = timedelta(minutes=sum(section.minutes for section in sections))
    _draw_questions(locked, sections, rng or random.SystemRandom())
    clock: dict[str, Any] = {
        "begun_at": at,
        "ends_at": at + length,
        "last_seen_at": at,
        "last_active_at": at,
    }
    transition(locked, to=Sitting.State.IN_PROGRESS, by=by, at=at, **clock)
    _open_next_part(locked, at)
    return locked


def _draw_questions(sitting: Sitting, sections: list[Section], rng: random.Random) -> None:
    drawn_so_far = 0
    for section in sections:
        part = SittingSection.objects.create(
            sitting=sitting, section=section, position=section.position
        )
        chosen = _select_questions(section, rng)
        rows = [
            SittingQuestion(
                sitting=sitting,
                part=part,
                version=version,
                position=drawn_so_far + index,
                option_order=rng.sample(sorted(version.options), len(version.options)),
            )
            for index, version in enumerate(chosen, start=1)
        ]
        drawn_so_far += len(SittingQuestion.objects.bulk_create(rows))


def _select_questions(section: Section, rng: random.Random) -> list[ItemVersion]:
    pool: dict[str, list[ItemVersion]] = defaultdict(list)
    live = ItemVersion.objects.filter(
        item__kind=section.kind, item__state=Item.State.LIVE, published_at__isnull=False
    )
    newest = live.order_by("item__level", "item__code", "-number").distinct(
        "item__level", "item__code"
    )
    for version in newest.select_related("item"):
        pool[version.item.level].append(version)
    chosen = question_selection.select_questions(
        pool, section.draw, rng=rng, shuffle=section.randomise
    )
    if len(chosen) < section.draw:
        raise refusals.BankTooSmall
    return chosen


@transaction.atomic
def advance_clock(*, sitting: Sitting, at: datetime) -> Sitting:
    """Close sections whose time is over, open the next, and end the sitting after the last."""
    locked = lock_sitting(sitting)
    while locked.is_live and (part := queries.current_section(locked)) and _end_of(part) <= at:
        _close_part(part, _end_of(part))
        if not _open_next_part(locked, _end_of(part)):
            end = Sitting.State.AUTO_SUBMITTED
            end_sitting(locked, to=end, reason=Sitting.EndReason.CLOCK, by=None, at=_end_of(part))
    return locked


@transaction.atomic
def close_section(
    *, sitting: Sitting, position: int, at: datetime, confirm: bool = True
) -> Sitting:
    """Close this section and open the next. Does nothing if it is closed already.

    Without `confirm` it is refused while questions of the section have no answer.
    """
    locked = advance_clock(sitting=sitting, at=at)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    part = queries.current_section(locked)
    if not locked.is_live or part is None or part.position != position:
        return locked
    if not locked.parts.filter(opened_at__isnull=True).exists():
        raise refusals.LastSection
    if not confirm and (missing := unanswered(locked, part)):
        raise refusals.AnswersMissing(missing)
    _close_part(part, at)
    _open_next_part(locked, at)
    remaining = locked.parts.filter(closed_at__isnull=True)
    minutes = remaining.aggregate(sum=Sum("section__minutes"))["sum"]
    locked.ends_at = at + timedelta(minutes=minutes)
    locked.last_active_at = locked.last_seen_at = at
    locked.save(update_fields=["ends_at", "last_active_at", "last_seen_at", "updated_at"])
    return locked


@transaction.atomic
def submit_sitting(*, sitting: Sitting, by: User, at: datetime, confirm: bool = True) -> Sitting:
    """Submit the sitting, unless its time is over, which has submitted it already.

    Without `confirm` it is refused while questions of sections that are not closed have no answer.
    """
    locked = lock_sitting(sitting)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    if not locked.is_live:
        raise refusals.SittingOver
    locked = advance_clock(sitting=locked, at=at)
    if locked.is_live:
        if not confirm:
            _check_answers(locked)
        end_sitting(
            locked, to=Sitting.State.SUBMITTED, reason=Sitting.EndReason.AGENT, by=by, at=at
        )
    return locked


def _check_answers(locked: Sitting) -> None:
    missing = unanswered(locked)
    unopened = locked.parts.filter(opened_at__isnull=True).count()
    if missing or unopened:
        raise refusals.AnswersMissing(missing, sections=unopened)


def end_sitting(locked: Sitting, *, to: str, reason: str, by: User | None, at: datetime) -> None:
    """End a sitting that the caller has locked."""
    part = queries.current_section(locked)
    if part is not None:
        _close_part(part, at)
    transition(
        locked,
        to=to,
        by=by,
        at=at,
        why=str(Sitting.EndReason(reason).label),
        ended_at=at,
        end_reason=reason,
    )
    signals.sitting_ended.send(sender=Sitting, sitting=locked)
    # Otherwise entries may still come; the sweep grades it when their time is over.
    if is_settled(locked, at):
        enqueue_on_commit("proctoring.tasks.grade_sitting", sitting_id=str(locked.pk))


def _end_of(part: SittingSection) -> datetime:
    if part.ends_at is None:
        raise ValueError("a section that is not open has no end")
    return part.ends_at


def _close_part(part: SittingSection, at: datetime) -> None:
    part.closed_at = at
    part.save(update_fields=["closed_at", "updated_at"])


def _open_next_part(sitting: Sitting, at: datetime) -> SittingSection | None:
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
