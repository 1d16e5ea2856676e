"""Acts of proctors on a live sitting, and who watches whom.

Each act is a row, an observation in the sitting's chain and an audit event. It has a reason, and
words for the candidate where the candidate is told. None of them adds points: only the rules and
reviewers judge.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from proctoring.console import announcements, queries, refusals
from proctoring.delivery import services as delivery
from proctoring.delivery import timing
from proctoring.delivery.locks import lock_sitting
from proctoring.models import Intervention, Observation, Sitting, Supervision
from proctoring.observations.services import Fact, append

Kind = Intervention.Kind
Reason = Intervention.Reason
RUNNING = (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED)
MAX_TEXT = 500
ACTIONS = {
    Kind.MESSAGE: "sitting.message_sent",
    Kind.WARNING: "sitting.warned",
    Kind.PAUSE: "sitting.paused",
    Kind.RESUME: "sitting.resumed",
    Kind.END: "sitting.ended_by_proctor",
}
OBSERVED = {Kind.ADD_TIME: "TIME_ADDED"}


@transaction.atomic
def send_message(
    *, sitting: Sitting, reason: str, text: str, by: User, at: datetime, act_id: UUID | None = None
) -> Intervention:
    """Show a message on the candidate's page."""

    def act(locked: Sitting, said: str) -> Sitting:
        announcements.tell_candidate(locked, said, kind=Kind.MESSAGE)
        return locked

    return _intervene(Kind.MESSAGE, act, sitting, reason, text, by, at, act_id)


@transaction.atomic
def warn(
    *, sitting: Sitting, reason: str, text: str, by: User, at: datetime, act_id: UUID | None = None
) -> Intervention:
    """Show a warning on the candidate's page. It adds no points."""

    def act(locked: Sitting, said: str) -> Sitting:
        announcements.tell_candidate(locked, said, kind=Kind.WARNING)
        return locked

    return _intervene(Kind.WARNING, act, sitting, reason, text, by, at, act_id)


@transaction.atomic
def pause(
    *, sitting: Sitting, reason: str, text: str, by: User, at: datetime, act_id: UUID | None = None
) -> Intervention:
    """Stop the clock and hide the questions. It ends by itself after a while."""

    def act(locked: Sitting, said: str) -> Sitting:
        if locked.state == Sitting.State.PAUSED:
            raise refusals.AlreadyPaused
        paused = delivery.pause_sitting(sitting=locked, reason=_why(reason, said), by=by, at=at)
        announcements.tell_paused(paused, said)
        return paused

    return _intervene(Kind.PAUSE, act, sitting, reason, text, by, at, act_id)


@transaction.atomic
def resume(
    *,
    sitting: Sitting,
    by: User,
    at: datetime,
    reason: str = Reason.PROCTOR,
    text: str = "",
    act_id: UUID | None = None,
) -> Intervention:
    """Let the clock go on."""

    def act(locked: Sitting, said: str) -> Sitting:
        resumed = delivery.resume_sitting(sitting=locked, reason=_why(reason, said), by=by, at=at)
        announcements.tell_resumed(resumed)
        if said:
            announcements.tell_candidate(resumed, said, kind=Kind.MESSAGE)
        return resumed

    return _intervene(Kind.RESUME, act, sitting, reason, text, by, at, act_id)


@transaction.atomic
def add_time(
    *,
    sitting: Sitting,
    minutes: int,
    reason: str,
    by: User,
    at: datetime,
    text: str = "",
    act_id: UUID | None = None,
) -> Intervention:
    """Add time to the open section."""

    def act(locked: Sitting, said: str) -> Sitting:
        why = _why(reason, said)
        changed = timing.add_time(sitting=locked, minutes=minutes, reason=why, by=by, at=at)
        announcements.tell_clock(changed)
        if said:
            announcements.tell_candidate(changed, said, kind=Kind.MESSAGE)
        return changed

    return _intervene(Kind.ADD_TIME, act, sitting, reason, text, by, at, act_id, minutes=minutes)


@transaction.atomic
def end_sitting_by_proctor(
    *, sitting: Sitting, reason: str, text: str, by: User, at: datetime, act_id: UUID | None = None
) -> Intervention:
    """End the sitting. What was answered is graded, and a reviewer decides about the result."""

    def act(locked: Sitting, said: str) -> Sitting:
        announcements.tell_candidate(locked, said, kind=Kind.END)
        return delivery.terminate_sitting(sitting=locked, reason=_why(reason, said), by=by, at=at)

    return _intervene(Kind.END, act, sitting, reason, text, by, at, act_id)


@transaction.atomic
def watch(*, sitting: Sitting, by: User, at: datetime) -> Supervision:
    """Watch a sitting. Several proctors may; a second call changes nothing."""
    locked = lock_sitting(sitting)
    _require_other_person(locked, by)
    if locked.state not in queries.SHOWN:
        raise refusals.NotLive("This assessment is not in progress.")
    row, is_new = Supervision.objects.get_or_create(
        sitting=locked, proctor=by, until=None, defaults={"since": at}
    )
    if is_new:
        audit.record_event(by=by, action="sitting.watched", on=locked, at=at)
        announcements.tell_consoles(locked.pk)
    return row


@transaction.atomic
def unwatch(*, sitting: Sitting, by: User, at: datetime) -> None:
    """Watch a sitting no longer. A second call changes nothing."""
    locked = lock_sitting(sitting)
    if Supervision.objects.filter(sitting=locked, proctor=by, until=None).update(until=at):
        audit.record_event(by=by, action="sitting.unwatched", on=locked, at=at)
        announcements.tell_consoles(locked.pk)


def stop_watching(*, sitting: Sitting, at: datetime) -> None:
    """Nobody watches a sitting that has ended."""
    Supervision.objects.filter(sitting=sitting, until=None).update(until=at)


def _intervene(
    kind: Intervention.Kind,
    act: Callable[[Sitting, str], Sitting],
    sitting: Sitting,
    reason: str,
    text: str,
    by: User,
    at: datetime,
    act_id: UUID | None,
    *,
    minutes: int | None = None,
) -> Intervention:
    """Check, act and record. An act that is sent twice with one id is done once."""
    said = _readable(text)
    if reason not in Reason.values:
        raise refusals.UnknownInterventionReason
    locked = lock_sitting(sitting)
    _require_other_person(locked, by)
    if act_id and (known := Intervention.objects.filter(pk=act_id).first()):
        if (known.sitting_id, known.by_id, known.kind) != (locked.pk, by.pk, kind):
            raise refusals.ActIdUsed
        return known
    if locked.state == Sitting.State.IN_PROGRESS:
        locked = delivery.advance_clock(sitting=locked, at=at)
    if locked.state not in RUNNING:
        raise refusals.NotLive
    if not said and kind not in (Kind.RESUME, Kind.ADD_TIME):
        raise refusals.TextRequired
    changed = act(locked, said)
    facts = {"sitting": locked, "kind": kind, "reason": reason, "text": said, "by": by, "at": at}
    row = Intervention(minutes=minutes, **facts)
    if act_id:
        row.pk = act_id
    row.save(force_insert=True)
    if kind in ACTIONS:  # added time is in the audit log already
        new: dict[str, object] = {"reason": reason, "state": changed.state}
        audit.record_event(by=by, action=ACTIONS[kind], on=locked, at=at, new=new)
    seen = {"intervention": str(row.pk), "reason": str(Reason(reason).label)}
    fact = Fact(kind=OBSERVED.get(kind, str(kind)), origin=Observation.Origin.STAFF, data=seen)
    append(sitting=changed, facts=[fact], at=at)
    announcements.tell_consoles(locked.pk)
    row.sitting = changed
    return row


def _require_other_person(locked: Sitting, by: User) -> None:
    if locked.agent.user_id == by.pk:
        raise refusals.OwnSitting


def _why(reason: str, said: str) -> str:
    """What the history of the sitting says."""
    return ": ".join(part for part in (str(Reason(reason).label), said) if part)


def _readable(text: str) -> str:
    said = text.strip()
    if len(said) > MAX_TEXT:
        raise refusals.TextTooLong
    if "\x00" in said or any("\ud800" <= character <= "\udfff" for character in said):
        raise refusals.TextUnreadable
    return said
