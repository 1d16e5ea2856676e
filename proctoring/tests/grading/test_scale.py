"""The scale: from abilities to scores and levels."""

import math
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.grading.scale import (
    FLOORS,
    INITIAL_SCALE,
    LEVELS,
    PublishedScale,
    level_of_score,
)

#: Written out, so that the bands are not checked against themselves.
BANDS = {"A1": (0, 4999), "A2": (5000, 5999), "B1": (6000, 6999), "B2": (7000, 7999)}
BANDS |= {"C1": (8000, 8999), "C2": (9000, 10000)}

cuts = (
    st.lists(st.floats(-6, 6, allow_nan=False), min_size=5, max_size=5, unique=True)
    .map(sorted)
    .map(tuple)
)
abilities = st.floats(-12, 12, allow_nan=False)


@pytest.mark.parametrize("level", LEVELS)
def test_each_hundredth_is_in_its_band(level):
    """Each score from 0 to 100, by hundredths, has the level of its half-open band."""
    first, last = BANDS[level]
    assert {level_of_score(Decimal(n) / 100) for n in range(first, last + 1)} == {level}


@pytest.mark.parametrize(
    ("ability", "score", "level"),
    [
        (-math.inf, "0", "A1"),
        (-4.4, "0", "A1"),
        (-3.4, "25", "A1"),
        (math.nextafter(-2.4, -9), "49.99", "A1"),
        (-2.4, "50", "A2"),
        (-1.8, "55", "A2"),
        (math.nextafter(0, -1), "69.99", "B1"),
        (0, "70", "B2"),
        (0.6, "75", "B2"),
        (math.nextafter(2.4, 0), "89.99", "C1"),
        (2.4, "90", "C2"),
        (3.0, "95", "C2"),
        (3.6, "100", "C2"),
        (math.inf, "100", "C2"),
    ],
)
def test_scores_of_the_initial_scale(ability, score, level):
    """Cuts are the floors of the bands; just below a cut it is still the lower level."""
    assert INITIAL_SCALE.score(ability) == Decimal(score)
    assert INITIAL_SCALE.level(ability) == level


@given(cuts, abilities)
def test_score_and_ability_have_the_same_level(cuts, ability):
    """Rounding takes no score into another level, whatever the cuts; two decimals at most."""
    scale = PublishedScale(2, cuts)
    score = scale.score(ability)
    assert level_of_score(score) == scale.level(ability)
    assert score.as_tuple().exponent >= -2


@given(cuts, st.lists(abilities, min_size=2, max_size=20))
def test_more_ability_is_no_lower_score(cuts, abilities):
    """Scores never fall where the ability rises."""
    scale = PublishedScale(2, cuts)
    scores = [scale.score(ability) for ability in sorted(abilities)]
    assert all(low <= high for low, high in pairwise(scores))


@given(cuts)
def test_cuts_are_floors(cuts):
    """An ability exactly at a cut has the floor of that level, and one just below does not."""
    scale = PublishedScale(2, cuts)
    for level in LEVELS[1:]:
        assert scale.score(scale.cut(level)) == FLOORS[level]
        assert scale.score(math.nextafter(scale.cut(level), -math.inf)) < FLOORS[level]


def test_every_score_can_be_reached():
    """Small steps of ability give every hundredth from 0 to 100."""
    found = {INITIAL_SCALE.score(-4.4 + step / 5000) for step in range(40_001)}
    assert found == {Decimal(n) / 100 for n in range(10_001)}


def test_range_of_levels():
    """An interval over a cut is a range of levels; an interval within a level is that level."""
    assert INITIAL_SCALE.level_range(-0.5, 0.5) == ("B1", "B2")
    assert INITIAL_SCALE.level_range(0.2, 0.9) == ("B2", "B2")


@pytest.mark.parametrize(
    "cuts",
    [
        {},
        {"A2": -2.4, "B1": -1.2, "B2": 0.0, "C1": 1.2},
        {"A2": -2.4, "B1": -1.2, "B2": 0.0, "C1": 1.2, "C2": 1.2},
        {"A2": -2.4, "B1": -1.2, "B2": 0.0, "C1": 1.2, "C2": math.nan},
        {"A2": -math.inf, "B1": -1.2, "B2": 0.0, "C1": 1.2, "C2": 2.4},
        {"A1": -3.6, "A2": -2.4, "B1": -1.2, "B2": 0.0, "C1": 1.2, "C2": 2.4},
    ],
)
def test_malformed_scales_are_refused(cuts):
    """A scale has five finite cuts that rise."""
    with pytest.raises(ValueError, match="cut"):
        PublishedScale.from_cuts(1, cuts)


@pytest.mark.parametrize("score", ["-0.01", "100.01"])
def test_scores_outside_the_scale_are_refused(score):
    """Only scores from 0 to 100 have a level."""
    with pytest.raises(ValueError, match="0 to 100"):
        level_of_score(Decimal(score))


def test_an_undefined_ability_has_no_score():
    """A computation that failed is not taken for the lowest or highest ability."""
    with pytest.raises(ValueError, match="number"):
        INITIAL_SCALE.score(math.nan)
