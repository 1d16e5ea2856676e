"""Approving, sending back and refusing work; silence; and finishing the gig."""

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
from gigs.models import Work
from gigs.queries import clients as queries
from gigs.services import work as services
from gigs.tests.conftest import (
    DAY,
    HOUR,
    hire,
    is_sent_back,
    knock,
    make_slot,
    problem,
    said,
    seat,
    work_hours,
)

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
    return services.submit_work(gig=gig, summary="Scored.", by=asha.user, at=NOON, uploads=[upload])


@pytest.mark.parametrize("door", ["gigs:client-approve", "api:gigs:client-approve"])
def test_approval(door: str, work: Any, owner: Any, browser: Any, announced: Any):
    """It is announced once, inside the transaction, noted, and finishes a fixed-price gig."""
    assert knock(browser(owner), door, work.pk, comment="Good.").status_code in (200, 302)
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
def test_a_no_says_why(
    prefix: str, name: str, state: str, action: str, work: Any, owner: Any, browser: Any
):
    """Without words both doors refuse; with them the agent reads them."""
    empty = knock(browser(owner), prefix + name, work.pk)
    assert is_sent_back(empty)
    knock(browser(owner), prefix + name, work.pk, comment="Page 2 is missing.")
    work.refresh_from_db()
    assert work.state == state
    assert work.reviews.get().comment == "Page 2 is missing."
    assert work.gig.is_active


DECISIONS = ["client-approve", "client-rework", "client-reject-work"]


@pytest.mark.parametrize("name", DECISIONS)
def test_what_is_decided_stays_decided(name: str, work: Any, owner: Any, browser: Any):
    """An approved work takes no other decision, at either door."""
    services.approve_work(work=work, member=owner, at=NOON)
    answer = knock(browser(owner), f"api:gigs:{name}", work.pk, comment="No.")
    page = knock(browser(owner), f"gigs:{name}", work.pk, comment="No.")
    assert problem(answer) == (409, "wrong_state")
    assert answer.json()["detail"] in said(page)


@pytest.mark.parametrize("prefix", ["gigs:", "api:gigs:"])
@pytest.mark.parametrize("name", DECISIONS)
def test_strangers_decide_nothing(
    prefix: str, name: str, work: Any, strangers: Any, viewer: Any, browser: Any
):
    """Another client does not find it; a viewer, agents and staff may not."""
    door = prefix + name
    assert knock(strangers["another client"], door, work.pk, comment="x").status_code == 404
    assert knock(strangers["another agent"], door, work.pk, comment="x").status_code == 403
    assert knock(browser(work.gig.agent), door, work.pk, comment="x").status_code == 403
    assert knock(strangers["staff"], door, work.pk, comment="x").status_code == 403
    assert knock(browser(viewer), door, work.pk, comment="x").status_code == 403
    assert knock(strangers["nobody"], door, work.pk).status_code in (302, 401)


def test_the_client_says_that_it_looks(work: Any, owner: Any, viewer: Any, browser: Any):
    """Once; a viewer cannot."""
    assert knock(browser(viewer), "gigs:client-start-review", work.pk).status_code == 403
    knock(browser(owner), "gigs:client-start-review", work.pk)
    work.refresh_from_db()
    assert work.state == "UNDER_REVIEW"
    again = knock(browser(owner), "gigs:client-start-review", work.pk)
    assert "This has changed" in said(again)


def test_the_client_fetches_the_file(work: Any, viewer: Any, strangers: Any, browser: Any):
    """Every member may; another client does not find it."""
    url = reverse("gigs:client-file", args=[work.pk, work.deliverables.get().pk])
    assert b"".join(browser(viewer).get(url)) == b"All fine."
    assert strangers["another client"].get(url).status_code == 404


def test_silence_approves_after_seven_days(work: Any, at_noon: Any, announced: Any):
    """Not a second earlier, by nobody, and once."""
    at_noon.move_to(NOON + WEEK - timedelta(seconds=1))
    tasks.sweep()
    assert announced == []
    at_noon.move_to(NOON + WEEK)
    tasks.sweep()
    tasks.sweep()
    work.refresh_from_db()
    assert (work.state, announced) == ("APPROVED", [work])
    assert work.reviews.get().member is None


def test_silence_after_a_look_approves_as_well(work: Any, owner: Any, at_noon: Any):
    """To look and say nothing is silence; to ask for changes is not."""
    services.start_review(work=work, by=owner.user, at=NOON)
    at_noon.move_to(NOON + WEEK)
    tasks.sweep()
    work.refresh_from_db()
    assert work.is_approved


def test_what_was_sent_back_waits_for_the_agent(work: Any, owner: Any, at_noon: Any):
    """Silence approves nothing that the client asked to be changed."""
    services.request_rework(work=work, member=owner, comment="More.", at=NOON)
    at_noon.move_to(NOON + 2 * WEEK)
    tasks.sweep()
    work.refresh_from_db()
    assert work.needs_rework


def test_a_receiver_that_fails_undoes_the_approval(work: Any, owner: Any):
    """Approval and payment are made together or not at all."""

    def fail(**kwargs: object) -> None:
        raise services.WorkUnsettled

    signals.work_approved.connect(fail)
    with pytest.raises(services.WorkUnsettled):
        services.approve_work(work=work, member=owner, at=NOON)
    work.refresh_from_db()
    assert work.state == "PENDING"


def test_an_hourly_gig_is_completed_when_all_is_settled(
    asha: Any, opportunity: Any, owner: Any, viewer: Any, browser: Any, strangers: Any
):
    """Not with a shift ahead, hours not handed in, or work not answered."""
    gig = hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))

    def complete() -> Any:
        return knock(browser(owner), "gigs:client-complete", gig.pk)

    assert "This gig still has" in said(complete())
    work_hours(claim, HOUR)
    assert "This gig still has" in said(complete())
    work = services.submit_work(gig=gig, summary="x", by=asha.user, at=NOON + 4 * DAY)
    assert "This gig still has" in said(complete())
    services.approve_work(work=work, member=owner, at=NOON + 4 * DAY)
    assert knock(browser(viewer), "gigs:client-complete", gig.pk).status_code == 403
    assert knock(strangers["another client"], "gigs:client-complete", gig.pk).status_code == 404
    assert "completed" in said(complete())


def test_staff_see_what_waits_five_days(work: Any):
    """The clients who say nothing appear on the staff's first page."""
    assert queries.work_queues(now=NOON + 4 * DAY)[0].count == 0
    found = queries.work_queues(now=NOON + 5 * DAY)[0]
    assert (found.count, found.oldest_at) == (1, NOON)


def test_states_move_along_edges_only(work: Any):
    """An update by hand from handed in to approved is refused by the database."""
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Work.objects.filter(pk=work.pk).update(state="APPROVED")
