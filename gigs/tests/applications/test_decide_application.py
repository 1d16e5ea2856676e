"""Accepting and rejecting an application, on pages and over the API."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from conftest import NOON
from gigs.applications import services as application_services
from gigs.models import Application, Gig, Opportunity
from gigs.opportunities import services as opportunity_services
from gigs.tests.support.marketplace import (
    DAY,
    cleared,
    hire,
    is_invalid,
    make_opportunity,
    message_of,
    move_deadline,
    post_to,
    problem,
)
from hitouch.core.errors import ReasonRequired
from hitouch.core.models import OutboxMessage


@pytest.fixture
def application(asha: Any, opportunity: Any) -> Application:
    return application_services.apply(opportunity=opportunity, agent=asha, now=NOON)


@pytest.mark.parametrize("url_name", ["gigs:client-accept", "api:gigs:client-accept"])
def test_accepting_creates_the_gig(url_name: str, application: Any, owner: Any, browser: Any):
    """The gig has the current terms, and the agent is notified."""
    answer = post_to(browser(owner), url_name, application.pk)
    assert answer.status_code in (200, 302)
    gig = Gig.objects.get(application=application)
    assert (gig.rate_paise, gig.pay_kind, gig.hours_each) == (300_00, "HOURLY", 40)
    assert OutboxMessage.objects.filter(template="gigs/application_accepted").count() == 1
    assert application.events.get().by == owner.user


@pytest.mark.parametrize("url_name", ["gigs:client-reject", "api:gigs:client-reject"])
def test_rejection_stores_the_reason(url_name: str, application: Any, owner: Any, browser: Any):
    """The reason is stored, and the agent is notified."""
    post_to(browser(owner), url_name, application.pk, reason="We need Tamil.")
    application.refresh_from_db()
    assert (application.state, application.reason) == ("REJECTED", "We need Tamil.")
    assert OutboxMessage.objects.get(template="gigs/application_rejected")


def test_rejection_needs_a_reason(application: Any, owner: Any, browser: Any):
    """Page, API and service refuse a rejection without a reason."""
    page = post_to(browser(owner), "gigs:client-reject", application.pk)
    answer = post_to(browser(owner), "api:gigs:client-reject", application.pk)
    assert is_invalid(page)
    assert is_invalid(answer)
    with pytest.raises(ReasonRequired):
        application_services.reject(application=application, reason=" ", by=owner.user, at=NOON)


def headcount_reached(application: Any) -> None:
    hire(cleared("Other"), Opportunity.objects.get(pk=application.opportunity_id))


def wrong_state(application: Any) -> None:
    application_services.withdraw(application=application, by=None, at=NOON)


def not_open(application: Any) -> None:
    opportunity_services.close(opportunity=application.opportunity, by=None, at=NOON)


def decision_too_late(application: Any) -> None:
    move_deadline(NOON - 14 * DAY)


def agent_not_eligible(application: Any) -> None:
    type(application.agent).objects.update(level="")


def below_the_level(application: Any) -> None:
    type(application.agent).objects.update(level="A2")


def account_suspended(application: Any) -> None:
    User.objects.filter(agent=application.agent).update(status=User.Status.SUSPENDED)


REFUSALS = [headcount_reached, wrong_state, not_open, decision_too_late, agent_not_eligible]


@pytest.mark.parametrize("arrange", [below_the_level, account_suspended], ids=lambda f: f.__name__)
def test_the_client_is_not_told_why_an_agent_cannot_work(
    arrange: Any, application: Any, owner: Any, browser: Any
):
    """A lower level or a suspended account since the application: one code, no facts."""
    arrange(application)
    answer = post_to(browser(owner), "api:gigs:client-accept", application.pk)
    assert problem(answer) == (409, "agent_not_eligible")
    assert answer.json()["detail"] == "This agent cannot take up this work right now."


def test_closing_tells_the_applicants(application: Any):
    """What waits when an opportunity is closed expires with a reason and a message."""
    opportunity_services.close(opportunity=application.opportunity, by=None, at=NOON)
    application.refresh_from_db()
    assert application.state == "EXPIRED"
    assert application.events.get().why == application.reason
    assert "takes no more agents" in application.reason
    assert OutboxMessage.objects.get(template="gigs/application_expired")


@pytest.mark.parametrize("arrange", REFUSALS, ids=lambda f: f.__name__)
def test_acceptance_is_refused(arrange: Any, asha: Any, orchid: Any, owner: Any, browser: Any):
    """Page and API refuse with the same message, and no gig is created."""
    single = make_opportunity(orchid, headcount=1)
    application = application_services.apply(opportunity=single, agent=asha, now=NOON)
    arrange(application)
    answer = post_to(browser(owner), "api:gigs:client-accept", application.pk)
    page = post_to(browser(owner), "gigs:client-accept", application.pk)
    assert problem(answer) == (409, arrange.__name__)
    assert answer.json()["detail"] in message_of(page)
    assert not asha.gigs.exists()


def test_last_acceptance_fills_the_opportunity(asha: Any, orchid: Any):
    """The last acceptance marks the opportunity as filled."""
    single = make_opportunity(orchid, headcount=1)
    hire(asha, single)
    single.refresh_from_db()
    assert (single.state, single.filled) == ("FILLED", 1)


URL_NAMES = [
    "gigs:client-accept",
    "gigs:client-reject",
    "api:gigs:client-accept",
    "api:gigs:client-reject",
]


@pytest.mark.parametrize("url_name", URL_NAMES)
def test_only_managers_of_the_client_decide(
    url_name: str, application: Any, outsiders: Any, viewer: Any, browser: Any
):
    """Other clients get 404; viewers, agents and staff are refused."""
    url, reason = reverse(url_name, args=[application.pk]), {"reason": "No."}
    assert outsiders["another client"].post(url, reason).status_code == 404
    assert outsiders["another agent"].post(url, reason).status_code == 403
    assert outsiders["staff"].post(url, reason).status_code == 403
    assert browser(viewer).post(url, reason).status_code == 403
    assert outsiders["nobody"].post(url, reason).status_code in (302, 401)
    application.refresh_from_db()
    assert application.is_pending


def test_database_refuses_more_gigs_than_headcount(asha: Any, ravi: Any, orchid: Any):
    """The database refuses more gigs than the headcount."""
    single = make_opportunity(orchid, headcount=1)
    other = application_services.apply(opportunity=single, agent=ravi, now=NOON)
    gig = hire(asha, single)
    gig.pk, gig.application, gig.agent, gig._state.adding = other.pk, other, ravi, True
    with pytest.raises(IntegrityError), transaction.atomic():
        gig.save(force_insert=True)


def test_terms_are_immutable(asha: Any, opportunity: Any):
    """The database refuses to change the pay terms of a gig."""
    gig = hire(asha, opportunity)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Gig.objects.filter(pk=gig.pk).update(rate_paise=1)
