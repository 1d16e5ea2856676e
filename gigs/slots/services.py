"""Add slots (shifts) to an opportunity."""

from datetime import datetime

from django.db import transaction

from gigs import horizon
from gigs.models import Opportunity, Slot
from gigs.slots.grid import SlotEmpty, check_hours
from hitouch.core.errors import Refusal


class SlotExists(Refusal):
    """The opportunity has a slot with the same hours."""

    code = "slot_exists"
    message = "There is already a shift with the same start and end."
    field = "starts_at"


class OpportunityClosed(Refusal):
    """A closed opportunity takes no more slots."""

    code = "opportunity_closed"
    message = "This opportunity is closed. You cannot add shifts."


class LevelBelowOpportunity(Refusal):
    """A slot may ask for a higher level than its opportunity, never for a lower one."""

    code = "level_below_opportunity"
    message = "A shift cannot need a lower level than its opportunity."
    field = "minimum_level"


@transaction.atomic
def add_slot(
    *,
    opportunity: Opportunity,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
    now: datetime,
    minimum_level: str = "",
) -> Slot:
    """Add a slot that agents of the opportunity can claim.

    Without a `minimum_level` of its own, the opportunity's level is enough.
    """
    opportunity = lock_for_slots(opportunity)
    if capacity < 1:
        raise SlotEmpty
    check_hours(starts_at=starts_at, ends_at=ends_at, now=now)
    horizon.check_time(ends_at, now=now, field="ends_at")
    minimum_level = level_floor(opportunity, minimum_level)
    same = opportunity.slots.filter(starts_at=starts_at, ends_at=ends_at, cancelled_at=None)
    if same.exists():
        raise SlotExists
    return opportunity.slots.create(
        starts_at=starts_at, ends_at=ends_at, capacity=capacity, minimum_level=minimum_level
    )


def lock_for_slots(opportunity: Opportunity) -> Opportunity:
    """Lock an opportunity to which slots are added; refused if it is closed."""
    rows = Opportunity.objects.select_for_update(no_key=True, of=("self",))
    opportunity = rows.select_related("project").get(pk=opportunity.pk)
    if not opportunity.takes_slots:
        raise OpportunityClosed
    return opportunity


def level_floor(opportunity: Opportunity, level: str) -> str:
    """The level that a slot keeps: empty if the opportunity asks for it anyway."""
    if level and level < opportunity.minimum_level:
        asked = opportunity.minimum_level
        raise LevelBelowOpportunity(f"This opportunity already needs level {asked} or higher.")
    return "" if level == opportunity.minimum_level else level
