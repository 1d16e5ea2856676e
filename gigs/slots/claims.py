"""Claim a slot (shift), release it, offer it to others."""

from datetime import datetime

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import locks
from gigs import notifications
from gigs.models import Claim, Gig, Slot
from gigs.models.slots import HOLDING, SEATED_UNTIL, SWAP_UNTIL, UNDO_WITHIN
from gigs.slots import seating, waitlist
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal


class ReleaseTooLate(Refusal):
    """The slot has started."""

    code = "release_too_late"
    message = "This shift has started. You can no longer release it."


class SwapTooLate(Refusal):
    """The slot starts soon, or has started."""

    code = "swap_too_late"
    message = "A shift can be offered to others until 2 hours before it starts."


@transaction.atomic
def claim_slot(*, slot: Slot, agent: Agent, now: datetime) -> Claim:
    """Claim a place on the slot; on a full one, a place that somebody offers to others.

    A free seat for which others wait is theirs: the sweep of waitlists gives it to them.
    """
    gig = seating.lock_gig(slot, agent)
    found = seating.check(gig, slot, now)
    by = gig.agent.user
    if found.has_waitlist and now <= slot.starts_at - SEATED_UNTIL:
        raise seating.SlotFull
    if not found.seats_left and not _take_over(slot, by=by, at=now):
        raise seating.SlotFull
    return seating.insert(gig, slot, by=by, at=now)


def _take_over(slot: Slot, *, by: User | None, at: datetime) -> bool:
    """Release the place that was offered first. False if none is offered."""
    offered = slot.claims.filter(state=Claim.State.SWAP_OFFERED)
    rows = offered.select_for_update(no_key=True, skip_locked=True, of=("self",))
    claim = rows.order_by("updated_at", "pk").first()
    if claim is None:
        return False
    transition(
        claim, to=Claim.State.RELEASED, by=by, at=at, why="Taken by another agent.", released_at=at
    )
    notifications.swap_taken(claim=claim, at=at)
    return True


@transaction.atomic
def release_claim(*, claim: Claim, by: User | None, at: datetime, why: str = "") -> Claim:
    """Release a claim; less than 48 hours before the start it counts as late.

    Within 5 minutes of claiming it never does. The first on the waitlist who may work gets the
    seat in the same transaction; then the release is not late, as nobody is missing.
    """
    waiting = waitlist.lock_agents(claim.slot, besides=claim.agent_id, at=at)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if claim.is_held and claim.slot.has_started(at):
        raise ReleaseTooLate
    _release(claim, by=by, at=at, why=why)
    if waitlist.seat_first(claim.slot, waiting, at=at):
        claim.is_late_release = False
        claim.save(update_fields=["is_late_release", "updated_at"])
    return claim


def _release(claim: Claim, *, by: User | None, at: datetime, why: str) -> None:
    is_late = not claim.slot.is_free_to_leave(at) and at > claim.created_at + UNDO_WITHIN
    transition(
        claim,
        to=Claim.State.RELEASED,
        by=by,
        at=at,
        why=why,
        released_at=at,
        is_late_release=is_late,
    )


@transaction.atomic
def offer_swap(*, claim: Claim, by: User, at: datetime) -> Claim:
    """Offer a seat to others; it stays the agent's until somebody takes it.

    If somebody waits for the slot, they get it at once.
    """
    waiting = waitlist.lock_agents(claim.slot, besides=claim.agent_id, at=at)
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if at > claim.slot.starts_at - SWAP_UNTIL:
        raise SwapTooLate
    transition(claim, to=Claim.State.SWAP_OFFERED, by=by, at=at)
    if waiting and waitlist.may_seat(claim.slot, waiting, at=at):
        _take_over(claim.slot, by=None, at=at)
        waitlist.seat_first(claim.slot, waiting, at=at)
        claim.refresh_from_db()
    return claim


@transaction.atomic
def withdraw_swap(*, claim: Claim, by: User | None, at: datetime) -> Claim:
    """Take back an offer that nobody took."""
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    transition(claim, to=Claim.State.HELD, by=by, at=at)
    return claim


@transaction.atomic
def end_swap_offer(*, claim: Claim, at: datetime) -> Claim:
    """End an offer that nobody took in time. Idempotent."""
    claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if claim.state == Claim.State.SWAP_OFFERED and at > claim.slot.starts_at - SWAP_UNTIL:
        transition(claim, to=Claim.State.HELD, by=None, at=at, why="Nobody took it in time.")
        notifications.swap_not_taken(claim=claim, at=at)
    return claim


def release_of_ended_gig(
    *,
    gig: Gig,
    by: User | None,
    at: datetime,
    why: str,
    counts_late: bool = False,
    tells_agent: bool = True,
) -> int:
    """Release the upcoming claims of a gig that ended. Returns how many.

    None counts as late, unless the agent ended the gig.

    Its agent is locked. The sweep of waitlists fills the seats.
    """
    held = gig.claims.filter(state__in=HOLDING, slot__starts_at__gt=at).select_related("slot")
    claims = list(held.select_for_update(no_key=True, of=("self",)).order_by("slot_id", "pk"))
    for claim in claims:
        if counts_late:
            _release(claim, by=by, at=at, why=why)
        else:
            transition(claim, to=Claim.State.RELEASED, by=by, at=at, why=why, released_at=at)
    waitlist.leave_all(agent=gig.agent, at=at, why=why, gig=gig, tells_agent=tells_agent)
    return len(claims)


@transaction.atomic
def release_all(*, agent: Agent, at: datetime, why: str) -> int:
    """Release all upcoming claims of an agent; return how many. Agent and clients are notified.

    The sweep of waitlists fills the seats: other agents are not locked here.
    """
    locks.lock_agent(agent.pk)
    rows = agent.claims.filter(state__in=HOLDING, slot__starts_at__gt=at)
    held = list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("slot__opportunity", "gig__client")
        .order_by("slot__starts_at", "pk")
    )
    for claim in held:
        _release(claim, by=None, at=at, why=why)
    waitlist.leave_all(agent=agent, at=at, why=why)
    if held:
        notifications.shifts_released(agent=agent, claims=held, at=at)
    return len(held)
