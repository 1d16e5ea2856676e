"""Adherence: each second of a shift has exactly one rule."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigs.shifts.adherence import Adherence, AdherenceRule, Interval, adherence, break_allowance

START = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute: int) -> datetime:
    return START + minute * MINUTE


def part(first: int, last: int, source: str = "", reason: str = "") -> Interval:
    return Interval(at(first), at(last), source, reason)


def rules(found: Adherence) -> list[tuple[str, int]]:
    return [(segment.rule.value, segment.length // MINUTE) for segment in found.segments]


SHIFT = part(0, 240)


@pytest.mark.parametrize(
    ("worked", "breaks", "excused", "expected", "percent"),
    [
        ([(0, 240)], [], [], [("WORKED", 240)], 10_000),
        ([(-15, 240)], [], [], [("WORKED", 240)], 10_000),
        ([], [], [], [("MISSED", 240)], 0),
        ([(12, 240)], [], [], [("LATE", 12), ("WORKED", 228)], 9_500),
        ([(0, 228)], [], [], [("WORKED", 228), ("LEFT_EARLY", 12)], 9_500),
        ([(0, 100), (110, 240)], [(100, 110)], [],
         [("WORKED", 100), ("BREAK", 10), ("WORKED", 130)], 10_000),
        ([(0, 100), (124, 240)], [(100, 124)], [],
         [("WORKED", 100), ("BREAK", 15), ("LONG_BREAK", 9), ("WORKED", 116)], 9_625),
        ([(0, 60), (70, 120), (130, 240)], [(60, 70), (120, 130)], [],
         [("WORKED", 60), ("BREAK", 10), ("WORKED", 50), ("BREAK", 5), ("LONG_BREAK", 5),
          ("WORKED", 110)], 9_791),
        ([(0, 100), (112, 240)], [], [], [("WORKED", 100), ("AWAY", 12), ("WORKED", 128)], 9_500),
        ([(60, 240)], [], [(0, 60)], [("EXCUSED", 60), ("WORKED", 180)], 10_000),
        ([(80, 240)], [], [(0, 60)], [("EXCUSED", 60), ("LATE", 20), ("WORKED", 160)], 8_888),
        ([], [], [(0, 240)], [("EXCUSED", 240)], None),
        ([(0, 240)], [], [(60, 120)], [("WORKED", 240)], 10_000),
    ],
)  # fmt: skip
def test_segments(worked, breaks, excused, expected, percent):
    """Late, away, early, breaks within and beyond the allowance, and excused time."""
    found = adherence(
        SHIFT,
        until=at(240),
        worked=[part(*pair) for pair in worked],
        breaks=[part(*pair) for pair in breaks],
        excused=[part(*pair) for pair in excused],
    )
    assert rules(found) == expected
    assert found.basis_points == percent


def test_a_running_shift_is_judged_until_now():
    """Time to come is neither worked nor missed."""
    found = adherence(SHIFT, until=at(60), worked=[part(0, 60)])
    assert rules(found) == [("WORKED", 60)]
    assert adherence(SHIFT, until=at(-1), worked=[]).segments == ()


def test_the_allowance_follows_the_length():
    """Fifteen minutes for each four hours or part of them."""
    assert [break_allowance(timedelta(hours=hours)) // MINUTE for hours in (1, 4, 5, 9)] == [
        15, 15, 30, 45,
    ]  # fmt: skip


times = st.lists(st.integers(-30, 300), max_size=8, unique=True).map(sorted)


@given(times, times, times, st.integers(0, 300))
def test_every_second_has_one_rule(worked, breaks, excused, until):
    """The segments cover the elapsed shift without gaps or overlaps, for any rows."""

    def pairs(moments):
        return [part(*pair) for pair in zip(moments[::2], moments[1::2], strict=False)]

    found = adherence(
        SHIFT, until=at(until), worked=pairs(worked), breaks=pairs(breaks), excused=pairs(excused)
    )
    edge = SHIFT.start
    for segment in found.segments:
        assert (segment.start, segment.length > timedelta(0)) == (edge, True)
        edge = segment.end
    assert edge == min(max(at(until), SHIFT.start), SHIFT.end)
    assert found.time_of(AdherenceRule.BREAK) <= break_allowance(SHIFT.end - SHIFT.start)
    assert found.basis_points is None or 0 <= found.basis_points <= 10_000
