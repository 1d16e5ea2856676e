"""The policy's engine: grace, persistence, one act, two keys, on the server's clock."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.policies.defaults import default_rules
from proctoring.policies.engine import PolicyFact, PolicyOutcome, empty_state, step
from proctoring.policies.rules import read_rules

RULES = read_rules(default_rules())
FACES = ["NO_FACE", "SEVERAL_FACES", "OTHER_PERSON", "LOOKING_AWAY", "FACE_CONTRADICTED"]
NETWORK = ["NETWORK_BACK", "NETWORK_LOST", "COVERAGE_LOW", "PROOF_FAILED", "JOURNAL_GAP"]


def fold(*facts: PolicyFact, **options: Any) -> tuple[dict[str, Any], list[PolicyOutcome]]:
    state = empty_state()
    outcomes = []
    for fact in facts:
        state, outcome = step(state, fact, RULES, **options)
        outcomes.append(outcome)
    return state, outcomes


def acts(kind: str, number: int, *, apart: float = 60) -> list[PolicyFact]:
    return [PolicyFact(kind, 1000 + index * apart) for index in range(number)]


def standings(outcomes: list[PolicyOutcome]) -> list[tuple[str, int]]:
    return [(outcome.standing, outcome.points) for outcome in outcomes]


def test_first_two_are_warnings_and_the_sixth_exit_ends_it():
    """Two warnings, then points: the sixth time full screen is left ends the sitting."""
    _, outcomes = fold(*acts("FULLSCREEN_LEFT", 6))
    assert standings(outcomes) == [("WARNED", 0)] * 2 + [("COUNTED", 3)] * 4
    assert [outcome.submits for outcome in outcomes] == [False] * 5 + [True]


def test_no_consequence_hangs_on_how_reports_are_bundled():
    """Twelve exits count the same one by one, in one batch, and folded into one row."""
    apart = fold(*acts("FULLSCREEN_LEFT", 12))[0]["points"]
    together = fold(*acts("FULLSCREEN_LEFT", 12, apart=0))[0]["points"]
    folded = fold(PolicyFact("FULLSCREEN_LEFT", 1000, count=12))[0]["points"]
    assert apart == together == folded == 30


def test_kinds_that_come_together_are_one_act():
    """A change of tab blurs, hides and leaves full screen at once: one warning, not three."""
    kinds = ("WINDOW_BLUR", "TAB_HIDDEN", "FULLSCREEN_LEFT")
    state, outcomes = fold(
        *(PolicyFact(kind, 1000 + place / 10) for place, kind in enumerate(kinds))
    )
    assert standings(outcomes) == [("WARNED", 0), ("NOTED", 0), ("NOTED", 0)]
    assert state["warnings"] == 1


def test_an_act_is_worth_its_most_serious_kind():
    """After the grace the act counts 3 for full screen, not 2 for the blur and 3 besides."""
    state, _ = fold(
        *acts("COPY", 2),
        PolicyFact("WINDOW_BLUR", 2000),
        PolicyFact("FULLSCREEN_LEFT", 2001),
    )
    assert state["points"] == 3


def test_one_bad_frame_means_nothing():
    """A face that was away for some seconds is noted; only what lasts warns."""
    _, outcomes = fold(
        PolicyFact("NO_FACE", 1000, phase="BEGIN"),
        PolicyFact("NO_FACE", 1008, phase="END", seconds=8),
    )
    assert standings(outcomes) == [("NOTED", 0)] * 2


def test_what_lasts_warns_and_then_counts():
    """Ten seconds without a face warn, thirty count as critical."""
    _, outcomes = fold(
        *acts("COPY", 1),
        PolicyFact("NO_FACE", 2000, phase="BEGIN"),
        PolicyFact("NO_FACE", 2010, phase="LASTS", seconds=10),
        PolicyFact("NO_FACE", 2030, phase="LASTS", seconds=30),
        PolicyFact("NO_FACE", 2040, phase="END", seconds=40),
    )
    assert standings(outcomes[1:]) == [("NOTED", 0), ("WARNED", 0), ("COUNTED", 5), ("NOTED", 0)]
    assert [outcome.severity for outcome in outcomes[1:]] == [
        "MEDIUM", "HIGH", "CRITICAL", "CRITICAL"
    ]  # fmt: skip


def test_coming_back_is_no_second_act():
    """A page tells when somebody left full screen and when they came back: that is one act."""
    _, outcomes = fold(
        *acts("COPY", 2),
        PolicyFact("FULLSCREEN_LEFT", 2000, phase="BEGIN"),
        PolicyFact("FULLSCREEN_LEFT", 2030, phase="END", seconds=30),
        PolicyFact("FULLSCREEN_LEFT", 2090, phase="BEGIN"),
    )
    assert standings(outcomes[2:]) == [("COUNTED", 3), ("NOTED", 0), ("COUNTED", 3)]


def test_an_end_without_a_beginning_is_an_act():
    """A page that leaves the beginning out gains nothing."""
    _, outcomes = fold(
        *acts("COPY", 2), PolicyFact("FULLSCREEN_LEFT", 2000, phase="END", seconds=3)
    )
    assert outcomes[-1].points == 3


def test_a_state_lasts_no_longer_than_the_server_knows():
    """A page that says 40 seconds a moment after the beginning is not believed."""
    _, outcomes = fold(
        PolicyFact("NO_FACE", 1000, phase="BEGIN"),
        PolicyFact("NO_FACE", 1000.5, phase="LASTS", seconds=40),
    )
    assert outcomes[-1].standing == "NOTED"


def many_faces(seconds: float = 30) -> list[PolicyFact]:
    facts = []
    for number in range(6):
        for kind in ("NO_FACE", "OTHER_PERSON", "SEVERAL_FACES"):
            at = 1000 + number * 200
            facts += [
                PolicyFact(kind, at, phase="BEGIN"),
                PolicyFact(kind, at + seconds, phase="END", seconds=seconds),
            ]
    return facts


def test_faces_alone_never_end_it():
    """However many points faces bring, nobody's test is ended by what a page says about them."""
    state, outcomes = fold(*many_faces())
    assert state["points"] > RULES.points_limit
    assert not any(outcome.submits for outcome in outcomes)


def test_two_faces_that_the_server_confirmed_end_it():
    """The second key: the server saw both in the pictures itself."""
    seen = [PolicyFact("FACE_CONFIRMED", 9000 + n, about=kind)
            for n, kind in enumerate(("NO_FACE", "OTHER_PERSON"))]  # fmt: skip
    _, outcomes = fold(*many_faces(), *seen)
    assert [outcome.submits for outcome in outcomes[-2:]] == [False, True]
    assert outcomes[-1].reason == "NO_FACE and OTHER_PERSON were confirmed"


def test_a_confirmation_of_what_did_not_last_is_no_key():
    """What was only a moment stays a moment, even if a picture shows it."""
    state, _ = fold(
        PolicyFact("NO_FACE", 1000, phase="BEGIN"),
        PolicyFact("NO_FACE", 1003, phase="END", seconds=3),
        PolicyFact("FACE_CONFIRMED", 1004, about="NO_FACE"),
    )
    assert state["confirmed"] == []


def test_points_without_a_second_key_do_not_end_it():
    """Copying has points, but one kind that is no key decides nothing; a person reviews it."""
    state, outcomes = fold(*acts("COPY", 20))
    assert state["points"] == 36
    assert not any(outcome.submits for outcome in outcomes)


def test_low_coverage_ends_nothing():
    """Whoever was hardly monitored is reviewed by a person instead."""
    _, outcomes = fold(*acts("FULLSCREEN_LEFT", 8), coverage=0.89)
    assert not any(outcome.submits for outcome in outcomes)


def test_lifted_demands_and_logged_detectors_count_nothing():
    """An accommodation, or a detector that was often wrong, leaves a note only."""
    for options in (
        {"waives": frozenset({"FULLSCREEN"})},
        {"log_only": frozenset({"FULLSCREEN_LEFT"})},
    ):
        state, outcomes = fold(*acts("FULLSCREEN_LEFT", 9), **options)
        assert (state["points"], state["warnings"]) == (0, 0)
        assert outcomes[0].reason
        assert not any(outcome.submits for outcome in outcomes)


def facts_of_kinds(kinds: list[str], about: list[str]) -> Any:
    return st.builds(
        PolicyFact,
        kind=st.sampled_from(kinds),
        at=st.floats(0, 3000),
        count=st.integers(1, 50),
        phase=st.sampled_from(["", "BEGIN", "LASTS", "END"]),
        seconds=st.floats(0, 120),
        about=st.sampled_from(about),
    )


FACTS = facts_of_kinds([*RULES.kinds, "UNHEARD_OF"], ["", *FACES])


@given(st.lists(FACTS, max_size=30))
def test_replay_gives_the_same(facts: list[PolicyFact]):
    """Folding twice is the same, points never fall, and no points come before the grace is used."""
    facts.sort(key=lambda fact: fact.at)
    first, outcomes = fold(*facts)
    assert fold(*facts) == (first, outcomes)
    assert first["points"] == sum(outcome.points for outcome in outcomes)
    assert all(outcome.points >= 0 for outcome in outcomes)
    if first["points"]:
        assert first["warnings"] == RULES.grace
    assert sum(outcome.submits for outcome in outcomes) <= 1


@given(st.lists(facts_of_kinds(NETWORK, [""]), max_size=50))
def test_networks_cost_nothing(facts: list[PolicyFact]):
    """A lost network never counts against anybody."""
    state, outcomes = fold(*facts)
    assert (state["points"], state["warnings"]) == (0, 0)
    assert {outcome.standing for outcome in outcomes} <= {"NOTED"}


@given(st.lists(facts_of_kinds(FACES, [""]), max_size=50))
def test_reported_faces_never_submit(facts: list[PolicyFact]):
    """No sequence of a page's reports about faces ends a test."""
    facts.sort(key=lambda fact: fact.at)
    assert not any(outcome.submits for outcome in fold(*facts)[1])


@given(st.lists(FACTS, max_size=200))
def test_the_state_stays_small(facts: list[PolicyFact]):
    """The state grows with the kinds of the policy, never with the number of observations."""
    state, _ = fold(*facts)
    sizes = [len(part) for part in state.values() if isinstance(part, dict | list)]
    assert max(sizes) <= len(RULES.kinds) + 1
    assert all(len(act["kinds"]) <= len(RULES.kinds) for act in state["acts"].values())


@pytest.mark.parametrize("kind", sorted(RULES.kinds))
def test_every_kind_has_words(kind: str):
    """Whoever is warned hears what was seen and what to do."""
    rule = RULES.rule(kind)
    assert rule.message.endswith(".")
    serious = RULES.points[rule.severity] > RULES.points["LOW"] or rule.lasting
    by_a_person_or_server = kind in ("OPENED_TWICE",)
    assert rule.advice.endswith(".") or not serious or by_a_person_or_server
