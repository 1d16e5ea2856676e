"""Waitlists, swaps and releases: a seat goes to the next who may work, and is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import NOON
from gigs import tasks
from gigs.models import Claim, Slot, WaitlistEntry
from gigs.models.slots import SEATED_UNTIL, SWAP_UNTIL
from gigs.slots import claims, waitlist
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    message_of,
    post_to,
    problem,
    seat,
)
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage

MINUTE = timedelta(minutes=1)
BOTH = pytest.mark.parametrize("api", ["", "api:"])


@pytest.fixture
def crew(orchid: Any) -> list[Any]:
    """Four agents of one opportunity."""
    opportunity = make_opportunity(orchid, headcount=4)
    agents = [cleared(name) for name in ("Asha", "Nila", "Farida", "Sunita")]
    for agent in agents:
        hire(agent, opportunity)
    return agents


@pytest.fixture
def slot(crew: Any) -> Slot:
    """A slot with one seat, which the first agent has."""
    made = make_slot(crew[0].gigs.get().opportunity, capacity=1)
    seat(crew[0], made)
    return made


def wait_for(slot: Slot, agents: Any, at: Any = NOON) -> list[WaitlistEntry]:
    return [
        waitlist.join(slot=slot, agent=agent, at=at + number * MINUTE)
        for number, agent in enumerate(agents)
    ]


def holder(slot: Slot) -> str:
    slot.refresh_from_db()
    held = list(slot.claims.holding())
    assert slot.taken == len(held) <= slot.capacity
    return ", ".join(claim.agent.given_name for claim in held)


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def release(slot: Slot, at: Any) -> Claim:
    claim = slot.claims.holding().get()
    return claims.release_claim(claim=claim, by=claim.agent.user, at=at)


def test_the_first_who_waits_gets_a_released_seat(slot: Slot, crew: Any):
    """In order of waiting, in the releasing transaction, and the release is not late."""
    wait_for(slot, crew[1:])
    released = release(slot, slot.starts_at - 20 * HOUR)
    assert (holder(slot), released.is_late_release) == ("Nila", False)
    release(slot, slot.starts_at - 19 * HOUR)
    assert holder(slot) == "Farida"
    assert OutboxMessage.objects.filter(template="gigs/seated_from_waitlist").count() == 2
    assert [row.state for row in slot.waitlist.order_by("queued_at")] == [
        "SEATED", "SEATED", "WAITING",
    ]  # fmt: skip


def test_who_may_not_work_makes_way(slot: Slot, crew: Any):
    """An agent with another shift at that time leaves the waitlist when it is their turn."""
    wait_for(slot, crew[1:])
    seat(crew[1], make_slot(crew[1].gigs.get().opportunity, slot.starts_at - NOON + HOUR))
    release(slot, slot.starts_at - 3 * DAY)
    assert holder(slot) == "Farida"
    entry = slot.waitlist.get(agent=crew[1])
    assert entry.state == "LEFT"
    assert "another shift" in entry.events.last().why


def test_late_release_without_a_waitlist(slot: Slot, crew: Any):
    """Late counts if nobody takes the seat; within five minutes of claiming it never does."""
    assert release(slot, slot.starts_at - HOUR).is_late_release
    late = slot.starts_at - 2 * HOUR
    claim = seat(crew[1], slot, at=late)
    Claim.objects.filter(pk=claim.pk).update(created_at=late)
    assert not release(slot, late + 5 * MINUTE).is_late_release
    claim = seat(crew[2], slot, at=late)
    Claim.objects.filter(pk=claim.pk).update(created_at=late)
    assert release(slot, late + 6 * MINUTE).is_late_release


def test_an_offered_seat_stays_until_it_is_taken(slot: Slot, crew: Any, at_noon: Any):
    """It is the agent's until another claims it; then both are told."""
    claim = slot.claims.get()
    claims.offer_swap(claim=claim, by=crew[0].user, at=NOON)
    assert holder(slot) == "Asha"
    claims.claim_slot(slot=slot, agent=crew[1], now=NOON)
    assert holder(slot) == "Nila"
    claim.refresh_from_db()
    assert (claim.state, claim.is_late_release) == ("RELEASED", False)
    assert OutboxMessage.objects.filter(template="gigs/swap_taken").count() == 1


def test_an_offer_goes_to_who_waits(slot: Slot, crew: Any):
    """With somebody on the waitlist the swap is done at once."""
    wait_for(slot, crew[1:2])
    claims.offer_swap(claim=slot.claims.get(), by=crew[0].user, at=NOON)
    assert holder(slot) == "Nila"


def test_an_offer_that_nobody_takes_ends(slot: Slot, crew: Any, at_noon: Any):
    """Two hours before the start the shift is the agent's again, who is told."""
    claim = slot.claims.get()
    claims.offer_swap(claim=claim, by=crew[0].user, at=NOON)
    at_noon.move_to(slot.starts_at - SWAP_UNTIL + MINUTE)
    tasks.sweep()
    claim.refresh_from_db()
    assert claim.state == "HELD"
    assert OutboxMessage.objects.filter(template="gigs/swap_not_taken").count() == 1
    late = slot.starts_at - SWAP_UNTIL + MINUTE
    assert code_of(lambda: claims.offer_swap(claim=claim, by=crew[0].user, at=late)) == (
        "swap_too_late"
    )


def test_an_offer_can_be_taken_back(slot: Slot, crew: Any):
    """While nobody took it."""
    claim = slot.claims.get()
    claims.offer_swap(claim=claim, by=crew[0].user, at=NOON)
    claims.withdraw_swap(claim=claim, by=crew[0].user, at=NOON)
    assert code_of(lambda: claims.claim_slot(slot=slot, agent=crew[1], now=NOON)) == "slot_full"


def test_the_sweep_fills_seats(slot: Slot, crew: Any, at_noon: Any):
    """More seats, or an agent who is shut out, give seats to who waits."""
    wait_for(slot, crew[1:])
    Slot.objects.filter(pk=slot.pk).update(capacity=2)
    claims.release_all(agent=crew[0], at=NOON, why="Suspended")
    tasks.sweep()
    assert holder(slot) == "Nila, Farida"


def test_nobody_jumps_the_waitlist(slot: Slot, crew: Any, at_noon: Any):
    """A seat that becomes free belongs to who waits; a later agent joins behind them."""
    wait_for(slot, crew[1:2])
    Slot.objects.filter(pk=slot.pk).update(capacity=2)
    assert code_of(lambda: claims.claim_slot(slot=slot, agent=crew[2], now=NOON)) == "slot_full"
    waitlist.join(slot=slot, agent=crew[2], at=NOON + MINUTE)
    tasks.sweep()
    assert holder(slot) == "Asha, Nila"


def test_a_seat_is_left_or_taken(slot: Slot, crew: Any):
    """Who leaves when it is too late is told, and the seat is theirs."""
    (entry,) = wait_for(slot, crew[1:2])
    release(slot, slot.starts_at - 20 * HOUR)
    assert code_of(lambda: waitlist.leave(entry=entry, by=crew[1].user, at=NOON)) == "wrong_state"
    assert holder(slot) == "Nila"


def test_a_waitlist_ends_before_the_shift(slot: Slot, crew: Any, at_noon: Any):
    """Nobody is seated without asking in the last twelve hours."""
    wait_for(slot, crew[1:2])
    late = slot.starts_at - SEATED_UNTIL + MINUTE
    release(slot, late)
    assert holder(slot) == ""
    at_noon.move_to(late)
    tasks.sweep()
    assert slot.waitlist.get().state == "EXPIRED"
    assert code_of(lambda: waitlist.join(slot=slot, agent=crew[2], at=late)) == "waitlist_closed"


def test_a_waitlist_is_for_full_slots(slot: Slot, crew: Any):
    """Once, on a full slot, by agents of the opportunity without another shift then."""
    wait_for(slot, crew[1:2])
    again = lambda agent: lambda: waitlist.join(slot=slot, agent=agent, at=NOON)  # noqa: E731
    assert code_of(again(crew[1])) == "already_waiting"
    assert code_of(again(crew[0])) == "already_busy"
    assert code_of(again(cleared("Ravi"))) == "not_yours"
    free = make_slot(slot.opportunity, 5 * DAY)
    assert code_of(lambda: waitlist.join(slot=free, agent=crew[1], at=NOON)) == "seats_are_free"


@pytest.mark.parametrize(
    ("starts", "refused"), [((0, 4, 8, 12), "a day"), ((0, 5, 10, 24, 29, 34), "a day")]
)
def test_rest(crew: Any, starts: Any, refused: str):
    """At most twelve hours of shifts a day, with all clients together."""
    opportunity = crew[0].gigs.get().opportunity
    first = timedelta(days=3, hours=-9)  # 3 am in India
    slots = [make_slot(opportunity, first + hours * HOUR) for hours in starts[:4]]
    for each in slots[:3]:
        seat(crew[0], each)
    with pytest.raises(Refusal, match="at most 12 hours a day"):
        seat(crew[0], make_slot(opportunity, first + 17 * HOUR))


def test_hours_of_a_week(orchid: Any):
    """At most sixty hours from Monday to Sunday, with all clients together."""
    asha = cleared("Asha")
    opportunity = make_opportunity(orchid, hours_each=200)
    hire(asha, opportunity)
    monday = timedelta(days=7, hours=-8)  # NOON is a Monday
    for day in range(5):
        for half in range(3):
            seat(asha, make_slot(opportunity, monday + day * DAY + half * 4 * HOUR))
    with pytest.raises(Refusal, match="at most 60 hours a week"):
        seat(asha, make_slot(opportunity, monday + 5 * DAY))
    seat(asha, make_slot(opportunity, monday + 7 * DAY))


@BOTH
def test_pages_and_api(api: str, slot: Slot, crew: Any, browser: Any, outsiders: Any):
    """Join, leave, offer and take back; strangers find nothing."""
    nila, asha = browser(crew[1]), browser(crew[0])
    claim = slot.claims.get()
    assert post_to(nila, api + "gigs:join-waitlist", slot.pk).status_code in (201, 302)
    entry = WaitlistEntry.objects.get()
    for name, pk in (
        ("join-waitlist", slot.pk), ("leave-waitlist", entry.pk), ("offer-swap", claim.pk),
        ("withdraw-swap", claim.pk),
    ):  # fmt: skip
        assert post_to(outsiders["another agent"], api + "gigs:" + name, pk).status_code == 404
        assert post_to(outsiders["nobody"], api + "gigs:" + name, pk).status_code in (302, 401)
    answer = post_to(nila, api + "gigs:join-waitlist", slot.pk)
    assert problem(answer) == (409, "already_waiting") if api else "already" in message_of(answer)
    post_to(nila, api + "gigs:leave-waitlist", entry.pk)
    entry.refresh_from_db()
    assert entry.state == "LEFT"
    post_to(asha, api + "gigs:offer-swap", claim.pk)
    claim.refresh_from_db()
    assert claim.state == "SWAP_OFFERED"
    post_to(asha, api + "gigs:withdraw-swap", claim.pk)
    claim.refresh_from_db()
    assert claim.state == "HELD"


def test_statements_of_a_claim(crew: Any):
    """A claim costs a fixed number of statements besides the checks of onboarding."""
    slot = make_slot(crew[0].gigs.get().opportunity)
    with CaptureQueriesContext(connection) as queries:
        claims.claim_slot(slot=slot, agent=crew[0], now=NOON)
    sql = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert [statement.split()[0] for statement in sql] == ["SELECT", "SELECT", "INSERT", "INSERT"]
