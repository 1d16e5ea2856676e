"""A week of shifts as a calendar, for an agent and for a client, on pages and over the API."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.models import Claim, Slot
from gigs.shifts import calendar, corrections
from gigs.shifts import services as shift_services
from gigs.shifts.calendar import Week
from gigs.slots import claims, openings, waitlist
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    cleared,
    hire,
    make_opportunity,
    make_slot,
    owner_of,
    post_to,
    seat,
    work_hours,
)

#: Monday of the week in which NOON lies.
MONDAY = date(2026, 11, 23)
WEEK = Week(MONDAY)


def states(agent: Any, week: Week = WEEK, now: Any = NOON, **options: Any) -> list[str]:
    found = calendar.agent_calendar(agent, week, now=now, **options)
    return [entry.state for entry in found.entries]


def test_week_begins_on_monday_and_ends_before_the_next():
    """A week is asked for by any of its days; months and years make no difference."""
    assert Week.around(date(2026, 11, 29)) == WEEK
    assert Week.around(date(2027, 1, 1)).first == date(2026, 12, 28)
    assert (WEEK.previous, WEEK.next) == (date(2026, 11, 16), date(2026, 11, 30))
    assert WEEK.ends_at - WEEK.starts_at == 7 * DAY


@pytest.mark.parametrize("day", [None, date(1, 1, 1), date(9999, 12, 31)])
def test_no_day_or_one_beyond_all_shifts_is_this_week(day: Any):
    """A day at the ends of the calendar breaks nothing."""
    assert Week.asked_for(day, now=NOON) == WEEK


def test_shift_over_midnight_is_on_the_day_it_begins(asha: Any, opportunity: Any):
    """A shift from Sunday night to Monday belongs to Sunday, and to the week of Sunday."""
    hire(asha, opportunity)
    late = 6 * DAY + 10 * HOUR  # Sunday, 10 pm in India
    seat(asha, make_slot(opportunity, late))
    days = calendar.agent_calendar(asha, WEEK, now=NOON).days
    assert [day.day for day in days if day.entries] == [date(2026, 11, 29)]
    assert states(asha, Week(WEEK.next)) == []


def test_agent_sees_each_state(asha: Any, ravi: Any, opportunity: Any):
    """Mine, open, full, offered by another and waited for are told apart; released is not shown."""
    for agent in (asha, ravi):
        hire(agent, opportunity)
    slots = [make_slot(opportunity, 3 * DAY + n * 5 * HOUR, capacity=1) for n in range(5)]
    seat(asha, slots[0])
    for slot in slots[2:]:
        seat(ravi, slot)
    claims.offer_swap(claim=ravi.claims.get(slot=slots[3]), by=ravi.user, at=NOON)
    waitlist.join(slot=slots[4], agent=asha, at=NOON)
    assert states(asha) == ["HELD", "OPEN", "FULL", "OFFERED", "WAITING"]
    assert states(asha, with_open=False) == ["HELD"]
    claims.release_claim(claim=asha.claims.get(), by=asha.user, at=NOON)
    assert states(asha, with_open=False) == []


def test_shift_for_a_higher_level_or_a_later_step(asha: Any, opportunity: Any, browser: Any):
    """The calendar says why a shift cannot be claimed yet, and its page offers no claim."""
    hire(asha, opportunity)
    higher = make_slot(opportunity, minimum_level="C2")
    later = make_slot(opportunity, 4 * DAY)
    agent = browser(asha)
    assert states(asha) == ["LEVEL_MISSING", "OPEN"]
    assert "Claim shift" not in agent.get(reverse("gigs:slot", args=[higher.pk])).text
    steps = openings.Steps(opens_at=NOON + DAY, hours_between=1, steps=2, cap=2)
    openings.open_in_steps(
        opportunity=opportunity,
        slots=[later.pk],
        steps=steps,
        by=owner_of(opportunity.client),
        now=NOON,
    )
    assert states(asha) == ["LEVEL_MISSING", "OPENS_LATER"]
    assert "opens to you" in agent.get(reverse("gigs:slot", args=[later.pk])).text


def test_shift_that_clashes_with_an_own_one_is_not_offered(asha: Any, opportunity: Any):
    """What the calendar offers can be claimed: overlapping shifts of other work are left out."""
    other = make_opportunity(opportunity.client, title="Phone desk")
    for work in (opportunity, other):
        hire(asha, work)
    seat(asha, make_slot(opportunity))
    make_slot(other, 3 * DAY + HOUR)
    assert states(asha) == ["HELD"]


def test_open_shifts_only_of_active_gigs(asha: Any, ravi: Any, opportunity: Any):
    """Shifts of work for which somebody was not accepted are nobody's offer."""
    make_slot(opportunity)
    assert states(asha) == []
    gig = hire(asha, opportunity)
    assert states(asha) == ["OPEN"]
    assert states(ravi) == []
    gig.__class__.objects.filter(pk=gig.pk).update(state="ON_HOLD")
    assert states(asha) == []


def test_running_and_worked_shift(asha: Any, opportunity: Any):
    """A running shift says so, a worked one stays in the calendar of its week."""
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    start = claim.slot.starts_at
    session = shift_services.clock_in(claim=claim, by=asha.user, at=start)
    assert states(asha, now=start) == ["AT_WORK"]
    shift_services.clock_out(session=session, at=start + HOUR)
    assert states(asha, now=start + 10 * DAY) == ["WORKED"]


def test_client_sees_seats_people_and_cost(asha: Any, ravi: Any, opportunity: Any):
    """Each shift shows its seats, who has them, the time worked and what it costs."""
    for agent in (asha, ravi):
        hire(agent, opportunity)
    slot = make_slot(opportunity, capacity=3)
    work_hours(seat(asha, slot), 2 * HOUR)
    seat(ravi, slot)
    shown = calendar.client_calendar(opportunity.client, WEEK, now=NOON)
    (entry,) = shown.entries
    assert {claim.agent for claim in entry.claims} == {asha, ravi}
    assert (entry.seats_left, entry.worked, entry.cost_paise) == (1, 2 * HOUR, 600_00)
    found = calendar.sums(shown)
    assert (found.seats, found.taken, found.seats_left, found.cost_paise) == (3, 2, 1, 600_00)


def test_corrected_hours_are_counted_once(asha: Any, opportunity: Any, owner: Any):
    """Hours that an agreed correction replaced are not in the cost."""
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    session = work_hours(claim, 2 * HOUR)
    start, after = claim.slot.starts_at, claim.slot.ends_at + HOUR
    proposed = corrections.propose(
        claim=claim, side="AGENT", replaces=session, started_at=start, ended_at=start + 3 * HOUR,
        reason="I stayed.", by=asha.user, at=after,
    )  # fmt: skip
    corrections.agree(correction=proposed, side="CLIENT", by=owner.user, at=after)
    (entry,) = calendar.client_calendar(opportunity.client, WEEK, now=after).entries
    assert (entry.worked, entry.cost_paise) == (3 * HOUR, 900_00)


def test_calendars_run_a_fixed_number_of_queries(
    asha: Any, opportunity: Any, owner: Any, browser: Any
):
    """The calendars of a full week read no more often than those of a nearly empty one."""
    hire(asha, opportunity)
    agent, client = browser(asha), browser(owner)
    paths = [
        (agent, reverse("gigs:shifts")),
        (client, reverse("gigs:client-schedule")),
        (agent, reverse("api:gigs:shift-calendar")),
        (client, reverse("api:gigs:client-schedule")),
    ]

    def count() -> list[int]:
        numbers = []
        for client_of, path in paths:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client_of.get(path).status_code == 200
            numbers.append(len(queries))
        return numbers

    slot = make_slot(opportunity, capacity=9)
    work_hours(seat(asha, slot), HOUR)
    make_slot(opportunity, 4 * DAY)
    count()
    first = count()
    for number in range(6):
        start = DAY + number * 8 * HOUR + HOUR / 2
        make_slot(opportunity, start, ends_at=NOON + start + HOUR)
    for name in ("Kavya", "Lata"):
        colleague = cleared(name)
        hire(colleague, opportunity)
        work_hours(seat(colleague, slot), HOUR)
    assert count() == first


def test_pages_show_the_week(asha: Any, opportunity: Any, owner: Any, browser: Any):
    """Both pages name the week, lead to the next one, and refuse a week that is none."""
    hire(asha, opportunity)
    seat(asha, make_slot(opportunity))
    agent, client = browser(asha), browser(owner)
    for who, name in ((agent, "gigs:shifts"), (client, "gigs:client-schedule")):
        page = who.get(reverse(name)).text
        assert "23 Nov – 29 Nov 2026" in page
        assert "week=2026-11-30" in page
        assert opportunity.title in page
        later = who.get(reverse(name), {"week": "2027-01-04"})
        assert not later.context["calendar"].entries
        assert who.get(reverse(name), {"week": "soon"}).status_code == 400
        assert "23 Nov – 29 Nov 2026" in who.get(reverse(name), {"week": "9999-12-31"}).text


def test_claim_from_the_calendar(asha: Any, opportunity: Any, browser: Any):
    """A page shows the pay and the rule of release before the claim, and leads back to the week."""
    hire(asha, opportunity)
    slot = make_slot(opportunity)
    agent = browser(asha)
    page = agent.get(reverse("gigs:slot", args=[slot.pk])).text
    assert "₹1,200.00" in page
    assert "counts as a late release" in page
    answer = post_to(agent, "gigs:claim-slot", slot.pk, calendar="1")
    assert answer.url == f"{reverse('gigs:shifts')}?week=2026-11-26"
    claim = Claim.objects.get()
    assert (
        reverse("gigs:release-claim", args=[claim.pk])
        in agent.get(reverse("gigs:shift", args=[claim.pk])).text
    )


def test_full_shift_offers_the_waitlist(asha: Any, ravi: Any, opportunity: Any, browser: Any):
    """On a full shift the page offers to wait, and then to stop waiting."""
    for agent in (asha, ravi):
        hire(agent, opportunity)
    slot = make_slot(opportunity, capacity=1)
    seat(ravi, slot)
    agent = browser(asha)
    path = reverse("gigs:slot", args=[slot.pk])
    assert "Join the waitlist" in agent.get(path).text
    assert post_to(agent, "gigs:join-waitlist", slot.pk, calendar="1").status_code == 302
    assert "Leave the waitlist" in agent.get(path).text
    entry = asha.waitlist_entries.get()
    answer = post_to(agent, "gigs:leave-waitlist", entry.pk, calendar="1")
    assert answer.url.startswith(reverse("gigs:shifts"))


def test_strangers_see_nothing(asha: Any, opportunity: Any, outsiders: Any):
    """A shift's page is for agents of the gig; each calendar shows the caller's own shifts."""
    hire(asha, opportunity)
    slot = make_slot(opportunity)
    seat(asha, slot)
    for outsider in outsiders.values():
        assert outsider.get(reverse("gigs:slot", args=[slot.pk])).status_code in (302, 403, 404)
        for name in ("gigs:shifts", "gigs:client-schedule"):
            page = outsider.get(reverse(name))
            assert page.status_code in (302, 403) or opportunity.title not in page.text
        for name in ("api:gigs:shift-calendar", "api:gigs:client-schedule"):
            answer = outsider.get(reverse(name))
            assert answer.status_code in (401, 403) or not any(
                day["shifts"] for day in answer.json()["days"]
            )


def test_api_gives_the_same_week(asha: Any, opportunity: Any, owner: Any, browser: Any):
    """The API lists seven days with the same shifts, and refuses a week that is no date."""
    hire(asha, opportunity)
    slot = make_slot(opportunity)
    work_hours(seat(asha, slot), HOUR)
    agent, client = browser(asha), browser(owner)
    mine = agent.get(reverse("api:gigs:shift-calendar")).json()
    assert (mine["first"], len(mine["days"])) == ("2026-11-23", 7)
    assert [row["state"] for row in mine["days"][3]["shifts"]] == ["WORKED"]
    theirs = client.get(reverse("api:gigs:client-schedule"), {"week": "2026-11-29"}).json()
    (row,) = theirs["days"][3]["shifts"]
    assert (row["worked_seconds"], row["cost_paise"], row["seats_left"]) == (3600, 300_00, 1)
    assert [who["agent_name"] for who in row["seated"]] == [asha.name]
    for who, name in ((agent, "shift-calendar"), (client, "client-schedule")):
        bad = who.get(reverse(f"api:gigs:{name}"), {"week": "soon"})
        assert (bad.status_code, bad.json()["code"]) == (400, "query_invalid")


def test_a_week_with_very_many_shifts_is_cut(
    opportunity: Any, monkeypatch: Any, owner: Any, browser: Any
):
    """A week shows at most so many shifts, and says that there are more."""
    monkeypatch.setattr(calendar, "MOST_SHOWN", 3)
    for number in range(5):
        make_slot(opportunity, DAY + number * HOUR)
    shown = calendar.client_calendar(opportunity.client, WEEK, now=NOON)
    assert (len(shown.entries), shown.is_cut) == (3, True)
    assert "more shifts" in browser(owner).get(reverse("gigs:client-schedule")).text
    assert Slot.objects.count() == 5
