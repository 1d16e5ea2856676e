"""India's calendar: which day and month a moment belongs to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core.india_time import INDIA, day_of, midnight, month_of, next_day

TICK = timedelta(microseconds=1)
BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
#: Any moment of a hundred years, to the second.
MOMENTS = st.integers(0, 100 * 365 * 86_400).map(lambda s: BEGIN + timedelta(seconds=s))


@pytest.mark.parametrize(
    ("utc", "first"),
    [
        (datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 10, 31, 18, 30, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 12, 31, 18, 29, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 18, 30, tzinfo=UTC), date(2028, 2, 1)),
        (datetime(2028, 2, 29, 18, 30, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(2027, 2, 28, 18, 30, tzinfo=UTC), date(2027, 3, 1)),
    ],
)
def test_a_month_turns_at_midnight_in_india(utc, first):
    """That is 18:30 UTC on the day before, also in February of a leap year and at New Year."""
    assert month_of(utc).first == first


@given(MOMENTS)
def test_a_moment_lies_in_its_month_and_in_no_other(at):
    """The first moment of a month belongs to it, its end to the next one."""
    month = month_of(at)
    assert month.starts_at <= at < month.ends_at
    assert month_of(month.starts_at) == month == month_of(month.ends_at - TICK)
    assert month_of(month.ends_at).starts_at == month.ends_at
    assert 28 <= (month.ends_at - month.starts_at).days <= 31


@given(MOMENTS)
def test_a_day_begins_at_its_midnight(at):
    """The day in India does not depend on the moment's time zone."""
    day = day_of(at)
    assert midnight(day) <= at < next_day(at) == midnight(day + timedelta(days=1))
    assert day == day_of(at.astimezone(INDIA))


def test_a_month_has_a_name():
    """As people write it."""
    assert month_of(datetime(2026, 10, 31, 18, 30, tzinfo=UTC)).name == "November 2026"
