"""What was found in a place of an answer, and the measures' common types."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Criterion(StrEnum):
    """What marks are given for."""

    GRAMMAR = "grammar"
    RANGE = "range"
    COHERENCE = "coherence"
    TASK = "task"


class RemarkEffect(StrEnum):
    """What a remark did to the marks."""

    COST = "cost"
    EARNED = "earned"
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """A place in the text (code points) with a plain sentence about it."""

    start: int
    end: int
    criterion: Criterion
    effect: RemarkEffect
    kind: str
    message: str
    suggestion: str = ""
    weight: float = 1.0

    def overlaps(self, start: int, end: int) -> bool:
        """Whether the remark shares a character with a span."""
        return self.start < end and start < self.end


def interpolate(value: float, points: tuple[tuple[float, float], ...]) -> float:
    """A broken line through points in ascending order, constant outside them."""
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return points[-1][1]
