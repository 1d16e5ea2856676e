"""The rules that hold a result for a review, and the risk that orders the queue."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.review.risk import (
    ReviewFacts,
    is_drawn,
    points_in_force,
    reasons_of,
    risk_of,
)

SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")
facts = st.builds(
    ReviewFacts,
    points=st.integers(0, 100),
    points_limit=st.integers(1, 50),
    end_reason=st.sampled_from(["AGENT", "CLOCK", "RULES", "IDLE", "PROCTOR"]),
    counted=st.lists(st.sampled_from(SEVERITIES), max_size=8).map(tuple),
    coverage=st.none() | st.floats(0, 1),
    identity=st.sampled_from(["SAME", "UNDECIDED", "OTHER"]),
    outages=st.integers(0, 60),
    outage_seconds=st.floats(0, 10_000),
    contradicted_stills=st.integers(0, 20),
    journal_faults=st.integers(0, 20),
    is_drawn=st.booleans(),
)


@given(facts)
def test_risk_is_the_sum_of_its_parts(found):
    """The risk is from 0 to 100, and the parts that explain it add up to it, the greatest first."""
    risk = risk_of(found)
    assert 0 <= risk.total <= 100
    assert risk.total == sum(part.points for part in risk.parts)
    assert all(part.points > 0 and part.says for part in risk.parts)
    assert [part.points for part in risk.parts] == sorted(
        (part.points for part in risk.parts), reverse=True
    )


@given(facts, st.integers(1, 20))
def test_more_violations_never_lower_the_risk(found, more):
    """Further points or serious violations never lower the risk, nor release a held result."""
    worse = ReviewFacts(
        **{**vars(found), "points": found.points + more, "counted": (*found.counted, "CRITICAL")}
    )
    assert risk_of(worse).total >= risk_of(found).total
    assert set(reasons_of(found)) <= set(reasons_of(worse))


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"points": 9}, []),
        ({"points": 10}, ["FLAGGED"]),
        ({"counted": ("MEDIUM", "LOW")}, []),
        ({"counted": ("LOW", "HIGH")}, ["FLAGGED"]),
        ({"counted": ("CRITICAL",)}, ["FLAGGED"]),
        ({"end_reason": "RULES"}, ["FLAGGED"]),
        ({"end_reason": "PROCTOR"}, ["FLAGGED"]),
        ({"end_reason": "IDLE"}, []),
        ({"coverage": 0.9}, []),
        ({"coverage": 0.8999}, ["COVERAGE"]),
        ({"coverage": None}, []),
        ({"outages": 9, "outage_seconds": 599.0}, []),
        ({"outages": 10}, ["COVERAGE"]),
        ({"outage_seconds": 600.0}, ["COVERAGE"]),
        ({"identity": "UNDECIDED"}, ["IDENTITY"]),
        ({"identity": "OTHER"}, ["IDENTITY"]),
        ({"is_drawn": True}, ["RANDOM"]),
        ({"is_drawn": True, "coverage": 0.1, "points": 30}, ["FLAGGED", "COVERAGE", "RANDOM"]),
    ],
)
def test_reasons(changes, reasons):
    """Each reason of the design holds a result, its nearest harmless neighbour does not."""
    assert reasons_of(ReviewFacts(**({"coverage": 1.0} | changes))) == reasons


def test_lot_takes_its_share_and_is_the_same_each_time():
    """About as many seeds are drawn as the setting says; a seed is always drawn or never."""
    seeds = [secrets.token_hex(16) for _ in range(4000)]
    drawn = [is_drawn(seed, percent=10) for seed in seeds]
    assert 300 <= sum(drawn) <= 500
    assert drawn == [is_drawn(seed, percent=10) for seed in seeds]
    assert not any(is_drawn(seed, percent=0) for seed in seeds)
    assert all(is_drawn(seed, percent=100) for seed in seeds)
    assert all(is_drawn(s, percent=30) for s, is_in in zip(seeds, drawn, strict=True) if is_in)


@given(
    st.lists(st.tuples(st.sampled_from(["AUTOMATIC", "CONFIRMED", "DISMISSED"]), st.integers(0, 9)))
)
def test_dismissed_rulings_add_nothing(rulings):
    """Points are those of the rulings that nobody dismissed."""
    kept = [(verdict, points) for verdict, points in rulings if verdict != "DISMISSED"]
    assert points_in_force(rulings) == points_in_force(kept) == sum(p for _, p in kept)
