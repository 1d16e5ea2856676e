"""Corrections of time at work: one side proposes hours of a shift, the other agrees or refuses."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs import notifications, signals
from gigs.eligibility import OwnCase, check_not_own
from gigs.models import Claim, TimeCorrection, WorkSession
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers

#: Hours can be corrected until so long after the end of the shift.
CORRECT_WITHIN = timedelta(days=7)
Side = TimeCorrection.Side


class CorrectionOutsideShift(Refusal):
    """The hours are not inside the shift, or not over yet."""

    code = "outside_shift"
    message = "The hours must lie inside the shift and must be over."
    status = 422
    field = "ended_at"


class CorrectionTooLate(Refusal):
    """The shift is too long ago."""

    code = "correction_too_late"
    message = "Hours can be corrected until 7 days after the shift."


class TimeCounted(Refusal):
    """The session is part of submitted work."""

    code = "time_counted"
    message = "These hours are part of submitted work and can no longer be changed."


class CorrectionUndecided(Refusal):
    """Another proposal for the shift is waiting."""

    code = "correction_pending"
    message = "A correction of this shift is already waiting for an answer."


class CorrectionOverlaps(Refusal):
    """The agent has other time in these hours."""

    code = "hours_overlap"
    message = "These hours overlap with other time at work."
    field = "started_at"


class ShiftNotCorrectable(Refusal):
    """The shift was released, or the platform excused it."""

    code = "shift_not_correctable"
    message = "Only hours of shifts that were worked or missed can be corrected."


@transaction.atomic
def propose(
    *,
    claim: Claim,
    side: str,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
    by: User,
    at: datetime,
    replaces: WorkSession | None = None,
) -> TimeCorrection:
    """Propose hours of a shift, in place of a session or where there is none."""
    identifiers.refuse_full_aadhaar({"reason": reason})
    if not reason.strip():
        raise ReasonRequired(
            "Enter a reason, so that the other side can decide.",
            code="reason_missing",
            field="reason",
        )
    agent = locks.lock_agent(claim.agent_id)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if side == Side.CLIENT:
        check_not_own(agent, by=by)
    if claim.state not in (Claim.State.WORKED, Claim.State.NO_SHOW):
        raise ShiftNotCorrectable
    slot = claim.slot
    if at > slot.ends_at + CORRECT_WITHIN:
        raise CorrectionTooLate
    if not slot.starts_at <= started_at < ended_at <= min(slot.ends_at, at):
        raise CorrectionOutsideShift
    if claim.corrections.filter(state=TimeCorrection.State.PROPOSED).exists():
        raise CorrectionUndecided
    _check_sessions(claim, replaces, started_at, ended_at)
    correction = claim.corrections.create(
        replaces=replaces,
        started_at=started_at,
        ended_at=ended_at,
        reason=reason.strip(),
        side=side,
        proposed_by=by,
    )
    correction.events.create(became=TimeCorrection.State.PROPOSED, by=by, at=at)
    notifications.correction_proposed(correction=correction, at=at)
    return correction


def _check_sessions(
    claim: Claim, replaces: WorkSession | None, started_at: datetime, ended_at: datetime
) -> None:
    """Refuse hours that overlap others, or that replace a session which runs or was counted."""
    others = WorkSession.objects.filter(agent=claim.agent_id).current()
    if replaces is not None:
        replaced = others.select_for_update(no_key=True).filter(claim=claim, pk=replaces.pk).first()
        if replaced is None or replaced.work_id is not None or replaced.ended_at is None:
            raise TimeCounted
        others = others.exclude(pk=replaces.pk)
    if others.running().filter(started_at__lt=ended_at).exists():
        raise CorrectionOverlaps
    if others.filter(started_at__lt=ended_at, ended_at__gt=started_at).exists():
        raise CorrectionOverlaps


@transaction.atomic
def agree(*, correction: TimeCorrection, side: str, by: User, at: datetime) -> WorkSession:
    """Agree to a correction of the other side: its hours count from now on."""
    agent = locks.lock_agent(correction.claim.agent_id)
    correction = _lock(correction, side=side, by=by)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=correction.claim_id)
    _check_sessions(claim, correction.replaces, correction.started_at, correction.ended_at)
    transition(correction, to=TimeCorrection.State.AGREED, by=by, at=at, decided_by=by)
    if correction.replaces_id:
        WorkSession.objects.filter(pk=correction.replaces_id).update(
            is_replaced=True, updated_at=at
        )
    if claim.state == Claim.State.NO_SHOW:
        transition(claim, to=Claim.State.WORKED, by=by, at=at, why=correction.reason)
    session = claim.sessions.create(
        gig=claim.gig,
        agent=agent,
        started_at=correction.started_at,
        ended_at=correction.ended_at,
        ended_by=WorkSession.EndedBy.CORRECTION,
        correction=correction,
    )
    audit.record_event(by=by, action="time.corrected", on=session, at=at)
    notifications.correction_decided(correction=correction, at=at)
    signals.time_changed.send(sender=Claim, claim=claim)
    return session


@transaction.atomic
def refuse(
    *, correction: TimeCorrection, side: str, reason: str, by: User, at: datetime
) -> TimeCorrection:
    """Refuse a correction of the other side, with a reason."""
    if not reason.strip():
        raise ReasonRequired(
            "Enter a reason. The other side will see it.", code="reason_missing", field="reason"
        )
    correction = _lock(correction, side=side, by=by)
    transition(
        correction,
        to=TimeCorrection.State.REFUSED,
        by=by,
        at=at,
        why=reason.strip(),
        decided_by=by,
    )
    notifications.correction_decided(correction=correction, at=at, reason=reason.strip())
    return correction


@transaction.atomic
def withdraw(*, correction: TimeCorrection, side: str, by: User, at: datetime) -> TimeCorrection:
    """Withdraw a correction of the own side."""
    correction = TimeCorrection.objects.select_for_update(no_key=True).get(pk=correction.pk)
    if correction.side != side:
        raise OwnCase("Only the side that proposed a correction can withdraw it.")
    transition(correction, to=TimeCorrection.State.WITHDRAWN, by=by, at=at, decided_by=by)
    return correction


def _lock(correction: TimeCorrection, *, side: str, by: User) -> TimeCorrection:
    """Lock a correction to decide on it; refuse its own side, and the agent for the client."""
    locked = TimeCorrection.objects.select_for_update(no_key=True).get(pk=correction.pk)
    is_agent = by.pk == locked.claim.agent.user_id
    if locked.side == side or locked.proposed_by_id == by.pk or is_agent != (side == Side.AGENT):
        raise OwnCase
    return locked
