"""Clock in and out of shifts, breaks, counts of tasks, and shifts that the platform ends."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.models import Agent, User
from accounts.security import audit, locks
from gigs import signals
from gigs.eligibility import GigNotActive, LevelTooLow, NotCleared, check_eligible, check_not_own
from gigs.models import (
    Break,
    Claim,
    ClockInRefusal,
    EarnedAmount,
    Gig,
    TaskCount,
    Waiver,
    WorkSession,
)
from gigs.models.slots import HOLDING, ClaimQuerySet
from gigs.shifts import queries
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers

#: Waivers are recorded at most so long after they ended.
RECORD_WAIVER_WITHIN = timedelta(days=30)

#: Refusals to clock in that are no fault of the agent at that moment.
SHUT_OUT = (NotCleared, LevelTooLow, GigNotActive)


class TooEarly(Refusal):
    """More than 15 minutes before the start."""

    code = "too_early"
    message = "You can clock in from 15 minutes before the shift starts."


class ShiftOver(Refusal):
    """The slot has ended, or its client cancelled it while the agent was at work."""

    code = "shift_over"
    message = "This shift is over. Choose a later one."


class ClaimNotHeld(Refusal):
    """The claim was released or missed."""

    code = "claim_not_held"
    message = "This shift is no longer yours."


class AlreadyClockedIn(Refusal):
    """The agent has a running session."""

    code = "already_clocked_in"
    message = "You are already clocked in to another shift. Clock out of it first."


class AlreadyClockedOut(Refusal):
    """The session has ended."""

    code = "already_clocked_out"
    message = "You have already clocked out of this shift."


class NotAtWork(Refusal):
    """A break needs a running session."""

    code = "not_at_work"
    message = "You are not clocked in to this shift."


class NotOnBreak(Refusal):
    """No break is running."""

    code = "not_on_break"
    message = "You are not on a break."


class ShiftNotStarted(Refusal):
    """Tasks are counted for a shift that was worked."""

    code = "shift_not_started"
    message = "Clock in first. Tasks are counted for shifts that you work."


class CountOutOfRange(Refusal):
    """A count of zero, or beyond a thousand."""

    code = "count_out_of_range"
    message = "Enter a number from 1 to 1,000. To correct an earlier count, enter a minus number."
    status = 422
    field = "count"


class WaiverNotPossible(Refusal):
    """A waiver of no length, in the future, or long ago."""

    code = "waiver_not_possible"
    message = "The time must be over, end after it starts, and have begun in the past 30 days."
    field = "ends_at"


def clock_in(*, claim: Claim, by: User, at: datetime) -> WorkSession:
    """Start a work session, from 15 minutes before the slot until it ends.

    An attempt that is refused because the agent may not work now is recorded, so that the shift
    is excused and not missed.
    """
    try:
        return _clock_in(claim=claim, by=by, at=at)
    except SHUT_OUT as refusal:
        _record_refusal(claim, refusal, at)
        raise


@transaction.atomic
def _clock_in(*, claim: Claim, by: User, at: datetime) -> WorkSession:
    agent = locks.lock_agent(claim.agent_id)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    _check_clock_in(claim, at)
    check_eligible(opportunity=claim.slot.opportunity, agent=agent, floor=claim.slot.minimum_level)
    sessions = agent.work_sessions.current()
    if sessions.running().exists():
        raise AlreadyClockedIn
    _end_break(agent, at)
    if claim.is_held:
        transition(claim, to=Claim.State.WORKED, by=by, at=at)
    # A request to clock out that was read later may have been answered first.
    crossing = sessions.filter(started_at__lte=at, ended_at__gt=at)
    ended_at = crossing.aggregate(last=Max("ended_at"))["last"]
    session = claim.sessions.create(gig=claim.gig, agent=agent, started_at=ended_at or at)
    signals.time_changed.send(sender=Claim, claim=claim)
    return session


def _check_clock_in(claim: Claim, at: datetime) -> None:
    if not claim.is_held and claim.state != Claim.State.WORKED:
        raise ClaimNotHeld
    if at >= claim.slot.ends_at:
        raise ShiftOver
    if not claim.slot.takes_clock_in(at):
        raise TooEarly
    # After work was stopped, the rest of the shift is paid already.
    if not claim.is_held and _was_cancelled(claim):
        raise ShiftOver
    if not claim.gig.is_active:
        raise GigNotActive


def _was_cancelled(claim: Claim) -> bool:
    """Whether the client has cancelled the shift, or paid what is left of it."""
    kind = EarnedAmount.Kind.LATE_CANCEL
    paid = EarnedAmount.objects.filter(
        kind=kind, source_type=Claim._meta.label_lower, source_id=claim.pk
    )
    return claim.slot.cancelled_at is not None or paid.exists()


def _record_refusal(claim: Claim, refusal: Refusal, at: datetime) -> None:
    if claim.slot.takes_clock_in(at):
        ClockInRefusal.objects.create(
            claim=claim, at=at, code=refusal.code, reason=str(refusal)[:300]
        )


@transaction.atomic
def clock_out(*, session: WorkSession, at: datetime) -> WorkSession:
    """End a work session. Time after the slot's end is not paid."""
    session = _lock_session(session)
    if session.ended_at is not None:
        raise AlreadyClockedOut
    return _end_session(session, at=at, ended_by=WorkSession.EndedBy.AGENT)


@transaction.atomic
def auto_clock_out(*, session: WorkSession, at: datetime) -> WorkSession:
    """End a running session at the end of its slot, once that has passed."""
    session = _lock_session(session)
    end = session.claim.slot.ends_at
    if session.ended_at is None and at >= end:
        _end_session(session, at=end, ended_by=WorkSession.EndedBy.SLOT_END)
    return session


def _lock_session(session: WorkSession) -> WorkSession:
    locks.lock_agent(session.agent_id)
    return WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)


def _end_session(session: WorkSession, *, at: datetime, ended_by: str) -> WorkSession:
    """End the session; never before it started, when two requests cross."""
    session.ended_at = max(at, session.started_at)
    session.ended_by = ended_by
    session.save(update_fields=["ended_at", "ended_by", "updated_at"])
    signals.time_changed.send(sender=Claim, claim=session.claim)
    return session


@transaction.atomic
def start_break(*, session: WorkSession, at: datetime) -> Break:
    """Begin a break: the session ends, and no time counts until the break ends."""
    session = _lock_session(session)
    if session.ended_at is not None or at >= session.claim.slot.ends_at:
        raise NotAtWork
    session = _end_session(session, at=at, ended_by=WorkSession.EndedBy.BREAK)
    return session.claim.breaks.create(agent=session.agent, started_at=max(at, session.started_at))


def end_break(*, pause: Break, by: User, at: datetime) -> WorkSession:
    """End a break and start the next session of the shift."""
    if pause.ended_at is not None:
        raise NotOnBreak
    return clock_in(claim=pause.claim, by=by, at=at)


def _end_break(agent: Agent, at: datetime) -> None:
    for pause in agent.breaks.select_for_update(no_key=True).filter(ended_at=None):
        pause.ended_at = max(at, pause.started_at)
        pause.save(update_fields=["ended_at", "updated_at"])


@transaction.atomic
def auto_end_break(*, pause: Break, at: datetime) -> Break:
    """End a break at the end of its slot, once that has passed."""
    locks.lock_agent(pause.agent_id)
    pause = Break.objects.select_for_update(no_key=True).get(pk=pause.pk)
    end = pause.claim.slot.ends_at
    if pause.ended_at is None and at >= end:
        pause.ended_at = max(end, pause.started_at)
        pause.save(update_fields=["ended_at", "updated_at"])
    return pause


@transaction.atomic
def count_tasks(
    *, claim: Claim, kind: str, count: int, by: User, at: datetime, note: str = ""
) -> TaskCount:
    """Count tickets or tasks of a shift that is or was worked; a minus number corrects."""
    identifiers.refuse_full_aadhaar({"note": note})
    if claim.state != Claim.State.WORKED:
        raise ShiftNotStarted
    if not count or abs(count) > 1000:
        raise CountOutOfRange
    counted = claim.task_counts.create(kind=kind, count=count, note=note.strip(), by=by, at=at)
    signals.time_changed.send(sender=Claim, claim=claim)
    return counted


@transaction.atomic
def end_for_platform(*, agent: Agent, at: datetime, why: str) -> None:
    """End the running shift of an agent who may not work any more, then and there.

    The time until now counts. A shift that has begun and was not clocked in to is excused.
    """
    agent = locks.lock_agent(agent.pk)
    for session in agent.work_sessions.running().select_for_update(no_key=True):
        _end_session(session, at=at, ended_by=WorkSession.EndedBy.PLATFORM)
    _end_break(agent, at)
    begun = agent.claims.holding().filter(slot__starts_at__lte=at)
    for claim in begun.select_for_update(no_key=True).order_by("pk"):
        transition(claim, to=Claim.State.EXCUSED, by=None, at=at, why=why)


@transaction.atomic
def end_for_client(*, gig: Gig, at: datetime, why: str) -> None:
    """End the running shift of a gig that goes no further for now. Its agent is locked.

    A shift that has begun and was not clocked in to is excused.
    """
    for session in gig.sessions.running().select_for_update(no_key=True):
        _end_session(session, at=at, ended_by=WorkSession.EndedBy.PLATFORM)
    for pause in Break.objects.select_for_update(no_key=True).filter(claim__gig=gig, ended_at=None):
        pause.ended_at = max(at, pause.started_at)
        pause.save(update_fields=["ended_at", "updated_at"])
    begun = gig.claims.filter(state__in=HOLDING, slot__starts_at__lte=at)
    for claim in begun.select_for_update(no_key=True).order_by("pk"):
        transition(claim, to=Claim.State.EXCUSED, by=None, at=at, why=why)


@transaction.atomic
def end_shift_for_client(*, claim: Claim, at: datetime) -> None:
    """End the running session or break of one claim. Its agent is locked."""
    for session in claim.sessions.running().select_for_update(no_key=True):
        _end_session(session, at=at, ended_by=WorkSession.EndedBy.PLATFORM)
    for pause in claim.breaks.select_for_update(no_key=True).filter(ended_at=None):
        pause.ended_at = max(at, pause.started_at)
        pause.save(update_fields=["ended_at", "updated_at"])


def claims_at_work(claims: ClaimQuerySet) -> ClaimQuerySet:
    """Those of the claims whose agents are clocked in or on a break."""
    running = WorkSession.objects.running().filter(claim=OuterRef("pk"))
    pauses = Break.objects.filter(claim=OuterRef("pk"), ended_at=None)
    return claims.filter(Exists(running) | Exists(pauses), state=Claim.State.WORKED)


@transaction.atomic
def record_missed_shift(*, claim: Claim, at: datetime) -> Claim:
    """Record a shift that ended without its agent: excused if HitouchCX kept them out."""
    agent = locks.lock_agent(claim.agent_id)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if not claim.is_held or at < claim.slot.ends_at:
        return claim
    why = queries.reason_to_excuse(claim, agent)
    state = Claim.State.EXCUSED if why else Claim.State.NO_SHOW
    transition(claim, to=state, by=None, at=at, why=why)
    return claim


def check_waiver(
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    at: datetime,
    agent: Agent | None = None,
) -> None:
    """Refuse a waiver that could not be recorded."""
    if not reason.strip():
        raise ReasonRequired("Enter what did not work.", code="reason_missing", field="reason")
    if agent is not None:
        check_not_own(agent, by=by)
    if not starts_at < ends_at <= at or starts_at < at - RECORD_WAIVER_WITHIN:
        raise WaiverNotPossible


@transaction.atomic
def record_waiver(
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    at: datetime,
    agent: Agent | None = None,
) -> Waiver:
    """Record a waiver, for one agent or everybody; shifts that were missed in it are excused."""
    check_waiver(starts_at=starts_at, ends_at=ends_at, reason=reason, by=by, at=at, agent=agent)
    waiver = Waiver.objects.create(
        agent=agent, starts_at=starts_at, ends_at=ends_at, reason=reason.strip(), recorded_by=by
    )
    audit.record_event(by=by, action="waiver.recorded", on=waiver, at=at)
    missed = Claim.objects.filter(
        state=Claim.State.NO_SHOW, slot__starts_at__lt=ends_at, slot__ends_at__gt=starts_at
    )
    if agent is not None:
        missed = missed.filter(agent=agent)
    for claim in missed.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        transition(claim, to=Claim.State.EXCUSED, by=by, at=at, why=waiver.reason)
    return waiver
