"""Figures of agreement between graders.

The values of kappa were computed with scikit-learn 1.9.1 (`cohen_kappa_score`, quadratic weights).
"""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring.grading.graders import agreement as figures

OWN = [0, 1, 2, 3, 4, 5, 2, 3, 3, 1, 4, 5, 0, 2, 3, 4, 1, 2, 5, 3]
OTHERS = [0, 1, 3, 3, 4, 4, 2, 2, 3, 1, 5, 5, 1, 2, 4, 4, 0, 2, 5, 2]


@pytest.mark.parametrize(
    ("own", "others", "kappa"),
    [
        (OWN, OTHERS, 0.9158780231335436),
        ([0, 0, 5], [5, 5, 0], -0.8),
        ([1, 1, 2], [1, 2, 2], 0.4),
        ([0, 5], [0, 5], 1.0),
    ],
)
def test_weighted_kappa(own, others, kappa):
    """Equal to an independent implementation."""
    assert figures.weighted_kappa(own, others) == pytest.approx(kappa)


def test_no_kappa_without_variety():
    """Where chance alone agrees, kappa says nothing."""
    assert figures.weighted_kappa([3, 3], [3, 3]) is None


def test_shares_and_bias():
    """Exact and adjacent shares, and how much higher the marks are."""
    found = figures.agreement([2, 3, 5, 4], [2, 2, 2, 4])
    assert (found.pairs, found.kappa) == (4, None)
    assert (found.exact, found.adjacent, found.bias) == (0.5, 0.75, 1.0)
    assert figures.agreement([], []).pairs == 0


def test_drift_compares_the_last_month_with_before():
    """A grader who became two marks stricter drifts by -2; few pairs say nothing."""
    old = [figures.DatedPair(3, 3, NOON - timedelta(days=60))] * 10
    new = [figures.DatedPair(1, 3, NOON - timedelta(days=1))] * 10
    since = NOON - timedelta(days=30)
    assert figures.drift([*old, *new], since=since) == -2
    assert figures.drift([*old, *new[:9]], since=since) is None
