"""Quiet hours in India's time, over midnight, and at the ends of days, months and years."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitouch.core.india_time import INDIA
from hitouch.core.quiet_hours import QuietHours

NIGHT = QuietHours(time(21), time(9))
LUNCH = QuietHours(time(13), time(14, 30))


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=INDIA)


@pytest.mark.parametrize(
    ("quiet", "moment", "allowed"),
    [
        (NIGHT, at(11, 29, 20, 59), at(11, 29, 20, 59)),
        (NIGHT, at(11, 29, 21), at(11, 30, 9)),
        (NIGHT, at(11, 30, 23, 59), at(12, 1, 9)),
        (NIGHT, at(12, 31, 22), at(1, 1, 9, year=2027)),
        (NIGHT, at(2, 28, 22), at(3, 1, 9)),
        (NIGHT, at(2, 28, 22, year=2028), at(2, 29, 9, year=2028)),
        (NIGHT, at(12, 1, 0), at(12, 1, 9)),
        (NIGHT, at(12, 1, 8, 59), at(12, 1, 9)),
        (NIGHT, at(12, 1, 9), at(12, 1, 9)),
        (LUNCH, at(12, 1, 13), at(12, 1, 14, 30)),
        (LUNCH, at(12, 1, 12, 59), at(12, 1, 12, 59)),
        (QuietHours(time(9), time(9)), at(12, 1, 9), at(12, 1, 9)),
        (QuietHours(time(22), time(0)), at(12, 31, 23), at(1, 1, 0, year=2027)),
    ],
)
def test_first_moment_after(quiet, moment, allowed):
    """A moment outside stays; one inside becomes the end, the next day if need be."""
    assert quiet.first_moment_after(moment) == allowed
    assert quiet.first_moment_after(moment.astimezone(UTC)) == allowed


@given(st.times(), st.times(), st.integers(0, 2 * 366 * 86_400))
def test_the_moment_is_never_in_quiet_hours_nor_a_day_later(starts, ends, seconds):
    """Whatever the hours: it is outside them, not earlier, and at most a day later."""
    quiet, moment = QuietHours(starts, ends), at(1, 1, 0, year=2027) + timedelta(seconds=seconds)
    allowed = quiet.first_moment_after(moment)
    assert not quiet.include(allowed)
    assert timedelta(0) <= allowed - moment < timedelta(days=1)
