"""Drawing evenly over the levels."""

import random

import pytest

from proctoring.rules import question_selection

FIVE = ["A1", "A2", "B1", "B2", "C1"]


@pytest.mark.parametrize(
    ("levels", "count", "shares"),
    [
        (FIVE, 8, {"A1": 1, "A2": 2, "B1": 2, "B2": 2, "C1": 1}),
        (FIVE, 5, dict.fromkeys(FIVE, 1)),
        (FIVE, 1, {"A1": 0, "A2": 0, "B1": 1, "B2": 0, "C1": 0}),
        (["B1"], 3, {"B1": 3}),
        ([], 3, {}),
    ],
)
def test_every_sitting_gets_the_same_mix(levels, count, shares):
    """What does not divide goes to the middle levels."""
    assert question_selection.level_quotas(levels, count) == shares


def test_draw_has_no_question_twice():
    """Eight different ones."""
    pool = {level: [f"{level}-{n}" for n in range(3)] for level in FIVE}
    assert len(set(question_selection.select_questions(pool, 8, dice=random.Random(1)))) == 8


def test_level_with_too_few_is_filled_from_the_others():
    """A thin level does not shorten the test."""
    pool = {"A1": ["a"], "B1": list("bcdefgh")}
    assert len(question_selection.select_questions(pool, 6, dice=random.Random(1))) == 6


def test_other_dice_other_questions():
    """Two sittings are not the same."""
    pool = {level: [f"{level}-{n}" for n in range(9)] for level in FIVE}
    first, second = (
        question_selection.select_questions(pool, 8, dice=random.Random(seed)) for seed in (1, 2)
    )
    assert first != second
