"""A client that cancels a shift late pays for it, by itself and before the press in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agent
from conftest import NOON
from gigs.cancellations import services as slot_changes
from gigs.engagements import late_cancellation
from gigs.engagements import services as gig_services
from gigs.models import Claim, EarnedAmount, Gig, Slot
from gigs.shifts import services as shift_services
from gigs.slots import claims, waitlist
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    message_of,
    owner_of,
    post_to,
    problem,
    seat,
)
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates

WHY = "The line is down."
BOTH = pytest.mark.parametrize("api", ["", "api:"])


@pytest.fixture(autouse=True)
def rates(db: None) -> None:
    """Rates, as on any running site."""
    seed_rates()


@pytest.fixture
def crew(orchid: Any) -> list[Agent]:
    """Three agents of one opportunity at 300 rupees an hour."""
    opportunity = make_opportunity(orchid, headcount=4)
    agents = [cleared(name) for name in ("Asha", "Nila", "Farida")]
    for agent in agents:
        hire(agent, opportunity)
    return agents


@pytest.fixture
def slot(crew: Any) -> Slot:
    """A shift of 6 hours with two seats, both claimed, the first agent's first."""
    opportunity = crew[0].gigs.get().opportunity
    made = make_slot(opportunity, ends_at=NOON + 3 * DAY + 6 * HOUR)
    for agent in crew[:2]:
        seat(agent, made)
    return made


def change(slot: Slot, seats: int, at: Any, cost_paise: int = 10**9, why: str = WHY) -> Any:
    by = owner_of(slot.opportunity.client)
    return slot_changes.change_seats(
        slot=slot, seats=seats, why=why, cost_paise=cost_paise, by=by, at=at
    )


def paid(agent: Agent) -> list[int]:
    found = EarnedAmount.objects.filter(gig__agent=agent, kind=EarnedAmount.Kind.LATE_CANCEL)
    return list(found.values_list("amount_paise", flat=True))


def states(slot: Slot) -> list[str]:
    return list(slot.claims.order_by("created_at").values_list("state", flat=True))


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


TIMES = [
    (24 * HOUR, 0),
    (24 * HOUR - timedelta(seconds=1), 4 * 300_00),
    (timedelta(seconds=1), 4 * 300_00),
    (timedelta(0), 6 * 300_00),
    (-2 * HOUR, 4 * 300_00),
    (-5 * HOUR - 59 * timedelta(minutes=1), 5_00),
]


@pytest.mark.parametrize(("before", "paise"), TIMES, ids=[str(before) for before, _ in TIMES])
def test_what_a_cancelled_shift_pays(before: Any, paise: int, crew: Any, slot: Any):
    """Nothing a day before, then up to 4 hours, and after the start all the rest of it."""
    done = change(slot, 0, at=slot.starts_at - before)
    assert done.cost_paise == 2 * paise
    assert states(slot) == ["CANCELLED", "CANCELLED"]
    assert paid(crew[0]) == paid(crew[1]) == ([paise] if paise else [])
    slot.refresh_from_db()
    assert (slot.taken, slot.capacity) == (0, 0)
    told = OutboxMessage.objects.filter(template="gigs/shift_cancelled")
    assert told.count() == 2
    assert all(WHY in message.body for message in told)
    assert not Claim.objects.filter(is_late_release=True).exists()


def test_a_running_shift_ends_and_its_rest_is_paid(crew: Any, slot: Any):
    """What was worked is paid as hours; who went home earlier gets nothing more."""
    one, two = slot.claims.order_by("created_at")
    for claim in (one, two):
        shift_services.clock_in(claim=claim, by=claim.agent.user, at=slot.starts_at)
    left = two.sessions.get()
    shift_services.clock_out(session=left, at=slot.starts_at + HOUR)
    change(slot, 0, at=slot.starts_at + 2 * HOUR)
    assert states(slot) == ["WORKED", "WORKED"]
    assert one.sessions.get().ended_at == slot.starts_at + 2 * HOUR
    assert (paid(crew[0]), paid(crew[1])) == ([4 * 300_00], [])
    slot.refresh_from_db()
    assert (slot.taken, slot.capacity) == (2, 2)


def test_fewer_seats_take_offered_ones_first_and_then_the_latest(crew: Any, slot: Any):
    """Seats that nobody has go before all."""
    Slot.objects.filter(pk=slot.pk).update(capacity=3)
    slot.refresh_from_db()
    assert change(slot, 2, at=NOON).cancelled == []
    slot.refresh_from_db()
    first = slot.claims.get(agent=crew[0])
    claims.offer_swap(claim=first, by=crew[0].user, at=NOON)
    change(slot, 1, at=slot.starts_at - HOUR)
    first.refresh_from_db()
    assert (first.state, sorted(states(slot))) == ("CANCELLED", ["CANCELLED", "HELD"])
    assert paid(crew[0]) == [4 * 300_00]
    slot.refresh_from_db()
    seat(crew[2], make_slot(slot.opportunity, 5 * DAY))
    shift_services.clock_in(
        claim=slot.claims.get(agent=crew[1]), by=crew[1].user, at=slot.starts_at
    )
    seat_back = change(slot, 2, at=slot.starts_at)
    assert seat_back.cost_paise == 0


def test_seats_at_work_are_not_cut(crew: Any, slot: Any):
    """Only the whole shift can be ended for agents who work."""
    for claim in slot.claims.all():
        shift_services.clock_in(claim=claim, by=claim.agent.user, at=slot.starts_at)
    slot.refresh_from_db()
    assert code_of(lambda: change(slot, 1, at=slot.starts_at)) == "seats_in_use"


def test_who_waits_is_told_that_the_shift_is_cancelled(crew: Any, slot: Any):
    """With the reason; nobody can join or claim afterwards, and the hours can be used again."""
    entry = waitlist.join(slot=slot, agent=crew[2], at=NOON)
    change(slot, 0, at=NOON)
    entry.refresh_from_db()
    assert (entry.state, entry.events.last().why) == ("LEFT", slot_changes.CANCELLED)
    (told,) = OutboxMessage.objects.filter(template="gigs/taken_off_waitlists")
    assert slot_changes.CANCELLED in told.body
    assert code_of(lambda: seat(crew[2], slot)) == "slot_cancelled"
    assert code_of(lambda: change(slot, 0, at=NOON)) == "slot_over"
    again = make_slot(slot.opportunity, ends_at=slot.ends_at)
    seat(crew[0], again)


def test_the_client_agrees_to_the_cost(crew: Any, slot: Any):
    """A cost that grew meanwhile is refused with the new one; a lower one is not."""
    late = slot.starts_at - HOUR
    assert code_of(lambda: change(slot, 0, at=late, cost_paise=0)) == "cost_changed"
    assert code_of(lambda: change(slot, 0, at=late, why=" ")) == "reason_missing"
    assert states(slot) == ["HELD", "HELD"]
    change(slot, 0, at=late, cost_paise=2 * 4 * 300_00)


def test_a_paid_cancellation_counts_for_the_hours_of_the_gig(orchid: Any):
    """So that a gig never earns more than was set aside for it."""
    opportunity = make_opportunity(orchid, hours_each=8, headcount=1)
    agent = cleared("Asha")
    hire(agent, opportunity)
    one, two = make_slot(opportunity), make_slot(opportunity, 4 * DAY)
    seat(agent, one)
    seat(agent, two)
    change(one, 0, at=one.starts_at - HOUR)
    three = make_slot(opportunity, 5 * DAY)
    assert code_of(lambda: seat(agent, three)) == "hours_spent"
    change(two, 0, at=two.starts_at - HOUR)
    assert paid(agent) == [4 * 300_00, 4 * 300_00]
    assert code_of(lambda: seat(agent, three)) == "hours_spent"


def test_a_fixed_price_has_no_hours_to_pay(orchid: Any):
    """Its shifts cost nothing to cancel."""
    opportunity = make_opportunity(orchid, pay_kind="FIXED", rate_paise=5000_00, hours_each=0)
    agent = cleared("Asha")
    hire(agent, opportunity)
    slot = make_slot(opportunity)
    seat(agent, slot)
    assert change(slot, 0, at=slot.starts_at).cost_paise == 0


def _end(gig: Gig, **facts: Any) -> None:
    gig_services.end_gig(gig=gig, **facts)


def _replace(gig: Gig, **facts: Any) -> None:
    gig_services.replace_gig(gig=gig, **facts)


def _hold(gig: Gig, **facts: Any) -> None:
    gig_services.hold_gig(gig=gig, **facts)


def _call_off(gig: Gig, **facts: Any) -> None:
    gig_services.cancel_opportunity(opportunity=gig.opportunity, **facts)


@pytest.mark.parametrize("end", [_end, _replace, _hold, _call_off], ids=lambda f: f.__name__)
def test_ending_or_holding_a_gig_pays_for_shifts_that_start_soon(end: Any, crew: Any, slot: Any):
    """Later shifts are cancelled without pay, or kept on hold."""
    later = make_slot(slot.opportunity, 6 * DAY)
    seat(crew[0], later)
    gig = crew[0].gigs.get()
    owner = owner_of(gig.client)
    end(gig, why=WHY, by=owner, at=slot.starts_at - HOUR)
    assert paid(crew[0]) == [4 * 300_00]
    assert slot.claims.get(agent=crew[0]).state == "CANCELLED"
    assert later.claims.get().state == ("HELD" if end is _hold else "CANCELLED")


def test_leaving_by_the_agent_or_the_platform_pays_nothing(crew: Any, slot: Any):
    """An agent who closes the account is not paid for shifts that nobody cancelled."""
    gig = crew[0].gigs.get()
    gig_services.end_gig(gig=gig, why="Left.", by=None, at=slot.starts_at - HOUR)
    assert paid(crew[0]) == []
    assert slot.claims.get(agent=crew[0]).state == "RELEASED"


@BOTH
def test_cancelling_by_page_and_api(api: str, crew: Any, slot: Any, browser: Any, owner: Any,
                                    viewer: Any, outsiders: Any, at_noon: Any):  # fmt: skip
    """The cost is shown first; strangers and viewers cannot see or do it."""
    at_noon.move_to(slot.starts_at - HOUR)
    name = api + ("gigs:client-slot-seats" if api else "gigs:client-slot")
    url = reverse(name, args=[slot.pk])
    body = {"seats": 0, "reason": WHY, "cost_paise": 2400_00}
    for who, outsider in {**outsiders, "viewer": browser(viewer)}.items():
        for answer in (outsider.get(url), post_to(outsider, name, slot.pk, **body)):
            assert answer.status_code in (302, 401, 403, 404), who
    olga = browser(owner)
    shown = olga.get(url, {"seats": 0})
    if api:
        assert shown.json()["cost_paise"] == 2400_00
        assert olga.get(url, {"seats": 1}).json()["cost_paise"] == 1200_00
    else:
        assert "Cancel the shift and pay ₹2,400.00" in shown.content.decode()
        assert {row.pk for row in shown.context["claims"]} == set(
            slot.claims.values_list("pk", flat=True)
        )
        assert "Cancel the whole shift" in olga.get(url).content.decode()
    silent = post_to(olga, name, slot.pk, **body | {"reason": ""})
    if api:
        assert problem(silent)[1] == "reason_missing"
    else:
        assert silent.context["form"]["reason"].errors == ["Enter a reason. The agent will see it."]
    cheap = post_to(olga, name, slot.pk, **body | {"cost_paise": 1})
    assert problem(cheap) == (409, "cost_changed") if api else "now costs" in message_of(cheap)
    assert states(slot) == ["HELD", "HELD"]
    assert post_to(olga, name, slot.pk, **body).status_code in (200, 302)
    assert states(slot) == ["CANCELLED", "CANCELLED"]
    page = browser(crew[0]).get(reverse("gigs:shift", args=[slot.claims.get(agent=crew[0]).pk]))
    assert "Cancelled by the client" in page.content.decode()


def test_the_cost_of_ending_a_gig_is_shown_before(
    crew: Any, slot: Any, browser: Any, owner: Any, viewer: Any, outsiders: Any, at_noon: Any
):
    """On the page of the gig, of its opportunity and project, and over the API."""
    at_noon.move_to(slot.starts_at - HOUR)
    gig = crew[0].gigs.get()
    end = reverse("api:gigs:client-end-gig", args=[gig.pk])
    for who, outsider in {**outsiders, "viewer": browser(viewer)}.items():
        assert outsider.get(end).status_code in (302, 401, 403, 404), who
    olga = browser(owner)
    assert olga.get(end).json()["late_paise"] == 4 * 300_00
    paid_for = "Paid for shifts that are cancelled late"
    project = gig.opportunity.project
    for name, row, paise in (
        ("client-gig", gig, "₹1,200.00"),
        ("client-cancel", gig.opportunity, "₹2,400.00"),
        ("client-cancel-project", project, "₹2,400.00"),
    ):
        page = olga.get(reverse(f"gigs:{name}", args=[row.pk])).content.decode()
        assert paid_for in page, name
        assert paise in page, name


def test_nobody_pays_themselves(crew: Any, slot: Any, orchid: Any):
    """An agent who is also the client's member cannot cancel their own paid shift."""
    member = orchid.members.create(user=crew[0].user, role="MANAGER")
    with pytest.raises(Refusal) as refused:
        slot_changes.change_seats(
            slot=slot, seats=0, why=WHY, cost_paise=10**9, by=member.user,
            at=slot.starts_at - HOUR,
        )  # fmt: skip
    assert refused.value.code == "own_case"


MINUTES = st.integers(min_value=-48 * 60, max_value=48 * 60)


@given(length=st.integers(min_value=30, max_value=720), minutes=MINUTES)
def test_pay_never_exceeds_what_is_left_of_the_shift(length: int, minutes: int):
    """And is never more than 4 hours before the start."""
    start = NOON + 10 * DAY
    at = start - timedelta(minutes=minutes)
    end = start + timedelta(minutes=length)
    time = late_cancellation.paid_time(starts_at=start, ends_at=end, at=at)
    assert timedelta(0) <= time <= max(end - max(at, start), timedelta(0))
    if minutes > 0:
        assert time <= 4 * HOUR
    assert (time == timedelta(0)) == (minutes >= 24 * 60 or at >= end)


@pytest.mark.parametrize("act", ["cancel", "hold"])
def test_time_that_was_paid_as_cancelled_is_not_worked_as_well(act: str, crew: Any, slot: Any):
    """Who was at work cannot clock in to the same shift again: its rest is paid already."""
    claim, start = slot.claims.get(agent=crew[0]), slot.starts_at
    owner = owner_of(slot.opportunity.client)
    shift_services.clock_in(claim=claim, by=crew[0].user, at=start)
    if act == "cancel":
        change(slot, 0, start + HOUR)
    else:
        gig_services.hold_gig(gig=claim.gig, why=WHY, by=owner, at=start + HOUR)
        gig_services.resume_gig(gig=claim.gig, by=owner, at=start + HOUR)
    assert EarnedAmount.objects.get(source_id=claim.pk).amount_paise == 5 * 300_00
    claim = Claim.objects.get(pk=claim.pk)
    with pytest.raises(Refusal) as refused:
        shift_services.clock_in(claim=claim, by=crew[0].user, at=start + 2 * HOUR)
    assert refused.value.code == "shift_over"
