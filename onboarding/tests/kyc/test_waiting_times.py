"""Waiting times of document reviews: text for the agent, queue order, overdue alerts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from conftest import NOON, make_agent
from hitouch.core.db.state_machine import transition
from hitouch.core.models import OutboxMessage
from hitouch.core.web.humanize import duration_text
from onboarding.dashboard import steps
from onboarding.demo import agents
from onboarding.kyc import queries, resubmission
from onboarding.kyc.review import queries as review_queries
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, ReviewAlarm
from onboarding.tests.conftest import problem
from onboarding.tests.support.review_desk import API, browser, call, press

pytestmark = pytest.mark.django_db
State = KycCase.State
HOUR = timedelta(hours=1)


def wait(name: str, *, since: datetime = NOON) -> KycCase:
    """A case without documents, submitted at a given time."""
    case = KycCase.objects.create(agent=make_agent(name, current_address=agents.ADDRESS))
    transition(case, to=State.PARTIAL, by=None, at=since)
    transition(case, to=State.IN_REVIEW, by=None, at=since, submitted_at=since, queued_at=since)
    return case


def decide(name: str, *, hours: float, reviewer: User | None, at: datetime = NOON) -> None:
    """A case that was decided after so many hours."""
    case = wait(name, since=at - hours * HOUR)
    facts = {"decided_at": at, "reviewer": reviewer, "reason": "UNREADABLE", "note": "Again."}
    transition(case, to=State.REJECTED, by=reviewer, at=at, **facts)


def test_target_is_shown_without_enough_decisions(reviewer: User) -> None:
    """With fewer than five decisions by reviewers the target is shown."""
    for number in range(4):
        decide(f"Few{number}", hours=2, reviewer=reviewer)
    decide("Machine", hours=0.1, reviewer=None)
    told = queries.expected_wait_text(wait("Tara"), NOON)
    assert told.startswith("We aim to review them within a day.")
    assert "recent reviews" not in told


def test_median_of_recent_decisions_is_shown(reviewer: User) -> None:
    """The median waiting time is shown, rounded up, with the number of cases ahead."""
    for number, hours in enumerate((1, 2, 2.2, 5, 30)):
        decide(f"Lately{number}", hours=hours, reviewer=reviewer)
    wait("First", since=NOON - HOUR)
    told = queries.expected_wait_text(wait("Tara"), NOON)
    assert told == (
        "Half of all recent reviews took less than 3 hours. There is 1 agent ahead of you."
    )


def test_old_decisions_do_not_count(reviewer: User) -> None:
    """Only decisions of the last 14 days count."""
    for number in range(9):
        decide(f"Old{number}", hours=1, reviewer=reviewer, at=NOON - timedelta(days=15))
    assert queries.expected_wait_text(wait("Tara"), NOON).startswith(
        "We aim to review them within a day."
    )


def test_long_current_waits_are_shown(reviewer: User) -> None:
    """If current cases wait longer than the median, the text says so."""
    for number in range(5):
        decide(f"Quick{number}", hours=1, reviewer=reviewer)
    wait("First", since=NOON - 7 * HOUR)
    assert "taking longer now: some have waited 7 hours." in queries.expected_wait_text(
        wait("Tara"), NOON
    )


def test_page_api_and_step_show_the_same_text(
    agent_client: Any, reviewer: User, bring: Any
) -> None:
    """Page, API and open step show the same text, and none without a waiting case."""
    agent = bring(make_agent("Tara"), "profile")
    client = agent_client(agent)
    assert client.get("/api/v1/onboarding/documents/").json()["expected"] == ""
    case = wait_for(agent)
    told = queries.expected_wait_text(case, NOON)
    assert told in client.get(reverse("onboarding:documents")).content.decode()
    assert client.get("/api/v1/onboarding/documents/").json()["expected"] == told
    assert told in steps.next_step(agent, NOON).hint


def wait_for(agent: Any) -> KycCase:
    case = KycCase.objects.create(agent=agent)
    transition(case, to=State.PARTIAL, by=agent.user, at=NOON)
    transition(case, to=State.IN_REVIEW, by=agent.user, at=NOON, submitted_at=NOON, queued_at=NOON)
    return case


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "an hour"), (1, "an hour"), (1.1, "2 hours"), (20, "20 hours"), (21, "a day"),
     (24.5, "2 days"), (49, "3 days")],
)  # fmt: skip
def test_time_is_rounded_up(hours: float, words: str) -> None:
    """Durations are rounded up."""
    assert duration_text(timedelta(hours=hours)) == words


def test_overdue_cases_come_first(reviewer: User) -> None:
    """Overdue cases come first and are marked in admin and API, and the agent is told."""
    fresh, late = wait("Fresh"), wait("Late", since=NOON - 25 * HOUR)
    client = browser(reviewer)
    rows = client.get(API).json()["data"]
    assert [(row["id"], row["is_overdue"]) for row in rows] == [
        (str(late.pk), True), (str(fresh.pk), False),
    ]  # fmt: skip
    page = client.get(reverse("admin:onboarding_kyccase_changelist")).content.decode()
    assert page.index(str(late.pk)) < page.index(str(fresh.pk))
    assert "1 day, 1 hour, overdue" in page.replace("\xa0", " ")
    assert "1 overdue, shown at the top" in page
    assert "taking longer than usual" in queries.expected_wait_text(late, NOON)
    assert call(client, fresh, "claim").status_code == 200
    assert client.post(f"{API}next/").json()["id"] == str(late.pk)
    assert client.post(f"{API}next/").status_code == 204


def test_waiting_time_is_kept_over_a_resubmission(reviewer: User) -> None:
    """A case that waited six hours before a request stays ahead of one that waits five hours."""
    again = wait("Again", since=NOON - 30 * HOUR)
    facts = {"decided_at": NOON - 24 * HOUR, "reason": "SOME_AGAIN"}
    transition(again, to=State.REJECTED, by=reviewer, at=NOON - 24 * HOUR, **facts)
    place = resubmission.queue_position(again, at=NOON)
    assert place == NOON - 6 * HOUR
    transition(
        again, to=State.IN_REVIEW, by=None, at=NOON, submitted_at=NOON, queued_at=place, reason=""
    )
    later = wait("Later", since=NOON - 5 * HOUR)
    assert list(review_queries.cases_to_review()) == [again, later]


@pytest.mark.parametrize("interface", ["api", "admin"])
def test_released_case_returns_to_its_position(
    reviewer: User, second_reviewer: User, interface: str
) -> None:
    """A released case is unclaimed at its old position; only its reviewer can release it."""
    case, act = wait("Tara"), call if interface == "api" else press
    one, two = browser(reviewer), browser(second_reviewer)
    act(one, case, "claim")
    act(two, case, "release")
    if interface == "api":
        assert problem(call(two, case, "release")) == (409, "not_your_case")
    assert KycCase.objects.get().reviewer == reviewer
    act(one, case, "release")
    found = KycCase.objects.get()
    assert (found.reviewer, found.claimed_at, found.queued_at) == (None, None, NOON)
    assert two.post(f"{API}next/").json()["id"] == str(case.pk)


def test_decision_claims_the_next_case(reviewer: User) -> None:
    """After a decision the admin claims the next case, or says that there is none."""
    first, second = wait("First", since=NOON - 2 * HOUR), wait("Second", since=NOON - HOUR)
    client = browser(reviewer)
    press(client, first, "claim")
    body = {"reason": "UNREADABLE", "note": "Blurred."}
    shown = press(client, first, "reject", body)
    assert shown.redirect_chain[-1][0].endswith(f"/{second.pk}/change/")
    assert "Documents of First Rao: sent back." in shown.content.decode()
    shown = press(client, second, "reject", body)
    assert "There are no documents for you to review." in shown.content.decode()


def test_operations_are_alerted_once_a_day(settings: Any) -> None:
    """One alert a day while a case is overdue, and none without overdue cases or an address."""
    settings.HITOUCH_OPERATIONS_MAIL = ""
    wait("Late", since=NOON - 26 * HOUR)
    assert review.alert_overdue(at=NOON) is False
    settings.HITOUCH_OPERATIONS_MAIL = "operations@example.com"
    days = [NOON, NOON + HOUR, NOON + 24 * HOUR, NOON + 30 * HOUR]
    assert [review.alert_overdue(at=at) for at in days] == [True, False, True, False]
    mails = OutboxMessage.objects.filter(template="onboarding/documents_overdue")
    assert "1 document review has been waiting" in mails.earliest("created_at").body
    assert "oldest for 26 hours" in mails.earliest("created_at").body
    KycCase.objects.update(queued_at=NOON + 60 * HOUR)
    assert review.alert_overdue(at=NOON + 72 * HOUR) is False
    assert review.alert_overdue(at=NOON + timedelta(days=40)) is True
    assert ReviewAlarm.objects.count() == 1
