"""Working time of support, against a count minute by minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.desk.calendar import (
    INDIA,
    ClockInterval,
    ClockReason,
    Pause,
    WorkingCalendar,
    WorkingPeriod,
)
from chatbot.tests.desk.minute_counter import MinuteCounter

MINUTE = timedelta(minutes=1)
MORNING, AFTERNOON = WorkingPeriod(time(9), time(13)), WorkingPeriod(time(14), time(19))
#: Monday to Saturday with a lunch break; 24 November 2026, a Tuesday, is a holiday.
CALENDAR = WorkingCalendar(
    {weekday: [MORNING, AFTERNOON] for weekday in range(6)},
    {date(2026, 11, 24): "Guru Nanak's Birthday"},
)
FIRST = datetime(2026, 11, 20, tzinfo=UTC)


def india(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=INDIA)


@st.composite
def calendars(draw):
    """Hours of each weekday, which may overlap or be none, and some holidays."""
    moments = st.integers(0, 1439)
    hours = {}
    for weekday in range(7):
        pairs = draw(st.lists(st.tuples(moments, moments), max_size=3))
        pairs = [sorted(pair) for pair in pairs if pair[0] != pair[1]]
        hours[weekday] = [(time(*divmod(a, 60)), time(*divmod(b, 60))) for a, b in pairs]
    days = draw(st.sets(st.integers(-1, 10), max_size=4))
    return hours, {FIRST.date() + timedelta(days=day) for day in days}


def moments(*, most: int = 10 * 1440):
    return st.integers(0, most).map(lambda minutes: FIRST + minutes * MINUTE)


@st.composite
def pauses(draw):
    found = []
    for reason in draw(st.lists(st.sampled_from(["RESOLVED", "ON_HOLD", "WAITING_FOR_PERSON"]))):
        start, length = draw(moments()), draw(st.none() | st.integers(0, 5000))
        found.append((reason, start, None if length is None else start + length * MINUTE))
    return found


def both(calendar, stopped=()):
    """The calendar and the counter of the same hours, with the pauses of each."""
    hours, holidays = calendar
    periods = {
        weekday: [WorkingPeriod(*pair) for pair in pairs] for weekday, pairs in hours.items()
    }
    ours = WorkingCalendar(periods, dict.fromkeys(holidays, "Holiday"))
    own_pauses = [Pause(ClockReason(reason), start, end) for reason, start, end in stopped]
    return ours, own_pauses, MinuteCounter(hours, holidays, list(stopped))


@settings(max_examples=60)
@given(calendars(), pauses(), moments(most=4000), st.integers(0, 8000))
def test_each_minute_has_the_reason_of_the_counter(calendar, stopped, start, length):
    """The intervals are in order, without gaps, and say of each minute what the counter says."""
    ours, own_pauses, counter = both(calendar, stopped)
    end = start + length * MINUTE
    found = ours.explain(start, end, own_pauses)
    said = [each.reason.value for each in found for _ in range(each.length // MINUTE)]
    assert said == counter.reasons(start, end)
    edges = [start, *(each.end for each in found)]
    assert [each.start for each in found] == edges[:-1]
    assert not found or edges[-1] == end
    assert ours.working_time(start, end, own_pauses) == counter.count(start, end) * MINUTE


@settings(max_examples=60)
@given(calendars(), pauses(), moments(most=4000), st.integers(1, 4000))
def test_time_is_added_as_the_counter_reaches_it(calendar, stopped, start, minutes):
    """The due moment is the end of the minute with which the target is reached."""
    ours, own_pauses, counter = both(calendar, stopped)
    reached = counter.reached(start, minutes, 20_000)
    due = ours.add(start, minutes * MINUTE, own_pauses)
    if reached is not None:
        assert due == reached
    else:
        assert due is None or due > start + 20_000 * MINUTE


@settings(max_examples=50)
@given(calendars(), moments(), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_added_time_has_counted(calendar, start, amount):
    """Seconds count as well: between start and due lies exactly the time that was added."""
    ours, _, _ = both(calendar)
    due = ours.add(start, amount)
    if due is not None:
        assert ours.working_time(start, due) == amount


@example(india(23, 12, 59, 30), india(23, 14, 0, 30), 60)
@example(india(23, 18, 59), india(25, 9, 1), 120)
@example(india(21, 18, 0), india(23, 10, 0), 7200)
@given(st.just(india(23, 9)), st.just(india(23, 19)), st.just(9 * 3600))
def test_breaks_holidays_and_sundays_do_not_count(start, end, seconds):
    """Lunch, a holiday and a Sunday are left out, to the second."""
    assert CALENDAR.working_time(start, end) == timedelta(seconds=seconds)


def test_explanation():
    """The reasons between a Monday evening and a Wednesday morning, with the holiday's name."""
    hold = Pause(ClockReason.ON_HOLD, india(23, 18, 30), india(23, 20))
    found = CALENDAR.explain(india(23, 18), india(25, 9, 30), [hold])
    assert found == [
        ClockInterval(india(23, 18), india(23, 18, 30), ClockReason.WORKING),
        ClockInterval(india(23, 18, 30), india(23, 20), ClockReason.ON_HOLD),
        ClockInterval(india(23, 20), india(24, 0), ClockReason.CLOSED),
        ClockInterval(india(24, 0), india(25, 0), ClockReason.HOLIDAY, "Guru Nanak's Birthday"),
        ClockInterval(india(25, 0), india(25, 9), ClockReason.CLOSED),
        ClockInterval(india(25, 9), india(25, 9, 30), ClockReason.WORKING),
    ]


def test_open_pause_has_no_due_moment():
    """While a clock stands still nobody knows when it will be due; what was due before stays."""
    hold = Pause(ClockReason.ON_HOLD, india(23, 10))
    assert CALENDAR.add(india(23, 9), timedelta(hours=2), [hold]) is None
    assert CALENDAR.add(india(23, 9), timedelta(minutes=30), [hold]) == india(23, 9, 30)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (india(23, 8), india(23, 9)),
        (india(23, 9, 5), india(23, 9, 5)),
        (india(23, 13), india(23, 14)),
        (india(23, 19), india(25, 9)),
        (india(22, 12), india(23, 9)),
    ],
)
def test_next_opening(at, opens):
    """Support works now, or opens after the break, the night, the Sunday or the holiday."""
    assert CALENDAR.next_opening(at) == opens


def test_support_that_never_works():
    """Without hours nothing counts and nothing is due."""
    empty = WorkingCalendar({0: []})
    assert empty.add(india(23, 9), MINUTE) is None
    assert empty.next_opening(india(23, 9)) is None
    assert empty.working_time(india(23, 9), india(25, 9)) == timedelta(0)
