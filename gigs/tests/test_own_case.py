"""Nobody decides on what concerns themselves, in whatever role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from conftest import NOON
from gigs.applications import services as application_services
from gigs.eligibility import OwnCase
from gigs.engagements import services as gig_services
from gigs.models import Member, Work, WorkReview
from gigs.tests.support.marketplace import hire, make_member, make_opportunity, post_to, problem
from gigs.work import services as work_services


@pytest.fixture
def own(orchid: Any, asha: Any) -> Member:
    """Asha, an agent, is also a manager of the client."""
    return make_member("Asha", orchid, "MANAGER", user=asha.user)


@pytest.fixture
def work(own: Any, asha: Any, fixed: Any) -> Work:
    gig = hire(asha, fixed)
    return work_services.submit_work(gig=gig, summary="Scored.", by=asha.user, at=NOON)


def test_member_does_not_accept_themselves(own: Any, asha: Any, opportunity: Any):
    """Neither acceptance nor rejection, by service and in the database."""
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    facts: dict[str, Any] = {"application": application, "by": asha.user, "at": NOON}
    with pytest.raises(OwnCase):
        application_services.accept(**facts)
    with pytest.raises(OwnCase):
        application_services.reject(reason="No.", **facts)
    for became in ("ACCEPTED", "REJECTED"):
        with pytest.raises(DatabaseError, match="does not agree"), transaction.atomic():
            application.events.create(was="PENDING", became=became, by=asha.user, at=NOON)


def decisions(work: Work, own: Member) -> list[Callable[[], object]]:
    facts: dict[str, Any] = {"work": work, "member": own, "comment": "Good.", "at": NOON}
    return [
        lambda: work_services.approve_work(**facts),
        lambda: work_services.request_rework(**facts),
        lambda: work_services.reject_work(**facts),
        lambda: work_services.start_review(work=work, by=own.user, at=NOON),
        lambda: gig_services.complete_gig(gig=work.gig, by=own.user, at=NOON),
    ]


def test_member_does_not_decide_on_their_own_work(work: Any, own: Any):
    """No decision of the client about work or gig, by service and in the database."""
    for decide in decisions(work, own):
        with pytest.raises(OwnCase):
            decide()
    with pytest.raises(DatabaseError, match="does not agree"), transaction.atomic():
        WorkReview.objects.create(work=work, round=1, verdict="APPROVED", member=own, at=NOON)


def test_page_and_api_refuse_the_own_case(own: Any, asha: Any, orchid: Any, browser: Any):
    """With the same message."""
    opportunity = make_opportunity(orchid, title="Mail desk")
    application = application_services.apply(opportunity=opportunity, agent=asha, now=NOON)
    answer = post_to(browser(asha), "api:gigs:client-reject", application.pk, reason="No.")
    assert problem(answer) == (403, "own_case")
    page = post_to(browser(asha), "gigs:client-reject", application.pk, reason="No.")
    assert "Another person has to decide" in page.content.decode()
