"""Committing and paying money needs a second factor, on pages and over the API."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.hooks import mfa_required
from accounts.sessions import tokens
from conftest import NOON, PASSWORD, make_user, sign_in
from gigs.applications import services as application_services
from gigs.clients import queries as client_queries
from gigs.models import Application, Member, Opportunity
from gigs.tests.support.marketplace import hire, make_opportunity, post_to
from gigs.work import services as work_services

pytestmark = pytest.mark.django_db
URL_NAMES = ("gigs:client-{}", "api:gigs:client-{}")


@pytest.fixture
def acts(orchid: Any, asha: Any, ravi: Any, fixed: Opportunity) -> dict[str, Any]:
    """The three acts that cost a client money, each with a row it can be done to."""
    application = application_services.apply(opportunity=fixed, agent=ravi, now=NOON)
    gig = hire(asha, fixed)
    work = work_services.submit_work(gig=gig, by=asha.user, summary="Done.", at=NOON)
    draft = make_opportunity(orchid, publish=False)
    return {"publish": draft, "accept": application, "approve": work}


def states(acts: dict[str, Any]) -> list[str]:
    for row in acts.values():
        row.refresh_from_db()
    return [row.state for row in acts.values()]


@pytest.mark.parametrize("url_name", URL_NAMES, ids=("page", "api"))
@pytest.mark.parametrize("act", ["publish", "accept", "approve"])
def test_refused_without_a_second_factor(owner: Member, acts: Any, act: str, url_name: str) -> None:
    """The page leads to the second factor; the API returns 403."""
    before = states(acts)
    browser = sign_in(Browser(), owner.user, second_factor=False)
    answer = post_to(browser, url_name.format(act), acts[act].pk)
    if url_name.startswith("api:"):
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    else:
        assert answer.url == reverse("accounts:second-factor")
        assert "two-step verification" in str(*answer.wsgi_request._messages)
    assert states(acts) == before


@pytest.mark.parametrize("url_name", URL_NAMES, ids=("page", "api"))
def test_allowed_with_a_second_factor(
    owner: Member, acts: Any, browser: Any, url_name: str
) -> None:
    """With a second factor in the session the actions work."""
    for act in ("publish", "accept"):
        answer = post_to(browser(owner), url_name.format(act), acts[act].pk)
        assert answer.status_code in (200, 302)
    assert states(acts)[:2] == [Opportunity.State.OPEN, Application.State.ACCEPTED]


def test_second_factor_does_not_replace_the_role(viewer: Member, acts: Any) -> None:
    """A viewer is refused even with a second factor."""
    browser = sign_in(Browser(), viewer.user)
    for act, row in acts.items():
        for url_name in URL_NAMES:
            assert post_to(browser, url_name.format(act), row.pk).status_code == 403


def test_second_factor_of_a_token_family(owner: Member, acts: Any) -> None:
    """A token needs a family that was created with a second factor."""
    url_name = reverse("api:gigs:client-publish", args=[acts["publish"].pk])
    for factor_at, status in ((None, 403), (NOON, 200)):
        issued = tokens.issue(user=owner.user, at=NOON, second_factor_at=factor_at)
        headers = {"Authorization": f"Bearer {issued.access_token}"}
        assert Browser().post(url_name, headers=headers).status_code == status


def test_after_logging_in_they_are_led_to_set_one_up(owner: Member, viewer: Member) -> None:
    """Wherever they wanted to go; a viewer goes there."""
    for member, url in ((owner, "/account/second-factor/"), (viewer, "/client/works/")):
        user = member.user
        user.set_password(PASSWORD)
        user.save()
        body = {"contact": user.email, "password": PASSWORD}
        assert Browser().post("/log-in/?next=/client/works/", body).url == url


def test_reading_and_planning_need_no_second_factor(owner: Member, acts: Any) -> None:
    """Only actions that cost money need it."""
    browser = sign_in(Browser(), owner.user, second_factor=False)
    assert browser.get(reverse("gigs:client-works")).status_code == 200
    assert browser.get(reverse("gigs:client-new-project")).status_code == 200


def test_it_is_demanded_of_who_may_promise(owner: Member, viewer: Member, asha: Any) -> None:
    """Owners, managers and staff; not viewers, not agents."""
    manager = Member.objects.get(role=Member.Role.MANAGER)
    assert mfa_required(owner.user)
    assert mfa_required(manager.user)
    assert mfa_required(make_user("Kiran", is_staff=True))
    assert not mfa_required(viewer.user)
    assert not mfa_required(asha.user)
    assert not client_queries.may_commit_budget(asha.user)
