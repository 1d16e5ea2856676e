"""Selection of questions over the levels."""

import random

import pytest

from proctoring.delivery import question_selection

LEVELS = ["A1", "A2", "B1", "B2", "C1"]


@pytest.mark.parametrize(
    ("levels", "count", "quotas"),
    [
        (LEVELS, 8, {"A1": 1, "A2": 2, "B1": 2, "B2": 2, "C1": 1}),
        (LEVELS, 5, dict.fromkeys(LEVELS, 1)),
        (LEVELS, 1, {"A1": 0, "A2": 0, "B1": 1, "B2": 0, "C1": 0}),
        (["B1"], 3, {"B1": 3}),
        ([], 3, {}),
    ],
)
def test_quotas_of_the_levels(levels, count, quotas):
    """A remainder goes to the middle levels."""
    assert question_selection.level_quotas(levels, count) == quotas


def test_selected_questions_are_different():
    """No question is selected twice."""
    pool = {level: [f"{level}-{n}" for n in range(3)] for level in LEVELS}
    assert len(set(question_selection.select_questions(pool, 8, rng=random.Random(1)))) == 8


def test_level_with_too_few_is_filled_from_the_others():
    """Other levels make up for a level with too few questions."""
    pool = {"A1": ["a"], "B1": list("bcdefgh")}
    assert len(question_selection.select_questions(pool, 6, rng=random.Random(1))) == 6


def test_selection_is_random():
    """Another random seed selects other questions."""
    pool = {level: [f"{level}-{n}" for n in range(9)] for level in LEVELS}
    first, second = (
        question_selection.select_questions(pool, 8, rng=random.Random(seed)) for seed in (1, 2)
    )
    assert first != second
