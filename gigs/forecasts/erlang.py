"""Erlang C: how many agents keep a service level. Knows no Django.

The model of a queue with random arrivals, exponential handling times and patient callers (M/M/c).
The load is in Erlangs: arrivals in an interval, times handling time, by the length of the interval.
Erlang B is computed by its recursion over the number of agents, whose terms all lie between 0 and
1; the sum of powers and factorials that defines it overflows for large loads.
"""

from dataclasses import dataclass
from math import exp


@dataclass(frozen=True)
class Target:
    """How contacts are to be answered; shares are between 0 and 1."""

    handle_seconds: float
    answer_seconds: float
    service_level: float
    max_occupancy: float = 1.0


@dataclass(frozen=True)
class Staffing:
    """What a number of agents makes of a load."""

    agents: int
    service_level: float
    wait_probability: float
    occupancy: float
    mean_wait_seconds: float


def blocking(agents: int, load: float) -> float:
    """Erlang B: the probability that all agents are busy if nobody waits."""
    found = 1.0
    for number in range(1, agents + 1):
        found = _next_blocking(found, number, load)
    return found


def _next_blocking(before: float, number: int, load: float) -> float:
    return load * before / (number + load * before)


def _waiting(blocked: float, agents: int, load: float) -> float:
    """Erlang C from Erlang B; with no more agents than load the queue grows without end."""
    if agents <= load:
        return 1.0
    return agents * blocked / (agents - load * (1 - blocked))


def wait_probability(agents: int, load: float) -> float:
    """Erlang C: the probability that a contact waits."""
    return _waiting(blocking(agents, load), agents, load)


def staffing(agents: int, load: float, target: Target) -> Staffing:
    """The service of so many agents."""
    return _staffing(blocking(agents, load), agents, load, target)


def _staffing(blocked: float, agents: int, load: float, target: Target) -> Staffing:
    if not load:
        return Staffing(agents, 1.0, 0.0, 0.0, 0.0)
    if agents <= load:
        return Staffing(agents, 0.0, 1.0, 1.0, float("inf"))
    waits, spare = _waiting(blocked, agents, load), agents - load
    late = waits * exp(-spare * target.answer_seconds / target.handle_seconds)
    return Staffing(
        agents=agents,
        service_level=1 - late,
        wait_probability=waits,
        occupancy=load / agents,
        mean_wait_seconds=waits * target.handle_seconds / spare,
    )


def agents_needed(load: float, target: Target) -> Staffing:
    """The fewest agents that keep service level and occupancy; none if there is no load.

    It ends, as with more agents the service level comes as near to 1 as it can, and the
    occupancy to 0. Raises `ValueError` for a target that no number of agents can keep.
    """
    if not (0 <= target.service_level < 1 and 0 < target.max_occupancy <= 1):
        raise ValueError("no number of agents keeps this target")
    if not load:
        return _staffing(1.0, 0, load, target)
    agents, blocked = 0, 1.0
    while True:
        agents += 1
        blocked = _next_blocking(blocked, agents, load)
        if agents <= load:
            continue
        found = _staffing(blocked, agents, load, target)
        if found.service_level >= target.service_level and found.occupancy <= target.max_occupancy:
            return found
