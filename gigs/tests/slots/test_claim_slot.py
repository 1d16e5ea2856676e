"""Claiming a slot and releasing the claim, on pages and over the API."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from accounts.models import Agent
from conftest import NOON
from gigs.models import Claim, Slot
from gigs.slots import claims
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_member,
    make_opportunity,
    make_slot,
    message_of,
    post_to,
    problem,
    seat,
)
from hitouch.core.db import state_machine
from hitouch.core.models import OutboxMessage
from onboarding.signals import agent_suspended
from tests.support.funding import fund


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
    fund(rival)
    elsewhere = make_opportunity(rival)
    hire(gig.agent, elsewhere)
    seat(gig.agent, make_slot(elsewhere, 3 * DAY + 3 * HOUR))


def level_too_low(gig: Any, slot: Any) -> None:
    type(gig.agent).objects.filter(pk=gig.agent.pk).update(level="A2")


def not_cleared(gig: Any, slot: Any) -> None:
    type(gig.agent).objects.filter(pk=gig.agent.pk).update(level="")


def hours_spent(gig: Any, slot: Any) -> None:
    for number in range(10):
        seat(gig.agent, make_slot(gig.opportunity, DAY * (4 + number)))


def gig_not_active(gig: Any, slot: Any) -> None:
    move = state_machine.transition
    move(gig, to="COMPLETED", by=None, at=NOON)


REFUSALS = [slot_full, already_busy, level_too_low, not_cleared, hours_spent, gig_not_active]


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_claim_is_refused(arrange: Any, asha: Any, gig: Any, slot: Any, browser: Any):
    """Page and API refuse with the same message, and no claim is created."""
    arrange(gig, slot)
    answer = post_to(browser(asha), "api:gigs:claim-slot", slot.pk)
    page = post_to(browser(asha), "gigs:claim-slot", slot.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)
    assert not asha.claims.filter(slot=slot).exists()


@pytest.mark.parametrize("url_name", ["gigs:claim-slot", "api:gigs:claim-slot"])
def test_ended_slot_is_refused(url_name: str, asha: Any, slot: Any, browser: Any, at_noon: Any):
    """A slot can be claimed until it ends."""
    at_noon.move_to(slot.ends_at)
    post_to(browser(asha), url_name, slot.pk)
    assert not asha.claims.exists()


@pytest.mark.parametrize("url_name", ["gigs:claim-slot", "api:gigs:claim-slot"])
def test_claim_is_created(url_name: str, asha: Any, slot: Any, browser: Any):
    """The claim has the slot's hours, and the slot counts it."""
    assert post_to(browser(asha), url_name, slot.pk).status_code in (201, 302)
    slot.refresh_from_db()
    claim = asha.claims.get()
    assert (claim.state, slot.taken) == ("HELD", 1)
    assert (claim.during.lower, claim.during.upper) == (slot.starts_at, slot.ends_at)
    assert claim.events.get().became == "HELD"


def test_adjacent_slots_do_not_overlap(asha: Any, gig: Any, slot: Any):
    """A slot may start when another ends."""
    seat(asha, slot)
    assert seat(asha, make_slot(gig.opportunity, 3 * DAY + 4 * HOUR))


@pytest.mark.parametrize("url_name", ["gigs:claim-slot", "api:gigs:claim-slot"])
def test_only_agents_of_the_gig_find_its_slots(url_name: str, slot: Any, outsiders: Any):
    """Slots are not found by agents without the gig."""
    assert post_to(outsiders["another agent"], url_name, slot.pk).status_code == 404
    assert post_to(outsiders["another client"], url_name, slot.pk).status_code == 403
    assert post_to(outsiders["staff"], url_name, slot.pk).status_code == 403
    assert post_to(outsiders["nobody"], url_name, slot.pk).status_code in (302, 401)


@pytest.mark.parametrize(("before", "late"), [(48 * HOUR, False), (48 * HOUR - HOUR, True)])
def test_late_release_is_recorded(
    before: Any, late: bool, asha: Any, slot: Any, browser: Any, at_noon: Any
):
    """A release less than 48 hours before the start counts as late."""
    claim = seat(asha, slot)
    at_noon.move_to(slot.starts_at - before)
    answer = post_to(browser(asha), "api:gigs:release-claim", claim.pk)
    slot.refresh_from_db()
    assert answer.json()["is_late_release"] is late
    assert (answer.json()["state"], slot.taken) == ("RELEASED", 0)


def test_no_release_after_the_start(asha: Any, slot: Any, browser: Any, at_noon: Any):
    """Page and API refuse a release after the start."""
    claim = seat(asha, slot)
    at_noon.move_to(slot.starts_at)
    answer = post_to(browser(asha), "api:gigs:release-claim", claim.pk)
    page = post_to(browser(asha), "gigs:release-claim", claim.pk)
    assert problem(answer) == (409, "release_too_late")
    assert answer.json()["detail"] in message_of(page)


def test_released_claim_cannot_be_released_again(asha: Any, slot: Any, browser: Any):
    """A released claim cannot be released again."""
    claim = seat(asha, slot)
    post_to(browser(asha), "gigs:release-claim", claim.pk)
    answer = post_to(browser(asha), "api:gigs:release-claim", claim.pk)
    assert problem(answer) == (409, "wrong_state")


def test_released_slot_can_be_claimed_again(asha: Any, slot: Any):
    """A released place can be claimed again, also by the same agent."""
    claims.release_claim(claim=seat(asha, slot), by=asha.user, at=NOON)
    assert seat(asha, slot).is_held


@pytest.mark.parametrize("url_name", ["gigs:release-claim", "api:gigs:release-claim"])
def test_only_the_agent_releases_a_claim(url_name: str, asha: Any, slot: Any, outsiders: Any):
    """The claim of another agent is not found."""
    claim = seat(asha, slot)
    assert post_to(outsiders["another agent"], url_name, claim.pk).status_code == 404
    assert post_to(outsiders["staff"], url_name, claim.pk).status_code == 403
    assert post_to(outsiders["nobody"], url_name, claim.pk).status_code in (302, 401)


def test_suspension_releases_upcoming_claims(asha: Any, slot: Any):
    """Upcoming claims of a suspended agent are released."""
    seat(asha, slot)
    agent_suspended.send(sender=Agent, agent=asha)
    slot.refresh_from_db()
    assert (asha.claims.get().state, slot.taken) == ("RELEASED", 0)


def test_agents_of_released_claims_are_notified_once(asha: Any, slot: Any, gig: Any):
    """The agent and those who act for the client get one mail each, with all shifts."""
    later = make_slot(gig.opportunity, 5 * DAY)
    seat(asha, slot)
    seat(asha, later)
    make_member("Vidya", gig.client, role="VIEWER")
    OutboxMessage.objects.all().delete()
    for _ in range(2):
        agent_suspended.send(sender=Agent, agent=asha)
    to_agent = OutboxMessage.objects.get(template="gigs/shifts_released")
    to_clients = OutboxMessage.objects.filter(template="gigs/seats_open_again")
    acting = gig.client.members.exclude(role="VIEWER").select_related("user")
    assert to_agent.to == asha.user.contact
    assert {mail.to for mail in to_clients} == {member.user.contact for member in acting}
    assert len(to_clients) == len(acting)
    for mail in (to_agent, *to_clients):
        assert mail.body.count("Chat desk") == 2
    assert asha.name not in to_clients[0].body


def test_a_claim_released_meanwhile_stays_released(asha: Any, slot: Any):
    """A loss of clearance passes over claims that the agent has released already."""
    claim = seat(asha, slot)
    claims.release_claim(claim=claim, by=asha.user, at=NOON)
    assert claims.release_all(agent=asha, at=NOON, why="lost") == 0


def test_database_refuses_overlapping_claims(asha: Any, gig: Any, slot: Any):
    """The database refuses overlapping claims of one agent."""
    seat(asha, slot)
    clash = make_slot(gig.opportunity, 3 * DAY + HOUR)
    hours = DateTimeTZRange(clash.starts_at, clash.ends_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(slot=clash, gig=gig, agent=asha, during=hours)


def test_database_refuses_too_many_claims(asha: Any, gig: Any, slot: Any):
    """The database counts claims and refuses more than the capacity."""
    Slot.objects.filter(pk=slot.pk).update(capacity=1)
    seat(asha, slot)
    bina = hire(cleared("Bina"), gig.opportunity)
    hours = DateTimeTZRange(slot.starts_at, slot.ends_at)
    with pytest.raises(IntegrityError, match="never_oversold"), transaction.atomic():
        Claim.objects.create(slot=slot, gig=bina, agent=bina.agent, during=hours)


def test_gig_page_shows_claimable_slots(asha: Any, gig: Any, slot: Any, browser: Any):
    """A free slot has a button, a claimed one a badge."""
    url = reverse("gigs:gig", args=[gig.pk])
    assert "Claim shift" in browser(asha).get(url).content.decode()
    seat(asha, slot)
    page = browser(asha).get(url).content.decode()
    assert "Claim shift" not in page
    assert "Release" in page
