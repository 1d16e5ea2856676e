"""Claim a slot (shift), release it, or record a no-show."""

from datetime import datetime

from django.db import transaction
from psycopg.types.range import TimestamptzRange

from accounts.models import Agent, User
from accounts.security import locks
from gigs import notifications, signals
from gigs.eligibility import GigNotActive, check_eligible
from gigs.models import Claim, Gig, Slot
from gigs.slots import queries as slot_queries
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal


class SlotFull(Refusal):
    """The slot has no free place."""

    code = "slot_full"
    message = "This shift is full. Choose another one."


class SlotEnded(Refusal):
    """The slot has ended."""

    code = "slot_over"
    message = "This shift is over. Choose a later one."


class AlreadyBusy(Refusal):
    """The agent has another claim at this time, with any client."""

    code = "already_busy"
    message = "You have another shift at this time. Release it first, or choose a different one."


class GigHoursExhausted(Refusal):
    """The slot would exceed the hours that the gig pays for."""

    code = "hours_spent"
    message = "This shift would take you over the hours this gig pays for."


class SlotNotForAgent(Refusal):
    """The agent was not accepted for the slot's opportunity."""

    code = "not_yours"
    message = "Only agents accepted for this opportunity can claim its shifts."


class ReleaseTooLate(Refusal):
    """The slot has started."""

    code = "release_too_late"
    message = "This shift has started. You can no longer release it."


@transaction.atomic
def claim_slot(*, slot: Slot, agent: Agent, now: datetime) -> Claim:
    """Claim a place on the slot for the agent."""
    # Lock the agent, then the slot; always in this order, to avoid deadlocks.
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
    """Keep claims within the gig's hours, and thereby within the committed budget."""
    if gig.is_hourly and slot_queries.claimed_hours(gig) + slot.length > slot_queries.hours_of(gig):
        raise GigHoursExhausted(
            f"This shift would take you over this gig's limit of {gig.hours_each} hours."
        )


@transaction.atomic
def release_claim(*, claim: Claim, by: User | None, at: datetime, why: str = "") -> Claim:
    """Release a claim; less than 48 hours before the start it counts as late."""
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


@transaction.atomic
def release_all(*, agent: Agent, at: datetime, why: str) -> int:
    """Release all upcoming claims of an agent; return how many. Agent and clients are notified."""
    rows = agent.claims.filter(state=Claim.State.HELD, slot__starts_at__gt=at)
    held = list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("slot__opportunity", "gig__client")
        .order_by("slot__starts_at", "pk")
    )
    for claim in held:
        release_claim(claim=claim, by=None, at=at, why=why)
    if held:
        notifications.shifts_released(agent=agent, claims=held, at=at)
    return len(held)
