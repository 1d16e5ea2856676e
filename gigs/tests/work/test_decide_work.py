"""Decisions about work: approve, request changes, reject, automatic approval; completing gigs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON
from gigs import signals, tasks
from gigs.engagements import services as gig_services
from gigs.models import Work
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    is_invalid,
    make_slot,
    message_of,
    post_to,
    problem,
    seat,
    work_hours,
)
from gigs.work import queries as work_queries
from gigs.work import services as work_services
from gigs.workspace import queries as workspace_queries
from hitouch.core.models import OutboxMessage

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def announced() -> Iterator[list[Work]]:
    """The works whose approval was announced; nobody else listens here."""
    heard: list[Work] = []

    def listen(work: Work, **kwargs: object) -> None:
        assert transaction.get_connection().in_atomic_block
        heard.append(work)

    others, signals.work_approved.receivers = signals.work_approved.receivers, []
    signals.work_approved.sender_receivers_cache.clear()
    signals.work_approved.connect(listen)
    yield heard
    signals.work_approved.receivers = others
    signals.work_approved.sender_receivers_cache.clear()


@pytest.fixture
def work(asha: Any, fixed: Any) -> Work:
    upload = SimpleUploadedFile("report.txt", b"All fine.", "text/plain")
    gig = hire(asha, fixed)
    return work_services.submit_work(
        gig=gig, summary="Scored.", by=asha.user, at=NOON, uploads=[upload]
    )


@pytest.mark.parametrize("url_name", ["gigs:client-approve", "api:gigs:client-approve"])
def test_approval(url_name: str, work: Any, owner: Any, browser: Any, announced: Any):
    """Approval sends the signal once, is audited, and completes a fixed-price gig."""
    assert post_to(browser(owner), url_name, work.pk, comment="Good.").status_code in (200, 302)
    work.refresh_from_db()
    assert (work.state, work.gig.state, announced) == ("APPROVED", "COMPLETED", [work])
    assert list(work.events.order_by("pk").values_list("became", flat=True)) == [
        "PENDING",
        "UNDER_REVIEW",
        "APPROVED",
    ]
    assert AuditEvent.objects.get(action="work.approved").new == {"gross_paise": 5_000_00}


@pytest.mark.parametrize(
    ("name", "state", "action"),
    [("client-rework", "REWORK_NEEDED", "rework"), ("client-reject-work", "REJECTED", "reject")],
)
@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
def test_rejection_needs_a_comment(
    prefix: str, name: str, state: str, action: str, work: Any, owner: Any, browser: Any
):
    """Page and API refuse without a comment; with one the agent sees it."""
    empty = post_to(browser(owner), prefix + name, work.pk)
    assert is_invalid(empty)
    post_to(browser(owner), prefix + name, work.pk, comment="Page 2 is missing.")
    work.refresh_from_db()
    assert work.state == state
    assert work.reviews.get().comment == "Page 2 is missing."
    assert work.gig.is_active


DECISIONS = ["client-approve", "client-rework", "client-reject-work"]


@pytest.mark.parametrize("name", DECISIONS)
def test_approved_work_takes_no_other_decision(name: str, work: Any, owner: Any, browser: Any):
    """Page and API refuse another decision about approved work."""
    work_services.approve_work(work=work, member=owner, at=NOON)
    answer = post_to(browser(owner), f"api:gigs:{name}", work.pk, comment="No.")
    page = post_to(browser(owner), f"gigs:{name}", work.pk, comment="No.")
    assert problem(answer) == (409, "wrong_state")
    assert answer.json()["detail"] in message_of(page)


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
@pytest.mark.parametrize("name", DECISIONS)
def test_only_managers_of_the_client_decide(
    prefix: str, name: str, work: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Other clients get 404; viewers, agents and staff are refused."""
    url_name = prefix + name
    assert post_to(outsiders["another client"], url_name, work.pk, comment="x").status_code == 404
    assert post_to(outsiders["another agent"], url_name, work.pk, comment="x").status_code == 403
    assert post_to(browser(work.gig.agent), url_name, work.pk, comment="x").status_code == 403
    assert post_to(outsiders["staff"], url_name, work.pk, comment="x").status_code == 403
    assert post_to(browser(viewer), url_name, work.pk, comment="x").status_code == 403
    assert post_to(outsiders["nobody"], url_name, work.pk).status_code in (302, 401)


def test_work_is_marked_as_under_review(work: Any, owner: Any, viewer: Any, browser: Any):
    """A manager marks work as under review once; a viewer cannot."""
    assert post_to(browser(viewer), "gigs:client-start-review", work.pk).status_code == 403
    post_to(browser(owner), "gigs:client-start-review", work.pk)
    work.refresh_from_db()
    assert work.state == "UNDER_REVIEW"
    again = post_to(browser(owner), "gigs:client-start-review", work.pk)
    assert "This has changed" in message_of(again)


def test_members_download_submitted_files(work: Any, viewer: Any, outsiders: Any, browser: Any):
    """Every member of the client can download the file; another client cannot."""
    url = reverse("gigs:client-file", args=[work.pk, work.deliverables.get().pk])
    assert b"".join(browser(viewer).get(url)) == b"All fine."
    assert outsiders["another client"].get(url).status_code == 404


def test_work_is_approved_automatically_after_7_days(work: Any, at_noon: Any, announced: Any):
    """Work without a decision is approved after exactly seven days, once."""
    at_noon.move_to(NOON + WEEK - timedelta(seconds=1))
    tasks.sweep()
    assert announced == []
    at_noon.move_to(NOON + WEEK)
    tasks.sweep()
    tasks.sweep()
    work.refresh_from_db()
    assert (work.state, announced) == ("APPROVED", [work])
    assert work.reviews.get().member is None


def test_work_under_review_is_approved_automatically(work: Any, owner: Any, at_noon: Any):
    """Work under review is approved automatically as well."""
    work_services.start_review(work=work, by=owner.user, at=NOON)
    at_noon.move_to(NOON + WEEK)
    tasks.sweep()
    work.refresh_from_db()
    assert work.is_approved


def test_work_with_requested_changes_is_not_approved_automatically(
    work: Any, owner: Any, at_noon: Any
):
    """Work with requested changes is not approved automatically."""
    work_services.request_rework(work=work, member=owner, comment="More.", at=NOON)
    at_noon.move_to(NOON + WEEK - timedelta(seconds=1))
    tasks.sweep()
    work.refresh_from_db()
    assert work.needs_rework


def test_failing_receiver_rolls_back_the_approval(work: Any, owner: Any):
    """If a receiver fails, the approval is rolled back."""

    def fail(**kwargs: object) -> None:
        raise gig_services.WorkUnsettled

    signals.work_approved.connect(fail)
    with pytest.raises(gig_services.WorkUnsettled):
        work_services.approve_work(work=work, member=owner, at=NOON)
    work.refresh_from_db()
    assert work.state == "PENDING"


def test_hourly_gig_is_completed_without_open_work(
    asha: Any, opportunity: Any, owner: Any, viewer: Any, browser: Any, outsiders: Any
):
    """A gig with an upcoming shift, unsubmitted hours or unsettled work cannot be completed."""
    gig = hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))

    def complete() -> Any:
        return post_to(browser(owner), "gigs:client-complete", gig.pk)

    assert "This gig still has" in message_of(complete())
    work_hours(claim, HOUR)
    assert "This gig still has" in message_of(complete())
    work = work_services.submit_work(gig=gig, summary="x", by=asha.user, at=NOON + 4 * DAY)
    assert "This gig still has" in message_of(complete())
    work_services.approve_work(work=work, member=owner, at=NOON + 4 * DAY)
    assert post_to(browser(viewer), "gigs:client-complete", gig.pk).status_code == 403
    assert post_to(outsiders["another client"], "gigs:client-complete", gig.pk).status_code == 404
    assert "completed" in message_of(complete())


def test_work_queue_of_staff(work: Any):
    """Work waiting for five days is in the work queue of staff."""
    assert workspace_queries.work_queues(now=NOON + 4 * DAY)[0].count == 0
    found = workspace_queries.work_queues(now=NOON + 5 * DAY)[0]
    assert (found.count, found.oldest_at) == (1, NOON)


def test_state_follows_the_state_machine(work: Any):
    """The database refuses to skip states."""
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Work.objects.filter(pk=work.pk).update(state="APPROVED")


def test_rejected_hours_can_be_submitted_again(asha: Any, opportunity: Any, owner: Any):
    """Rejected time is unpaid time again, and the rejected work says how much it was."""
    gig = hire(asha, opportunity)
    slot = make_slot(opportunity)
    work_hours(seat(asha, slot), 2 * HOUR)
    facts: dict[str, Any] = {"gig": gig, "by": asha.user, "at": slot.ends_at}
    first = work_services.submit_work(summary="Chats", **facts)
    work_services.reject_work(work=first, member=owner, comment="No list.", at=slot.ends_at)
    first.refresh_from_db()
    assert (first.state, first.returned_time, first.sessions.count()) == ("REJECTED", 2 * HOUR, 0)
    again = work_services.submit_work(summary="Chats, with a list", **facts)
    assert work_queries.gross_of(again) == 2 * 300_00


def test_changes_that_do_not_come_end_after_a_week(
    work: Any, owner: Any, asha: Any, at_noon: Any, announced: Any
):
    """The client then decides on what was handed in, and silence of a week approves it."""
    work_services.request_rework(work=work, member=owner, comment="Page 2?", at=NOON)
    at_noon.move_to(NOON + WEEK - timedelta(seconds=1))
    tasks.sweep()
    work.refresh_from_db()
    assert work.needs_rework
    at_noon.move_to(NOON + WEEK)
    tasks.sweep()
    work.refresh_from_db()
    assert (work.state, work.round) == ("UNDER_REVIEW", 2)
    templates = set(OutboxMessage.objects.values_list("template", flat=True))
    assert {"gigs/rework_expired", "gigs/rework_not_sent"} <= templates
    at_noon.move_to(NOON + 2 * WEEK)
    tasks.sweep()
    work.refresh_from_db()
    assert (work.state, announced) == ("APPROVED", [work])
