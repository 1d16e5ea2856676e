"""Taking a seat on a slot and giving it back, at both doors."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from gigs.models import Claim, Slot
from gigs.services import claims as services
from gigs.tests.conftest import (
    DAY,
    HOUR,
    cleared,
    hire,
    knock,
    make_opportunity,
    make_slot,
    problem,
    said,
    seat,
)
from hitouch.core.db import state_machine
from onboarding.signals import agent_suspended


@pytest.fixture
def gig(asha: Any, opportunity: Any) -> Any:
    return hire(asha, opportunity)


@pytest.fixture
def slot(gig: Any) -> Slot:
    return make_slot(gig.opportunity)


def slot_full(gig: Any, slot: Any) -> None:
    for name in ("Bina", "Chand"):
        agent = cleared(name)
        hire(agent, slot.opportunity)
        seat(agent, slot)


def already_busy(gig: Any, slot: Any) -> None:
    rival = gig.client.__class__.objects.create(name="Rival")
    rival.members.create(
        user=gig.client.members.get(role="OWNER").user.__class__.objects.create(
            email="rival@example.com"
        ),
        role="OWNER",
    )
    elsewhere = make_opportunity(rival)
    hire(gig.agent, elsewhere)
    seat(gig.agent, make_slot(elsewhere, 3 * DAY + 3 * HOUR))


def level_too_low(gig: Any, slot: Any) -> None:
    type(gig.agent).objects.filter(pk=gig.agent.pk).update(level="A2")


def not_cleared(gig: Any, slot: Any) -> None:
    type(gig.agent).objects.filter(pk=gig.agent.pk).update(level="")


def hours_spent(gig: Any, slot: Any) -> None:
    for number in range(10):
        seat(gig.agent, make_slot(gig.opportunity, DAY * 4 + number * 4 * HOUR))


def gig_not_active(gig: Any, slot: Any) -> None:
    move = state_machine.transition
    move(gig, to="COMPLETED", by=None, at=NOON)


REFUSALS = [slot_full, already_busy, level_too_low, not_cleared, hours_spent, gig_not_active]


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_both_doors_refuse(arrange: Any, asha: Any, gig: Any, slot: Any, browser: Any):
    """The page and the API refuse with the same words, and no seat is taken."""
    arrange(gig, slot)
    answer = knock(browser(asha), "api:gigs:claim-slot", slot.pk)
    page = knock(browser(asha), "gigs:claim-slot", slot.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in said(page)
    assert not asha.claims.filter(slot=slot).exists()


@pytest.mark.parametrize("door", ["gigs:claim-slot", "api:gigs:claim-slot"])
def test_a_slot_that_is_over_is_refused(
    door: str, asha: Any, slot: Any, browser: Any, at_noon: Any
):
    """A seat can be taken until the end, not after."""
    at_noon.move_to(slot.ends_at)
    knock(browser(asha), door, slot.pk)
    assert not asha.claims.exists()


@pytest.mark.parametrize("door", ["gigs:claim-slot", "api:gigs:claim-slot"])
def test_a_seat_is_taken(door: str, asha: Any, slot: Any, browser: Any):
    """The claim carries the slot's hours, and the slot counts it."""
    assert knock(browser(asha), door, slot.pk).status_code in (201, 302)
    slot.refresh_from_db()
    claim = asha.claims.get()
    assert (claim.state, slot.taken) == ("HELD", 1)
    assert (claim.during.lower, claim.during.upper) == (slot.starts_at, slot.ends_at)
    assert claim.events.get().became == "HELD"


def test_touching_hours_do_not_meet(asha: Any, gig: Any, slot: Any):
    """A slot may begin at the moment another ends."""
    seat(asha, slot)
    assert seat(asha, make_slot(gig.opportunity, 3 * DAY + 4 * HOUR))


@pytest.mark.parametrize("door", ["gigs:claim-slot", "api:gigs:claim-slot"])
def test_strangers_take_no_seat(door: str, slot: Any, strangers: Any):
    """Only agents of the gig find its slots."""
    assert knock(strangers["another agent"], door, slot.pk).status_code == 404
    assert knock(strangers["another client"], door, slot.pk).status_code == 403
    assert knock(strangers["staff"], door, slot.pk).status_code == 403
    assert knock(strangers["nobody"], door, slot.pk).status_code in (302, 401)


@pytest.mark.parametrize(("before", "late"), [(48 * HOUR, False), (48 * HOUR - HOUR, True)])
def test_release_is_free_until_48_hours_before(
    before: Any, late: bool, asha: Any, slot: Any, browser: Any, at_noon: Any
):
    """Later it is possible but counts."""
    claim = seat(asha, slot)
    at_noon.move_to(slot.starts_at - before)
    answer = knock(browser(asha), "api:gigs:release-claim", claim.pk)
    slot.refresh_from_db()
    assert answer.json()["is_late_release"] is late
    assert (answer.json()["state"], slot.taken) == ("RELEASED", 0)


def test_no_release_after_the_start(asha: Any, slot: Any, browser: Any, at_noon: Any):
    """At both doors."""
    claim = seat(asha, slot)
    at_noon.move_to(slot.starts_at)
    answer = knock(browser(asha), "api:gigs:release-claim", claim.pk)
    page = knock(browser(asha), "gigs:release-claim", claim.pk)
    assert problem(answer) == (409, "release_too_late")
    assert answer.json()["detail"] in said(page)


def test_given_back_twice_is_refused(asha: Any, slot: Any, browser: Any):
    """The second time there is nothing to give back."""
    claim = seat(asha, slot)
    knock(browser(asha), "gigs:release-claim", claim.pk)
    answer = knock(browser(asha), "api:gigs:release-claim", claim.pk)
    assert problem(answer) == (409, "wrong_state")


def test_a_released_seat_can_be_taken_again(asha: Any, slot: Any):
    """Also by the one who gave it back."""
    services.release_claim(claim=seat(asha, slot), by=asha.user, at=NOON)
    assert seat(asha, slot).is_held


@pytest.mark.parametrize("door", ["gigs:release-claim", "api:gigs:release-claim"])
def test_strangers_release_nothing(door: str, asha: Any, slot: Any, strangers: Any):
    """Another agent's claim is not found."""
    claim = seat(asha, slot)
    assert knock(strangers["another agent"], door, claim.pk).status_code == 404
    assert knock(strangers["staff"], door, claim.pk).status_code == 403
    assert knock(strangers["nobody"], door, claim.pk).status_code in (302, 401)


def test_who_is_suspended_keeps_no_seat(asha: Any, slot: Any):
    """When onboarding takes the clearance back, seats to come are free again."""
    seat(asha, slot)
    agent_suspended.send(sender=Agent, agent=asha)
    slot.refresh_from_db()
    assert (asha.claims.get().state, slot.taken) == ("RELEASED", 0)


def test_the_database_refuses_a_second_place_at_a_time(asha: Any, gig: Any, slot: Any):
    """The exclusion constraint has the last word, also for rows written by hand."""
    seat(asha, slot)
    clash = make_slot(gig.opportunity, 3 * DAY + HOUR)
    hours = DateTimeTZRange(clash.starts_at, clash.ends_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(slot=clash, gig=gig, agent=asha, during=hours)


def test_the_database_never_oversells(asha: Any, gig: Any, slot: Any):
    """The seats are counted by the database itself."""
    Slot.objects.filter(pk=slot.pk).update(capacity=1)
    seat(asha, slot)
    hours = DateTimeTZRange(slot.starts_at, slot.ends_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(slot=slot, gig=gig, agent=cleared("Bina"), during=hours)


def test_the_gig_page_shows_who_can_take_what(asha: Any, gig: Any, slot: Any, browser: Any):
    """A free slot has a button, one's own a badge."""
    url = reverse("gigs:gig", args=[gig.pk])
    assert "Claim shift" in browser(asha).get(url).content.decode()
    seat(asha, slot)
    page = browser(asha).get(url).content.decode()
    assert "Claim shift" not in page
    assert "Release" in page
