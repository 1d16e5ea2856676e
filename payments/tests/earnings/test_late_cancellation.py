"""Late cancellations and bonuses are paid out of the reserve, and the money adds up."""

from datetime import timedelta

import pytest

from conftest import NOON
from gigs import maintenance
from gigs.bonuses.services import raise_bonus
from gigs.cancellations import services as slot_changes
from gigs.engagements import services as gig_services
from gigs.models import Client
from gigs.slots.claims import release_claim
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_member,
    make_opportunity,
    make_slot,
    owner_of,
    seat,
    work_hours,
)
from hitouch.core.cefr import CEFR
from onboarding.steps import queries as steps_queries
from payments.integrity import invariants
from payments.models import Payment
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
#: 8 hours at 300 rupees, with 18% GST.
COST = 2_832_00


@pytest.fixture(autouse=True)
def cleared(monkeypatch):
    """The agent may work; onboarding has tests of its own."""
    found = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: found)


@pytest.fixture
def claims(asha):
    """Two shifts that use up an hourly gig; its client has nothing beside its cost."""
    client = Client.objects.create(name="Orchid Retail")
    make_member("Olga", client)
    fund(client, paise=COST)
    opportunity = make_opportunity(client, headcount=1, hours_each=8)
    hire(asha, opportunity)
    return [seat(asha, make_slot(opportunity, days * DAY)) for days in (3, 6)]


def cancel_slot(claim, at):
    slot_changes.change_seats(
        slot=claim.slot, seats=0, why="Closed.", cost_paise=COST, at=at,
        by=owner_of(claim.gig.client),
    )  # fmt: skip


def end(claim, at):
    gig_services.end_gig(gig=claim.gig, why="Over.", by=owner_of(claim.gig.client), at=at)


def call_off(claim, at):
    offer, by = claim.gig.opportunity, owner_of(claim.gig.client)
    gig_services.cancel_opportunity(opportunity=offer, why="Over.", by=by, at=at)


def hold(claim, at):
    gig_services.hold_gig(gig=claim.gig, why="Pause.", by=owner_of(claim.gig.client), at=at)


WAYS = [cancel_slot, end, call_off, hold]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("before", [HOUR, timedelta(0), -HOUR], ids=["before", "start", "after"])
def test_the_agent_is_paid_and_the_money_adds_up(way, before, claims):
    """One payment for the shift, out of what was set aside; with the end the rest is free."""
    way(claims[0], claims[0].slot.starts_at - before)
    check_deferred_constraints()
    paise = (4 if before >= timedelta(0) else 3) * 300_00
    found = Payment.objects.get()
    assert (found.kind, found.gross_paise, found.source_id) == ("LATE_CANCEL", paise, claims[0].pk)
    assert invariants.check_money() == []


def test_the_whole_gig_can_be_cancelled_late(claims):
    """Shift after shift: the gig earns its full pay and no more."""
    for claim in claims:
        cancel_slot(claim, claim.slot.starts_at - HOUR)
    check_deferred_constraints()
    assert sum(row.gross_paise for row in Payment.objects.all()) == claims[0].gig.full_pay_paise
    assert invariants.check_money() == []


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_bonus_comes_out_of_the_reserve(is_ended, claims):
    """It is paid with the end of the shift or of the gig, and the money adds up."""
    claim, other = claims
    release_claim(claim=other, by=other.agent.user, at=NOON)
    raise_bonus(
        slot=claim.slot, bonus_paise=50_00, cost_paise=COST, by=owner_of(claim.gig.client), at=NOON
    )
    work_hours(claim, 2 * HOUR)
    if is_ended:
        end(claim, claim.slot.starts_at + 3 * HOUR)
    maintenance.sweep(at=claim.slot.ends_at)
    check_deferred_constraints()
    found = Payment.objects.get()
    assert (found.kind, found.gross_paise) == ("BONUS", 2 * 50_00)
    assert invariants.check_money() == []
