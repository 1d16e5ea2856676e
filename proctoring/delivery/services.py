"""A running sitting: start, time limits, sections and end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired
from hitouch.core.jobs.dispatch import enqueue_on_commit
from proctoring import queries, signals
from proctoring.delivery import drawing, refusals, timing
from proctoring.delivery.follow_up import add_follow_up
from proctoring.delivery.locks import lock_sitting, lock_sitting_in
from proctoring.delivery.queries import is_settled, unanswered
from proctoring.invitations.bans import require_no_ban
from proctoring.leases import services as leases
from proctoring.leases.queries import require_lease
from proctoring.models import Sitting, SittingSection
from proctoring.observations import services as observations
from proctoring.policies.services import policy_in_force

_CLOSE = """
    UPDATE proctoring_sittingsection part
       SET opened_at = due.opened_at, ends_at = due.ends_at, due_at = due.ends_at,
           closed_at = %s, updated_at = %s
      FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[])
           AS due (id, opened_at, ends_at)
     WHERE part.id = due.id
"""


@transaction.atomic
def begin_sitting(*, sitting: Sitting, by: User, at: datetime, seed: str = "") -> Sitting:
    """Draw the questions, start the timer and open the first section.

    The draw can be repeated from `seed`, which is a new random one unless it is given.
    """
    locked = lock_sitting_in(sitting, Sitting.State.READY)
    require_no_ban(locked.agent, at)
    answers: Any = signals.begin_requested.send(sender=Sitting, sitting=locked, at=at)
    if outstanding := [check for _, checks in answers for check in checks]:
        raise refusals.ChecksOutstanding(outstanding)
    sections = list(locked.assessment.sections.order_by("position"))
    parts = SittingSection.objects.bulk_create(
        SittingSection(sitting=locked, section=section, position=section.position)
        for section in sections
    )
    locked.seed = seed or drawing.new_seed()
    drawing.draw_at_start(locked, parts)
    timing.plan_sections(locked, parts, at)
    clock: dict[str, Any] = {
        "begun_at": at,
        "ends_at": at + timedelta(minutes=sum(section.minutes for section in sections)),
        "last_seen_at": at,
        "last_active_at": at,
        "seed": locked.seed,
        "policy": policy_in_force(),
    }
    transition(locked, to=Sitting.State.IN_PROGRESS, by=by, at=at, **clock)
    observations.begin(locked)
    _open_next_part(locked, at, now=at)
    return locked


@transaction.atomic
def advance_clock(*, sitting: Sitting, at: datetime) -> Sitting:
    """Close sections whose time is over, open the next, and end the sitting after the last.

    The clock of a paused sitting stands still.
    """
    locked = lock_sitting(sitting)
    if locked.is_live and locked.ends_at is not None and locked.ends_at <= at:
        _close_all_parts(locked, at)
        return locked
    while locked.is_live and (part := queries.current_section(locked)) and _end_of(part) <= at:
        due = _end_of(part)
        _close_part(part, at, due_at=due)
        if not _open_next_part(locked, due, now=at):
            end = Sitting.State.AUTO_SUBMITTED
            reason = Sitting.EndReason.CLOCK
            end_sitting(locked, to=end, reason=reason, by=None, at=at, due_at=due)
    return locked


def require_live(locked: Sitting, at: datetime) -> None:
    """Raise why nothing is served or taken: the sitting is paused, over or not monitored."""
    if locked.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused
    if not locked.is_live:
        raise refusals.SittingOver
    require_lease(locked, at)


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
    if locked.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused
    part = queries.current_section(locked)
    if not locked.is_live or part is None or part.position != position:
        return locked
    if not locked.parts.filter(opened_at__isnull=True).exists():
        raise refusals.LastSection
    if not confirm and (missing := unanswered(locked, part)):
        raise refusals.AnswersMissing(missing)
    _close_part(part, at)
    _open_next_part(locked, at, now=at)
    locked.last_active_at = locked.last_seen_at = at
    locked.save(update_fields=["last_active_at", "last_seen_at", "updated_at"])
    return locked


@transaction.atomic
def submit_sitting(*, sitting: Sitting, by: User, at: datetime, confirm: bool = True) -> Sitting:
    """Submit the sitting, unless its time is over, which has submitted it already.

    Without `confirm` it is refused while questions of sections that are not closed have no answer.
    """
    locked = lock_sitting(sitting)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    if locked.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused
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


@transaction.atomic
def pause_sitting(*, sitting: Sitting, reason: str, by: User, at: datetime) -> Sitting:
    """Stop the clock. Nothing is served or taken until the sitting is resumed."""
    why = _reason(reason, "Enter why this assessment is paused.")
    locked = advance_clock(sitting=sitting, at=at)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    if locked.state == Sitting.State.PAUSED:
        raise refusals.SittingPaused
    if not locked.is_live:
        raise refusals.SittingOver
    transition(locked, to=Sitting.State.PAUSED, by=by, at=at, why=why, paused_at=at)
    return locked


@transaction.atomic
def resume_sitting(*, sitting: Sitting, reason: str, by: User | None, at: datetime) -> Sitting:
    """Let the clock go on. `by` is None when a pause has lasted too long and ends by itself.

    The open section gets the time of the pause back, and idleness counts anew.
    """
    why = _reason(reason, "Enter why this assessment goes on.")
    locked = lock_sitting(sitting)
    if locked.state != Sitting.State.PAUSED:
        raise refusals.SittingNotPaused
    timing.credit_pause(locked, reason=why, by=by, at=at)
    clock: dict[str, Any] = {"paused_at": None, "last_active_at": at, "last_seen_at": at}
    transition(locked, to=Sitting.State.IN_PROGRESS, by=by, at=at, why=why, **clock)
    signals.sitting_resumed.send(sender=Sitting, sitting=locked, by=by)
    return locked


@transaction.atomic
def terminate_sitting(*, sitting: Sitting, reason: str, by: User, at: datetime) -> Sitting:
    """End the sitting by a proctor, also a paused one. All answers stay and are graded.

    Entries that were written before may still come, as after an end by the clock.
    """
    why = _reason(reason, "Enter why this assessment is ended.")
    locked = advance_clock(sitting=sitting, at=at)
    if locked.begun_at is None:
        raise refusals.SittingNotStarted
    if locked.state == Sitting.State.PAUSED:
        timing.credit_pause(locked, reason=why, by=by, at=at)
    elif not locked.is_live:
        raise refusals.SittingOver
    end, ended = Sitting.State.TERMINATED, Sitting.EndReason.PROCTOR
    end_sitting(locked, to=end, reason=ended, by=by, at=at, why=why)
    return locked


def _reason(reason: str, message: str) -> str:
    if not reason.strip():
        raise ReasonRequired(message, code="reason_required", field="reason")
    return reason.strip()[:300]


def _check_answers(locked: Sitting) -> None:
    missing = unanswered(locked)
    unopened = locked.parts.filter(opened_at__isnull=True).count()
    if missing or unopened:
        raise refusals.AnswersMissing(missing, sections=unopened)


def end_sitting(
    locked: Sitting,
    *,
    to: str,
    reason: str,
    by: User | None,
    at: datetime,
    due_at: datetime | None = None,
    why: str = "",
) -> None:
    """End a sitting that the caller has locked. `due_at` is when it should have ended by itself."""
    part = queries.current_section(locked)
    if part is not None:
        _close_part(part, at)
    transition(
        locked,
        to=to,
        by=by,
        at=at,
        why=why or str(Sitting.EndReason(reason).label),
        due_at=due_at or locked.ends_at,
        paused_at=None,
        ended_at=at,
        end_reason=reason,
    )
    leases.release_all(sitting=locked, at=at)
    signals.sitting_ended.send(sender=Sitting, sitting=locked)
    # Otherwise entries may still come; the sweep grades it when their time is over.
    if is_settled(locked, at):
        enqueue_on_commit("proctoring.tasks.grade_sitting", sitting_id=str(locked.pk))


def _close_all_parts(locked: Sitting, at: datetime) -> None:
    """End a sitting whose whole time is over: each section began when the one before was due."""
    parts = list(locked.parts.filter(closed_at__isnull=True).order_by("position"))
    seconds = timing.seconds_left(locked)
    due = locked.ends_at or at
    for part in parts:
        part.opened_at = part.opened_at or due
        part.ends_at = due = part.opened_at + timedelta(seconds=seconds.get(part.pk, 0))
    _write_closed(parts, at)
    end, reason = Sitting.State.AUTO_SUBMITTED, Sitting.EndReason.CLOCK
    end_sitting(locked, to=end, reason=reason, by=None, at=at, due_at=due)


def _write_closed(parts: Sequence[SittingSection], at: datetime) -> None:
    """Close sections when they were due, in one statement: a course may end at one minute."""
    columns = [[part.pk, part.opened_at, part.ends_at] for part in parts]
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [at, at, *map(list, zip(*columns, strict=True))])


def _end_of(part: SittingSection) -> datetime:
    if part.ends_at is None:
        raise ValueError("a section that is not open has no end")
    return part.ends_at


def _close_part(part: SittingSection, at: datetime, due_at: datetime | None = None) -> None:
    part.closed_at, part.due_at = at, due_at or part.ends_at
    part.save(update_fields=["closed_at", "due_at", "updated_at"])


def _open_next_part(sitting: Sitting, at: datetime, *, now: datetime) -> SittingSection | None:
    """Open the next section. One that is over already, as nobody was there, is not drawn."""
    part = (
        sitting.parts.filter(opened_at__isnull=True)
        .select_related("section")
        .order_by("position")
        .first()
    )
    if part is not None:
        timing.open_part(sitting, part, at)
        if part.ends_at is not None and part.ends_at > now:
            drawing.draw_when_opened(sitting, part)
            add_follow_up(sitting, part)
    return part
