"""Erlang C: published values, an exact second computation, and what must always hold."""

from fractions import Fraction
from math import exp, factorial, inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigs.forecasts import erlang
from gigs.forecasts.erlang import Target

#: 80 % of calls answered within 20 seconds, three minutes a call, occupancy up to 85 %.
USUAL = Target(handle_seconds=180, answer_seconds=20, service_level=0.8, max_occupancy=0.85)

loads = st.floats(min_value=0.01, max_value=300)
agents_numbers = st.integers(min_value=1, max_value=400)


def test_published_example():
    """100 calls of 3 minutes in half an hour need 14 agents.

    Values of the examples of pyworkforce (pypi.org/project/pyworkforce) and of the R package
    ErlangC (rdocumentation.org/packages/ErlangC), two other implementations.
    """
    found = erlang.agents_needed(10.0, USUAL)
    assert found.agents == 14
    assert isclose(found.service_level, 0.8883500191794669, rel_tol=1e-12)
    assert isclose(found.wait_probability, 0.1741319335950498, rel_tol=1e-12)
    assert isclose(found.occupancy, 0.7142857142857143, rel_tol=1e-12)
    assert isclose(found.mean_wait_seconds, 7.83593701177724, rel_tol=1e-12)
    assert isclose(erlang.wait_probability(11, 10.0), 0.6821182, abs_tol=5e-8)


def exact_wait_probability(agents: int, load: Fraction) -> Fraction:
    """The sum that defines Erlang C, in fractions, which neither round nor overflow."""
    last = load**agents / factorial(agents) * agents / (agents - load)
    return last / (sum(load**k / factorial(k) for k in range(agents)) + last)


@given(st.integers(1, 40), st.integers(1, 99))
def test_agrees_with_the_exact_sum(agents: int, percent: int):
    """The recursion gives what the definition gives."""
    load = Fraction(agents * percent, 100)
    exact = exact_wait_probability(agents, load)
    assert isclose(erlang.wait_probability(agents, float(load)), float(exact), rel_tol=1e-9)


def test_large_loads_neither_overflow_nor_vanish():
    """5,000 contacts of an hour in half an hour: the sum of powers would overflow."""
    found = erlang.agents_needed(10_000.0, Target(3600, 20, 0.8))
    assert 10_000 < found.agents < 10_200
    assert 0.8 <= found.service_level < 1
    assert erlang.blocking(100_000, 1.0) == 0.0


@given(agents_numbers, loads)
def test_more_agents_are_never_worse(agents: int, load: float):
    """One more agent: no contact waits longer, none waits more often, nobody is busier."""
    now, more = (erlang.staffing(number, load, USUAL) for number in (agents, agents + 1))
    assert more.service_level >= now.service_level
    assert more.wait_probability <= now.wait_probability
    assert more.occupancy <= now.occupancy
    assert more.mean_wait_seconds <= now.mean_wait_seconds


@given(agents_numbers, loads)
def test_shares_are_shares(agents: int, load: float):
    """Erlang C is never below Erlang B, and both lie between 0 and 1."""
    blocked, waits = erlang.blocking(agents, load), erlang.wait_probability(agents, load)
    assert 0 <= blocked <= waits <= 1
    assert 0 <= erlang.staffing(agents, load, USUAL).service_level <= 1


@given(
    loads,
    st.integers(1, 99),
    st.integers(0, 300),
    st.integers(10, 3600),
    st.integers(50, 100),
)
def test_the_fewest_agents(load: float, level: int, within: int, handle: int, busy: int):
    """They keep the target, one fewer does not; more load never needs fewer."""
    target = Target(handle, within, level / 100, busy / 100)
    found = erlang.agents_needed(load, target)

    def keeps(agents: int) -> bool:
        service = erlang.staffing(agents, load, target)
        return (
            service.service_level >= target.service_level
            and service.occupancy <= target.max_occupancy
            and agents > load
        )

    assert keeps(found.agents)
    assert not keeps(found.agents - 1)
    assert erlang.agents_needed(load * 1.1, target).agents >= found.agents


def test_one_agent_by_hand():
    """With one agent the probability of waiting is the load itself (M/M/1)."""
    assert isclose(erlang.wait_probability(1, 0.25), 0.25)
    service = erlang.staffing(1, 0.25, Target(100, 40, 0.8))
    assert isclose(service.service_level, 1 - 0.25 * exp(-0.75 * 0.4))


def test_no_contacts_need_nobody():
    """An empty half hour needs no agent; with too few the queue has no end."""
    assert erlang.agents_needed(0.0, USUAL).agents == 0
    assert erlang.staffing(0, 0.0, USUAL).service_level == 1
    assert erlang.staffing(3, 3.0, USUAL).mean_wait_seconds == inf


@pytest.mark.parametrize(("level", "busy"), [(1.0, 0.8), (-0.1, 0.8), (0.8, 0.0), (0.8, 1.5)])
def test_targets_that_nobody_keeps(level: float, busy: float):
    """They are refused, instead of searching for ever."""
    with pytest.raises(ValueError, match="no number of agents"):
        erlang.agents_needed(1.0, Target(180, 20, level, busy))
