"""Which questions one sitting gets: evenly over the levels, in a random order. Knows no Django."""

import random
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


def level_quotas(levels: Sequence[str], count: int) -> dict[str, int]:
    """How many of each level, the same for every sitting; a rest goes to the middle levels."""
    ordered = [level for level in LEVELS if level in levels]
    if not ordered:
        return {}
    each, rest = divmod(count, len(ordered))
    middle = (len(ordered) - 1) / 2
    first = sorted(range(len(ordered)), key=lambda place: (abs(place - middle), place))[:rest]
    return {level: each + (place in first) for place, level in enumerate(ordered)}


def select_questions(
    pool: Mapping[str, Sequence[T]], count: int, *, dice: random.Random, shuffle: bool = True
) -> list[T]:
    """`count` different questions; when a level has too few, the others fill in."""
    chosen: list[T] = []
    for level, share in level_quotas(
        [level for level, found in pool.items() if found], count
    ).items():
        chosen += dice.sample(list(pool[level]), min(share, len(pool[level])))
    spare = [
        question for found in pool.values() for question in found if question not in set(chosen)
    ]
    chosen += dice.sample(spare, min(count - len(chosen), len(spare)))
    if shuffle:
        dice.shuffle(chosen)
    return chosen
