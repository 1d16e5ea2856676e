"""Save forecasts, and make the shifts that are proposed for them."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from gigs.forecasts import proposals, queries, volumes
from gigs.forecasts.volumes import VolumesFaulty
from gigs.models import Forecast, Opportunity
from gigs.series import services as series_services
from gigs.series.services import SeriesOutcome
from hitouch.core.errors import Refusal

#: The most contacts in progress at a time, on average, that are planned for.
MOST_LOAD = 2_000
#: How many faulty lines are told at once.
MOST_TOLD = 100


class VolumesUnreadable(Refusal):
    """The text is no table of contacts per half hour."""

    code = "volumes_unreadable"
    status = 422
    field = "volumes"

    def __init__(self, fault: VolumesFaulty) -> None:
        self.faults = fault.faults
        self.members = {
            "lines": [
                {"line": each.line, "detail": each.fault} for each in fault.faults[:MOST_TOLD]
            ]
        }
        super().__init__(str(fault.faults[0]))


class LoadTooLarge(Refusal):
    """More agents would be needed than a shift can have."""

    code = "load_too_large"
    message = "This is more work than can be planned here. Split it between opportunities."
    status = 422
    field = "volumes"


class LengthsReversed(Refusal):
    """The longest shift is shorter than the shortest."""

    code = "lengths_reversed"
    message = "The longest shift must not be shorter than the shortest."
    status = 422
    field = "longest_hours"


class NothingProposed(Refusal):
    """No shift is proposed."""

    code = "nothing_proposed"
    message = "There are no shifts to add."


@transaction.atomic
def make_forecast(
    *,
    opportunity: Opportunity,
    text: str,
    handle_seconds: int,
    target_percent: int,
    target_seconds: int,
    max_occupancy_percent: int,
    shrinkage_percent: int,
    shortest_hours: int,
    longest_hours: int,
    now: datetime,
) -> Forecast:
    """Save a forecast, with what the client's past shifts say about missed ones."""
    if longest_hours < shortest_hours:
        raise LengthsReversed
    try:
        contacts = volumes.read(text)
    except VolumesFaulty as fault:
        raise VolumesUnreadable(fault) from fault
    if max(contacts) * handle_seconds / proposals.HALF_HOUR_SECONDS > MOST_LOAD:
        raise LoadTooLarge
    return Forecast.objects.create(
        opportunity=opportunity,
        volumes=text,
        handle_seconds=handle_seconds,
        target_percent=target_percent,
        target_seconds=target_seconds,
        max_occupancy_percent=max_occupancy_percent,
        shrinkage_percent=shrinkage_percent,
        shortest_hours=shortest_hours,
        longest_hours=longest_hours,
        attendance=queries.attendance_of(opportunity.client, now=now),
    )


def add_proposed(
    *,
    forecast: Forecast,
    from_on: date,
    weeks: int,
    by: User | None,
    now: datetime,
    minimum_level: str = "",
) -> SeriesOutcome:
    """Make the proposed shifts as series, for a number of weeks."""
    proposal = proposals.propose(forecast)
    if not proposal.shifts:
        raise NothingProposed
    plans = proposal.plans(first=from_on, weeks=weeks, minimum_level=minimum_level)
    return series_services.make_series(
        opportunity=forecast.opportunity, plans=plans, by=by, now=now
    )
