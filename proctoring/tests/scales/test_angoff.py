"""Cuts from the judgements of a panel."""

import random
from itertools import product

import pytest

from proctoring.scales.ability import ItemParameters, probability
from proctoring.scales.angoff import AngoffJudgement, agreement, falls, panel_cuts
from proctoring.scales.cuts import INITIAL_CUTS, are_rising

ITEMS = {str(number): ItemParameters(-3.0 + number / 5, 0.4) for number in range(31)}


def judgements(spread: float = 0.0, panelists: int = 3) -> list[AngoffJudgement]:
    """Panelists who know the curves, each shifted by an own strictness."""
    rng = random.Random(5)
    strict = {str(number): rng.gauss(0, spread) for number in range(panelists)}
    return [
        AngoffJudgement(who, item, level, probability(ITEMS[item], cut + strict[who]))
        for who, item, (level, cut) in product(strict, ITEMS, INITIAL_CUTS.items())
    ]


def test_panelists_who_know_the_items_find_the_cuts():
    """Probabilities of people at known cuts lead back to those cuts, without error."""
    found = panel_cuts(judgements(), ITEMS)
    assert {cut.level: cut.cut for cut in found} == pytest.approx(INITIAL_CUTS, abs=1e-4)
    assert max(cut.error for cut in found) < 1e-9


def test_error_is_that_of_the_mean_of_the_panelists():
    """Panelists who differ by 0.4 logits give a mean whose error shrinks with their number."""
    few, many = (panel_cuts(judgements(0.4, count), ITEMS)[2] for count in (4, 100))
    assert 0.02 < many.error < 0.06
    assert many.error < few.error < 0.5
    assert abs(many.cut - INITIAL_CUTS["B2"]) < 3 * many.error
    assert many.lowest < many.cut < many.highest


@pytest.mark.parametrize(("value", "low", "high"), [(0.0, -6, -3), (1.0, 3, 6)])
def test_extreme_judgements_stay_finite(value, low, high):
    """All or none correct is an ability at the end of the scale, not an endless one."""
    given = [AngoffJudgement("one", item, "B1", value) for item in ITEMS]
    (cut,) = panel_cuts(given, ITEMS)
    assert low < cut.cut < high


def test_cuts_rise_when_probabilities_rise():
    """Higher probabilities at each level give rising cuts."""
    given = [
        AngoffJudgement(who, item, level, min(0.1 + 0.18 * place, 1.0))
        for who, item, (place, level) in product("abc", ITEMS, enumerate(INITIAL_CUTS))
    ]
    assert are_rising({cut.level: cut.cut for cut in panel_cuts(given, ITEMS)})


def test_agreement_and_falls():
    """The mean and the range of an item, and where somebody's numbers fall."""
    given = [AngoffJudgement(who, "1", "A2", value) for who, value in [("a", 0.2), ("b", 0.6)]]
    said = agreement(given)["1", "A2"]
    assert (round(said.mean, 2), said.lowest, said.highest) == (0.4, 0.2, 0.6)
    assert falls({("1", "A2"): 0.5, ("1", "B1"): 0.5, ("1", "C1"): 0.4}) == [("1", "C1")]
