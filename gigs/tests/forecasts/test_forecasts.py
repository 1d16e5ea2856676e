"""From expected contacts to shifts, on pages and over the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import NOON
from gigs.forecasts import proposals, queries, services
from gigs.models import Forecast, Slot, SlotSeries
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
    work_hours,
)
from hitouch.core.db.state_machine import transition
from hitouch.core.india_time import INDIA

#: The published example: 100 calls of 3 minutes in each half hour from 9 to 17 need 14 agents.
OFFICE = "\n".join(
    f"{day},{hour:02}:{minute},100"
    for day in ("Mon", "Tue")
    for hour in range(9, 17)
    for minute in ("00", "30")
)
FACTS: dict[str, Any] = {
    "volumes": OFFICE,
    "handle_seconds": 180,
    "target_percent": 80,
    "target_seconds": 20,
    "max_occupancy_percent": 85,
    "shrinkage_percent": 30,
    "shortest_hours": 2,
    "longest_hours": 8,
}
BOTH = pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"], ids=["page", "api"])


@pytest.fixture
def desk(orchid: Any) -> Any:
    return make_opportunity(orchid, headcount=25, hours_each=40, rate_paise=100_00)


def enter(browser: Any, prefix: str, opportunity: Any, **changes: Any) -> Any:
    name = "client-new-forecast" if prefix == "gigs:" else "client-forecasts"
    return post_to(browser, prefix + name, opportunity.pk, **(FACTS | changes))


@pytest.fixture
def forecast(desk: Any) -> Forecast:
    facts = dict(FACTS)
    return services.make_forecast(opportunity=desk, text=facts.pop("volumes"), now=NOON, **facts)


@BOTH
def test_shifts_are_proposed(prefix: str, desk: Any, owner: Any, browser: Any):
    """14 agents and 30 % breaks are 20 places (as pyworkforce's example has it), for 8 hours."""
    answer = enter(browser(owner), prefix, desk)
    if prefix == "gigs:":
        page = browser(owner).get(answer.url)
        [monday, _, *rest] = page.context["proposal"].days
        assert [each.seats for each in monday.shifts] == [20]
        assert not any(day.busy for day in rest)
        text = page.content.decode()
        assert "9:00 am to 5:00 pm: 20 seats" in text
        assert "Monday: 0 hours short of seats" in text
    else:
        found = answer.json()
        assert [
            (shift["day"], shift["starts"], shift["ends"], shift["seats"])
            for shift in found["shifts"]
        ] == [(0, "09:00", "17:00", 20), (1, "09:00", "17:00", 20)]
        nine = found["half_hours"][18]
        assert (nine["agents"], nine["seats_needed"], nine["seats_planned"]) == (14, 20, 20)
        assert nine["service_level"] == pytest.approx(0.88835, abs=1e-5)
        assert (found["hours_planned"], found["hours_short"]) == (320, 0)
        assert found["cost_paise"] == 320 * 100_00
    assert not Slot.objects.exists()


@BOTH
def test_proposed_shifts_are_added(prefix: str, forecast: Any, owner: Any, browser: Any):
    """One press makes the series of the shifts, for the weeks that were chosen."""
    sent = {"from_on": "2026-11-30", "weeks": 2, "minimum_level": "C1"}
    if prefix == "gigs:":
        looked = post_to(browser(owner), "gigs:client-add-proposed", forecast.pk, **sent)
        assert len(looked.context["preview"].new) == 4
        assert not Slot.objects.exists()
        sent["save"] = "1"
    answer = post_to(browser(owner), f"{prefix}client-add-proposed", forecast.pk, **sent)
    assert answer.status_code in (201, 302)
    series = SlotSeries.objects.get()
    assert (series.capacity, series.minimum_level, series.weekday_names) == (20, "C1", "Mon, Tue")
    slots = Slot.objects.order_by("starts_at")
    assert [slot.starts_at.astimezone(INDIA).day for slot in slots] == [30, 1, 7, 8]
    again = post_to(browser(owner), "api:gigs:client-add-proposed", forecast.pk, **sent)
    assert again.json()["code"] == "series_exists"


def test_never_more_agents_than_the_opportunity_takes(orchid: Any, owner: Any, browser: Any):
    """What the headcount does not allow stays short, and is told."""
    small = make_opportunity(orchid, headcount=5)
    answer = enter(browser(owner), "gigs:", small)
    page = browser(owner).get(answer.url)
    proposal = page.context["proposal"]
    assert max(each.seats_planned for each in proposal.half_hours) == 5
    assert proposal.hours_short == 15 * 16
    assert "Up to 20 agents are needed at a time" in page.content.decode()
    sent = {"from_on": "2026-11-30", "weeks": 1}
    made = post_to(
        browser(owner), "api:gigs:client-add-proposed", Forecast.objects.get().pk, **sent
    )
    assert made.status_code == 201


REFUSALS = [
    ("volumes_unreadable", {"volumes": "Mon,09:00,42\nMon,09:20,1\nMon,9:30 pm,x"}),
    ("lengths_reversed", {"shortest_hours": 6, "longest_hours": 4}),
    ("load_too_large", {"volumes": "Mon,09:00,5000", "handle_seconds": 7200}),
]


@pytest.mark.parametrize(("code", "changes"), REFUSALS)
def test_a_forecast_is_refused(code: str, changes: Any, desk: Any, owner: Any, browser: Any):
    """Page and API say the same, each fault has its code, and what was typed stays."""
    answer = enter(browser(owner), "api:gigs:", desk, **changes)
    page = enter(browser(owner), "gigs:", desk, **changes)
    assert problem(answer) == (422, code)
    assert answer.json()["detail"] in str(page.context["form"].errors)
    assert (FACTS | changes)["volumes"].splitlines()[0] in page.content.decode()
    assert not Forecast.objects.exists()


def test_every_faulty_line_is_told(desk: Any, owner: Any, browser: Any):
    """By number, all of them, by page and API."""
    bad = {"volumes": "Mon,09:00,42\nMon,09:20,1\nMon,9:30 pm,x"}
    answer = enter(browser(owner), "api:gigs:", desk, **bad).json()
    assert [each["line"] for each in answer["lines"]] == [2, 3]
    page = enter(browser(owner), "gigs:", desk, **bad).content.decode()
    assert "Line 2: " in page
    assert "Line 3: " in page


def upload(browser: Any, desk: Any, data: bytes, **changes: Any) -> Any:
    file = SimpleUploadedFile("week.csv", data, content_type="text/csv")
    sent = {**FACTS, "volumes": "", "file": file, **changes}
    return browser.post(reverse("gigs:client-new-forecast", args=[desk.pk]), sent)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_uploaded(encoding: str, desk: Any, owner: Any, browser: Any):
    """A CSV file, in the encodings of spreadsheets."""
    text = OFFICE.replace("Mon,09:00,", "# peak – Café\nMon,09:00,")
    assert upload(browser(owner), desk, text.encode(encoding)).status_code == 302
    assert "Café" in Forecast.objects.get().volumes


def test_a_faulty_file_is_not_lost(desk: Any, owner: Any, browser: Any):
    """Its text stands in the form, where it can be corrected; the line is named."""
    page = upload(browser(owner), desk, b"day,time,calls\nMon,09:00,42\nMon,09:10,1\n")
    assert "Line 3: " in str(page.context["form"].errors)
    assert "Mon,09:10,1" in page.content.decode()
    assert not Forecast.objects.exists()


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\0\0", b"a" * 200_001, b""],
    ids=["picture", "workbook", "too long", "empty"],
)
def test_files_that_are_no_csv(data: bytes, desk: Any, owner: Any, browser: Any):
    """A file that is not what it says is an error of its field."""
    page = upload(browser(owner), desk, data)
    assert "file" in page.context["form"].errors
    assert not Forecast.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target_percent", 100),
        ("target_percent", 0),
        ("handle_seconds", 0),
        ("handle_seconds", 7201),
        ("target_seconds", -1),
        ("max_occupancy_percent", 101),
        ("shrinkage_percent", 81),
        ("longest_hours", 13),
        ("shortest_hours", 0),
        ("handle_seconds", 1.5),
        ("handle_seconds", "१.५"),
        ("volumes", ""),
    ],
)
@BOTH
def test_odd_numbers(prefix: str, name: str, value: Any, desk: Any, owner: Any, browser: Any):
    """Numbers out of range are errors of their fields."""
    answer = enter(browser(owner), prefix, desk, **{name: value})
    if prefix == "gigs:":
        assert name in answer.context["form"].errors
    else:
        assert answer.status_code == 422
        assert any(name in error["pointer"] for error in answer.json()["errors"])
    assert not Forecast.objects.exists()


def test_missed_shifts_are_learned(asha: Any, orchid: Any, rival: Any, desk: Any):
    """Worked and missed shifts of the client count, by part of the day; excused ones do not."""
    hire(asha, desk)
    for number, state in enumerate(["WORKED", "NO_SHOW", "EXCUSED", "RELEASED"]):
        slot = make_slot(desk, (3 + number) * DAY)
        claim = seat(asha, slot)
        if state == "WORKED":
            work_hours(claim, HOUR)
        else:
            transition(claim, to=state, by=None, at=slot.ends_at)
    later = NOON + 20 * DAY
    assert queries.attendance_of(orchid, now=later) == {"2": [1, 2]}
    assert queries.attendance_of(rival, now=later) == {}
    assert queries.attendance_of(orchid, now=later + 100 * DAY) == {}
    with CaptureQueriesContext(connection) as found:
        queries.attendance_of(orchid, now=later)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("attendance", "seats"),
    [
        ({}, 20),
        ({"1": [9, 19]}, 20),  # fewer than 20 shifts
        ({"1": [2, 20]}, 23),  # a tenth of the mornings: 14 / 0.7 / 0.9
        ({"0": [0, 100], "1": [2, 20]}, 23),
        ({"0": [10, 100]}, 23),  # no mornings yet: the rate of all
        ({"1": [20, 20]}, 40),  # never planned with more than half
    ],
)
def test_places_for_missed_shifts(attendance: Any, seats: int, forecast: Any):
    """The rate of the part of the day, or of all, from 20 shifts on."""
    forecast.attendance = attendance
    assert proposals.propose(forecast).half_hours[18].seats_needed == seats


def test_a_second_forecast_begins_with_the_first(
    forecast: Any, desk: Any, owner: Any, browser: Any
):
    """What was typed before is there, to be changed."""
    page = browser(owner).get(reverse("gigs:client-new-forecast", args=[desk.pk]))
    assert page.context["form"]["volumes"].value() == OFFICE


@BOTH
def test_strangers_see_and_add_nothing(
    prefix: str, forecast: Any, desk: Any, viewer: Any, outsiders: Any, browser: Any
):
    """A viewer sees the proposal and adds nothing; others do not see it."""
    look = reverse(f"{prefix}client-forecast", args=[forecast.pk])
    assert browser(viewer).get(look).status_code == 200
    sent = {"from_on": "2026-11-30", "weeks": 1, "save": "1"}
    people = (
        (browser(viewer), {403}, {200}),
        (outsiders["another client"], {404}, {404}),
        (outsiders["another agent"], {403}, {403}),
        (outsiders["staff"], {403}, {403}),
        (outsiders["nobody"], {302, 401}, {302, 401}),
    )
    for person, refused, seen in people:
        assert person.get(look).status_code in seen
        add = post_to(person, f"{prefix}client-add-proposed", forecast.pk, **sent)
        assert add.status_code in refused
        assert enter(person, prefix, desk).status_code in refused
    assert (Forecast.objects.count(), Slot.objects.count()) == (1, 0)


def test_forecasts_are_listed(forecast: Any, orchid: Any, owner: Any, browser: Any):
    """Those of the opportunity alone."""
    other = make_opportunity(orchid, title="Mail desk")
    for opportunity, ids in ((forecast.opportunity, [str(forecast.pk)]), (other, [])):
        url = reverse("api:gigs:client-forecasts", args=[opportunity.pk])
        assert [row["id"] for row in browser(owner).get(url).json()["data"]] == ids


def test_queries_do_not_grow_with_the_forecast(forecast: Any, desk: Any, owner: Any, browser: Any):
    """A week of 16 half hours or of 336 costs the same queries."""
    whole = "\n".join(
        f"{day},{hour:02}:{minute},{20 + 7 * (hour % 5)}"
        for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        for hour in range(24)
        for minute in ("00", "30")
    )
    person = browser(owner)
    long = Forecast.objects.get(
        pk=enter(person, "api:gigs:", desk, volumes=whole).json()["forecast"]["id"]
    )
    counts = []
    for each in (forecast, long):
        with CaptureQueriesContext(connection) as looked:
            person.get(reverse("gigs:client-forecast", args=[each.pk]))
        with CaptureQueriesContext(connection) as added:
            made = post_to(
                person, "api:gigs:client-add-proposed", each.pk, from_on="2026-12-07", weeks=1
            )
        assert made.status_code == 201
        counts.append((len(looked), len(added)))
    assert counts[0] == counts[1]


def test_a_faulty_date_is_told(forecast: Any, owner: Any, browser: Any):
    """Adding has the refusals of a series."""
    for sent, code in (
        ({"from_on": "2026-11-01", "weeks": 1}, "slot_over"),
        ({"from_on": "2027-12-20", "weeks": 4}, "beyond_horizon"),
        ({"from_on": "2026-11-30", "weeks": 1, "minimum_level": "A1"}, "level_below_opportunity"),
    ):
        answer = post_to(browser(owner), "api:gigs:client-add-proposed", forecast.pk, **sent)
        page = post_to(browser(owner), "gigs:client-add-proposed", forecast.pk, **sent, save="1")
        assert answer.json()["code"] == code
        assert answer.json()["detail"] in message_of(page)
    assert not Slot.objects.exists()
