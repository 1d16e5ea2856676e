"""Series and claims at the same time, in threads."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from conftest import NOON
from gigs.models import Claim, Slot
from gigs.recurrence import WeeklyHours
from gigs.series import services
from gigs.series.plans import SeriesPlan
from gigs.slots import claims
from gigs.tests.slots.test_races import run_concurrently
from gigs.tests.support.marketplace import (
    cleared,
    hire,
    make_client,
    make_member,
    make_opportunity,
    owner_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = SeriesPlan(
    WeeklyHours((0, 1, 2, 3, 4), time(9), time(13), date(2026, 11, 30), date(2026, 12, 4)), 3
)


@pytest.fixture(autouse=True)
def at_noon() -> None:
    """Use the real clock, which threads waiting for a connection need."""


@pytest.fixture
def opportunity(db: None) -> Any:
    client = make_client("Orchid Retail")
    make_member("Olga", client)
    return make_opportunity(client, headcount=6)


def test_a_double_press_makes_one_series(opportunity: Any):
    """Of four at once one makes the slots; the others find them."""

    def make() -> object:
        return services.make_series(opportunity=opportunity, plans=[WEEK], by=None, now=NOON)

    assert run_concurrently([make] * 4) == ["done", *["series_exists"] * 3]
    assert (opportunity.slots.count(), opportunity.series.count()) == (5, 1)


@pytest.mark.parametrize("changes", [True, False], ids=["change", "cancel"])
def test_claims_cross_with_the_end_of_a_series(changes: bool, opportunity: Any):
    """Whoever got a seat keeps the slot; whoever comes later is told that it is full or gone."""
    by = owner_of(opportunity.client)
    made = services.make_series(opportunity=opportunity, plans=[WEEK], by=by, now=NOON)
    [series] = made.series
    agents = [cleared(f"Agent{number}") for number in range(4)]
    for agent in agents:
        hire(agent, opportunity)
    later = replace(WEEK, hours=replace(WEEK.hours, starts=time(10), ends=time(14)))

    def end() -> object:
        if changes:
            return services.change_following(series=series, plan=later, by=by, now=NOON)
        return services.cancel_rest(series=series, from_on=date(2026, 11, 30), by=by, now=NOON)

    def claim(agent: Any, slot: Slot) -> Any:
        return lambda: claims.claim_slot(slot=slot, agent=agent, now=NOON)

    calls = [claim(agent, slot) for agent, slot in zip(agents, made.made, strict=False)]
    outcomes = set(run_concurrently([*calls, end]))
    assert outcomes <= {"done", "slot_full", "slot_cancelled"}
    for slot in series.slots.all():
        held = slot.claims.filter(state=Claim.State.HELD).count()
        assert slot.taken == held
        assert bool(held) != bool(slot.cancelled_at)
    if changes:
        kept = series.slots.filter(cancelled_at=None).count()
        assert (
            opportunity.slots.filter(cancelled_at=None).exclude(series=series).count() == 5 - kept
        )
