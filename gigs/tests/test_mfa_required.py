"""Promising and paying money needs a second factor, at both doors."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.hooks import mfa_required
from accounts.sessions import tokens
from conftest import NOON, PASSWORD, make_user, sign_in
from gigs.models import Application, Member, Opportunity
from gigs.queries import clients as queries
from gigs.services import applications as services
from gigs.services import work as work_services
from gigs.tests.conftest import hire, knock, make_opportunity

pytestmark = pytest.mark.django_db
DOORS = ("gigs:client-{}", "api:gigs:client-{}")


@pytest.fixture
def acts(orchid: Any, asha: Any, ravi: Any, fixed: Opportunity) -> dict[str, Any]:
    """The three acts that cost a client money, each with a row it can be done to."""
    application = services.apply(opportunity=fixed, agent=ravi, now=NOON)
    gig = hire(asha, fixed)
    work = work_services.submit_work(gig=gig, by=asha.user, summary="Done.", at=NOON)
    draft = make_opportunity(orchid, publish=False)
    return {"publish": draft, "accept": application, "approve": work}


def states(acts: dict[str, Any]) -> list[str]:
    for row in acts.values():
        row.refresh_from_db()
    return [row.state for row in acts.values()]


@pytest.mark.parametrize("door", DOORS, ids=("page", "api"))
@pytest.mark.parametrize("act", ["publish", "accept", "approve"])
def test_without_a_factor_it_is_refused(owner: Member, acts: Any, act: str, door: str) -> None:
    """The page says so and leads to the factor; the endpoint answers 403 with the code."""
    before = states(acts)
    browser = sign_in(Browser(), owner.user, second_factor=False)
    answer = knock(browser, door.format(act), acts[act].pk)
    if door.startswith("api:"):
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    else:
        assert answer.url == reverse("accounts:second-factor")
        assert "two-step verification" in str(*answer.wsgi_request._messages)
    assert states(acts) == before


@pytest.mark.parametrize("door", DOORS, ids=("page", "api"))
def test_with_it_they_are_done(owner: Member, acts: Any, browser: Any, door: str) -> None:
    """A session with a second factor does as before (of approving, `test_decide_work`)."""
    for act in ("publish", "accept"):
        answer = knock(browser(owner), door.format(act), acts[act].pk)
        assert answer.status_code in (200, 302)
    assert states(acts)[:2] == [Opportunity.State.OPEN, Application.State.ACCEPTED]


def test_a_viewer_is_not_let_in_with_one(viewer: Member, acts: Any) -> None:
    """A second factor replaces no role."""
    browser = sign_in(Browser(), viewer.user)
    for act, row in acts.items():
        for door in DOORS:
            assert knock(browser, door.format(act), row.pk).status_code == 403


def test_it_belongs_to_the_tokens_family(owner: Member, acts: Any) -> None:
    """A program that logged in without a factor is refused, one with it is not."""
    door = reverse("api:gigs:client-publish", args=[acts["publish"].pk])
    for factor_at, status in ((None, 403), (NOON, 200)):
        issued = tokens.issue(user=owner.user, at=NOON, second_factor_at=factor_at)
        headers = {"Authorization": f"Bearer {issued.access_token}"}
        assert Browser().post(door, headers=headers).status_code == status


def test_after_logging_in_they_are_led_to_set_one_up(owner: Member, viewer: Member) -> None:
    """Wherever they wanted to go; a viewer goes there."""
    for member, url in ((owner, "/account/second-factor/"), (viewer, "/client/works/")):
        user = member.user
        user.set_password(PASSWORD)
        user.save()
        body = {"contact": user.email, "password": PASSWORD}
        assert Browser().post("/log-in/?next=/client/works/", body).url == url


def test_reading_and_planning_need_none(owner: Member, acts: Any) -> None:
    """Only what costs money is behind it."""
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
    assert not queries.may_commit_budget(asha.user)
