"""Shifts that cover a need for agents per half hour of a week. Knows no Django.

A greedy cover: at the first half hour that is short of agents, the shift is added whose half hours
are needed most, by share; of equal ones the longest. Then seats and ends without need are cut off.
It is not always the cheapest: a test compares it with the optimum of small weeks.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Shift:
    """A shift of so many half hours from a half hour of the week, for a number of agents."""

    start: int
    length: int
    seats: int

    @property
    def end(self) -> int:
        return self.start + self.length


def cover(
    needed: Sequence[int], *, shortest: int, longest: int, most: int | None = None
) -> list[Shift]:
    """Shifts within the week, in order, with at most `most` agents at a time.

    With `most`, and in a week shorter than the shortest shift, some half hours stay short.
    """
    size = len(needed)
    wanted = [min(need, most) if most is not None else need for need in needed]
    planned = [0] * size
    found: Counter[tuple[int, int]] = Counter()
    at = 0
    while at < size:
        if planned[at] >= wanted[at]:
            at += 1
            continue
        best = _best(wanted, planned, at, shortest, longest, most)
        if best is None:
            at += 1
            continue
        start, length, seats = best
        found[start, length] += seats
        for number in range(start, start + length):
            planned[number] += seats
    _drop_spare(found, wanted, planned)
    found = _trimmed(found, wanted, planned, shortest)
    return sorted(Shift(start, length, seats) for (start, length), seats in found.items() if seats)


def _best(
    wanted: Sequence[int],
    planned: Sequence[int],
    at: int,
    shortest: int,
    longest: int,
    most: int | None,
) -> tuple[int, int, int] | None:
    """Start, length and seats of the shift to add."""
    best: tuple[float, int] | None = None
    chosen = None
    for length in range(shortest, longest + 1):
        start = min(at, len(wanted) - length)
        if start < 0:
            continue
        span = range(start, start + length)
        short = [wanted[i] - planned[i] for i in span if planned[i] < wanted[i]]
        seats = min(short)
        if most is not None:
            seats = min(seats, most - max(planned[i] for i in span))
        worth = (len(short) / length, length)
        if seats > 0 and (best is None or worth > best):
            best, chosen = worth, (start, length, seats)
    return chosen


def _drop_spare(found: Counter[tuple[int, int]], wanted: Sequence[int], planned: list[int]) -> None:
    """Take off seats without which nothing is short; the least needed first."""
    for start, length in sorted(found):
        span = range(start, start + length)
        spare = min(min(planned[i] - wanted[i] for i in span), found[start, length])
        if spare > 0:
            found[start, length] -= spare
            for i in span:
                planned[i] -= spare


def _trimmed(
    found: Counter[tuple[int, int]], wanted: Sequence[int], planned: list[int], shortest: int
) -> Counter[tuple[int, int]]:
    """The shifts without half hours at their ends that nobody needs, as far as they may be cut."""
    result: Counter[tuple[int, int]] = Counter()
    for (start, length), seats in sorted(found.items()):
        first, end = start, start + length
        while end - first > shortest and planned[end - 1] - seats >= wanted[end - 1]:
            end -= 1
            planned[end] -= seats
        while end - first > shortest and planned[first] - seats >= wanted[first]:
            planned[first] -= seats
            first += 1
        result[first, end - first] += seats
    return result


def planned_seats(shifts: Sequence[Shift], size: int) -> list[int]:
    """How many agents the shifts bring, by half hour."""
    seats = [0] * size
    for shift in shifts:
        for number in range(shift.start, shift.end):
            seats[number] += shift.seats
    return seats
