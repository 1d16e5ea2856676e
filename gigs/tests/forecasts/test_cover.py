"""Shifts that cover a need: all of it, in legal lengths, near the cheapest."""

import random
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigs.forecasts.cover import Shift, cover, planned_seats

needs = st.lists(st.integers(0, 6), min_size=16, max_size=48)
lengths = st.tuples(st.integers(1, 6), st.integers(0, 6)).map(lambda two: (two[0], sum(two)))


@given(needs, lengths)
def test_everything_is_covered(needed: list[int], allowed: tuple[int, int]):
    """No half hour is short, and every shift is as long as allowed and within the week."""
    shortest, longest = allowed
    shifts = cover(needed, shortest=shortest, longest=longest)
    planned = planned_seats(shifts, len(needed))
    assert all(have >= need for have, need in zip(planned, needed, strict=True))
    assert all(shortest <= shift.length <= longest for shift in shifts)
    assert all(shift.start >= 0 and shift.end <= len(needed) for shift in shifts)
    assert len({(shift.start, shift.length) for shift in shifts}) == len(shifts)


@given(needs, lengths, st.integers(1, 5))
def test_never_more_agents_than_there_are(needed: list[int], allowed: tuple[int, int], most: int):
    """With a limit nobody is planned above it."""
    shifts = cover(needed, shortest=allowed[0], longest=allowed[1], most=most)
    assert max(planned_seats(shifts, len(needed)), default=0) <= most


@given(needs, lengths)
def test_no_seat_is_spare(needed: list[int], allowed: tuple[int, int]):
    """Without any one seat, some half hour would be short."""
    shifts = cover(needed, shortest=allowed[0], longest=allowed[1])
    planned = planned_seats(shifts, len(needed))
    for shift in shifts:
        assert any(planned[i] == needed[i] for i in range(shift.start, shift.end))


@pytest.mark.parametrize(
    ("needed", "shifts"),
    [
        ([0] * 10, []),
        ([0, 0, 2, 2, 2, 2, 0, 0], [Shift(2, 4, 2)]),
        ([0, 0, 0, 0, 0, 0, 0, 3], [Shift(4, 4, 3)]),
        ([1] * 12, [Shift(0, 8, 1), Shift(8, 4, 1)]),
    ],
)
def test_plain_needs(needed: list[int], shifts: list[Shift]):
    """An even need is met exactly; at the end of the week shifts begin earlier."""
    assert cover(needed, shortest=4, longest=8) == shifts


def optimum(needed: list[int], shortest: int, longest: int) -> int:
    """The fewest paid half hours, by trying everything from half hour to half hour."""
    states: dict[tuple[int, ...], int] = {(): 0}
    for at, need in enumerate(needed):
        after: dict[tuple[int, ...], int] = {}
        fitting = [n for n in range(shortest, longest + 1) if at + n <= len(needed)]
        for running, cost in states.items():
            for extra in range(max(need - len(running), 0), max(needed) + 1):
                for new in combinations_with_replacement(fitting, extra):
                    rest = tuple(sorted(left - 1 for left in (*running, *new) if left > 1))
                    after[rest] = min(after.get(rest, 10**9), cost + sum(new))
        states = after
    return min(states.values())


def test_near_the_cheapest():
    """On a hundred ragged weeks, at most 3 % above what trying everything finds."""
    dice = random.Random(7)
    paid = best = 0
    for _ in range(100):
        needed = [dice.randint(0, 2) for _ in range(dice.randint(6, 8))]
        shortest = dice.randint(1, 3)
        longest = shortest + dice.randint(0, 2)
        shifts = cover(needed, shortest=shortest, longest=longest)
        cost = sum(shift.length * shift.seats for shift in shifts)
        least = optimum(needed, shortest, longest)
        assert least <= cost
        paid, best = paid + cost, best + least
    assert paid <= 1.03 * best
