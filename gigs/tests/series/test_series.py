"""Series of slots: planning, changing what is left, cancelling the rest and copying a week, on
pages and over the API."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.models import Claim, Slot, SlotSeries
from gigs.slots import claims, waitlist
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_opportunity,
    make_slot,
    message_of,
    post_to,
    problem,
    seat,
)
from hitouch.core.india_time import INDIA, day_of

#: Mondays and Wednesdays of December 2026, 22:00 to 06:00, without one day: eight slots.
NIGHTS: dict[str, Any] = {
    "weekdays": ["MO", "WE"],
    "starts": "22:00",
    "ends": "06:00",
    "from_on": "2026-12-01",
    "until_on": "2026-12-31",
    "excluded_on": ["2026-12-07"],
    "capacity": 2,
}
STARTS = [2, 9, 14, 16, 21, 23, 28, 30]


def page_form(facts: dict[str, Any]) -> dict[str, Any]:
    """The same input as a page sends it."""
    return {**facts, "excluded_on": ", ".join(facts.get("excluded_on", [])), "save": "1"}


def post(browser: Any, name: str, pk: Any, facts: dict[str, Any]) -> Any:
    sent = facts if name.startswith("api:") else page_form(facts)
    return post_to(browser, name, pk, **sent)


MAKE = pytest.mark.parametrize(
    "name", ["gigs:client-new-series", "api:gigs:client-opportunity-series"], ids=["page", "api"]
)
CHANGE = pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"], ids=["page", "api"])


@MAKE
def test_public_holidays_are_left_out(
    name: str, opportunity: Any, owner: Any, browser: Any
) -> None:
    """Those of all of India, and with a state its own as well; a page names them first."""
    weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    facts = {**NIGHTS, "weekdays": weekdays, "from_on": "2026-12-24", "until_on": "2026-12-26"}
    post(browser(owner), name, opportunity.pk, {**facts, "holidays_of": "IN"})
    assert [day_of(slot.starts_at).day for slot in Slot.objects.order_by("starts_at")] == [24, 26]
    if name.startswith("gigs:"):
        form = {**page_form({**facts, "holidays_of": "GA"})}
        del form["save"]
        shown = post_to(browser(owner), name, opportunity.pk, **form).content.decode()
        assert "Christmas (Fri 25 Dec 2026)" in shown


@MAKE
@pytest.mark.parametrize(
    ("place", "last"), [("XX", "2026-12-26"), ("IN", "9999-12-31"), ("IN", "2026-12-23")]
)
def test_odd_holidays_are_refused(
    name: str, place: str, last: str, opportunity: Any, owner: Any, browser: Any
) -> None:
    """An unknown place, a range of centuries, and one that ends before it begins."""
    facts = {**NIGHTS, "from_on": "2026-12-24", "until_on": last, "holidays_of": place}
    answer = post(browser(owner), name, opportunity.pk, facts)
    assert answer.status_code in ((200,) if name.startswith("gigs:") else (409, 422))
    assert not Slot.objects.exists()


@pytest.fixture
def nights(opportunity: Any, owner: Any, browser: Any) -> SlotSeries:
    post(browser(owner), "api:gigs:client-opportunity-series", opportunity.pk, NIGHTS)
    return SlotSeries.objects.get()


def starts_of(slots: Any) -> list[int]:
    """The days on which the slots start, in order of time."""
    starts = slots.order_by("starts_at").values_list("starts_at", flat=True)
    return [at.astimezone(INDIA).day for at in starts]


@MAKE
def test_a_series_is_made(name: str, opportunity: Any, owner: Any, browser: Any):
    """Each slot has the hours of its day, over midnight and the ends of month and year."""
    assert post(browser(owner), name, opportunity.pk, NIGHTS).status_code in (201, 302)
    slots = opportunity.slots.order_by("starts_at")
    assert starts_of(slots) == STARTS
    last = slots.last()
    assert last.starts_at == datetime(2026, 12, 30, 22, tzinfo=INDIA)
    assert last.ends_at == datetime(2026, 12, 31, 6, tzinfo=INDIA)
    assert {slot.capacity for slot in slots} == {2}
    series = SlotSeries.objects.get()
    assert series.recurrence.splitlines()[1] == (
        "RRULE:FREQ=WEEKLY;UNTIL=20261231T182959Z;BYDAY=MO,WE"
    )
    assert {slot.series for slot in slots} == {series}


def refused(**changes: Any) -> dict[str, Any]:
    return {**NIGHTS, **changes}


REFUSALS = [
    ("beyond_horizon", refused(until_on="2036-12-01")),
    ("beyond_horizon", refused(until_on="9999-12-31")),
    ("dates_reversed", refused(until_on="2026-11-30")),
    ("slot_over", refused(from_on="2026-11-22")),
    ("series_empty", refused(until_on="2026-12-01")),
    ("series_empty", refused(until_on="2026-12-02", excluded_on=["2026-12-02"])),
    ("slot_off_grid", refused(starts="22:10")),
    ("slot_off_grid", refused(ends="06:00:30")),
    ("slot_too_long", refused(starts="09:00", ends="21:30")),
    ("slot_empty", refused(starts="09:00", ends="09:00")),
    ("level_below_opportunity", refused(minimum_level="A1")),
    ("seats_above_headcount", refused(capacity=4)),
]


@pytest.mark.parametrize(("code", "facts"), REFUSALS)
def test_a_series_is_refused(
    code: str, facts: dict[str, Any], opportunity: Any, owner: Any, browser: Any
):
    """Each fault has its own code; preview, API and page say the same, and nothing is made."""
    person = browser(owner)
    answer = post(person, "api:gigs:client-opportunity-series", opportunity.pk, facts)
    looked = post(person, "api:gigs:client-preview-series", opportunity.pk, facts)
    page = post(person, "gigs:client-new-series", opportunity.pk, facts)
    assert answer.json()["code"] == looked.json()["code"] == code
    assert answer.status_code in (409, 422)
    assert answer.json()["detail"] in str(page.context["form"].errors).replace("&#x27;", "'")
    assert not Slot.objects.exists()
    assert not SlotSeries.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"weekdays": ["XX"]},
        {"weekdays": []},
        {"starts": "25:00"},
        {"from_on": "yesterday"},
        {"excluded_on": ["Diwali"]},
        {"excluded_on": ["2026-02-30"]},
        {"capacity": -1},
        {"capacity": 1.5},
        {"capacity": 10**9},
        {"minimum_level": "Z9"},
    ],
)
@MAKE
def test_odd_input(name: str, changes: Any, opportunity: Any, owner: Any, browser: Any):
    """What is no weekday, time, date or number is an error of its field."""
    answer = post(browser(owner), name, opportunity.pk, refused(**changes))
    [field] = changes
    if name.startswith("api:"):
        assert answer.status_code == 422
        assert any(field in error["pointer"] for error in answer.json()["errors"])
    else:
        assert field in answer.context["form"].errors
    assert not Slot.objects.exists()


def test_more_slots_than_a_series_may_have(owner: Any, opportunity: Any, browser: Any):
    """Every day of 400 is a series; several shifts a day over as long are too many."""
    every_day = refused(
        weekdays=["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
        from_on="2026-11-23",
        until_on=(day_of(NOON) + 400 * DAY).isoformat(),
        excluded_on=[],
    )
    name = "api:gigs:client-opportunity-series"
    made = post(browser(owner), name, opportunity.pk, every_day)
    assert (made.status_code, made.json()["made"]) == (201, 401)
    week = {"week_of": "2026-11-23", "weeks": 52}
    for number in range(1, 5):
        make_slot(opportunity, 3 * DAY + number * HOUR)
    copied = post_to(browser(owner), "api:gigs:client-copy-week", opportunity.pk, **week)
    assert problem(copied) == (422, "series_too_long")
    assert opportunity.slots.count() == 405


def test_preview_tells_cost_reserve_and_overlaps(opportunity: Any, owner: Any, browser: Any):
    """Every slot with its cost, what the opportunity pays for, what exists and what overlaps."""
    make_slot(
        opportunity,
        datetime(2026, 12, 2, 22, tzinfo=INDIA) - NOON,
        ends_at=datetime(2026, 12, 3, 6, tzinfo=INDIA),
    )
    make_slot(opportunity, datetime(2026, 12, 10, 5, tzinfo=INDIA) - NOON, capacity=1)
    answer = post(browser(owner), "api:gigs:client-preview-series", opportunity.pk, NIGHTS)
    shown = answer.json()
    assert [slot["exists"] for slot in shown["slots"]] == [True, *[False] * 7]
    assert [len(slot["overlaps"]) for slot in shown["slots"]] == [0, 1, *[0] * 6]
    assert {slot["cost_paise"] for slot in shown["slots"]} == {300_00 * 8 * 2}
    assert shown["cost_paise"] == 300_00 * 8 * 2 * 7
    assert (shown["hours_before"], shown["hours_new"], shown["hours_paid"]) == (20, 112, 120)
    assert shown["is_above_reserve"] is True
    assert shown["reserve_paise"] == opportunity.cost_paise
    assert (shown["headcount"], shown["budget_left_paise"]) == (3, opportunity.project.free_paise)
    page = browser(owner).post(
        reverse("gigs:client-new-series", args=[opportunity.pk]),
        {name: value for name, value in page_form(NIGHTS).items() if name != "save"},
    )
    text = page.content.decode()
    for words in ("Preview: 7 shifts", "Already there", "more hours than this opportunity pays"):
        assert words in text
    assert opportunity.slots.count() == 2


def test_a_fixed_price_costs_nothing_by_the_hour(fixed: Any, owner: Any, browser: Any):
    """Shifts of an opportunity with a fixed price add no cost."""
    answer = post(browser(owner), "api:gigs:client-preview-series", fixed.pk, NIGHTS)
    assert (answer.json()["cost_paise"], answer.json()["is_above_reserve"]) == (0, False)


@MAKE
def test_a_series_sent_twice_is_made_once(
    name: str, nights: Any, opportunity: Any, owner: Any, browser: Any
):
    """The second is refused, and a longer one adds what is missing."""
    answer = post(browser(owner), name, opportunity.pk, NIGHTS)
    if name.startswith("api:"):
        assert problem(answer) == (409, "series_exists")
    assert opportunity.slots.count() == 8
    post(browser(owner), name, opportunity.pk, refused(until_on="2027-01-04"))
    assert starts_of(opportunity.slots) == [*STARTS, 4]


def test_a_series_that_begins_today(opportunity: Any, owner: Any, browser: Any):
    """Occurrence of today that are over are left out."""
    today = refused(from_on="2026-11-23", starts="09:00", ends="11:00")
    post(browser(owner), "api:gigs:client-opportunity-series", opportunity.pk, today)
    assert opportunity.slots.order_by("starts_at").first().starts_at.day == 25


@CHANGE
def test_this_and_following(
    prefix: str, nights: Any, asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """Slots without agents move; a held one stays and is listed; one that was released goes."""
    hire(asha, opportunity)
    slots = list(nights.slots.order_by("starts_at"))
    seat(asha, slots[3])
    claims.release_claim(claim=seat(asha, slots[5]), by=asha.user, at=NOON)
    change = refused(from_on="2026-12-14", starts="20:00", ends="02:00", excluded_on=[])
    answer = post(browser(owner), f"{prefix}client-change-series", nights.pk, change)
    if prefix.startswith("api"):
        assert answer.status_code == 200
        told = answer.json()
        assert (told["made"], told["removed"], len(told["kept"])) == (5, 5, 1)
    else:
        assert answer.url == reverse("gigs:client-series", args=[nights.pk])
        assert "1 shift not changed" in message_of(answer)
    assert starts_of(nights.slots.upcoming(NOON)) == [2, 9, 16]
    assert starts_of(nights.slots.exclude(cancelled_at=None)) == [14, 21, 23, 28, 30]
    nights.refresh_from_db()
    assert nights.ended_on == date(2026, 12, 14)
    changed = SlotSeries.objects.exclude(pk=nights.pk).get()
    assert starts_of(changed.slots) == [14, 21, 23, 28, 30]
    assert {slot.starts_at.astimezone(INDIA).hour for slot in changed.slots.all()} == {20}
    assert "EXDATE" in changed.recurrence


def test_a_slot_for_which_agents_wait_stays(
    nights: Any, asha: Any, ravi: Any, opportunity: Any, owner: Any, browser: Any
):
    """A free seat that is to be given to who waits is not taken away."""
    slot = nights.slots.order_by("starts_at")[3]
    Slot.objects.filter(pk=slot.pk).update(capacity=1)
    for agent in (asha, ravi):
        hire(agent, opportunity)
    claim = seat(asha, slot)
    waitlist.join(slot=slot, agent=ravi, at=NOON)
    Claim.objects.filter(pk=claim.pk).update(state="RELEASED")
    answer = post_to(
        browser(owner), "api:gigs:client-cancel-series", nights.pk, from_on="2026-12-01"
    )
    assert [row["id"] for row in answer.json()["kept"]] == [str(slot.pk)]


def test_preview_of_a_change(nights: Any, asha: Any, opportunity: Any, owner: Any, browser: Any):
    """The page tells what would be, without changing anything."""
    hire(asha, opportunity)
    seat(asha, nights.slots.order_by("starts_at")[3])
    change = page_form(refused(from_on="2026-12-14", capacity=1, excluded_on=[]))
    del change["save"]
    page = post_to(browser(owner), "gigs:client-change-series", nights.pk, **change)
    assert len(page.context["preview"].new) == 5
    assert page.context["preview"].hours_before == (2 + 1) * 8 * 2
    assert nights.slots.count() == 8


@CHANGE
def test_a_refused_change_changes_nothing(prefix: str, nights: Any, owner: Any, browser: Any):
    """What was removed comes back with the refusal."""
    change = refused(from_on="2026-12-14", capacity=50)
    post(browser(owner), f"{prefix}client-change-series", nights.pk, change)
    nights.refresh_from_db()
    assert (nights.slots.upcoming(NOON).count(), nights.ended_on) == (8, None)


@CHANGE
def test_the_rest_of_a_series_is_cancelled(
    prefix: str, nights: Any, asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """Slots before the day and slots with claims stay; a second time there is nothing left."""
    hire(asha, opportunity)
    seat(asha, nights.slots.order_by("starts_at")[3])
    name = f"{prefix}client-cancel-series"
    answer = post_to(browser(owner), name, nights.pk, from_on="2026-12-14")
    assert starts_of(nights.slots.upcoming(NOON)) == [2, 9, 16]
    if prefix.startswith("api"):
        assert (answer.json()["removed"], len(answer.json()["kept"])) == (5, 1)
        assert answer.json()["series"][0]["recurrence"].splitlines()[1] == (
            "RRULE:FREQ=WEEKLY;UNTIL=20261213T182959Z;BYDAY=MO,WE"
        )
    post_to(browser(owner), name, nights.pk, from_on="2026-12-01")
    nights.refresh_from_db()
    assert starts_of(nights.slots.upcoming(NOON)) == [16]
    claims.release_claim(claim=asha.claims.get(), by=asha.user, at=NOON)
    late = post_to(browser(owner), name, nights.pk, from_on="2027-01-01")
    assert nights.ended_on == date(2026, 12, 1)
    if prefix.startswith("api"):
        assert problem(late) == (409, "series_ended")
        past = post_to(browser(owner), name, nights.pk, from_on="2026-11-01")
        assert problem(past) == (422, "slot_over")


@CHANGE
def test_a_week_is_copied(prefix: str, opportunity: Any, owner: Any, browser: Any):
    """All shifts of the week, with seats and levels, in the next weeks; those there stay."""
    make_slot(opportunity, DAY, capacity=1)
    make_slot(opportunity, 2 * DAY, capacity=1)
    make_slot(opportunity, 6 * DAY + 9 * HOUR, capacity=2, minimum_level="C1")
    make_slot(opportunity, 8 * DAY, capacity=1)
    week = {"week_of": "2026-11-28", "weeks": 2, "save": "1"}
    if prefix.startswith("api"):
        del week["save"]
    answer = post_to(browser(owner), f"{prefix}client-copy-week", opportunity.pk, **week)
    assert answer.status_code in (201, 302)
    copied = opportunity.slots.exclude(series=None).order_by("starts_at")
    assert [(slot.starts_at - NOON, slot.capacity, slot.minimum_level) for slot in copied] == [
        (9 * DAY, 1, ""),
        (13 * DAY + 9 * HOUR, 2, "C1"),
        (15 * DAY, 1, ""),
        (16 * DAY, 1, ""),
        (20 * DAY + 9 * HOUR, 2, "C1"),
    ]
    assert SlotSeries.objects.count() == 2
    if prefix.startswith("api"):
        assert (answer.json()["made"], answer.json()["existing"]) == (5, 1)


@pytest.mark.parametrize(
    ("week", "code"),
    [
        ({"week_of": "2026-12-25", "weeks": 1}, "week_empty"),
        ({"week_of": "2026-11-02", "weeks": 2}, "slot_over"),
    ],
)
def test_a_week_is_not_copied(week: Any, code: str, opportunity: Any, owner: Any, browser: Any):
    """An empty week, and weeks that have passed, have their own codes by page and API."""
    Slot.objects.create(
        opportunity=opportunity,
        starts_at=NOON - 20 * DAY,
        ends_at=NOON - 20 * DAY + HOUR,
        capacity=1,
    )
    answer = post_to(browser(owner), "api:gigs:client-copy-week", opportunity.pk, **week)
    page = post_to(browser(owner), "gigs:client-copy-week", opportunity.pk, **week, save="1")
    assert problem(answer) == (422, code)
    assert answer.json()["detail"] in message_of(page)


def test_a_closed_opportunity_takes_no_series(opportunity: Any, owner: Any, browser: Any):
    """A series is refused like a single shift."""
    type(opportunity).objects.update(state="CLOSED")
    answer = post(browser(owner), "api:gigs:client-opportunity-series", opportunity.pk, NIGHTS)
    assert problem(answer) == (409, "opportunity_closed")


def test_statements_do_not_grow_with_the_slots(opportunity: Any, owner: Any, browser: Any):
    """Making, changing and cancelling 8 or 57 slots costs the same statements."""
    person, counts = browser(owner), []
    person.get(reverse("gigs:client-opportunity", args=[opportunity.pk]))
    for until, days in (("2026-12-31", ["MO", "WE"]), ("2027-02-26", ["TU", "TH", "SA", "SU"])):
        facts = refused(until_on=until, weekdays=days)
        with CaptureQueriesContext(connection) as made:
            answer = post(person, "api:gigs:client-opportunity-series", opportunity.pk, facts)
        series = answer.json()["series"][0]["id"]
        change = refused(until_on=until, weekdays=days, capacity=1)
        with CaptureQueriesContext(connection) as changed:
            answer = post(person, "api:gigs:client-change-series", series, change)
        latest = answer.json()["series"][0]["id"]
        with CaptureQueriesContext(connection) as cancelled:
            post_to(person, "api:gigs:client-cancel-series", latest, from_on="2026-12-03")
        counts.append((len(made), len(changed), len(cancelled)))
    assert counts[0] == counts[1]


@CHANGE
def test_strangers_plan_nothing(
    prefix: str, nights: Any, opportunity: Any, viewer: Any, outsiders: Any, browser: Any
):
    """A viewer looks only; another client finds nothing; agents, staff and nobody are refused."""
    names = [
        ("client-change-series", nights.pk),
        ("client-cancel-series", nights.pk),
        ("client-copy-week", opportunity.pk),
        ("client-new-series" if prefix == "gigs:" else "client-opportunity-series", opportunity.pk),
    ]
    for name, pk in names:
        for who, status in (
            (browser(viewer), {403}),
            (outsiders["another client"], {404}),
            (outsiders["another agent"], {403}),
            (outsiders["staff"], {403}),
            (outsiders["nobody"], {302, 401}),
        ):
            assert post(who, prefix + name, pk, NIGHTS).status_code in status
    look = reverse(f"{prefix}client-series", args=[nights.pk])
    assert browser(viewer).get(look).status_code == 200
    assert outsiders["another client"].get(look).status_code == 404
    assert outsiders["nobody"].get(look).status_code in (302, 401)
    assert (Slot.objects.count(), SlotSeries.objects.count()) == (8, 1)


def test_lists_of_series(nights: Any, opportunity: Any, orchid: Any, owner: Any, browser: Any):
    """The opportunity lists its own series by page and API, and pages offer what a role may do."""
    other = make_opportunity(orchid, title="Mail desk")
    person = browser(owner)
    listed = person.get(reverse("api:gigs:client-opportunity-series", args=[opportunity.pk]))
    assert [row["id"] for row in listed.json()["data"]] == [str(nights.pk)]
    none = person.get(reverse("api:gigs:client-opportunity-series", args=[other.pk]))
    assert none.json()["data"] == []
    page = person.get(reverse("gigs:client-opportunity", args=[opportunity.pk])).content.decode()
    assert "Mon, Wed, 10:00 pm to 6:00 am" in page
    for name, pk in (
        ("new-series", opportunity.pk),
        ("change-series", nights.pk),
        ("cancel-series", nights.pk),
        ("copy-week", opportunity.pk),
    ):
        assert person.get(reverse(f"gigs:client-{name}", args=[pk])).status_code == 200
    assert (
        "Change this and following"
        in person.get(reverse("gigs:client-series", args=[nights.pk])).content.decode()
    )
