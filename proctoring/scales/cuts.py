"""The cuts of a scale: the abilities from which A2, B1, B2, C1 and C2 begin. No Django."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise

from hitouch.core.cefr import CEFR

LEVELS: tuple[str, ...] = tuple(CEFR.values)
#: The levels that begin at a cut. A1 is everything below A2.
LEVELS_WITH_CUT = LEVELS[1:]
#: Before a panel has set cuts: levels of 1.2 logits, B2 from 0.
INITIAL_CUTS = {"A2": -2.4, "B1": -1.2, "B2": 0.0, "C1": 1.2, "C2": 2.4}
#: The middle of each level: the difficulty of an item about which nothing else is known.
MIDDLE_OF_LEVEL = {"A1": -3.0, "A2": -1.8, "B1": -0.6, "B2": 0.6, "C1": 1.8, "C2": 3.0}
#: Cuts that are closer than this cannot be told apart by a test of this length.
MIN_DISTANCE = 0.1


def are_rising(cuts: Mapping[str, float]) -> bool:
    """Whether there is one finite cut for each level, clearly above that of the level below."""
    if set(cuts) != set(LEVELS_WITH_CUT) or not all(map(math.isfinite, cuts.values())):
        return False
    rising = [cuts[level] for level in LEVELS_WITH_CUT]
    return all(high - low >= MIN_DISTANCE for low, high in pairwise(rising))


def level_of(ability: float, cuts: Mapping[str, float]) -> str:
    """The level of an ability. A level includes its cut."""
    return LEVELS[bisect_right([cuts[level] for level in LEVELS_WITH_CUT], ability)]
