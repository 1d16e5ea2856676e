"""Weekly hours: their expansion and notation agree with `dateutil`, another implementation of
RFC 5545."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from gigs import recurrence
from gigs.recurrence import WeeklyHours
from hitouch.core.india_time import INDIA

HALF_HOURS = st.builds(time, st.integers(min_value=0, max_value=23), st.sampled_from([0, 30]))


@st.composite
def weekly_hours(draw: st.DrawFn) -> WeeklyHours:
    first = draw(st.dates(date(2026, 11, 1), date(2028, 3, 10)))
    last = first + timedelta(days=draw(st.integers(min_value=0, max_value=90)))
    near = st.dates(first - timedelta(days=2), last + timedelta(days=2))
    return WeeklyHours(
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        starts=draw(HALF_HOURS),
        ends=draw(HALF_HOURS),
        first=first,
        last=last,
        excluded=frozenset(draw(st.sets(near, max_size=5))),
    )


@given(weekly_hours())
def test_expansion_agrees_with_dateutil(hours: WeeklyHours):
    """The notation, read by dateutil, gives the starts of our own expansion."""
    ours = [start.astimezone(INDIA) for start, _ in hours.occurrences()]
    try:
        notation = hours.notation()
    except ValueError:
        assert not ours
        return
    theirs = list(rrulestr(notation, forceset=True))
    assert [at.astimezone(UTC) for at in theirs] == [at.astimezone(UTC) for at in ours]


@given(weekly_hours())
def test_the_notation_is_read_back(hours: WeeklyHours):
    """Reading it gives the same hours; only days that never applied are gone."""
    try:
        notation = hours.notation()
    except ValueError:
        return
    again = recurrence.read(notation, hours.length)
    assert again.occurrences() == hours.occurrences()
    assert (again.notation(), again.length) == (notation, hours.length)


@pytest.mark.parametrize(
    ("starts", "ends", "length"),
    [
        ("09:00", "17:30", 8.5),
        ("22:00", "06:00", 8),
        ("23:30", "00:00", 0.5),
        ("09:00", "09:00", 24),
    ],
)
def test_length_over_midnight(starts: str, ends: str, length: float):
    """An end at or before the start is on the next day."""
    hours = WeeklyHours(
        (0,),
        time.fromisoformat(starts),
        time.fromisoformat(ends),
        date(2026, 11, 30),
        date(2026, 11, 30),
    )
    [(start, end)] = hours.occurrences()
    assert end - start == timedelta(hours=length)
    assert start.astimezone(INDIA) == datetime.combine(
        date(2026, 11, 30), time.fromisoformat(starts), INDIA
    )


def test_the_notation():
    """As RFC 5545 writes it: DTSTART with its zone, UNTIL in UTC, EXDATE like DTSTART."""
    hours = WeeklyHours(
        (0, 2),
        time(22),
        time(6),
        date(2026, 12, 1),
        date(2026, 12, 31),
        frozenset({date(2026, 12, 7)}),
    )
    assert hours.notation().splitlines() == [
        "DTSTART;TZID=Asia/Kolkata:20261202T220000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261231T182959Z;BYDAY=MO,WE",
        "EXDATE;TZID=Asia/Kolkata:20261207T220000",
    ]


@pytest.mark.parametrize(
    "text", ["", "RRULE:FREQ=DAILY", "DTSTART:20261202T220000\nRRULE:FREQ=WEEKLY"]
)
def test_other_notations_are_not_read(text: str):
    """What was not written here is an error, not a guess."""
    with pytest.raises(ValueError, match="not a weekly rule"):
        recurrence.read(text, timedelta(hours=1))
