"""Accepting and rejecting an application, at both doors."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conftest import NOON
from gigs.models import Application, Gig, Opportunity
from gigs.services import applications as services
from gigs.services import projects
from gigs.tests.conftest import (
    DAY,
    cleared,
    hire,
    is_sent_back,
    knock,
    make_opportunity,
    problem,
    said,
)
from hitouch.core.errors import ReasonRequired
from hitouch.core.models import OutboxMessage


@pytest.fixture
def application(asha: Any, opportunity: Any) -> Application:
    return services.apply(opportunity=opportunity, agent=asha, now=NOON)


@pytest.mark.parametrize("door", ["gigs:client-accept", "api:gigs:client-accept"])
def test_accepting_makes_the_gig(door: str, application: Any, owner: Any, browser: Any):
    """The gig carries the terms of the moment, and the agent is told."""
    answer = knock(browser(owner), door, application.pk)
    assert answer.status_code in (200, 302)
    gig = Gig.objects.get(application=application)
    assert (gig.rate_paise, gig.pay_kind, gig.hours_each) == (300_00, "HOURLY", 40)
    assert OutboxMessage.objects.filter(template="gigs/application_accepted").count() == 1
    assert application.events.get().by == owner.user


@pytest.mark.parametrize("door", ["gigs:client-reject", "api:gigs:client-reject"])
def test_rejecting_tells_why(door: str, application: Any, owner: Any, browser: Any):
    """The reason is kept, and the agent is told."""
    knock(browser(owner), door, application.pk, reason="We need Tamil.")
    application.refresh_from_db()
    assert (application.state, application.reason) == ("REJECTED", "We need Tamil.")
    assert OutboxMessage.objects.get(template="gigs/application_rejected")


def test_a_no_needs_a_reason(application: Any, owner: Any, browser: Any):
    """Neither door takes a no without a reason, and neither does the service."""
    page = knock(browser(owner), "gigs:client-reject", application.pk)
    answer = knock(browser(owner), "api:gigs:client-reject", application.pk)
    assert is_sent_back(page)
    assert is_sent_back(answer)
    with pytest.raises(ReasonRequired):
        services.reject(application=application, reason=" ", by=owner.user, at=NOON)


def headcount_reached(application: Any) -> None:
    hire(cleared("Other"), Opportunity.objects.get(pk=application.opportunity_id))


def wrong_state(application: Any) -> None:
    services.withdraw(application=application, by=None, at=NOON)


def not_open(application: Any) -> None:
    projects.close(opportunity=application.opportunity, by=None, at=NOON)


def decision_too_late(application: Any) -> None:
    Opportunity.objects.update(apply_by=NOON - 14 * DAY)


def not_cleared(application: Any) -> None:
    type(application.agent).objects.update(level="")


REFUSALS = [headcount_reached, wrong_state, not_open, decision_too_late, not_cleared]


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_both_doors_refuse_to_accept(
    arrange: Any, asha: Any, orchid: Any, owner: Any, browser: Any
):
    """Page and API say no for the same reason, and no gig is made for Asha."""
    single = make_opportunity(orchid, headcount=1)
    application = services.apply(opportunity=single, agent=asha, now=NOON)
    arrange(application)
    answer = knock(browser(owner), "api:gigs:client-accept", application.pk)
    page = knock(browser(owner), "gigs:client-accept", application.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in said(page)
    assert not asha.gigs.exists()


def test_the_last_place_fills_the_opportunity(asha: Any, orchid: Any):
    """With the last acceptance the opportunity is filled."""
    single = make_opportunity(orchid, headcount=1)
    hire(asha, single)
    single.refresh_from_db()
    assert (single.state, single.filled) == ("FILLED", 1)


DOORS = [
    "gigs:client-accept",
    "gigs:client-reject",
    "api:gigs:client-accept",
    "api:gigs:client-reject",
]


@pytest.mark.parametrize("door", DOORS)
def test_strangers_decide_nothing(
    door: str, application: Any, strangers: Any, viewer: Any, browser: Any
):
    """Another client does not find it; a viewer, agents and staff may not."""
    url, reason = reverse(door, args=[application.pk]), {"reason": "No."}
    assert strangers["another client"].post(url, reason).status_code == 404
    assert strangers["another agent"].post(url, reason).status_code == 403
    assert strangers["staff"].post(url, reason).status_code == 403
    assert browser(viewer).post(url, reason).status_code == 403
    assert strangers["nobody"].post(url, reason).status_code in (302, 401)
    application.refresh_from_db()
    assert application.is_pending


def test_the_database_counts_the_places(asha: Any, ravi: Any, orchid: Any):
    """Even a row written by hand cannot pass the headcount."""
    single = make_opportunity(orchid, headcount=1)
    other = services.apply(opportunity=single, agent=ravi, now=NOON)
    gig = hire(asha, single)
    gig.pk, gig.application, gig.agent, gig._state.adding = other.pk, other, ravi, True
    with pytest.raises(IntegrityError), transaction.atomic():
        gig.save(force_insert=True)


def test_terms_are_frozen(asha: Any, opportunity: Any):
    """No update changes what a gig pays."""
    gig = hire(asha, opportunity)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Gig.objects.filter(pk=gig.pk).update(rate_paise=1)
