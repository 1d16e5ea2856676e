"""Raise the bonus of a slot, within what is set aside for the gigs of its agents; and pay it.

Locks: the agents who have a seat, by id; then the slot.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from gigs import notifications
from gigs.eligibility import check_not_own
from gigs.engagements import bonuses
from gigs.models import Claim, Slot
from gigs.models.slots import HOLDING
from gigs.shifts.queries import pay_for
from gigs.slots import seating
from hitouch.core import money
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal

#: The highest bonus for an hour.
MOST_PAISE = 5_000_00


class BonusNotPossible(Refusal):
    """Only hourly work has a bonus, before its shift starts."""

    code = "bonus_not_possible"
    message = "Only a shift of hourly work that has not started can get a bonus."


class BonusOnlyRises(Refusal):
    """The bonus is the same or lower, or too high."""

    code = "bonus_only_rises"
    message = f"A bonus can only rise, up to {money.rupees(MOST_PAISE)} an hour."
    status = 422
    field = "bonus_paise"


class BonusBeyondReserve(Refusal):
    """The gig of an agent who has a seat has too little set aside."""

    code = "beyond_reserve"
    message = (
        "This is more than is set aside for the gigs of agents who have a seat. Choose a lower "
        "bonus."
    )


class BonusCostChanged(Refusal):
    """It costs more than the client has seen."""

    code = "cost_changed"

    def __init__(self, cost_paise: int) -> None:
        self.members = {"cost_paise": str(cost_paise)}
        super().__init__(
            f"This can now cost {money.rupees(cost_paise)}. Check it and confirm again."
        )


@dataclass(frozen=True)
class BonusOffer:
    """A bonus for an hour, and the most that it can cost with all seats, without GST."""

    bonus_paise: int
    cost_paise: int
    seats: int


def bonus_offer(slot: Slot, *, bonus_paise: int, at: datetime) -> BonusOffer:
    """What it would cost to raise the bonus of a slot to this, or the refusal."""
    if slot.cancelled_at or at >= slot.starts_at or not slot.opportunity.is_hourly:
        raise BonusNotPossible
    if not slot.bonus_paise < bonus_paise <= MOST_PAISE:
        raise BonusOnlyRises
    each = pay_for(slot.length, rate_paise=bonus_paise)
    return BonusOffer(bonus_paise, each * slot.capacity, slot.capacity)


@transaction.atomic
def raise_bonus(
    *, slot: Slot, bonus_paise: int, cost_paise: int, by: User, at: datetime
) -> BonusOffer:
    """Raise the bonus for each hour of a slot. `cost_paise` is what the client has seen."""
    held = slot.claims.filter(state__in=HOLDING)
    agents = sorted(held.values_list("agent", flat=True))
    for pk in agents:
        locks.lock_agent(pk)
    rows = Slot.objects.select_for_update(no_key=True, of=("self",))
    slot = rows.select_related("opportunity__project").get(pk=slot.pk)
    offer = bonus_offer(slot, bonus_paise=bonus_paise, at=at)
    if offer.cost_paise > cost_paise:
        raise BonusCostChanged(offer.cost_paise)
    claims = list(held.select_related("gig", "agent__user").order_by("agent_id"))
    if [claim.agent_id for claim in claims] != agents:
        raise InvalidTransition
    slot.bonus_paise = bonus_paise
    slot.save(update_fields=["bonus_paise", "updated_at"])
    for claim in claims:
        check_not_own(claim.agent, by=by)
        if seating.planned_beyond_reserve(claim.gig) > timedelta(0):
            raise BonusBeyondReserve
        notifications.bonus_raised(claim=claim, bonus_paise=bonus_paise, at=at)
    facts = {"bonus_paise": bonus_paise, "cost_paise": offer.cost_paise}
    audit.record_event(by=by, action="slot.bonus_raised", on=slot, at=at, new=facts)
    return offer


@transaction.atomic
def pay_ended(*, claim: Claim, at: datetime) -> Claim:
    """Pay the bonus of a shift that is over. Idempotent; for the sweep."""
    locks.lock_agent(claim.agent_id)
    claim = Claim.objects.select_related("slot", "gig").get(pk=claim.pk)
    if claim.slot.ends_at <= at:
        bonuses.pay_bonus(claim=claim, at=at)
    return claim
