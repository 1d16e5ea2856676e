"""An agent takes a seat on a slot, or gives it back."""

from datetime import datetime

from django.db import transaction
from psycopg.types.range import TimestamptzRange

from accounts.models import Agent, User
from accounts.security import locks
from gigs import signals
from gigs.models import Claim, Gig, Slot
from gigs.queries import work
from gigs.services.applications import check_eligible
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal


class SlotFull(Refusal):
    """Every seat is taken."""

    code = "slot_full"
    message = "This shift is full. Choose another one."


class SlotEnded(Refusal):
    """The hours are over."""

    code = "slot_over"
    message = "This shift is over. Choose a later one."


class AlreadyBusy(Refusal):
    """The agent holds other hours at the same time, with whatever client."""

    code = "already_busy"
    message = "You have another shift at this time. Release it first, or choose a different one."


class GigNotActive(Refusal):
    """The gig is completed."""

    code = "gig_not_active"
    message = "This gig is completed."


class GigHoursExhausted(Refusal):
    """The gig pays for no more hours."""

    code = "hours_spent"
    message = "This shift would take you over the hours this gig pays for."


class SlotNotForAgent(Refusal):
    """The slot belongs to an opportunity the agent was not accepted for."""

    code = "not_yours"
    message = "Only agents accepted for this opportunity can claim its shifts."


class ReleaseTooLate(Refusal):
    """The slot has started."""

    code = "release_too_late"
    message = "This shift has started. You can no longer release it."


@transaction.atomic
def claim_slot(*, slot: Slot, agent: Agent, now: datetime) -> Claim:
    """Give the agent a seat on the slot, or raise the `Refusal` that says why not."""
    # One claim at a time, per agent and per slot. Always in this order: no deadlock.
    agent = locks.lock_agent(agent.pk)
    slot = Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
    gig = agent.gigs.filter(opportunity=slot.opportunity_id).first()
    if gig is None:
        raise SlotNotForAgent
    if not gig.is_active:
        raise GigNotActive
    check_eligible(opportunity=slot.opportunity, agent=agent)
    if now >= slot.ends_at:
        raise SlotEnded
    if agent.claims.busy().during(slot).exists():
        raise AlreadyBusy
    if not slot.seats_left:
        raise SlotFull
    _check_hours(gig, slot)
    hours = TimestamptzRange(slot.starts_at, slot.ends_at)
    claim = slot.claims.create(gig=gig, agent=agent, during=hours)
    claim.events.create(became=Claim.State.HELD, by=agent.user, at=now)
    signals.slot_claimed.send(sender=Claim, claim=claim)
    return claim


def _check_hours(gig: Gig, slot: Slot) -> None:
    """The budget holds because nobody can work more hours than were promised."""
    if gig.is_hourly and work.claimed_hours(gig) + slot.length > work.hours_of(gig):
        raise GigHoursExhausted(
            f"This shift would take you over this gig's limit of {gig.hours_each} hours."
        )


@transaction.atomic
def release_claim(*, claim: Claim, by: User | None, at: datetime, why: str = "") -> Claim:
    """Give a seat back: free until 48 hours before the start, noted as late afterwards."""
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if claim.is_held and claim.slot.has_started(at):
        raise ReleaseTooLate
    late = not claim.slot.is_free_to_leave(at)
    transition(
        claim,
        to=Claim.State.RELEASED,
        by=by,
        at=at,
        why=why,
        released_at=at,
        is_late_release=late,
    )
    return claim


def release_all(*, agent: Agent, at: datetime, why: str) -> int:
    """Give back every seat the agent holds on a slot to come. Returns how many."""
    held = agent.claims.filter(state=Claim.State.HELD, slot__starts_at__gt=at)
    return len([release_claim(claim=claim, by=None, at=at, why=why) for claim in held])


@transaction.atomic
def note_no_show(*, claim: Claim, at: datetime) -> Claim:
    """A slot passed and the agent never clocked in."""
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if claim.is_held and at >= claim.slot.ends_at:
        transition(claim, to=Claim.State.NO_SHOW, by=None, at=at)
    return claim
