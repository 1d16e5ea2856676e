"""Random selection of questions, spread evenly over the levels. Does not use Django."""

import random
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


def level_quotas(levels: Sequence[str], count: int) -> dict[str, int]:
    """How many questions of each level; a remainder goes to the middle levels."""
    ordered = [level for level in LEVELS if level in levels]
    if not ordered:
        return {}
    quota, remainder = divmod(count, len(ordered))
    middle = (len(ordered) - 1) / 2
    by_distance = sorted(range(len(ordered)), key=lambda index: (abs(index - middle), index))
    extra = by_distance[:remainder]
    return {level: quota + (index in extra) for index, level in enumerate(ordered)}


def select_questions(
    pool: Mapping[str, Sequence[T]], count: int, *, rng: random.Random, shuffle: bool = True
) -> list[T]:
    """Select `count` different questions; other levels make up for one that has too few."""
    chosen: list[T] = []
    available = [level for level, questions in pool.items() if questions]
    for level, quota in level_quotas(available, count).items():
        chosen += rng.sample(list(pool[level]), min(quota, len(pool[level])))
    spare = [
        question
        for questions in pool.values()
        for question in questions
        if question not in set(chosen)
    ]
    chosen += rng.sample(spare, min(count - len(chosen), len(spare)))
    if shuffle:
        rng.shuffle(chosen)
    return chosen
