"""Clock in and out of shifts."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import locks
from gigs.eligibility import GigNotActive, check_eligible
from gigs.models import Claim, WorkSession
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal


class TooEarly(Refusal):
    """More than 15 minutes before the start."""

    code = "too_early"
    message = "You can clock in from 15 minutes before the shift starts."


class ShiftOver(Refusal):
    """The slot has ended."""

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


@transaction.atomic
def clock_in(*, claim: Claim, by: User, at: datetime) -> WorkSession:
    """Start a work session, from 15 minutes before the slot until it ends."""
    agent = locks.lock_agent(claim.agent_id)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    _check_clock_in(claim, at)
    check_eligible(opportunity=claim.slot.opportunity, agent=agent)
    if agent.work_sessions.running().exists():
        raise AlreadyClockedIn
    if claim.is_held:
        transition(claim, to=Claim.State.WORKED, by=by, at=at)
    return claim.sessions.create(gig=claim.gig, agent=agent, started_at=at)


def _check_clock_in(claim: Claim, at: datetime) -> None:
    if claim.state not in (Claim.State.HELD, Claim.State.WORKED):
        raise ClaimNotHeld
    if not claim.gig.is_active:
        raise GigNotActive
    if at >= claim.slot.ends_at:
        raise ShiftOver
    if not claim.slot.takes_clock_in(at):
        raise TooEarly


@transaction.atomic
def clock_out(*, session: WorkSession, at: datetime) -> WorkSession:
    """End a work session. Time after the slot's end is not paid."""
    session = _lock_session(session)
    if session.ended_at is not None:
        raise AlreadyClockedOut
    return _end_session(session, at=at)


@transaction.atomic
def auto_clock_out(*, session: WorkSession, at: datetime) -> WorkSession:
    """End a running session at the end of its slot, once that has passed."""
    session = _lock_session(session)
    end = session.claim.slot.ends_at
    if session.ended_at is None and at >= end:
        _end_session(session, at=end, is_closed_by_clock=True)
    return session


def _lock_session(session: WorkSession) -> WorkSession:
    return WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)


def _end_session(
    session: WorkSession, *, at: datetime, is_closed_by_clock: bool = False
) -> WorkSession:
    session.ended_at = at
    session.is_closed_by_clock = is_closed_by_clock
    session.save(update_fields=["ended_at", "is_closed_by_clock", "updated_at"])
    return session
