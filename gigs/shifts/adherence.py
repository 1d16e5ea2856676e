"""Adherence to a shift: each second of it with its rule. Pure; knows no Django.

A shift is cut into segments. Time at work and breaks within the allowance adhere, lateness,
absence, early leaving and longer breaks do not, and time in which the platform kept the agent out
is left out of the sum. Adherence = time that adheres / (elapsed time - excused time).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

ZERO = timedelta(0)


class AdherenceRule(StrEnum):
    """What decided a segment."""

    WORKED = "WORKED"
    BREAK = "BREAK"
    LONG_BREAK = "LONG_BREAK"
    LATE = "LATE"
    AWAY = "AWAY"
    LEFT_EARLY = "LEFT_EARLY"
    MISSED = "MISSED"
    EXCUSED = "EXCUSED"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    AdherenceRule.WORKED: "At work",
    AdherenceRule.BREAK: "Break",
    AdherenceRule.LONG_BREAK: "Break beyond the allowance",
    AdherenceRule.LATE: "Late",
    AdherenceRule.AWAY: "Away",
    AdherenceRule.LEFT_EARLY: "Left early",
    AdherenceRule.MISSED: "Missed",
    AdherenceRule.EXCUSED: "Excused",
}


ADHERES = frozenset({AdherenceRule.WORKED, AdherenceRule.BREAK})
#: Breaks of this length adhere, for each four hours of the shift or part of them.
BREAK_ALLOWANCE = timedelta(minutes=15)
ALLOWANCE_PER = timedelta(hours=4)


@dataclass(frozen=True)
class Interval:
    """A half-open stretch of time, with the row that it comes from and a reason to show."""

    start: datetime
    end: datetime
    source: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ShiftSegment:
    """A stretch of a shift with the rule that decided it."""

    start: datetime
    end: datetime
    rule: AdherenceRule
    source: str = ""
    reason: str = ""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Adherence:
    """The segments of a shift and their sums."""

    segments: tuple[ShiftSegment, ...]

    def time_of(self, *rules: AdherenceRule) -> timedelta:
        return sum((part.length for part in self.segments if part.rule in rules), ZERO)

    @property
    def adhering(self) -> timedelta:
        return self.time_of(*ADHERES)

    @property
    def expected(self) -> timedelta:
        """The elapsed time of the shift without what is excused."""
        return sum((part.length for part in self.segments), ZERO) - self.time_of(
            AdherenceRule.EXCUSED
        )

    @property
    def basis_points(self) -> int | None:
        """Adherence in hundredths of a percent, rounded down; None if nothing was expected."""
        if not self.expected:
            return None
        return self.adhering * 10_000 // self.expected


def break_allowance(length: timedelta) -> timedelta:
    """The breaks that adhere in a shift of this length."""
    return BREAK_ALLOWANCE * -(-length // ALLOWANCE_PER)


def adherence(
    shift: Interval,
    *,
    until: datetime,
    worked: Sequence[Interval],
    breaks: Sequence[Interval] = (),
    excused: Sequence[Interval] = (),
) -> Adherence:
    """Cut the shift, as far as it has elapsed, into segments.

    What was worked wins over an excuse, and an excuse over a break or an absence.
    """
    end = min(until, shift.end)
    if end <= shift.start:
        return Adherence(())
    marks = {shift.start, end}
    for part in (*worked, *breaks, *excused):
        marks |= {moment for moment in (part.start, part.end) if shift.start < moment < end}
    ordered = sorted(marks)
    first = min((part.start for part in worked), default=None)
    last = max((part.end for part in worked), default=None)
    left = break_allowance(shift.end - shift.start)
    segments: list[ShiftSegment] = []
    for start, stop in pairwise(ordered):
        for segment in _decide(start, stop, worked, breaks, excused, first, last, left):
            if segment.rule is AdherenceRule.BREAK:
                left -= segment.length
            segments.append(segment)
    return Adherence(tuple(_joined(segments)))


def _decide(
    start: datetime,
    stop: datetime,
    worked: Sequence[Interval],
    breaks: Sequence[Interval],
    excused: Sequence[Interval],
    first: datetime | None,
    last: datetime | None,
    allowance: timedelta,
) -> list[ShiftSegment]:
    """The segments of a stretch in which nothing changes; a break may use up the allowance."""
    if found := _covering(worked, start):
        return [ShiftSegment(start, stop, AdherenceRule.WORKED, found.source)]
    if found := _covering(excused, start):
        return [ShiftSegment(start, stop, AdherenceRule.EXCUSED, found.source, found.reason)]
    if found := _covering(breaks, start):
        middle = min(stop, start + max(allowance, ZERO))
        cut = [
            ShiftSegment(start, middle, AdherenceRule.BREAK, found.source),
            ShiftSegment(middle, stop, AdherenceRule.LONG_BREAK, found.source),
        ]
        return [part for part in cut if part.length]
    if first is None or last is None:
        return [ShiftSegment(start, stop, AdherenceRule.MISSED)]
    if stop <= first:
        return [ShiftSegment(start, stop, AdherenceRule.LATE)]
    rule = AdherenceRule.LEFT_EARLY if start >= last else AdherenceRule.AWAY
    return [ShiftSegment(start, stop, rule)]


def _covering(parts: Iterable[Interval], moment: datetime) -> Interval | None:
    return next((part for part in parts if part.start <= moment < part.end), None)


def _joined(segments: Iterable[ShiftSegment]) -> list[ShiftSegment]:
    """Neighbours with the same rule and source as one."""
    joined: list[ShiftSegment] = []
    for part in segments:
        if joined and (joined[-1].rule, joined[-1].source) == (part.rule, part.source):
            before = joined.pop()
            part = ShiftSegment(before.start, part.end, part.rule, part.source, part.reason)
        joined.append(part)
    return joined
