"""The client's home page: what waits, who is at work, today's shifts, budgets and deadlines."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.applications import services as application_services
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    seat,
    work_hours,
)
from gigs.work import services as work_services
from gigs.workspace import budgets
from gigs.workspace import queries as workspace_queries
from tests.support.funding import seed_rates


def apply(agent: Any, opportunity: Any) -> Any:
    return application_services.apply(
        opportunity=opportunity, agent=agent, terms_version=1, now=NOON
    )


def test_what_waits_and_until_when(asha: Any, ravi: Any, opportunity: Any, fixed: Any):
    """Applications and work with the moment that comes first."""
    apply(ravi, opportunity)
    gig = hire(asha, fixed)
    work_services.submit_work(gig=gig, summary="Scored.", by=asha.user, at=NOON)
    found = workspace_queries.workload_of(opportunity.client)
    assert (found.applications, found.works, found.disputes, found.corrections) == (1, 1, 0, 0)
    assert found.next_approval_at == NOON + 7 * DAY
    assert not found.is_empty


def test_nothing_waits(rival: Any):
    """A new client's page says so, and shows no empty figures."""
    assert workspace_queries.workload_of(rival).is_empty


def test_floor_tells_who_is_where(asha: Any, ravi: Any, opportunity: Any):
    """At work, on a break, and not here although the shift has begun."""
    nila = cleared("Nila")
    slot = make_slot(opportunity, capacity=3)
    start = slot.starts_at
    for agent in (asha, ravi, nila):
        hire(agent, opportunity)
        seat(agent, slot)
    for agent in (asha, ravi):
        session = shift_services.clock_in(claim=agent.claims.get(), by=agent.user, at=start)
    shift_services.start_break(session=session, at=start + HOUR)
    found = workspace_queries.floor_of(opportunity.client, now=start + HOUR)
    assert (found.at_work, found.on_break, found.missing) == (1, 1, 1)


def test_budget_splits_into_spent_reserved_and_left(asha: Any, opportunity: Any, owner: Any):
    """What was approved is spent, what is published is reserved, the rest is left."""
    seed_rates()
    gig = hire(asha, opportunity)
    work_hours(seat(asha, make_slot(opportunity)), 2 * HOUR)
    work = work_services.submit_work(gig=gig, summary="Done.", by=asha.user, at=NOON + 4 * DAY)
    work_services.approve_work(work=work, member=owner, comment="", at=NOON + 5 * DAY)
    client = opportunity.client
    spent = budgets.spent_by(client)
    (budget,) = budgets.budgets_of(client, spent)
    project = budget.project
    assert budget.spent_paise == 600_00
    assert budget.spent_paise + budget.reserved_paise + budget.left_paise == project.budget_paise
    (month,) = budgets.months_of(spent)
    assert (month.name, month.paise) == ("November 2026", 600_00)


def test_deadlines_come_in_order(orchid: Any, opportunity: Any):
    """First what ends first; after the last day to apply the client has to decide."""
    make_opportunity(orchid, title="Soon", apply_by=NOON + DAY)
    found = workspace_queries.deadlines_of(orchid, now=NOON + 2 * DAY)
    assert [(each.opportunity.title, each.what.split()[0]) for each in found] == [
        ("Chat desk", "Agents"),
        ("Soon", "Decide"),
    ]


def test_page_shows_today_and_leads_on(asha: Any, opportunity: Any, owner: Any, browser: Any):
    """Today's shifts with their seats, and the ways to schedule, board and people."""
    hire(asha, opportunity)
    seat(asha, make_slot(opportunity, 2 * HOUR))
    make_slot(opportunity, 2 * DAY)
    page = browser(owner).get(reverse("gigs:client-home"))
    assert len(page.context["today"].entries) == 1
    assert "1 of 2 claimed" in page.text
    for name in ("client-schedule", "client-live", "client-members"):
        assert reverse(f"gigs:{name}") in page.text


def test_home_costs_a_fixed_number_of_queries(opportunity: Any, owner: Any, browser: Any):
    """A busy day reads no more often than a quiet one."""
    client = browser(owner)

    def queries() -> int:
        client.get(reverse("gigs:client-home"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("gigs:client-home"))
        return len(found)

    slot = make_slot(opportunity, 2 * HOUR, capacity=9)
    first = cleared("First")
    hire(first, opportunity)
    seat(first, slot)
    before = queries()
    for number in range(3):
        make_opportunity(opportunity.client, title=f"Desk {number}")
        make_slot(opportunity, (3 + number) * HOUR)
    for name in ("Kavya", "Lata"):
        agent = cleared(name)
        hire(agent, opportunity)
        seat(agent, slot)
    assert queries() == before


@pytest.mark.parametrize("who", ["another agent", "staff", "nobody"])
def test_only_members_see_it(who: str, outsiders: Any, opportunity: Any):
    """Others are refused."""
    assert outsiders[who].get(reverse("gigs:client-home")).status_code in (302, 403)


def test_another_client_sees_its_own(outsiders: Any, opportunity: Any):
    """Nothing of this client is on another client's page."""
    page = outsiders["another client"].get(reverse("gigs:client-home"))
    assert opportunity.title not in page.text
