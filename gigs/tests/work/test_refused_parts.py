"""Approval in part: each refused minute or amount has a reason, an answer and an end."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from conftest import NOON
from gigs import maintenance
from gigs.disputes import services as dispute_services
from gigs.engagements import queries as gig_queries
from gigs.engagements import services as gig_services
from gigs.models import RefusedPart, Work
from gigs.shifts import services as shift_services
from gigs.tests.disputes.cases import code_of, dispute_of
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_slot,
    post_to,
    problem,
    seat,
    work_hours,
)
from gigs.work import queries as work_queries
from gigs.work import refused_parts
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from hitouch.core.models import OutboxMessage
from tests.support.funding import seed_rates

JSON = "application/json"
MINUTE = timedelta(minutes=1)
LATER = NOON + 4 * DAY


@pytest.fixture
def hours(asha: Any, opportunity: Any, at_noon: Any) -> Work:
    """Two hours at 300 rupees."""
    seed_rates()
    at_noon.move_to(LATER)
    gig = hire(asha, opportunity)
    work_hours(seat(asha, make_slot(opportunity)), 2 * HOUR)
    return work_services.submit_work(gig=gig, summary="Done.", by=asha.user, at=LATER)


@pytest.fixture
def scores(asha: Any, fixed: Any) -> Work:
    """Work for 5,000 rupees with one link."""
    seed_rates()
    gig = hire(asha, fixed)
    return work_services.submit_work(
        gig=gig, summary="Scored.", by=asha.user, at=NOON, links=["https://docs.example.com/1"]
    )


def minutes(work: Work, first: int, last: int, **changes: Any) -> dict[str, Any]:
    """Refused minutes of the work's only session, as the API takes them."""
    session = work.sessions.get()
    return {
        "session": str(session.pk),
        "starts_at": (session.started_at + first * MINUTE).isoformat(),
        "ends_at": (session.started_at + last * MINUTE).isoformat(),
        "reason": "NO_ACTIVITY",
        "note": "No chats were taken.",
        **changes,
    }


def amount(paise: int, **changes: Any) -> dict[str, Any]:
    facts = {"amount_paise": paise, "reason": "QUALITY", "note": "Page 2 is wrong."}
    return facts | changes


def approve_part(browser: Any, work: Work, *refused: Any) -> Any:
    url = reverse("api:gigs:client-approve-part", args=[work.pk])
    return browser.post(url, {"refused": list(refused)}, content_type=JSON)


def refuse(work: Work, paise: int = 1_000_00, at: Any = NOON) -> RefusedPart:
    """Approve a fixed price except an amount."""
    refused_parts.approve_in_part(
        work=work,
        refused=[refused_parts.Refused("QUALITY", "Page 2.", amount_paise=paise)],
        member=work.gig.client.members.get(role="OWNER"),
        at=at,
    )
    return RefusedPart.objects.get()


def test_minutes_are_refused_and_the_rest_is_paid(hours: Any, owner: Any, browser: Any, asha: Any):
    """The approval has the pay without the minutes; the agent reads the rule for each of them."""
    answer = approve_part(browser(owner), hours, minutes(hours, 10, 30), minutes(hours, 90, 100))
    assert answer.status_code == 200, answer.json()
    found = answer.json()
    assert (found["state"], found["gross_paise"]) == ("APPROVED", 450_00)
    assert [part["amount_paise"] for part in found["refused_parts"]] == [100_00, 50_00]
    message = OutboxMessage.objects.get(template="gigs/work_approved_in_part")
    assert "₹450.00" in message.body
    url = reverse("api:gigs:refused", args=[hours.pk])
    rows = browser(asha).get(url).json()
    assert [[one["rule"] for one in row["segments"]] for row in rows] == [["WORKED"], ["WORKED"]]
    page = browser(asha).get(reverse("gigs:work", args=[hours.pk])).content.decode()
    assert "No chats were taken." in page
    assert "At work" in page


def test_the_page_approves_in_part(hours: Any, owner: Any, browser: Any):
    """The page shows the hours and takes local times; empty rows are no parts."""
    url = reverse("gigs:client-approve-part", args=[hours.pk])
    page = browser(owner).get(url).content.decode()
    assert "₹600.00" in page
    session = hours.sessions.get()
    local = session.started_at + timedelta(hours=5, minutes=30)
    data = {
        "refused-TOTAL_FORMS": "3",
        "refused-INITIAL_FORMS": "0",
        "refused-0-session": str(session.pk),
        "refused-0-starts_at": f"{local:%Y-%m-%dT%H:%M}",
        "refused-0-ends_at": f"{local + 30 * MINUTE:%Y-%m-%dT%H:%M}",
        "refused-0-reason": "NOT_AT_WORK",
        "refused-0-note": "Not here.",
    }
    assert browser(owner).post(url, data | {"refused-0-note": ""}).status_code == 200
    assert not RefusedPart.objects.exists()
    assert browser(owner).post(url, data).status_code == 302
    part = RefusedPart.objects.get()
    assert (part.starts_at, part.amount_paise) == (session.started_at, 150_00)
    text = browser(owner).get(reverse("gigs:client-work", args=[hours.pk])).content.decode()
    assert "Pay this part after all" in text


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(0, 120, "all_refused"), (-5, 10, "outside_work"), (100, 130, "outside_work"),
     (10, 10, "outside_work"), (30, 10, "outside_work")],
)  # fmt: skip
def test_minutes_outside_the_work_are_refused(
    first: int, last: int, code: str, hours: Any, owner: Any, browser: Any
):
    """Minutes are those of the session, and some of it is approved."""
    answer = approve_part(browser(owner), hours, minutes(hours, first, last))
    assert problem(answer) == (422, code)
    hours.refresh_from_db()
    assert (hours.state, RefusedPart.objects.count()) == ("PENDING", 0)


def test_wrong_parts_have_their_own_codes(hours: Any, owner: Any, browser: Any):
    """Nothing, the same twice, an amount of hours, no reason, no note: each is told apart."""
    tries = [
        ([], "nothing_refused"),
        ([minutes(hours, 0, 10), minutes(hours, 5, 15)], "parts_overlap"),
        ([amount(100)], "wrong_kind_of_part"),
        ([minutes(hours, 0, 1)] * 51, "too_many_parts"),
        ([minutes(hours, 0, 10, session=str(hours.pk))], "outside_work"),
    ]
    for refused, code in tries:
        assert problem(approve_part(browser(owner), hours, *refused)) == (422, code)
    for wrong in ({"reason": "BORED"}, {"note": ""}, {"starts_at": "noon"}, {"session": 5}):
        answer = approve_part(browser(owner), hours, minutes(hours, 0, 10, **wrong))
        assert answer.status_code == 422
    assert not RefusedPart.objects.exists()


def test_an_amount_of_a_fixed_price_is_refused(scores: Any, owner: Any, browser: Any):
    """Of a deliverable or of the whole; the gig stays open until it is decided."""
    link = scores.deliverables.get()
    for wrong, code in (
        (amount(5_000_00), "all_refused"),
        (amount(1, deliverable=str(scores.pk)), "outside_work"),
    ):
        assert problem(approve_part(browser(owner), scores, wrong)) == (422, code)
    answer = approve_part(browser(owner), scores, amount(1_000_00, deliverable=str(link.pk)))
    assert answer.json()["gross_paise"] == 4_000_00
    scores.gig.refresh_from_db()
    assert scores.gig.is_active
    assert gig_queries.undecided_paise(scores.gig) == [1_000_00]


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_strangers_neither_refuse_nor_answer_nor_grant(
    prefix: str, scores: Any, viewer: Any, asha: Any, outsiders: Any, browser: Any
):
    """Another client and agent find nothing; viewers, agents and staff may not."""
    urls = [("client-approve-part", scores.pk), ("client-grant-part", refuse(scores).pk)]
    for name, pk in urls:
        for who, status in (
            (outsiders["another client"], 404),
            (outsiders["staff"], 403),
            (browser(viewer), 403),
            (browser(asha), 403),
        ):
            assert post_to(who, prefix + name, pk).status_code == status
        assert post_to(outsiders["nobody"], prefix + name, pk).status_code in (302, 401)
    part = RefusedPart.objects.get()
    answer = post_to(outsiders["another agent"], prefix + "answer-part", part.pk, answer="x")
    assert answer.status_code == 404
    part.refresh_from_db()
    assert (part.state, part.answer) == ("REFUSED", "")


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_an_answer_and_a_grant(prefix: str, scores: Any, owner: Any, asha: Any, browser: Any):
    """The agent answers, the client pays the part, once, and the gig is complete."""
    part = refuse(scores)
    post_to(browser(asha), prefix + "answer-part", part.pk, answer="Page 2 is in the file.")
    assert OutboxMessage.objects.filter(template="gigs/refused_part_answered").exists()
    twice = post_to(browser(asha), "api:gigs:answer-part", part.pk, answer="Again.")
    assert problem(twice) == (409, "part_answered")
    assert "Page 2 is in the file." in browser(owner).get(
        reverse("gigs:client-work", args=[scores.pk])
    ).content.decode()  # fmt: skip
    post_to(browser(owner), prefix + "client-grant-part", part.pk)
    part.refresh_from_db()
    scores.gig.refresh_from_db()
    assert (part.state, part.granted_paise, scores.gig.state) == (
        "GRANTED", 1_000_00, "COMPLETED",
    )  # fmt: skip
    again = post_to(browser(owner), "api:gigs:client-grant-part", part.pk)
    assert problem(again) == (409, "part_settled")
    late = post_to(browser(asha), "api:gigs:answer-part", part.pk, answer="Thanks.")
    assert problem(late) == (409, "part_settled")


def test_after_seven_days_it_stays_unpaid(scores: Any):
    """Not a moment before; the gig is complete then, without the money."""
    part = refuse(scores)
    maintenance.sweep(at=NOON + 7 * DAY - MINUTE)
    part.refresh_from_db()
    assert part.state == "REFUSED"
    maintenance.sweep(at=NOON + 7 * DAY)
    maintenance.sweep(at=NOON + 8 * DAY)
    part.refresh_from_db()
    scores.gig.refresh_from_db()
    assert (part.state, scores.gig.state, scores.gig.unearned_paise) == (
        "FINAL", "COMPLETED", 1_000_00,
    )  # fmt: skip
    assert OutboxMessage.objects.filter(template="gigs/refused_part_settled").count() == 1


def test_a_dispute_stops_the_deadline(scores: Any, asha: Any, owner: Any):
    """A disputed part waits for its settlement, which may grant some of it."""
    part = refuse(scores)
    refused_parts.dispute_part(part=part, by=asha.user, at=NOON)
    maintenance.sweep(at=NOON + 30 * DAY)
    part.refresh_from_db()
    assert part.state == "DISPUTED"
    with pytest.raises(Refusal) as refused:
        refused_parts.settle_part(part=part, granted_paise=1_000_01, by=None, at=NOON)
    assert refused.value.code == "more_than_refused"
    refused_parts.settle_part(part=part, granted_paise=400_00, by=owner.user, at=NOON)
    scores.gig.refresh_from_db()
    assert (scores.gig.state, scores.gig.unearned_paise) == ("COMPLETED", 600_00)


def test_a_gig_with_refused_parts_can_be_ended(scores: Any):
    """Its money stays until the part is decided, and is free then."""
    part = refuse(scores)
    gig_services.end_gig(gig=scores.gig, why="Over.", by=None, at=NOON)
    scores.gig.refresh_from_db()
    assert scores.gig.unearned_paise == 0
    refused_parts.close_part(part=part, at=NOON + 7 * DAY)
    scores.gig.refresh_from_db()
    assert scores.gig.unearned_paise == 1_000_00


def test_the_database_keeps_refused_parts(scores: Any):
    """Nobody changes, deletes or adds one to decided work, or pays without the state."""
    part = refuse(scores)
    facts = {"amount_paise": 1, "reason": "OTHER", "note": "x", "refused_at": NOON}
    for change in (
        lambda: RefusedPart.objects.update(amount_paise=1),
        lambda: RefusedPart.objects.update(granted_paise=1),
        lambda: RefusedPart.objects.filter(pk=part.pk).delete(),
        lambda: scores.refused_parts.create(**facts),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_hours_stand_beside_the_work(
    hours: Any,
    owner: Any,
    asha: Any,
    outsiders: Any,
    browser: Any,
    django_assert_max_num_queries: Any,
):
    """Page and API show sessions, breaks, counts and rules, with as many queries for any number."""
    session = hours.sessions.get()
    shift_services.count_tasks(
        claim=session.claim, kind="CHAT", count=14, note="", by=asha.user, at=LATER
    )
    url = reverse("api:gigs:client-work-hours", args=[hours.pk])
    found = browser(owner).get(url).json()
    assert [row["count"] for row in found[0]["task_counts"]] == [14]
    assert found[0]["segments"][0]["rule"] == "WORKED"
    assert browser(asha).get(reverse("api:gigs:work-hours", args=[hours.pk])).json() == found
    assert outsiders["another client"].get(url).status_code == 404
    assert "Chats" in browser(owner).get(
        reverse("gigs:client-work", args=[hours.pk])
    ).content.decode()  # fmt: skip
    with django_assert_max_num_queries(14):
        work_queries.hours_of(work_queries.works().get(pk=hours.pk), now=LATER)


def test_a_part_under_dispute_is_not_granted_by_an_older_page(scores: Any, asha: Any, owner: Any):
    """Who read the part before its dispute was opened cannot pay past it, and it can be ended."""
    part = refuse(scores)
    dispute = dispute_of(RefusedPart.objects.get(pk=part.pk))
    assert code_of(lambda: refused_parts.grant_part(part=part, member=owner, at=NOON)) == (
        "part_settled"
    )
    dispute_services.withdraw(
        dispute=dispute, side=dispute.side, reason="Settled", by=asha.user, at=NOON
    )
    part.refresh_from_db()
    assert (part.state, part.granted_paise) == ("FINAL", 0)
