"""An agent gives up a gig, or the platform ends it: the place is open again."""

from typing import Any

import pytest
from django.urls import reverse

from conftest import NOON
from gigs.engagements import leaving
from gigs.engagements import services as gig_services
from gigs.models import Claim
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
)
from hitouch.core.models import OutboxMessage

LEAVE = ["gigs:leave-gig", "api:gigs:leave-gig"]


@pytest.mark.parametrize("url_name", LEAVE)
def test_place_is_open_again(url_name: str, asha: Any, orchid: Any, browser: Any):
    """A filled opportunity opens, another agent takes the place, and the client is told."""
    offer = make_opportunity(orchid, headcount=1)
    gig = hire(asha, offer)
    offer.refresh_from_db()
    assert (offer.state, offer.filled) == ("FILLED", 1)
    post_to(browser(asha), url_name, gig.pk, reason="I have moved.")
    offer.refresh_from_db()
    gig.refresh_from_db()
    assert (offer.state, offer.filled, gig.has_ended) == ("OPEN", 0, True)
    assert gig.events.get().why == "I have moved."
    assert OutboxMessage.objects.filter(template="gigs/gig_left").count() == 2
    assert hire(cleared("Nila"), offer).is_active


def test_client_that_ends_a_gig_keeps_the_money(asha: Any, orchid: Any):
    """Only the agent's side and the platform free the place by themselves."""
    offer = make_opportunity(orchid, headcount=1)
    gig_services.end_gig(gig=hire(asha, offer), why="Enough.", by=owner_of(orchid), at=NOON)
    offer.refresh_from_db()
    assert (offer.state, offer.filled) == ("FILLED", 1)


def test_place_stays_closed_with_its_opportunity(asha: Any, orchid: Any, owner: Any, browser: Any):
    """After the close nobody can follow, so the gig is simply ended."""
    offer = make_opportunity(orchid, headcount=1)
    gig = hire(asha, offer)
    post_to(browser(owner), "gigs:client-close", offer.pk)
    post_to(browser(asha), "gigs:leave-gig", gig.pk, reason="I have moved.")
    gig.refresh_from_db()
    assert gig.state == "CANCELLED"


def test_closing_the_account_frees_the_place(asha: Any, orchid: Any):
    """The end of an account is not the client's doing."""
    offer = make_opportunity(orchid, headcount=1)
    leaving.end_for_platform(gig=hire(asha, offer), why="Account closed.", at=NOON)
    offer.refresh_from_db()
    assert (offer.state, offer.filled) == ("OPEN", 0)


def test_near_shifts_count_as_late(asha: Any, opportunity: Any, browser: Any, at_noon: Any):
    """Shifts are released; one within 48 hours is late, one after that is not."""
    gig = hire(asha, opportunity)
    near, far = make_slot(opportunity, DAY), make_slot(opportunity, 4 * DAY)
    seat(asha, near)
    seat(asha, far)
    at_noon.move_to(NOON + HOUR)
    post_to(browser(asha), "gigs:leave-gig", gig.pk, reason="I have moved.")
    late = {row.slot_id: row.is_late_release for row in Claim.objects.filter(state="RELEASED")}
    assert late == {near.pk: True, far.pk: False}


def test_a_shift_at_work_is_worked_first(asha: Any, opportunity: Any, browser: Any, at_noon: Any):
    """Who has clocked in does not slip out of it either, also not during a break."""
    gig = hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity, DAY))
    session = shift_services.clock_in(claim=claim, by=asha.user, at=NOON + DAY)
    at_noon.move_to(NOON + DAY + HOUR)
    answer = post_to(browser(asha), "api:gigs:leave-gig", gig.pk, reason="I have moved.")
    assert problem(answer) == (409, "shift_has_begun")
    shift_services.start_break(session=session, at=NOON + DAY + HOUR)
    answer = post_to(browser(asha), "api:gigs:leave-gig", gig.pk, reason="I have moved.")
    assert problem(answer) == (409, "shift_has_begun")


def test_begun_shift_is_worked_first(asha: Any, opportunity: Any, browser: Any, at_noon: Any):
    """Nobody slips out of a shift that has begun."""
    gig = hire(asha, opportunity)
    seat(asha, make_slot(opportunity, DAY))
    at_noon.move_to(NOON + DAY + HOUR)
    answer = post_to(browser(asha), "api:gigs:leave-gig", gig.pk, reason="I have moved.")
    assert problem(answer) == (409, "shift_has_begun")
    page = post_to(browser(asha), "gigs:leave-gig", gig.pk, reason="I have moved.")
    assert "has begun" in page.content.decode()


def test_reason_is_needed(asha: Any, opportunity: Any, browser: Any):
    """Page and API refuse to leave without a reason, and twice."""
    gig = hire(asha, opportunity)
    assert post_to(browser(asha), "api:gigs:leave-gig", gig.pk).status_code == 422
    assert post_to(browser(asha), "gigs:leave-gig", gig.pk).context["form"].errors
    post_to(browser(asha), "gigs:leave-gig", gig.pk, reason="I have moved.")
    again = post_to(browser(asha), "api:gigs:leave-gig", gig.pk, reason="I have moved.")
    assert problem(again) == (409, "wrong_state")


@pytest.mark.parametrize("url_name", LEAVE)
def test_only_the_agent_leaves(url_name: str, asha: Any, opportunity: Any, outsiders: Any):
    """The gig of another agent is not found."""
    gig = hire(asha, opportunity)
    url = reverse(url_name, args=[gig.pk])
    found = {who: each.post(url).status_code for who, each in outsiders.items()}
    assert found["another agent"] == 404
    assert found["another client"] == found["staff"] == 403
    assert found["nobody"] in (302, 401)
