"""Time at work on pages and over the API: the same answers, and nothing for strangers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gigs.models import Claim, TimeCorrection, WorkSession
from gigs.shifts import services as shift_services
from gigs.tests.support.marketplace import (
    HOUR,
    cleared,
    hire,
    make_slot,
    message_of,
    owner_of,
    post_to,
    problem,
    seat,
    work_hours,
)

MINUTE = timedelta(minutes=1)
BOTH = pytest.mark.parametrize("api", ["", "api:"])


@pytest.fixture
def claim(asha: Any, opportunity: Any) -> Claim:
    hire(asha, opportunity)
    return seat(asha, make_slot(opportunity))


@pytest.fixture
def owner(claim: Claim, browser: Any) -> Any:
    return browser(owner_of(claim.gig.client))


def hours(claim: Claim, first: float, last: float) -> dict[str, str]:
    start = claim.slot.starts_at
    moments = (start + first * HOUR, start + last * HOUR)
    return dict(zip(("started_at", "ended_at"), (at.isoformat() for at in moments), strict=True))


@BOTH
def test_break_and_tasks(api: str, asha: Any, claim: Claim, browser: Any, at_noon: Any):
    """An agent takes a break, ends it, and counts tickets."""
    at_noon.move_to(claim.slot.starts_at)
    client = browser(asha)
    post_to(client, api + "gigs:clock-in", claim.pk)
    at_noon.shift(HOUR)
    answer = post_to(client, api + "gigs:start-break", asha.work_sessions.get().pk)
    assert answer.status_code in (201, 302)
    page = client.get(reverse("gigs:shifts")).text
    assert "End the break" in page
    assert reverse("gigs:clock-in", args=[claim.pk]) not in page
    at_noon.shift(10 * MINUTE)
    assert post_to(client, api + "gigs:end-break", asha.breaks.get().pk).status_code in (201, 302)
    assert asha.breaks.get().ended_at - asha.breaks.get().started_at == 10 * MINUTE
    assert asha.work_sessions.running().count() == 1
    post_to(client, api + "gigs:count-tasks", claim.pk, kind="TICKET", count=7, note="Refunds")
    assert claim.task_counts.get().count == 7
    bad = post_to(client, api + "gigs:count-tasks", claim.pk, kind="TICKET", count=0)
    assert bad.status_code == (422 if api else 200)


@BOTH
def test_correction_by_both_sides(
    api: str, asha: Any, claim: Claim, browser: Any, owner: Any, at_noon: Any
):
    """The agent proposes, the client agrees; then the client proposes and the agent refuses."""
    session = work_hours(claim, HOUR)
    at_noon.move_to(claim.slot.ends_at)
    facts = hours(claim, 0, 3) | {"replaces": str(session.pk), "reason": "Phone was flat."}
    answer = post_to(browser(asha), api + "gigs:propose-correction", claim.pk, **facts)
    assert answer.status_code in (201, 302)
    made = TimeCorrection.objects.get()
    path = [made.pk] if api else [made.pk, "agree"]
    agree = "gigs:agree-correction" if api else "gigs:decide-correction"
    own = post_to(browser(asha), api + agree, *path)
    assert problem(own) == (403, "own_case") if api else "Another person" in message_of(own)
    answer = post_to(owner, api + agree.replace("gigs:", "gigs:client-"), *path)
    assert answer.status_code in (201, 302)
    added = WorkSession.objects.get(correction=made)
    facts = hours(claim, 0, 2) | {"replaces": str(added.pk), "reason": "You left earlier."}
    post_to(owner, api + "gigs:client-propose-correction", claim.pk, **facts)
    second = TimeCorrection.objects.get(state="PROPOSED")
    path = [second.pk] if api else [second.pk, "refuse"]
    refuse = "gigs:refuse-correction" if api else "gigs:decide-correction"
    post_to(browser(asha), api + refuse, *path, reason="I did not.")
    second.refresh_from_db()
    assert (second.state, added.counted) == ("REFUSED", 3 * HOUR)


@BOTH
def test_invalid_hours_are_shown_where_they_were_typed(
    api: str, asha: Any, claim: Claim, browser: Any, at_noon: Any
):
    """Hours outside the shift are refused with the field, and nothing is kept."""
    work_hours(claim, HOUR)
    at_noon.move_to(claim.slot.ends_at)
    facts = hours(claim, -1, 2) | {"reason": "All of it."}
    answer = post_to(browser(asha), api + "gigs:propose-correction", claim.pk, **facts)
    if api:
        assert problem(answer) == (422, "outside_shift")
    else:
        assert "inside the shift" in answer.text
        assert "All of it." in answer.text
    assert not TimeCorrection.objects.exists()


def test_strangers_see_no_time_log(asha: Any, claim: Claim, outsiders: Any, at_noon: Any):
    """Another agent or client finds nothing, staff and nobody are sent away."""
    session = work_hours(claim, HOUR)
    at_noon.move_to(claim.slot.starts_at + HOUR)
    running = shift_services.clock_in(
        claim=claim, by=asha.user, at=claim.slot.starts_at + HOUR + MINUTE
    )
    pause = shift_services.start_break(session=running, at=claim.slot.starts_at + 2 * HOUR)
    for api in ("", "api:"):
        pages = [
            (f"{api}gigs:start-break", session.pk),
            (f"{api}gigs:end-break", pause.pk),
            (f"{api}gigs:count-tasks", claim.pk),
            (f"{api}gigs:propose-correction", claim.pk),
        ]
        for name, pk in pages:
            assert post_to(outsiders["another agent"], name, pk).status_code == 404
            assert post_to(outsiders["another client"], name, pk).status_code == 403
            assert post_to(outsiders["nobody"], name, pk).status_code in (302, 401)
        name = f"{api}gigs:client-propose-correction"
        assert post_to(outsiders["another client"], name, claim.pk).status_code == 404
        assert post_to(outsiders["another agent"], name, claim.pk).status_code == 403
        mine, theirs = ("claim", "client-shift") if api else ("shift", "client-shift")
        for name, stranger in ((mine, "another agent"), (theirs, "another client")):
            url = reverse(f"{api}gigs:{name}", args=[claim.pk])
            assert outsiders[stranger].get(url).status_code == 404


@BOTH
def test_live_board(api: str, asha: Any, claim: Claim, owner: Any, outsiders: Any, at_noon: Any):
    """The client sees who is at work, with adherence; another client sees nothing of it."""
    at_noon.move_to(claim.slot.starts_at + 12 * MINUTE)
    shift_services.clock_in(claim=claim, by=asha.user, at=claim.slot.starts_at + 12 * MINUTE)
    at_noon.move_to(claim.slot.starts_at + HOUR)
    url = reverse(api + "gigs:client-live")
    answer = owner.get(url)
    if api:
        record = answer.json()[0]
        assert (record["presence"], record["adherence_basis_points"]) == ("At work", 8_000)
        assert [part["rule"] for part in record["segments"]] == ["LATE", "WORKED"]
        assert outsiders["another client"].get(url).json() == []
    else:
        assert "80.0%" in answer.text
        assert asha.given_name in answer.text
        assert asha.given_name not in outsiders["another client"].get(url).text


@BOTH
def test_the_board_asks_a_fixed_number_of_questions(
    api: str, opportunity: Any, claim: Claim, owner: Any, at_noon: Any
):
    """The number of queries does not grow with agents."""
    at_noon.move_to(claim.slot.starts_at + MINUTE)
    url = reverse(api + "gigs:client-live")

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert owner.get(url).status_code == 200
        return len(queries)

    count()
    before = count()
    agent = cleared("Nila")
    hire(agent, opportunity)
    other = seat(agent, claim.slot)
    shift_services.clock_in(claim=other, by=agent.user, at=claim.slot.starts_at)
    shift_services.count_tasks(
        claim=Claim.objects.get(pk=other.pk), kind="CALL", count=2, by=agent.user,
        at=claim.slot.starts_at,
    )  # fmt: skip
    assert count() == before
