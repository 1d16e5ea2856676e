"""Deadlines in working days: Monday to Friday in India, without the national holidays."""

from datetime import date, datetime, timedelta

from hitouch.core import india_time

#: Republic Day, Independence Day and Gandhi Jayanti, which no state leaves out.
NATIONAL_HOLIDAYS = ((1, 26), (8, 15), (10, 2))
SATURDAY = 5

#: Working days for the other side to answer.
ANSWER_WITHIN = 3
#: Working days for both sides to agree.
AGREE_WITHIN = 10
#: Working days for staff to decide.
DECIDE_WITHIN = 5
#: The parties are reminded so long before a deadline.
REMINDED_BEFORE = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether people are expected to answer on this day."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in NATIONAL_HOLIDAYS


def after_working_days(at: datetime, days: int) -> datetime:
    """The last minute of the last of so many whole working days that follow the day of `at`."""
    day = india_time.day_of(at)
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return india_time.midnight(day + timedelta(days=1)) - timedelta(minutes=1)
