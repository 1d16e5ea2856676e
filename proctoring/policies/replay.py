"""What other rules would have made of sittings that were taken. Changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from proctoring.models import Sitting
from proctoring.policies import queries
from proctoring.policies.engine import PolicyFact, empty_state, step
from proctoring.policies.rules import Rules


@dataclass(frozen=True)
class Replay:
    """What the rules make of one sitting; `ended_by` is the number of the observation, or 0."""

    warnings: int
    points: int
    ended_by: int
    reason: str = ""


@dataclass(frozen=True)
class ReplayDifference:
    """One sitting with its own rules, and with the others."""

    sitting: Sitting
    own: Replay
    other: Replay

    @property
    def changes(self) -> bool:
        """Whether anything a person would notice is different."""
        return self.own != self.other


def replay(
    facts: Iterable[PolicyFact], rules: Rules, *, waives: frozenset[str] = frozenset()
) -> Replay:
    """Fold the engine over all facts of a sitting.

    Coverage and detectors that were only logged at the time are left out: both depend on more
    than the observations.
    """
    state = empty_state()
    ended_by, reason = 0, ""
    for number, fact in enumerate(facts, start=1):
        state, outcome = step(state, fact, rules, waives=waives)
        if outcome.submits and not ended_by:
            ended_by, reason = number, outcome.reason
    return Replay(state["warnings"], state["points"], ended_by, reason)


def compare(sittings: Iterable[Sitting], *, own: Rules, other: Rules) -> Iterator[ReplayDifference]:
    """Each sitting under both rules."""
    for sitting in sittings:
        facts, waives = list(queries.facts_of(sitting)), frozenset(sitting.waives)
        yield ReplayDifference(
            sitting, replay(facts, own, waives=waives), replay(facts, other, waives=waives)
        )
