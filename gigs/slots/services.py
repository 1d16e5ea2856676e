"""Add slots (shifts) to an opportunity."""

from datetime import datetime

from django.db import transaction

from gigs import horizon
from gigs.models import Opportunity, Slot
from hitouch.core.errors import Refusal


class SlotEmpty(Refusal):
    """The slot has no length or places, or is too long."""

    code = "slot_empty"
    message = "A shift must end after it starts, last at most 24 hours and need at least one agent."
    field = "ends_at"


class SlotInPast(Refusal):
    """The slot is in the past."""

    code = "slot_over"
    message = "This time has already passed. Choose a later time."
    field = "starts_at"


class SlotExists(Refusal):
    """The opportunity has a slot with the same hours."""

    code = "slot_exists"
    message = "There is already a shift with the same start and end."
    field = "starts_at"


class OpportunityClosed(Refusal):
    """A closed opportunity takes no more slots."""

    code = "opportunity_closed"
    message = "This opportunity is closed. You cannot add shifts."


LONGEST_SLOT_SECONDS = 24 * 3600


@transaction.atomic
def add_slot(
    *,
    opportunity: Opportunity,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int,
    now: datetime,
) -> Slot:
    """Add a slot that agents of the opportunity can claim."""
    opportunity = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if not opportunity.takes_slots:
        raise OpportunityClosed
    length = (ends_at - starts_at).total_seconds()
    if not 0 < length <= LONGEST_SLOT_SECONDS or capacity < 1:
        raise SlotEmpty
    if ends_at <= now:
        raise SlotInPast
    horizon.check_time(ends_at, now=now, field="ends_at")
    if opportunity.slots.filter(starts_at=starts_at, ends_at=ends_at).exists():
        raise SlotExists
    return opportunity.slots.create(starts_at=starts_at, ends_at=ends_at, capacity=capacity)
