"""The scale in force and the first scale."""

import pytest

from conftest import NOON
from proctoring.grading.scale import INITIAL_SCALE, PublishedScale
from proctoring.models import Scale
from proctoring.scales import services
from proctoring.scales.cuts import INITIAL_CUTS, are_rising, level_of


def test_before_the_first_scale(db):
    """Without a scale there is a refusal with its name, not a crash."""
    with pytest.raises(services.NoScale):
        services.scale_in_force()


def test_first_scale_is_published_once(assessment):
    """Seeding the site publishes scale 1 with the initial cuts; seeding again adds nothing."""
    services.seed_scale(NOON)
    scale = services.scale_in_force()
    assert (Scale.objects.count(), scale.number) == (1, 1)
    assert PublishedScale.from_cuts(scale.number, scale.cuts) == INITIAL_SCALE


def test_newest_scale_is_in_force(assessment):
    """A newer scale replaces the one before."""
    newer = Scale.objects.create(number=2, cuts=INITIAL_CUTS, origin="Panel", published_at=NOON)
    assert services.scale_in_force() == newer


@pytest.mark.parametrize(
    ("ability", "level"), [(-2.5, "A1"), (-2.4, "A2"), (-0.01, "B1"), (0, "B2"), (9, "C2")]
)
def test_level_includes_its_cut(ability, level):
    """A level begins exactly at its cut, as on the published scale."""
    assert level_of(ability, INITIAL_CUTS) == level == INITIAL_SCALE.level(ability)


@pytest.mark.parametrize(
    "wrong", [{"A2": 0.0}, {"B1": -2.4}, {"C1": float("nan")}, {"C2": float("inf")}]
)
def test_cuts_rise(wrong):
    """Cuts are finite and rise from level to level."""
    assert are_rising(INITIAL_CUTS)
    assert not are_rising({**INITIAL_CUTS, **wrong})


def test_cuts_are_complete():
    """A scale needs all five cuts."""
    assert not are_rising({"A2": 0.0, "B1": 1.0})
