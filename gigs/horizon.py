"""How far ahead a date or time may lie that somebody enters."""

from datetime import date, datetime, timedelta

from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of

HORIZON = timedelta(days=400)


class BeyondHorizon(Refusal):
    """The time lies too far ahead."""

    code = "beyond_horizon"
    message = "Choose a date within the next 400 days."
    status = 422

    def __init__(self, *, field: str) -> None:
        self.field = field
        super().__init__()


class DueDatePassed(Refusal):
    """The date is over."""

    code = "due_date_passed"
    message = "This date has passed. Choose a later one."
    status = 422
    field = "due_on"


def check_time(at: datetime, *, now: datetime, field: str) -> None:
    """Refuse a time beyond the horizon."""
    if at > now + HORIZON:
        raise BeyondHorizon(field=field)


def check_due_on(day: date, *, now: datetime) -> None:
    """Refuse a due date in the past or beyond the horizon."""
    if day < day_of(now):
        raise DueDatePassed
    if day > day_of(now + HORIZON):
        raise BeyondHorizon(field="due_on")
