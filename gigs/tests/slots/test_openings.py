"""Slots that are opened in steps: by standing first, with a cap, in the last step to all."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from psycopg.types.range import TimestamptzRange

from conftest import NOON
from gigs import maintenance
from gigs.models import Claim, Opening, OpeningPlace, Opportunity, Rating, Slot
from gigs.slots import claims, openings, receipt_check, waitlist
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
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage

NAMES = ("Asha", "Nila", "Farida", "Sunita")
STEPS = openings.Steps(opens_at=NOON, hours_between=24, steps=2, cap=1)


@pytest.fixture
def desk(orchid: Any) -> Opportunity:
    """An opportunity with four agents."""
    made = make_opportunity(orchid, headcount=6)
    for name in NAMES:
        hire(cleared(name), made)
    return made


@pytest.fixture
def slots(desk: Any) -> list[Slot]:
    return [make_slot(desk, (4 + day) * DAY) for day in range(3)]


def open_slots(slots: list[Slot], steps: openings.Steps = STEPS, now: Any = NOON) -> Opening:
    opportunity = slots[0].opportunity
    return openings.open_in_steps(
        opportunity=opportunity,
        slots=[slot.pk for slot in slots],
        steps=steps,
        by=owner_of(opportunity.client),
        now=now,
    )


def rate(agent: Any, stars: list[int]) -> None:
    """Open ratings by clients; each is of another gig of the agent."""
    gig = agent.gigs.first()
    for number, value in enumerate(stars):
        opportunity = make_opportunity(gig.client, title=f"Earlier {number}", headcount=1)
        earlier = hire(agent, opportunity)
        Rating.objects.create(
            gig=earlier, side="CLIENT", stars=value, nonce="n", seal="s",
            by=owner_of(gig.client), submitted_at=NOON - DAY, opened_at=NOON - DAY,
        )  # fmt: skip


def places(opening: Opening) -> list[OpeningPlace]:
    return list(opening.places.select_related("agent__user").order_by("rank"))


def code_of(call: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_each_agent_can_claim_from_their_step(slots: Any):
    """The first half of the agents first, up to the cap; a day later everybody, without a cap."""
    opening = open_slots(slots)
    first, _, third, _ = (place.agent for place in places(opening))
    assert [place.step for place in places(opening)] == [1, 1, 2, 2]
    assert code_of(lambda: seat(third, slots[0])) == "step_not_open"
    assert code_of(lambda: waitlist.join(slot=slots[0], agent=third, at=NOON)) == "step_not_open"
    seat(first, slots[0])
    assert code_of(lambda: seat(first, slots[1])) == "early_cap_reached"
    seat(third, slots[0], at=NOON + DAY)
    seat(first, slots[1], at=NOON + DAY)


def test_the_best_rated_come_first_and_new_agents_get_their_share(desk: Any, slots: Any):
    """Two with ratings in their order; of the two without, one is in each half."""
    asha, nila, *_ = (gig.agent for gig in desk.gigs.order_by("created_at"))
    rate(asha, [4, 4, 4])
    rate(nila, [5, 5, 5])
    found = places(open_slots(slots))
    rated = [place.agent for place in found if place.stars]
    assert rated == [nila, asha]
    assert [place.stars for place in found if place.agent == nila] == ["5.0"]
    assert sorted(place.step for place in found if not place.stars) == [1, 2]


def test_who_is_accepted_later_can_claim_in_the_last_step(desk: Any, slots: Any):
    """They get a place without a rank, with the first thing they ask for."""
    opening = open_slots(slots)
    late = cleared("Latika")
    hire(late, desk)
    assert code_of(lambda: seat(late, slots[0])) == "step_not_open"
    seat(late, slots[0], at=NOON + DAY)
    assert opening.places.get(agent=late).rank is None


REFUSED: list[tuple[str, Any]] = [
    ("opens_in_past", {"opens_at": NOON - HOUR}),
    ("opens_too_late", {"hours_between": 97}),
    ("beyond_horizon", {"opens_at": NOON + 500 * DAY}),
]


@pytest.mark.parametrize(("code", "change"), REFUSED, ids=[code for code, _ in REFUSED])
def test_impossible_times_are_refused(code: str, change: Any, slots: Any):
    """All must have their chance before the first of the shifts starts."""
    facts = {"opens_at": NOON, "hours_between": 24, "steps": 2, "cap": 1} | change
    assert code_of(lambda: open_slots(slots, openings.Steps(**facts))) == code
    assert not Opening.objects.exists()


def test_claimed_or_opened_slots_are_refused(slots: Any, rival: Any, orchid: Any):
    """Also those of another opportunity, and none at all."""
    seat(slots[0].opportunity.gigs.first().agent, slots[0])
    assert code_of(lambda: open_slots(slots)) == "already_opened"
    open_slots(slots[1:2])
    assert code_of(lambda: open_slots(slots[1:])) == "already_opened"
    elsewhere = make_slot(make_opportunity(rival))
    assert code_of(lambda: open_slots([slots[2], elsewhere])) == "nothing_to_open"
    empty = make_opportunity(orchid, title="Mail desk")
    assert code_of(lambda: open_slots([make_slot(empty)])) == "nobody_to_open_for"


def test_the_database_refuses_a_seat_before_the_step(slots: Any):
    """Whoever passes by the services, too: a claim that crosses with the opening, or SQL."""
    last = places(open_slots(slots))[-1].agent
    gig, slot = last.gigs.first(), slots[0]
    hours = TimestamptzRange(slot.starts_at, slot.ends_at)
    claim = Claim.objects.create(slot=slot, gig=gig, agent=last, during=hours)
    with pytest.raises(IntegrityError, match="not open yet"), transaction.atomic():
        claim.events.create(became="HELD", by=last.user, at=NOON)
    for change in (
        {"opening": None},
        {"opening": open_slots(slots[3:] or [make_slot(slot.opportunity, 9 * DAY)])},
    ):
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            Slot.objects.filter(pk=slot.pk).update(**change)


def test_agents_are_told_when_their_step_opens(slots: Any):
    """Once each, and not when nothing is left."""
    opening = open_slots(slots)
    maintenance.sweep(at=NOON + timedelta(minutes=1))
    maintenance.sweep(at=NOON + timedelta(minutes=2))
    told = OutboxMessage.objects.filter(template="gigs/step_opened")
    assert told.count() == 2
    for place, slot in zip(places(opening)[:2], slots, strict=False):
        seat(place.agent, slot)
    Slot.objects.update(capacity=1)
    seat(places(opening)[1].agent, slots[2], at=NOON + 2 * DAY)
    maintenance.sweep(at=NOON + 2 * DAY)
    assert told.count() == 2


def test_a_claim_of_an_opened_slot_costs_no_more_statements(slots: Any):
    """Four besides the checks of onboarding, two of them under the slot's lock."""
    first = places(open_slots(slots))[0].agent
    with CaptureQueriesContext(connection) as queries:
        claims.claim_slot(slot=slots[0], agent=first, now=NOON)
    sql = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert [statement.split()[0] for statement in sql] == ["SELECT", "SELECT", "INSERT", "INSERT"]


def test_steps_have_equal_parts_of_the_order():
    """The first step has at least its share; the last has all the rest."""
    for agents in range(1, 30):
        for steps in range(2, 5):
            found = [
                receipt_check.step_of(rank, agents=agents, steps=steps)
                for rank in range(1, agents + 1)
            ]
            assert found == sorted(found)
            for step in range(1, steps + 1):
                assert found.count(step) == -(-agents * step // steps) - -(
                    -agents * (step - 1) // steps
                )


BODY = {"opens_at": NOON.isoformat(), "hours_between": 24, "steps": 2, "cap": 1}


def test_a_client_opens_slots_by_page_and_api(slots: Any, browser: Any, owner: Any, viewer: Any):
    """Managers of the client; a viewer and strangers cannot, and times are checked on both."""
    opportunity = slots[0].opportunity
    olga = browser(owner)
    page = olga.get(reverse("gigs:client-open-slots", args=[opportunity.pk])).content.decode()
    assert page.count('type="checkbox"') == 3
    api = "api:gigs:client-open-slots"
    body = BODY | {"slots": [str(slots[0].pk)]}
    assert post_to(browser(viewer), api, opportunity.pk, **body).status_code == 403
    late = post_to(olga, api, opportunity.pk, **body | {"hours_between": 72, "steps": 4})
    assert problem(late) == (422, "opens_too_late")
    made = post_to(olga, api, opportunity.pk, **body)
    assert made.status_code == 201, made.content
    assert made.json()["cap"] == 1
    again = post_to(olga, api, opportunity.pk, **body)
    assert again.status_code == 422
    rest = BODY | {"slots": [str(slot.pk) for slot in slots[1:]]}
    assert post_to(olga, "gigs:client-open-slots", opportunity.pk, **rest).status_code == 302
    assert opportunity.openings.count() == 2


@pytest.mark.parametrize("api", ["", "api:"])
def test_strangers_open_nothing(api: str, slots: Any, outsiders: Any):
    """Another client's opportunity is not found."""
    body = BODY | {"slots": [str(slots[0].pk)]}
    for name, outsider in outsiders.items():
        answer = post_to(outsider, api + "gigs:client-open-slots", slots[0].opportunity.pk, **body)
        assert answer.status_code in (302, 401, 403, 404), name
    assert not Opening.objects.exists()


def test_an_agent_sees_their_step_and_reads_the_receipt(slots: Any, browser: Any, outsiders: Any):
    """On the gig's page, the reason page and over the API; nobody else can read them."""
    last = places(open_slots(slots))[-1]
    agent = browser(last.agent)
    gig = last.agent.gigs.get()
    assert "Opens to you" in agent.get(reverse("gigs:gig", args=[gig.pk])).content.decode()
    listed = agent.get(reverse("api:gigs:gig-slots", args=[gig.pk])).json()["data"]
    assert {each["opens_at"] for each in listed} == {"2026-11-24T12:00:00+05:30"}
    assert problem(post_to(agent, "api:gigs:claim-slot", slots[0].pk)) == (409, "step_not_open")
    page = agent.get(reverse("gigs:why-slot", args=[slots[0].pk])).content.decode()
    assert "You can claim a seat when your step opens" in page
    found = agent.get(reverse("api:gigs:why-slot", args=[slots[0].pk])).json()
    assert (found["place"], found["reference"]) == (4, last.reference)
    for name in ("gigs:receipt", "api:gigs:receipt"):
        file = agent.get(reverse(name, args=[slots[0].pk]))
        assert receipt_check.check_file(file.content) == []
        assert json.loads(file.content)["you"]["secret"] == last.secret
    for name in ("gigs:why-slot", "gigs:receipt", "api:gigs:why-slot", "api:gigs:receipt"):
        for who, outsider in outsiders.items():
            answer = outsider.get(reverse(name, args=[slots[0].pk]))
            assert answer.status_code in (302, 401, 403, 404), (name, who)
    plain = make_slot(slots[0].opportunity, 9 * DAY)
    assert agent.get(reverse("gigs:why-slot", args=[plain.pk])).status_code == 404


def test_who_was_accepted_later_has_a_receipt(desk: Any, slots: Any, browser: Any):
    """With a reference that stays the same."""
    open_slots(slots)
    late = cleared("Latika")
    hire(late, desk)
    url = reverse("api:gigs:receipt", args=[slots[0].pk])
    one, two = (browser(late).get(url).content for _ in range(2))
    assert one == two
    assert receipt_check.check_file(one) == []
