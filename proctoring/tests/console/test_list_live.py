"""The console's list and the view of one sitting: order, content, number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import NOON
from proctoring.console import queries, services
from proctoring.models import CoverageGap, Ruling, Sitting
from proctoring.tests.support.cast import make_sitting
from proctoring.tests.support.live import add_stills, live_sittings, make_mixed, observe

LIST = "/api/v1/staff/sittings/live/"
MINUTE = timedelta(minutes=1)
SAYING = {"reason": "CANDIDATE", "text": "Please stay alone in the room."}


def needs(at=NOON) -> list[str]:
    return [row.need(at).kind.value for row in queries.console_rows(at)]


def test_the_most_urgent_comes_first(assessment):
    """Sittings with different troubles stand in the order of urgency."""
    make_mixed(live_sittings(9), NOON)
    assert needs() == [
        *("MISSING", "FACE", "VIOLATION", "WARNED", "COVERAGE", "IDLE", "PAUSED", "FINE", "FINE"),
    ]


def test_the_unwatched_come_before_the_watched(assessment, proctor):
    """Among equal needs, whom nobody watches is listed first."""
    sittings = live_sittings(3)
    services.watch(sitting=sittings[0], by=proctor, at=NOON)
    assert [bool(row.watchers) for row in queries.console_rows(NOON)] == [False, False, True]


def test_an_act_takes_the_need_away(assessment, proctor):
    """What a proctor has answered sorts down, until something new is seen."""
    (sitting,) = live_sittings(1)
    observe(sitting, "OTHER_PERSON_FOUND", NOON)
    assert needs() == ["FACE"]
    services.warn(sitting=sitting, by=proctor, at=NOON + MINUTE / 10, **SAYING)
    assert needs(NOON + MINUTE / 10) == ["FINE"]
    observe(sitting, "OTHER_PERSON_FOUND", NOON + MINUTE / 5)
    assert needs(NOON + MINUTE / 5) == ["FACE"]


def test_a_dismissed_ruling_asks_for_nobody(assessment, proctor):
    """The newest ruling on an observation counts."""
    (sitting,) = live_sittings(1)
    seen = observe(sitting, "TAKEOVER", NOON, standing="COUNTED", severity="CRITICAL", points=5)
    assert needs() == ["VIOLATION"]
    Ruling.objects.create(
        sitting=sitting, observation=seen, number=3, severity="CRITICAL", standing="NOTED",
        verdict="DISMISSED", by=proctor, reason="The same person.", at=NOON,
    )  # fmt: skip
    assert needs() == ["FINE"]


def test_a_contradicted_picture_asks_for_somebody(assessment):
    """A picture in which the server saw something else than the page is urgent."""
    (sitting,) = live_sittings(1, stills=1)
    sitting.snapshots.update(check_result="CONTRADICTED")
    assert needs() == ["FACE"]


def test_sittings_before_and_after_are_not_listed(ravi, assessment):
    """Only running, paused and identity-checked sittings are on the console."""
    waiting = make_sitting(ravi, "IDENTITY", NOON)
    assert queries.console_rows(NOON) == []
    Sitting.objects.filter(pk=waiting.pk).update(state="IDENTITY_REVIEW")
    assert needs() == ["IDENTITY"]


def test_api_lists_rows_by_need(assessment, proctor, signed_in):
    """The API gives the rows in order with what they need, and private addresses of pictures."""
    now = timezone.now()
    sittings = live_sittings(3, now, stills=2)
    observe(sittings[1], "FULLSCREEN_LEFT", now, standing="WARNED", severity="HIGH")
    client = signed_in(proctor)
    services.watch(sitting=sittings[2], by=proctor, at=now)
    data = client.get(LIST).json()
    assert data["server_time"]
    first, last = data["sittings"][0], data["sittings"][-1]
    assert (first["id"], first["warnings"], first["latest"]["words"]) == (
        str(sittings[1].pk), 1, "Left full screen",
    )  # fmt: skip
    assert sum(first["minutes"]) == 1
    assert first["still"]["url"].endswith(f"/{first['still']['id']}/")
    assert client.get(first["still"]["url"])["Content-Type"] == "image/jpeg"
    assert [each["name"] for each in last["watchers"]] == ["Farah"]
    assert last["needs"][-1]["kind"] == "FINE"


def test_api_shows_one_sitting(assessment, proctor, signed_in):
    """One sitting comes with pictures, observations, acts and gaps, the newest first."""
    now = timezone.now()
    (sitting,) = live_sittings(1, now, stills=3)
    observe(sitting, "COPY", now)
    observe(sitting, "FULLSCREEN_LEFT", now, standing="COUNTED", severity="HIGH", points=3)
    CoverageGap.objects.create(sitting=sitting, reason="CONNECTION", since=now - MINUTE)
    services.send_message(sitting=sitting, by=proctor, at=now, **SAYING)
    client = signed_in(proctor)
    data = client.get(f"/api/v1/staff/sittings/{sitting.pk}/live/").json()
    kinds = [row["kind"] for row in data["observations"]]
    assert kinds[:3] == ["MESSAGE", "FULLSCREEN_LEFT", "COPY"]
    assert data["observations"][1]["points"] == 3
    assert [row["text"] for row in data["interventions"]] == [SAYING["text"]]
    assert [gap["reason"] for gap in data["gaps"]] == ["Connection"]
    assert len(data["stills"]) == 3
    assert data["row"]["open_gap"] == "Connection"
    assert data["device"]["browser"] == "Chrome 130"


@pytest.mark.parametrize("address", [LIST, "/proctor/", "one"])
def test_queries_do_not_grow(assessment, proctor, signed_in, address):
    """List, page and single view ask as many queries for thirty sittings as for one."""
    client, now = signed_in(proctor), timezone.now()
    sittings = live_sittings(1, now, stills=1)
    if address == "one":
        address = f"/api/v1/staff/sittings/{sittings[0].pk}/live/"

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    def trouble(rows) -> None:
        for sitting in rows:
            observe(sitting, "COPY", now, standing="WARNED", severity="MEDIUM")
            services.watch(sitting=sitting, by=proctor, at=now)
            CoverageGap.objects.create(sitting=sitting, reason="CAMERA", since=now)

    trouble(sittings)
    client.get(address)
    one = count()
    trouble(live_sittings(29, now, stills=2))
    add_stills(sittings, now - MINUTE, each=20)
    assert count() == one
    assert one <= 24


def test_page_shows_the_console(assessment, proctor, signed_in):
    """The page brings the rows it begins with, so that it shows them before any socket opens."""
    live_sittings(2, timezone.now())
    page = signed_in(proctor).get("/proctor/").content.decode()
    assert "Asha Rao" in page
    assert "console-data" in page


def test_page_is_for_proctors(
    running, asha, proctor, reviewer, staff_without_role, signed_in, client
):
    """Agents, other staff, proctors without a second factor and nobody get no page."""
    for person in (asha.user, reviewer, staff_without_role):
        assert signed_in(person).get("/proctor/").status_code == 403
    assert signed_in(proctor, second_factor=False).get("/proctor/").status_code == 302
    assert client.get("/proctor/").status_code == 302
