"""Change the seats of a slot, or cancel it: who loses a seat, what it costs, and who is told.

Locks: the agents who have a seat or wait, by id; the project; the claims; the slot. As every
change of a seat locks its agent first, nobody waits for a lock in another order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs.eligibility import check_not_own
from gigs.engagements import late_cancellation
from gigs.engagements.services import required_reason
from gigs.models import Claim, Slot, WaitlistEntry
from gigs.models.slots import BUSY
from gigs.opportunities import services as opportunity_services
from gigs.shifts import services as shift_services
from gigs.slots import waitlist
from hitouch.core import money
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal

CANCELLED = "The client has cancelled this shift."


class SlotIsOver(Refusal):
    """The slot has ended, or was cancelled."""

    code = "slot_over"
    message = "This shift is over or was cancelled. Its seats can no longer be changed."


class SeatsInUse(Refusal):
    """The seats that would go are worked or were missed."""

    code = "seats_in_use"
    message = "Agents are at work on these seats. Cancel the whole shift to end it for them."
    field = "seats"


class CostChanged(Refusal):
    """It costs more than the client has seen."""

    code = "cost_changed"

    def __init__(self, cost_paise: int) -> None:
        self.members = {"cost_paise": str(cost_paise)}
        super().__init__(f"This now costs {money.rupees(cost_paise)}. Check it and confirm again.")


@dataclass(frozen=True)
class SeatChange:
    """What a change of seats would do now: the claims that go, each with its pay."""

    seats: int
    cancelled: list[tuple[Claim, int]]
    waiting: int

    @property
    def cost_paise(self) -> int:
        """What the agents get, without GST."""
        return sum(paise for _, paise in self.cancelled)


def seat_change(slot: Slot, *, seats: int, at: datetime) -> SeatChange:
    """What it would do to leave this number of seats; 0 cancels the slot.

    Seats on offer go first, then those that were claimed last.
    """
    if slot.cancelled_at or at >= slot.ends_at:
        raise SlotIsOver
    rows = slot.claims.select_related("slot__opportunity", "gig__client", "agent__user")
    if seats:
        held = list(rows.holding().order_by("-created_at", "-pk"))
        held.sort(key=lambda claim: claim.state != Claim.State.SWAP_OFFERED)
        excess = max(slot.taken - seats, 0)
        if excess > len(held):
            raise SeatsInUse
        going = held[:excess]
    else:
        going = [*rows.holding(), *shift_services.claims_at_work(rows)]
    going.sort(key=lambda claim: str(claim.pk))
    pays = late_cancellation.late_pays(going, at=at)
    waiting = 0 if seats else slot.waitlist.filter(state=WaitlistEntry.State.WAITING).count()
    return SeatChange(seats, [(claim, pays[claim.pk]) for claim in going], waiting)


@transaction.atomic
def change_seats(
    *, slot: Slot, seats: int, why: str, cost_paise: int, by: User, at: datetime
) -> SeatChange:
    """Leave this number of seats; 0 cancels the slot. `cost_paise` is what the client agreed to.

    Who loses a seat is told why and, if it is late, paid by itself. More seats go to those who
    wait.
    """
    if seats < slot.capacity:
        why = required_reason(why)
    agents = _lock_agents(slot)
    opportunity_services.lock_project_of(slot.opportunity)
    _lock_claims(slot, agents)
    slot = Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
    change = seat_change(slot, seats=seats, at=at)
    if change.cost_paise > cost_paise:
        raise CostChanged(change.cost_paise)
    for claim, paise in change.cancelled:
        check_not_own(claim.agent, by=by)
        if claim.agent_id not in agents:
            raise InvalidTransition
        late_cancellation.cancel_claim(claim, paise=paise, why=why, by=by, at=at)
    slot.refresh_from_db(fields=["taken"])
    slot.capacity = seats or slot.taken
    slot.cancelled_at = None if seats else at
    slot.save(update_fields=["capacity", "cancelled_at", "updated_at"])
    if not seats:
        waitlist.close(slot, why=CANCELLED, at=at)
    _record(slot, change, by=by, at=at)
    return change


def _lock_agents(slot: Slot) -> set[object]:
    """Lock who has a seat or waits; who claims meanwhile is found out by the caller."""
    seated = slot.claims.filter(state__in=BUSY).values_list("agent", flat=True)
    waiting = slot.waitlist.filter(state=WaitlistEntry.State.WAITING)
    agents = {*seated, *waiting.values_list("agent", flat=True)}
    for pk in sorted(agents):
        locks.lock_agent(pk)
    return set(agents)


def _lock_claims(slot: Slot, agents: set[object]) -> Sequence[Claim]:
    rows = slot.claims.filter(agent__in=agents, state__in=BUSY)
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _record(slot: Slot, change: SeatChange, *, by: User, at: datetime) -> None:
    facts = {
        "seats": change.seats,
        "cancelled": len(change.cancelled),
        "cost_paise": change.cost_paise,
    }
    action = "slot.seats_changed" if change.seats else "slot.cancelled"
    audit.record_event(by=by, action=action, on=slot, at=at, new=facts)
