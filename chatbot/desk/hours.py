"""Hours, holidays and targets of support. A change of them changes the due moments of tickets."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from chatbot.desk import assignment, clocks
from chatbot.desk.calendar import WorkingPeriod
from chatbot.desk.refusals import HoursOverlap, NotSupport
from chatbot.models import ServiceTarget, SupportHoliday, SupportHours, Ticket
from gigs import public_holidays
from hitouch.core.india_time import day_of

#: Monday to Saturday with a break for lunch.
FIRST_HOURS = [
    (weekday, *period)
    for weekday in range(6)
    for period in ((time(9), time(13)), (time(14), time(19)))
]
#: Working minutes of each priority: first answer, next answer, resolution. A day has 540.
FIRST_TARGETS = {
    Ticket.Priority.LOW: (540, 540, 3240),
    Ticket.Priority.NORMAL: (240, 240, 1620),
    Ticket.Priority.HIGH: (60, 90, 1080),
    Ticket.Priority.URGENT: (15, 30, 540),
}
#: The month from which next year's holidays are there.
NEXT_YEAR_FROM = 10


def seed(now: datetime) -> None:
    """Add hours, targets and holidays where there are none yet."""
    if not SupportHours.objects.exists():
        SupportHours.objects.bulk_create(
            SupportHours(weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in FIRST_HOURS
        )
    for priority, (first, following, resolution) in FIRST_TARGETS.items():
        ServiceTarget.objects.get_or_create(
            priority=priority,
            defaults={
                "first_response_minutes": first,
                "next_response_minutes": following,
                "resolution_minutes": resolution,
            },
        )
    add_public_holidays(at=now)


@transaction.atomic
def add_public_holidays(*, at: datetime) -> int:
    """Add the public holidays of this year, and from October of the next; return how many.

    A year that has a holiday already is left as staff made it.
    """
    today = day_of(at)
    years = [today.year] + [today.year + 1] * (today.month >= NEXT_YEAR_FROM)
    new: list[SupportHoliday] = []
    for year in years:
        if SupportHoliday.objects.filter(day__year=year).exists():
            continue
        found = public_holidays.holidays_between(
            public_holidays.ALL_OF_INDIA, date(year, 1, 1), date(year, 12, 31)
        )
        new += [SupportHoliday(day=day, name=name[:80]) for day, name in found.items()]
    SupportHoliday.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        clocks.recompute_all(now=at)
    return len(new)


@transaction.atomic
def change_hours(
    *, weekday: int, periods: Sequence[tuple[time, time]], by: User, at: datetime
) -> None:
    """Replace the periods of a weekday."""
    _check_support(by)
    ordered = sorted(WorkingPeriod(*each) for each in periods)
    ends = [each.closes for each in ordered]
    if any(each.closes <= each.opens for each in ordered) or any(
        following.opens < end for end, following in zip(ends, ordered[1:], strict=False)
    ):
        raise HoursOverlap
    SupportHours.objects.filter(weekday=weekday).delete()
    rows = [SupportHours(weekday=weekday, opens=each.opens, closes=each.closes) for each in ordered]
    SupportHours.objects.bulk_create(rows)
    audit.record_event(
        by=by, action="chatbot.support_hours_changed", on=by, at=at,
        new={"weekday": weekday, "periods": [str(row) for row in rows]},
    )  # fmt: skip
    clocks.recompute_all(now=at)


@transaction.atomic
def add_holiday(*, day: date, name: str, by: User, at: datetime) -> SupportHoliday:
    """Close support on a day; a day that is a holiday already gets the new name."""
    _check_support(by)
    holiday, _ = SupportHoliday.objects.update_or_create(day=day, defaults={"name": name})
    audit.record_event(
        by=by, action="chatbot.support_holiday_added", on=holiday, at=at, new={"day": str(day)}
    )
    clocks.recompute_all(now=at)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: SupportHoliday, by: User, at: datetime) -> None:
    """Let support work on a day that was a holiday."""
    _check_support(by)
    audit.record_event(
        by=by, action="chatbot.support_holiday_removed", on=holiday, at=at,
        old={"day": str(holiday.day)},
    )  # fmt: skip
    holiday.delete()
    clocks.recompute_all(now=at)


@transaction.atomic
def change_target(
    *,
    priority: int,
    first_response_minutes: int,
    next_response_minutes: int,
    resolution_minutes: int,
    by: User,
    at: datetime,
) -> ServiceTarget:
    """Change the working minutes of a priority."""
    _check_support(by)
    minutes = {
        "first_response_minutes": first_response_minutes,
        "next_response_minutes": next_response_minutes,
        "resolution_minutes": resolution_minutes,
    }
    target, _ = ServiceTarget.objects.update_or_create(priority=priority, defaults=minutes)
    audit.record_event(
        by=by, action="chatbot.service_target_changed", on=target, at=at, new=minutes
    )
    clocks.recompute_all(now=at)
    return target


def hours_by_weekday() -> dict[int, list[SupportHours]]:
    """The periods of each weekday, for pages."""
    found: dict[int, list[SupportHours]] = defaultdict(list)
    for row in SupportHours.objects.order_by("weekday", "opens"):
        found[row.weekday].append(row)
    return found


def _check_support(by: User) -> None:
    if not assignment.is_support(by):
        raise NotSupport
