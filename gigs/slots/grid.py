"""The hours that a shift may have: half hours of Indian time, at most twelve hours."""

from datetime import datetime, timedelta

from gigs.models.slots import HALF_HOUR, LONGEST_SLOT
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA


class SlotEmpty(Refusal):
    """The slot has no length or places."""

    code = "slot_empty"
    message = "A shift must end after it starts and need at least one agent."
    field = "ends_at"


class SlotOffGrid(Refusal):
    """The slot does not start and end at a full or half hour."""

    code = "slot_off_grid"
    message = "Shifts start and end on the hour or half hour, such as 09:00 or 09:30."

    def __init__(self, *, field: str) -> None:
        self.field = field
        super().__init__()


class SlotTooLong(Refusal):
    """Nobody may work that long at a stretch."""

    code = "slot_too_long"
    message = "A shift can last at most 12 hours. Split it into two."
    field = "ends_at"


class SlotInPast(Refusal):
    """The slot is in the past."""

    code = "slot_over"
    message = "This time has already passed. Choose a later time."
    field = "starts_at"


def is_on_grid(at: datetime) -> bool:
    """Whether it is a full or half hour in India."""
    local = at.astimezone(INDIA)
    since_midnight = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    return not since_midnight % HALF_HOUR


def check_hours(*, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse hours that no shift may have."""
    if ends_at <= starts_at:
        raise SlotEmpty
    for field, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        if not is_on_grid(at):
            raise SlotOffGrid(field=field)
    if ends_at - starts_at > LONGEST_SLOT:
        raise SlotTooLong
    if ends_at <= now:
        raise SlotInPast
