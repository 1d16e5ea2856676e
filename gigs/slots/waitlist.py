"""Waitlists of full slots: join, leave, and seat the first who may work.

Locks: agents by id, then the slot. So the agents at the head of the waitlist are locked together
with the one who releases a seat, before any row of the slot is.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Agent, User
from accounts.security import locks
from gigs import notifications
from gigs.models import Gig, Slot, WaitlistEntry
from gigs.models.slots import SEATED_UNTIL
from gigs.slots import seating
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal

State = WaitlistEntry.State
#: How many waiting agents are locked when a seat becomes free; the next are tried by the sweep.
HEAD = 3
NO_SEAT = "No seat became free before the waitlist closed, 12 hours before the shift."


class SeatsAreFree(Refusal):
    """A slot with free seats has no waitlist."""

    code = "seats_are_free"
    message = "This shift has free seats. Claim one now."


class AlreadyWaiting(Refusal):
    """The agent is on the waitlist."""

    code = "already_waiting"
    message = "You are already on the waitlist of this shift."


class WaitlistClosed(Refusal):
    """The slot starts soon, or has started."""

    code = "waitlist_closed"
    message = "The waitlist closes 12 hours before the shift starts."


def _waiting(slot: Slot) -> QuerySet[WaitlistEntry]:
    return slot.waitlist.filter(state=State.WAITING).order_by("queued_at", "pk")


@transaction.atomic
def join(*, slot: Slot, agent: Agent, at: datetime) -> WaitlistEntry:
    """Wait for a seat; whoever waits is seated by itself until 12 hours before the start."""
    gig = seating.lock_gig(slot, agent)
    if at > slot.starts_at - SEATED_UNTIL:
        raise WaitlistClosed
    found = seating.check(gig, slot, at)
    if found.seats_left and not found.has_waitlist:
        raise SeatsAreFree
    if slot.waitlist.filter(agent=agent, state=State.WAITING).exists():
        raise AlreadyWaiting
    entry = slot.waitlist.create(gig=gig, agent=gig.agent, queued_at=at)
    entry.events.create(became=State.WAITING, by=gig.agent.user, at=at)
    return entry


@transaction.atomic
def leave(*, entry: WaitlistEntry, by: User | None, at: datetime) -> WaitlistEntry:
    """Leave a waitlist."""
    # As whoever gives the seat locks the agent, too, it is either left or taken.
    locks.lock_agent(entry.agent_id)
    entry.refresh_from_db(fields=["state"])
    transition(entry, to=State.LEFT, by=by, at=at)
    return entry


def leave_all(
    *, agent: Agent, at: datetime, why: str, gig: Gig | None = None, tells_agent: bool = True
) -> None:
    """Take an agent who may not work any more off all waitlists, or off those of one gig."""
    entries = agent.waitlist_entries.filter(state=State.WAITING)
    if gig is not None:
        entries = entries.filter(gig=gig)
    left = list(entries.select_related("slot__opportunity").order_by("pk"))
    for entry in left:
        transition(entry, to=State.LEFT, by=None, at=at, why=why)
    if left and tells_agent:
        notifications.taken_off_waitlists(entries=left, why=why, at=at)


def close(slot: Slot, *, why: str, at: datetime) -> None:
    """Take all off the waitlist of a slot, and tell them why. Their agents are locked."""
    for entry in _waiting(slot).select_related("slot__opportunity", "agent__user"):
        transition(entry, to=State.LEFT, by=None, at=at, why=why)
        notifications.taken_off_waitlists(entries=[entry], why=why, at=at)


@transaction.atomic
def expire(*, entry: WaitlistEntry, at: datetime) -> WaitlistEntry:
    """End the wait for a slot that starts soon. Idempotent."""
    locks.lock_agent(entry.agent_id)
    entry.refresh_from_db(fields=["state"])
    if entry.state == State.WAITING and at > entry.slot.starts_at - SEATED_UNTIL:
        transition(entry, to=State.EXPIRED, by=None, at=at, why=NO_SEAT)
        notifications.taken_off_waitlists(entries=[entry], why=NO_SEAT, at=at)
    return entry


def lock_agents(slot: Slot, *, besides: UUID, at: datetime) -> list[WaitlistEntry]:
    """The head of the waitlist; its agents and the one who releases a seat are locked."""
    head: list[WaitlistEntry] = []
    if at <= slot.starts_at - SEATED_UNTIL:
        head = list(_waiting(slot)[:HEAD])
    for pk in sorted({besides, *(entry.agent_id for entry in head)}):
        locks.lock_agent(pk)
    return head


def may_seat(slot: Slot, waiting: Sequence[WaitlistEntry], *, at: datetime) -> bool:
    """Whether one of those who wait may have a seat now."""
    return any(_eligible(slot, entry, at) for entry in waiting)


def _eligible(slot: Slot, entry: WaitlistEntry, at: datetime) -> bool:
    try:
        seating.check(seating.lock_gig(slot, entry.agent), slot, at)
    except Refusal:
        return False
    return True


def seat_first(slot: Slot, waiting: Sequence[WaitlistEntry], *, at: datetime) -> bool:
    """Give a free seat to the first of those who wait and may work. The agents are locked."""
    return any(_seat(slot, entry, at) for entry in waiting)


def _seat(slot: Slot, entry: WaitlistEntry, at: datetime) -> bool:
    """Seat one agent; False if they may not work these hours, or left the waitlist meanwhile."""
    entry.refresh_from_db(fields=["state"])
    if entry.state != State.WAITING:
        return False
    try:
        with transaction.atomic():
            gig = seating.lock_gig(slot, entry.agent)
            seating.check(gig, slot, at)
            claim = seating.insert(gig, slot, by=None, at=at, why="From the waitlist.")
    except seating.SlotFull:
        return False
    except Refusal as refusal:
        # Who may not work these hours when it is their turn makes way for the next.
        transition(entry, to=State.LEFT, by=None, at=at, why=str(refusal))
        notifications.taken_off_waitlists(entries=[entry], why=str(refusal), at=at)
        return False
    transition(entry, to=State.SEATED, by=None, at=at)
    notifications.seated_from_waitlist(claim=claim, at=at)
    return True


@transaction.atomic
def fill(*, slot: Slot, at: datetime) -> int:
    """Seat waiting agents on free seats, in order; returns how many. For the sweep."""
    entries = list(_waiting(slot)) if at <= slot.starts_at - SEATED_UNTIL else []
    for pk in sorted({entry.agent_id for entry in entries}):
        locks.lock_agent(pk)
    seated = 0
    for entry in entries:
        if not Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).exists():
            break
        seated += _seat(slot, entry, at)
    return seated
