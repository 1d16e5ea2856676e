"""The policy's engine: what one more observation means. Does not use Django.

`step` takes the state of a sitting, which is plain JSON of bounded size, so that earlier
observations need not be read again. Folding `step` over all observations of a sitting from an
empty state gives the same result, which is how another version of the rules is tried out.

All moments are the server's, in seconds. What the page states about its own moments is evidence,
but no consequence depends on it: a state lasts at most as long as the server knows of it.
"""

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from proctoring.policies.rules import DETERMINISTIC, FACE, KindRule, Rules, Severity

Standing = Literal["NOTED", "WARNED", "COUNTED"]
#: So many repeats in one observation are judged; more would change nothing.
MOST_REPEATS = 100
#: A report may arrive this much earlier than the seconds it states.
TOLERANCE_SECONDS = 2.0
#: Acts of a deterministic kind that make it persistent, and confirmed face kinds that agree.
PERSISTENT_ACTS = 2
CONFIRMED_FACES = 2


@dataclass(frozen=True)
class PolicyFact:
    """One observation as the engine sees it.

    `at` is when the server received it, `seconds` how long a state has lasted as the page states
    it, `phase` BEGIN, LASTS or END of a state or empty for an act, and `about` the kind that a
    confirmation is about.
    """

    kind: str
    at: float
    count: int = 1
    phase: str = ""
    seconds: float = 0.0
    about: str = ""


@dataclass(frozen=True)
class PolicyOutcome:
    """What an observation means. `submits` says that the rules end the sitting with it."""

    severity: Severity
    standing: Standing = "NOTED"
    points: int = 0
    submits: bool = False
    reason: str = ""


def step(
    state: Mapping[str, Any],
    fact: PolicyFact,
    rules: Rules,
    *,
    log_only: frozenset[str] = frozenset(),
    waives: frozenset[str] = frozenset(),
    coverage: float | None = None,
) -> tuple[dict[str, Any], PolicyOutcome]:
    """The state after one more observation, and what the observation means."""
    new = {**empty_state(), **deepcopy(dict(state))}
    rule = rules.rule(fact.kind)
    severity, acts = _acts(new, fact, rule, rules)
    outcome = PolicyOutcome(severity)
    if waives & rule.waived_by:
        outcome = PolicyOutcome(severity, reason="Lifted for this person")
    elif fact.kind in log_only:
        outcome = PolicyOutcome(severity, reason="This detector is only logged at present")
    elif acts:
        outcome = _count(new, fact, rule, severity, acts, rules)
    if fact.about and not waives & rules.rule(fact.about).waived_by:
        _confirm(new, fact.about, rules)
    return new, _decide(new, outcome, rules, coverage)


@dataclass(frozen=True)
class _Act:
    """What is to be counted: its points, and the record in the state that keeps if it warned."""

    points: int
    record: dict[str, Any]
    is_new: bool = True


def empty_state() -> dict[str, Any]:
    """The state of a sitting of which nothing was observed."""
    return {
        "warnings": 0, "points": 0, "seen": {}, "acts": {}, "cool": {}, "open": {},
        "firm": {}, "counted": [], "confirmed": [],
    }  # fmt: skip


def _acts(
    state: dict[str, Any], fact: PolicyFact, rule: KindRule, rules: Rules
) -> tuple[Severity, list[_Act]]:
    """How serious the observation is, and what of it is to be counted."""
    if rule.lasting:
        return _lasting(state, fact, rule, rules)
    if _goes_on(state, fact):
        return rule.severity, []
    found = []
    if rules.points[rule.severity]:
        for _ in range(min(max(fact.count, 1), MOST_REPEATS)):
            act = _act(state, fact, rule, rules)
            found += [act] if act else []
    return rule.severity, found


def _goes_on(state: dict[str, Any], fact: PolicyFact) -> bool:
    """Whether it tells more of an act that was counted when it began: coming back is no act."""
    begun = state["open"]
    if fact.phase == "BEGIN":
        begun[fact.kind] = {"since": fact.at, "reached": 0, "warned": False}
        return False
    if fact.phase not in ("LASTS", "END") or fact.kind not in begun:
        return False
    if fact.phase == "END":
        del begun[fact.kind]
    return True


def _lasting(
    state: dict[str, Any], fact: PolicyFact, rule: KindRule, rules: Rules
) -> tuple[Severity, list[_Act]]:
    """A state counts when it passes a threshold; the next one adds the difference.

    After a warning at the first threshold the next one counts in full: there was time to react.
    """
    episode = state["open"].get(fact.kind)
    if episode is None or fact.phase in ("", "BEGIN"):
        episode = state["open"][fact.kind] = {"since": fact.at, "reached": 0, "warned": False}
    lasted = min(fact.seconds, fact.at - episode["since"] + TOLERANCE_SECONDS)
    reached = [severity for seconds, severity in rule.lasting if lasted >= seconds]
    if fact.phase == "END":
        del state["open"][fact.kind]
    before = episode["reached"]
    if len(reached) <= before:
        return reached[-1] if reached else rule.severity, []
    counted = before and not episode["warned"]
    points = rules.points[reached[-1]] - (rules.points[reached[before - 1]] if counted else 0)
    episode["reached"], episode["warned"] = len(reached), False
    return reached[-1], [_Act(points, episode)]


def _act(state: dict[str, Any], fact: PolicyFact, rule: KindRule, rules: Rules) -> _Act | None:
    """One act, if it is one of its own or makes the act it belongs to more serious.

    Other kinds of the family that come with it are the same act; the same kind again is not, as
    one has to come back before one can leave again.
    """
    if fact.at < state["cool"].get(fact.kind, -math.inf):
        return None
    state["seen"][fact.kind] = state["seen"].get(fact.kind, 0) + 1
    if state["seen"][fact.kind] < rule.warn_after:
        return None
    if rule.cool_down:
        state["cool"][fact.kind] = fact.at + rule.cool_down
    if rule.key == DETERMINISTIC:
        state["firm"][fact.kind] = state["firm"].get(fact.kind, 0) + 1
    points = rules.points[rule.severity]
    act = state["acts"].get(rule.family) if rule.family else None
    is_together = act is not None and fact.at - act["at"] < rules.same_act_seconds
    if act is None or not is_together or fact.kind in act["kinds"]:
        record = {"at": fact.at, "kinds": [fact.kind], "points": points, "warned": False}
        if rule.family:
            state["acts"][rule.family] = record
        return _Act(points, record)
    act["kinds"].append(fact.kind)
    more = points - act["points"]
    if more <= 0 or act["warned"]:
        return None
    act["points"] = points
    return _Act(more, act, is_new=False)


def _count(
    state: dict[str, Any], fact: PolicyFact, rule: KindRule, severity: Severity,
    acts: Sequence[_Act], rules: Rules,
) -> PolicyOutcome:  # fmt: skip
    points, warned = 0, False
    for act in acts:
        if act.is_new and state["warnings"] < rules.grace:
            state["warnings"] += 1
            act.record["warned"] = warned = True
        else:
            points += act.points
    if rule.key == FACE and fact.kind not in state["counted"]:
        state["counted"].append(fact.kind)
        if rule.confirmed:
            _confirm(state, fact.kind, rules)
    state["points"] += points
    if points:
        return PolicyOutcome(severity, "COUNTED", points)
    return PolicyOutcome(severity, "WARNED" if warned else "NOTED")


def _confirm(state: dict[str, Any], kind: str, rules: Rules) -> None:
    """The server's own look agrees with the page, about a state that had lasted."""
    is_face = rules.rule(kind).key == FACE
    if is_face and kind in state["counted"] and kind not in state["confirmed"]:
        state["confirmed"].append(kind)


def _decide(
    state: dict[str, Any], outcome: PolicyOutcome, rules: Rules, coverage: float | None
) -> PolicyOutcome:
    if state["points"] < rules.points_limit or state.get("submitted"):
        return outcome
    reason = _reason_to_submit(state)
    if coverage is not None and coverage < rules.least_coverage:
        reason = ""
    if not reason:
        return outcome
    state["submitted"] = True
    return PolicyOutcome(outcome.severity, outcome.standing, outcome.points, True, reason)


def _reason_to_submit(state: dict[str, Any]) -> str:
    """The two keys: a deterministic kind that came again, or confirmed faces of two kinds."""
    firm = [kind for kind, acts in state["firm"].items() if acts >= PERSISTENT_ACTS]
    if firm:
        return f"{firm[0]} came again"
    if len(state["confirmed"]) >= CONFIRMED_FACES:
        return " and ".join(state["confirmed"]) + " were confirmed"
    return ""
