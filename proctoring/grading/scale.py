"""The published scale: from abilities in logits to scores of 0 to 100 and levels. No Django.

A scale is its five cuts, the abilities from which A2, B1, B2, C1 and C2 begin. Scores are linear
between them; the cuts are the scores 50, 60, 70, 80 and 90. Bands are half-open: 89.99 is C1 and
90 is C2, and a score is never rounded into a level that the ability does not have.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from proctoring.scales.cuts import INITIAL_CUTS, LEVELS

#: The level and the score from which it begins; A1 is everything below A2.
FLOORS: dict[str, Decimal] = {
    "A1": Decimal(0),
    "A2": Decimal(50),
    "B1": Decimal(60),
    "B2": Decimal(70),
    "C1": Decimal(80),
    "C2": Decimal(90),
}
HIGHEST_SCORE = Decimal(100)
HUNDREDTH = Decimal("0.01")
#: So far below the cut of A2 the score is 0, and so far above the cut of C2 it is 100.
BELOW_A2, ABOVE_C2 = 2.0, 1.2


@dataclass(frozen=True)
class PublishedScale:
    """One version of the scale. Results keep the version they were made with."""

    number: int
    cuts: tuple[float, float, float, float, float]

    def __post_init__(self) -> None:
        if len(self.cuts) != len(LEVELS) - 1 or not all(map(math.isfinite, self.cuts)):
            raise ValueError("A scale has five cuts, from A2 to C2, which are finite numbers.")
        if any(low >= high for low, high in zip(self.cuts, self.cuts[1:], strict=False)):
            raise ValueError("The cut of each level is above that of the level below.")

    @classmethod
    def from_cuts(cls, number: int, cuts: Mapping[str, float]) -> "PublishedScale":
        """A scale of cuts by level, as they are stored."""
        if set(cuts) != set(LEVELS[1:]):
            raise ValueError("A scale has one cut for each of A2, B1, B2, C1 and C2.")
        a2, b1, b2, c1, c2 = (float(cuts[level]) for level in LEVELS[1:])
        return cls(number, (a2, b1, b2, c1, c2))

    def cut(self, level: str) -> float:
        """The ability from which a level begins. A1 has none."""
        return self.cuts[LEVELS.index(level) - 1] if level != LEVELS[0] else -math.inf

    def level(self, ability: float) -> str:
        return LEVELS[bisect_right(self.cuts, _number(ability))]

    def score(self, ability: float) -> Decimal:
        """The score of an ability, with two decimals. A higher ability never has a lower score."""
        band = bisect_right(self.cuts, _number(ability))
        bottom, top = self.cuts[0] - BELOW_A2, self.cuts[-1] + ABOVE_C2
        edges = (bottom, *self.cuts, top)
        floors = (*FLOORS.values(), HIGHEST_SCORE)
        low, high = edges[band], edges[band + 1]
        share = Decimal(min(max((ability - low) / (high - low), 0.0), 1.0))
        exact = floors[band] + share * (floors[band + 1] - floors[band])
        highest = floors[band + 1] - (HUNDREDTH if band < len(LEVELS) - 1 else 0)
        return min(exact.quantize(HUNDREDTH, ROUND_HALF_UP), highest)

    def level_range(self, low: float, high: float) -> tuple[str, str]:
        """The lowest and the highest level of an interval of abilities."""
        return self.level(min(low, high)), self.level(max(low, high))


INITIAL_SCALE = PublishedScale.from_cuts(1, INITIAL_CUTS)


def level_of_score(score: Decimal) -> str:
    """The level of a score of 0 to 100, by half-open bands."""
    if not 0 <= score <= HIGHEST_SCORE:
        raise ValueError("A score is a number from 0 to 100.")
    return LEVELS[bisect_right(list(FLOORS.values()), score) - 1]


def _number(ability: float) -> float:
    if math.isnan(ability):
        raise ValueError("An ability is a number.")
    return ability
