"""No sequence of acts breaks a gig, a seat or the money, and every gig comes to its end.

`HITOUCH_GIG_STEPS` makes more of them (`bench/gigs_machines.py`).
"""

import os
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounded
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import Agent
from conftest import NOON, make_staff
from gigs.tests.support.marketplace import (
    cleared,
    hire,
    make_client,
    make_member,
    make_opportunity,
    make_slot,
    seat,
)
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from payments.tests.factories import make_bank_account
from tests.machines.marketplace import DAY, HOUR, MarketplaceMachine
from tests.support.funding import seed_rates

pytestmark = pytest.mark.django_db
STEPS_PER_EXAMPLE = int(os.environ.get("HITOUCH_GIG_STEPS_EACH", "50"))
#: A long run shows the first sequence that fails; to make it shorter takes minutes.
PHASES = (Phase.generate,)
STEPS = int(os.environ.get("HITOUCH_GIG_STEPS", "100"))


@pytest.fixture
def marketplace(monkeypatch: Any, settings: Any, tmp_path: Any) -> Any:
    """Two clients, three agents and two staff; some gigs and seats, so that there is much to do."""

    def clearance_of(agent: Agent) -> steps_queries.Clearance | None:
        return steps_queries.Clearance(CEFR(agent.level), NOON) if agent.level else None

    monkeypatch.setattr(steps_queries, "clearance_of", clearance_of)
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    seed_rates()
    orchid, marigold = make_client("Orchid Retail"), make_client("Marigold Foods")
    for names, client in (
        (("Olga", "Manu", "Vijay"), orchid),
        (("Rosa", "Mina", "Veer"), marigold),
    ):
        for name, role in zip(names, ("OWNER", "MANAGER", "VIEWER"), strict=True):
            make_member(name, client, role)
    agents = [cleared(name) for name in ("Asha", "Ravi", "Sita")]
    for number, agent in enumerate(agents[:2]):
        make_bank_account(agent, f"50100123456{number}", version=number + 1)
    fill(orchid, marigold, agents)
    MarketplaceMachine.clients = [orchid, marigold]
    MarketplaceMachine.agents = agents
    MarketplaceMachine.staff = [make_staff("Meera", "admin"), make_staff("Kavita", "admin")]
    with time_machine.travel(NOON, tick=False) as clock:
        MarketplaceMachine.move_clock = staticmethod(clock.move_to)
        yield


def fill(orchid: Any, marigold: Any, agents: Any) -> None:
    chat = make_opportunity(orchid, hours_each=30)
    night = make_opportunity(marigold, title="Night desk", hours_each=20, headcount=2)
    fixed = make_opportunity(
        orchid, title="Score calls", pay_kind="FIXED", rate_paise=5_000_00, hours_each=0
    )
    for agent in agents:
        hire(agent, chat)
    hire(agents[0], night)
    hire(agents[1], fixed)
    slots = [make_slot(chat, DAY), make_slot(chat, 3 * DAY), make_slot(night, 2 * DAY, capacity=1)]
    slots += [make_slot(chat, DAY * 2 + HOUR, capacity=1)]
    seat(agents[0], slots[0])
    seat(agents[1], slots[0])
    seat(agents[0], slots[2])


def test_no_sequence_of_acts_breaks_the_marketplace(marketplace: Any):
    """Random acts of both sides, staff and the clock: money, seats and ends stay right."""
    settings = bounded(
        max_examples=max(STEPS // STEPS_PER_EXAMPLE, 1),
        stateful_step_count=STEPS_PER_EXAMPLE,
        deadline=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(MarketplaceMachine, settings=settings)
    found = MarketplaceMachine
    print(f"{found.acts} acts, {found.refused} refused: {dict(found.done)}")  # noqa: T201
    assert found.acts > found.refused
