"""A bonus of a shift: it only rises, stays within what is set aside, and is paid once."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON, sign_in
from gigs import maintenance
from gigs.bonuses import services as bonus_services
from gigs.engagements import services as gig_services
from gigs.models import EarnedAmount, Slot
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    owner_of,
    post_to,
    problem,
    seat,
    work_hours,
)
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates


@pytest.fixture(autouse=True)
def rates(db: None) -> None:
    """Rates, as on any running site."""
    seed_rates()


@pytest.fixture
def agent(orchid: Any) -> Agent:
    """An agent with a gig of 10 hours at 300 rupees."""
    made = cleared("Asha")
    hire(made, make_opportunity(orchid, hours_each=10, headcount=2))
    return made


@pytest.fixture
def slot(agent: Agent) -> Slot:
    """A shift of 4 hours with 2 seats."""
    return make_slot(agent.gigs.get().opportunity)


def raise_to(slot: Slot, paise: int, at: Any = NOON, cost_paise: int = 10**9) -> Any:
    by = owner_of(slot.opportunity.client)
    return bonus_services.raise_bonus(
        slot=slot, bonus_paise=paise, cost_paise=cost_paise, by=by, at=at
    )


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def earned(agent: Agent) -> list[int]:
    rows = EarnedAmount.objects.filter(gig__agent=agent, kind="BONUS")
    return list(rows.values_list("amount_paise", flat=True))


def test_the_bonus_is_paid_once_for_the_time_worked(agent: Agent, slot: Slot):
    """When the shift is over, by itself; and who has a seat was told."""
    claim = seat(agent, slot)
    assert raise_to(slot, 50_00).cost_paise == 2 * 4 * 50_00
    assert OutboxMessage.objects.filter(template="gigs/bonus_raised").count() == 1
    work_hours(claim, 3 * HOUR)
    maintenance.sweep(at=slot.ends_at - HOUR)
    assert earned(agent) == []
    maintenance.sweep(at=slot.ends_at)
    maintenance.sweep(at=slot.ends_at + HOUR)
    assert earned(agent) == [3 * 50_00]


def test_a_bonus_only_rises(agent: Agent, slot: Slot):
    """Also by SQL; and not after the start, nor for a fixed price or a higher cost than seen."""
    raise_to(slot, 50_00)
    for paise in (50_00, 40_00, 0, bonus_services.MOST_PAISE + 1):
        assert code_of(lambda paise=paise: raise_to(slot, paise)) == "bonus_only_rises"
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(bonus_paise=1)
    assert code_of(lambda: raise_to(slot, 60_00, cost_paise=1)) == "cost_changed"
    assert code_of(lambda: raise_to(slot, 60_00, at=slot.starts_at)) == "bonus_not_possible"
    raise_to(slot, 60_00)


def test_a_bonus_stays_within_what_is_set_aside(agent: Agent, slot: Slot):
    """A claim uses up more of its gig, and raising it is refused where the gig has too little."""
    seat(agent, slot)
    raise_to(slot, 150_00)
    # 4 hours at 450 rupees leave 1,200 of 3,000 rupees: 4 hours at 300.
    second = make_slot(slot.opportunity, 4 * DAY)
    seat(agent, second)
    assert code_of(lambda: raise_to(second, 1)) == "beyond_reserve"
    second.refresh_from_db()
    assert second.bonus_paise == 0
    third = make_slot(slot.opportunity, 5 * DAY, ends_at=NOON + 5 * DAY + HOUR)
    assert code_of(lambda: seat(agent, third)) == "hours_spent"


def test_ending_the_gig_pays_the_bonus_until_then(agent: Agent, slot: Slot):
    """As the gig earns nothing after its end."""
    claim = seat(agent, slot)
    raise_to(slot, 50_00)
    shift_services.clock_in(claim=claim, by=agent.user, at=slot.starts_at)
    owner = owner_of(slot.opportunity.client)
    gig = agent.gigs.get()
    gig_services.end_gig(gig=gig, why="Over.", by=owner, at=slot.starts_at + 2 * HOUR)
    assert earned(agent) == [2 * 50_00]


@pytest.mark.parametrize("api", ["", "api:"])
def test_by_page_and_api(api: str, agent: Agent, slot: Slot, browser: Any, owner: Any,
                         viewer: Any, outsiders: Any):  # fmt: skip
    """The cost stands before the press; strangers cannot see or do it; agents see the bonus."""
    name = api + "gigs:client-bonus"
    url = reverse(name, args=[slot.pk])
    ask = {"bonus_paise": 50_00} if api else {"bonus": 50}
    body = {"bonus_paise": 50_00, "cost_paise": 400_00}
    for who, outsider in {**outsiders, "viewer": browser(viewer)}.items():
        for answer in (outsider.get(url, ask), post_to(outsider, name, slot.pk, **body)):
            assert answer.status_code in (302, 401, 403, 404), who
    olga = browser(owner)
    shown = olga.get(url, ask)
    assert shown.json()["cost_paise"] == 400_00 if api else "₹400.00" in shown.content.decode()
    post_to(olga, name, slot.pk, **body)
    slot.refresh_from_db()
    assert slot.bonus_paise == 50_00
    if api:
        again = post_to(olga, name, slot.pk, **body)
        assert problem(again) == (422, "bonus_only_rises")
    gig = agent.gigs.get()
    assert "bonus ₹50.00 an hour" in (
        browser(agent).get(reverse("gigs:gig", args=[gig.pk])).content.decode()
    )


@pytest.mark.parametrize("url_name", ["gigs:client-bonus", "api:gigs:client-bonus"])
def test_a_bonus_needs_a_second_factor(url_name: str, slot: Slot):
    """It promises pay, like publishing: the page leads to the second factor, the API says so."""
    weak = sign_in(Browser(), owner_of(slot.opportunity.client), second_factor=False)
    answer = post_to(weak, url_name, slot.pk, bonus_paise=50_00, cost_paise=10**6)
    if url_name.startswith("api:"):
        assert problem(answer) == (403, "second_factor_required")
    else:
        assert answer.url == reverse("accounts:second-factor")
    slot.refresh_from_db()
    assert slot.bonus_paise == 0


def test_the_bonus_waits_for_the_end_of_the_last_session(agent: Agent, slot: Slot):
    """After a break, who has yet to be clocked out is paid for the whole shift, not a part."""
    claim = seat(agent, slot)
    raise_to(slot, 50_00)
    session = shift_services.clock_in(claim=claim, by=agent.user, at=slot.starts_at)
    pause = shift_services.start_break(session=session, at=slot.starts_at + HOUR)
    session = shift_services.end_break(pause=pause, by=agent.user, at=slot.starts_at + HOUR)
    bonus_services.pay_ended(claim=claim, at=slot.ends_at)
    assert earned(agent) == []
    shift_services.clock_out(session=session, at=slot.ends_at)
    bonus_services.pay_ended(claim=claim, at=slot.ends_at)
    assert earned(agent) == [4 * 50_00]
