"""Concurrency: rules hold when requests run at the same time in threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.security import locks
from conftest import NOON, make_user
from gigs import notifications, signals
from gigs.applications import services as application_services
from gigs.cancellations import services as slot_changes
from gigs.clients import members
from gigs.models import Application, Gig, Project, Slot, Work, WorkSession
from gigs.opportunities import services as opportunity_services
from gigs.shifts import services as shift_services
from gigs.slots import claims, openings, receipts, waitlist
from gigs.tests.disputes.cases import dispute_of
from gigs.tests.support.marketplace import (
    cleared,
    hire,
    make_client,
    make_member,
    make_opportunity,
    make_project,
    make_slot,
    owner_of,
    seat,
)
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from tests.support.funding import seed_rates
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def at_noon() -> None:
    """Use the real clock, which threads waiting for a connection need."""


def run_concurrently(calls: list[Callable[[], object]]) -> list[str]:
    """Run functions in threads; return "done" or the refusal's code of each, sorted."""
    start = Barrier(len(calls), timeout=DEADLINE_SECONDS)

    def one(call: Callable[[], object]) -> str:
        try:
            start.wait()
            call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return sorted(pool.map(one, calls))


def claim_of(slot: Slot, agent: Any) -> Callable[[], object]:
    return lambda: claims.claim_slot(slot=slot, agent=agent, now=NOON)


@pytest.fixture
def shop(db: None) -> Any:
    client = make_client("Orchid Retail")
    make_member("Olga", client)
    return client


def test_one_agent_gets_the_last_seat(shop: Any):
    """Of six agents one gets the last place."""
    opportunity = make_opportunity(shop, headcount=6)
    slot = make_slot(opportunity, capacity=1)
    agents = [cleared(f"Agent{number}") for number in range(6)]
    for agent in agents:
        hire(agent, opportunity)
    assert (
        run_concurrently([claim_of(slot, agent) for agent in agents])
        == ["done"] + ["slot_full"] * 5
    )
    slot.refresh_from_db()
    assert (slot.taken, slot.claims.count()) == (1, 1)


def test_agent_gets_one_of_overlapping_slots(shop: Any):
    """Of four overlapping slots an agent gets one."""
    asha, slots = cleared("Asha"), []
    for number in range(4):
        client = make_client(f"Client {number}")
        make_member(f"Owner{number}", client)
        opportunity = make_opportunity(client)
        hire(asha, opportunity)
        slots.append(make_slot(opportunity))
    outcomes = run_concurrently([claim_of(slot, asha) for slot in slots])
    assert outcomes == ["already_busy"] * 3 + ["done"]


def test_the_same_slot_twice_is_one_claim(shop: Any):
    """A double click takes one seat."""
    opportunity, asha = make_opportunity(shop), cleared("Asha")
    hire(asha, opportunity)
    slot = make_slot(opportunity)
    assert run_concurrently([claim_of(slot, asha)] * 4) == ["already_busy"] * 3 + ["done"]


def test_releases_and_waitlists_lose_no_seat(shop: Any):
    """Agents who release, wait, offer and claim at once leave every seat with one holder."""
    opportunity = make_opportunity(shop, headcount=6)
    slot = make_slot(opportunity, capacity=3)
    agents = [cleared(f"Agent{number}") for number in range(6)]
    for agent in agents:
        hire(agent, opportunity)
    held = [seat(agent, slot) for agent in agents[:3]]
    for number, agent in enumerate(agents[3:]):
        waitlist.join(slot=slot, agent=agent, at=NOON + number * MINUTE)
    calls = [
        lambda claim=claim: claims.release_claim(claim=claim, by=claim.agent.user, at=NOON)
        for claim in held[:2]
    ]
    calls.append(lambda: claims.offer_swap(claim=held[2], by=agents[2].user, at=NOON))
    calls.append(lambda: waitlist.fill(slot=slot, at=NOON))
    assert run_concurrently(calls) == ["done"] * 4
    slot.refresh_from_db()
    seated = set(slot.claims.holding().values_list("agent", flat=True))
    assert (slot.taken, seated) == (3, {agent.pk for agent in agents[3:]})


def test_a_claim_holds_no_gig_while_it_waits_for_its_agent(shop: Any):
    """Who gives a seat to a waiting agent locks agent, then gig; a claim of theirs, too."""
    opportunity, asha = make_opportunity(shop), cleared("Asha")
    gig, slot = hire(asha, opportunity), make_slot(opportunity)
    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            locks.lock_agent(asha.pk)
            claiming = pool.submit(run_concurrently, [claim_of(slot, asha)])
            wait_until(somebody_waits_for_a_lock)
            assert Gig.objects.select_for_update(no_key=True, nowait=True).get(pk=gig.pk)
        assert claiming.result() == ["done"]


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None


def test_headcount_is_not_exceeded(shop: Any):
    """Of six applications accepted concurrently for two places two become gigs."""
    opportunity = make_opportunity(shop, headcount=2)
    found = [
        application_services.apply(
            opportunity=opportunity, agent=cleared(f"Agent{number}"), now=NOON
        )
        for number in range(6)
    ]
    by = owner_of(shop)

    def accepts(application: Application) -> Callable[[], object]:
        return lambda: application_services.accept(application=application, by=by, at=NOON)

    outcomes = run_concurrently([accepts(application) for application in found])
    assert outcomes == ["done"] * 2 + ["headcount_reached"] * 4
    assert Gig.objects.count() == 2


def test_accept_and_withdraw(shop: Any):
    """Of a concurrent acceptance and withdrawal one succeeds and the other is refused."""
    opportunity, asha = make_opportunity(shop), cleared("Asha")
    made = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    one, two = Application.objects.get(pk=made.pk), Application.objects.get(pk=made.pk)
    outcomes = run_concurrently(
        [
            lambda: application_services.accept(application=one, by=owner_of(shop), at=NOON),
            lambda: application_services.withdraw(application=two, by=asha.user, at=NOON),
        ]
    )
    assert outcomes == ["done", "wrong_state"]
    made.refresh_from_db()
    assert Gig.objects.exists() == (made.state == "ACCEPTED")


def test_double_application(shop: Any):
    """A double click makes one application."""
    opportunity, asha = make_opportunity(shop), cleared("Asha")

    def applies() -> object:
        return application_services.apply(opportunity=opportunity, agent=asha, now=NOON)

    assert run_concurrently([applies] * 4) == ["applied_already"] * 3 + ["done"]


def test_double_clock_in(shop: Any):
    """Clocking in on two devices opens one session."""
    opportunity, asha = make_opportunity(shop), cleared("Asha")
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    start = claim.slot.starts_at

    def clocks_in() -> object:
        fresh = type(claim).objects.get(pk=claim.pk)
        return shift_services.clock_in(claim=fresh, by=asha.user, at=start)

    assert run_concurrently([clocks_in] * 4) == ["already_clocked_in"] * 3 + ["done"]
    assert WorkSession.objects.count() == 1


def test_budget_is_not_exceeded(shop: Any):
    """Of five opportunities published concurrently the budget allows two."""
    project = make_project(shop, budget_paise=300_00 * 40 * 3 * 2)
    drafts = [make_opportunity(shop, project=project, publish=False) for _ in range(5)]
    by = owner_of(shop)

    def publishes(draft: Any) -> Callable[[], object]:
        return lambda: opportunity_services.publish(opportunity=draft, by=by, at=NOON)

    outcomes = run_concurrently([publishes(draft) for draft in drafts])
    assert outcomes == ["budget_too_small"] * 3 + ["done"] * 2
    project = Project.objects.get(pk=project.pk)
    assert project.promised_paise == project.budget_paise


def test_work_is_approved_once(shop: Any):
    """A concurrent approval by the client and the sweep creates one payment."""
    fixed = make_opportunity(shop, pay_kind="FIXED", hours_each=0)
    gig = hire(cleared("Asha"), fixed)
    made = work_services.submit_work(gig=gig, summary="x", by=gig.agent.user, at=NOON)
    heard: list[Any] = []

    def listen(work: Work, **kwargs: object) -> None:
        heard.append(work.pk)

    late = made.auto_approved_at
    member = shop.members.get()

    def click() -> object:
        work = Work.objects.get(pk=made.pk)
        return work_services.approve_work(work=work, member=member, at=late)

    def sweep() -> object:
        return work_services.auto_approve(work=Work.objects.get(pk=made.pk), at=late)

    others, signals.work_approved.receivers = signals.work_approved.receivers, []
    signals.work_approved.sender_receivers_cache.clear()
    signals.work_approved.connect(listen)
    try:
        outcomes = run_concurrently([click, sweep, sweep])
    finally:
        signals.work_approved.receivers = others
        signals.work_approved.sender_receivers_cache.clear()
    assert outcomes in (["done"] * 3, ["done", "done", "wrong_state"])
    assert heard == [made.pk]


def test_hours_are_submitted_once(shop: Any):
    """A double submission of hours creates one work."""
    opportunity, asha = make_opportunity(shop), cleared("Asha")
    gig = hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    session = shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at)
    shift_services.clock_out(session=session, at=claim.slot.ends_at)

    def hands_in() -> object:
        return work_services.submit_work(gig=gig, summary="x", by=asha.user, at=claim.slot.ends_at)

    assert run_concurrently([hands_in] * 3) == ["done"] + ["nothing_worked"] * 2
    assert Work.objects.count() == 1


def test_claims_and_cancelling_the_slot(shop: Any):
    """Each seat is refused, or cancelled and its agent told; none stays on a cancelled slot."""
    opportunity = make_opportunity(shop, headcount=4)
    slot = make_slot(opportunity, capacity=4)
    agents = [cleared(name) for name in ("Asha", "Nila", "Farida", "Sunita")]
    for agent in agents:
        hire(agent, opportunity)
    seat(agents[0], slot)

    def cancel() -> None:
        slot_changes.change_seats(
            slot=slot, seats=0, why="Closed.", cost_paise=0, by=owner_of(shop), at=NOON
        )

    outcomes = run_concurrently([cancel, *(claim_of(slot, agent) for agent in agents[1:])])
    assert set(outcomes) <= {"done", "slot_full", "slot_cancelled", "wrong_state"}
    if "wrong_state" in outcomes:
        cancel()
    slot.refresh_from_db()
    assert (slot.taken, slot.capacity) == (0, 0)
    assert not slot.claims.holding().exists()


def test_claims_and_opening_in_steps(shop: Any):
    """Whoever claims while the slots are opened has the seat before, or waits for the step."""
    opportunity = make_opportunity(shop, headcount=4)
    slot = make_slot(opportunity, capacity=4)
    agents = [cleared(name) for name in ("Asha", "Nila", "Farida", "Sunita")]
    for agent in agents:
        hire(agent, opportunity)
    steps = openings.Steps(NOON + MINUTE, hours_between=24, steps=2, cap=1)

    def open_slots() -> None:
        openings.open_in_steps(
            opportunity=opportunity, slots=[slot.pk], steps=steps, by=owner_of(shop), now=NOON
        )

    outcomes = run_concurrently([open_slots, *(claim_of(slot, agent) for agent in agents)])
    slot.refresh_from_db()
    if slot.opening_id:
        assert outcomes == ["done"] + ["step_not_open"] * 4
    else:
        assert outcomes == ["already_opened"] + ["done"] * 4
    assert receipts.findings() == []


def test_a_part_is_disputed_and_granted_at_the_same_time():
    """One of them comes first, and the other is refused; neither waits for the other's locks."""
    seed_rates()
    orchid = make_client("Orchid Retail")
    member = make_member("Olga", orchid)
    fixed = make_opportunity(
        orchid, pay_kind="FIXED", rate_paise=5_000_00, hours_each=0, headcount=4
    )
    for name in ("Asha", "Ravi", "Farah", "Nila"):
        gig = hire(cleared(name), fixed)
        work = work_services.submit_work(gig=gig, summary="Scored", by=gig.agent.user, at=NOON)
        refused = refused_parts.Refused("QUALITY", "Page 2 is wrong.", amount_paise=100_00)
        refused_parts.approve_in_part(work=work, refused=[refused], member=member, at=NOON)
        part = work.refused_parts.get()
        results = run_concurrently(
            [
                partial(refused_parts.grant_part, part=part, member=member, at=NOON),
                partial(dispute_of, part),
            ]
        )
        assert results == ["done", "part_settled"]
        part.refresh_from_db()
        assert part.disputes.exists() == (part.state == "DISPUTED")


def test_two_invitations_are_accepted_at_the_same_time(monkeypatch: Any):
    """Nobody acts for two clients: the second one is refused like one that comes later."""
    invited = make_user("Nisha")
    tokens = []
    monkeypatch.setattr(
        notifications, "member_invited", lambda link, **facts: tokens.append(link.split("/")[-2])
    )
    for name, owner in (("Orchid Retail", "Olga"), ("Marigold Foods", "Rosa")):
        by = make_member(owner, make_client(name))
        members.invite(
            member=by, email=invited.email, role="VIEWER", site="https://example.com", at=NOON
        )
    barrier = Barrier(2, timeout=DEADLINE_SECONDS)
    check = members.check_invited

    def checked(invitation: Any, user: Any) -> None:
        check(invitation, user)
        barrier.wait()

    monkeypatch.setattr(members, "check_invited", checked)
    results = run_concurrently(
        [partial(members.accept_invitation, token=token, user=invited, at=NOON) for token in tokens]
    )
    assert results == sorted([members.ActsForAnother.code, "done"])
    assert invited.memberships.count() == 1
