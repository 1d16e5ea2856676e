"""What a live sitting needs: the order of urgency, and from when a need holds."""

from datetime import timedelta
from itertools import pairwise

import pytest

from conftest import NOON
from proctoring.console.needs import (
    IDLE_AFTER,
    MISSING_AFTER,
    NeedFacts,
    NeedKind,
    covered_share,
    need_of,
    needs_of,
)

BEGUN = NOON - timedelta(minutes=20)
SECOND = timedelta(seconds=1)
FINE = {
    "state": "IN_PROGRESS",
    "begun_at": BEGUN,
    "last_beat_at": NOON,
    "last_active_at": NOON,
    "coverage": 1.0,
}
#: What makes each need, from the most urgent on.
CAUSES = {
    "MISSING": {"last_beat_at": NOON - MISSING_AFTER},
    "FACE": {"face_doubted_at": NOON},
    "VIOLATION": {"violation_at": NOON},
    "WARNED": {"warned_at": NOON},
    "COVERAGE": {"coverage": 0.89},
    "IDLE": {"last_active_at": NOON - IDLE_AFTER},
    "FINE": {},
}


def kind(**facts) -> str:
    return need_of(NeedFacts(**(FINE | facts)), at=NOON).kind


@pytest.mark.parametrize("wanted", CAUSES)
def test_each_cause_makes_its_need(wanted):
    """Every cause alone makes the need that is named after it."""
    assert kind(**CAUSES[wanted]) == wanted


@pytest.mark.parametrize(("first", "second"), list(pairwise(CAUSES)))
def test_the_more_urgent_need_counts(first, second):
    """Where two causes meet, the more urgent one is shown."""
    assert kind(**CAUSES[second], **CAUSES[first]) == first


def test_a_need_comes_true_by_itself():
    """Who was heard of just now will be missing in 15 seconds, and no sooner."""
    needs = needs_of(NeedFacts(**FINE), fallback=NOON)
    assert (needs[0].kind, needs[0].since) == ("MISSING", NOON + MISSING_AFTER)
    assert needs[-1].kind == "FINE"
    assert kind(last_beat_at=NOON - MISSING_AFTER + SECOND) == "FINE"


def test_an_act_of_a_proctor_answers_what_was_seen_before():
    """A face in doubt, a violation and a warning ask for nobody who has acted since."""
    seen = {"face_doubted_at": NOON, "violation_at": NOON, "warned_at": NOON}
    assert kind(**seen, attended_at=NOON) == "FINE"
    assert kind(**seen, attended_at=NOON - SECOND) == "FACE"


def test_a_paused_sitting_is_not_missing():
    """Nobody beats, types or is monitored in a pause."""
    silent = {"last_beat_at": BEGUN, "last_active_at": BEGUN}
    assert kind(**silent, state="PAUSED", paused_at=NOON) == "PAUSED"


def test_an_identity_check_waits_since_its_beginning():
    """Who waits for a person is shown with the time since when."""
    facts = NeedFacts(state="IDENTITY_REVIEW", waiting_since=BEGUN)
    need = need_of(facts, at=NOON)
    assert (need.kind, need.since) == ("IDENTITY", BEGUN)


def test_coverage_is_not_judged_at_once():
    """A sitting that has just begun is not under-monitored because of its first seconds."""
    begun = NOON - timedelta(minutes=1)
    assert kind(begun_at=begun, coverage=0.2) == "FINE"


def test_only_needs_ask_for_attention():
    """An ordinary sitting and a pause wait for nobody."""
    quiet = {each for each in NeedKind if not each.asks_for_attention}
    assert quiet == {"PAUSED", "FINE"}


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("gaps", "pauses", "share"),
    [
        ([], [], 1.0),
        ([(0, 5)], [], 0.75),
        ([(0, 5), (2, 5)], [], 0.75),
        ([(15, None)], [], 0.75),
        ([(-10, 5), (18, 30)], [], 0.65),
        ([(0, 5)], [(10, 20)], 0.5),
        ([(10, 20)], [(10, 20)], 1.0),
        ([(0, 20)], [(0, 20)], 1.0),
        ([(0, 20)], [], 0.0),
    ],
)
def test_coverage(gaps, pauses, share):
    """Overlapping gaps count once, open ones until now, and pauses are no part of the time."""

    def spans(pairs):
        return [(BEGUN + s * MINUTE, None if u is None else BEGUN + u * MINUTE) for s, u in pairs]

    found = covered_share(begun_at=BEGUN, at=NOON, gaps=spans(gaps), pauses=spans(pauses))
    assert found == pytest.approx(share)


def test_coverage_before_anything_has_passed():
    """At the first moment everything was monitored."""
    assert covered_share(begun_at=NOON, at=NOON, gaps=[(NOON, None)]) == 1.0
