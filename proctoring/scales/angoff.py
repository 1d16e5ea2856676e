"""Cuts from a standard-setting panel by the modified Angoff method. Does not use Django.

A panelist says for each item how probably a person just at a level answers correctly. The cut of
that panelist is the ability at which the items, by their difficulties, would give the same expected
number of correct answers; the panel's cut is the mean over panelists, with the standard error of
that mean (Cizek and Bunch 2007, "Standard Setting", chapter 6). Going from the sum to
the ability by the response curves of the items is by Kane 1987.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, stdev

import numpy as np

from proctoring.scales.ability import ItemParameters, response_curve

#: Abilities among which a cut is looked for, in logits.
ABILITIES = np.arange(-600, 601) / 100.0
Curve = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
#: A sum of 0 or of all items would be an endless ability.
NEAREST = 0.02


@dataclass(frozen=True)
class AngoffJudgement:
    """One panelist's probability for one item at one level."""

    panelist: str
    item: str
    level: str
    probability: float


@dataclass(frozen=True)
class PanelCut:
    """The cut of one level, with its error and how far the panelists are apart."""

    level: str
    cut: float
    error: float
    lowest: float
    highest: float
    panelists: int


@dataclass(frozen=True)
class PanelAgreement:
    """What the panel said of one item at one level."""

    item: str
    level: str
    mean: float
    lowest: float
    highest: float


def panel_cuts(
    judgements: Iterable[AngoffJudgement], items: Mapping[str, ItemParameters]
) -> list[PanelCut]:
    """The cuts of all levels that were judged, in the order of the levels."""
    said: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in judgements:
        if row.item in items:
            said[row.level][row.panelist][row.item] = row.probability
    expected = {name: response_curve(item, ABILITIES) for name, item in items.items()}
    cuts = []
    for level in sorted(said):
        own = [_cut(given, expected) for given in said[level].values()]
        error = stdev(own) / math.sqrt(len(own)) if len(own) > 1 else math.inf
        cuts.append(PanelCut(level, mean(own), error, min(own), max(own), len(own)))
    return cuts


def agreement(judgements: Iterable[AngoffJudgement]) -> dict[tuple[str, str], PanelAgreement]:
    """Mean and range of what was said, by item and level."""
    said: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in judgements:
        said[row.item, row.level].append(row.probability)
    return {
        (item, level): PanelAgreement(item, level, mean(given), min(given), max(given))
        for (item, level), given in said.items()
    }


def falls(given: Mapping[tuple[str, str], float]) -> list[tuple[str, str]]:
    """Item and level at which a probability is lower than at the level below."""
    by_item: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (item, level), value in sorted(given.items()):
        by_item[item].append((level, value))
    return [
        (item, level)
        for item, rising in by_item.items()
        for (_, before), (level, value) in pairwise(rising)
        if value < before
    ]


def _cut(given: Mapping[str, float], expected: Mapping[str, Curve]) -> float:
    """The ability at which the expected number of correct answers is the sum that was said."""
    count = len(given)
    wanted = min(max(sum(given.values()), NEAREST * count), (1 - NEAREST) * count)
    total = np.sum([expected[item] for item in given], axis=0)
    return float(np.interp(wanted, total, ABILITIES))
