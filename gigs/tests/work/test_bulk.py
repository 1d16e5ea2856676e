"""Approving several works: for the total that was shown, each in its own transaction."""

from typing import Any

import pytest
from django.urls import reverse

from conftest import NOON
from gigs.models import Work
from gigs.tests.support.marketplace import DAY, hire, make_opportunity, problem
from gigs.work import bulk
from gigs.work import services as work_services
from tests.support.funding import seed_rates

JSON = "application/json"


@pytest.fixture
def works(asha: Any, ravi: Any, orchid: Any) -> list[Work]:
    """Two works of 5,000 and one of 2,000 rupees; the second agent's is the oldest."""
    seed_rates()
    made = []
    for day, (agent, paise) in enumerate([(ravi, 5_000_00), (asha, 5_000_00), (asha, 2_000_00)]):
        offer = make_opportunity(orchid, pay_kind="FIXED", rate_paise=paise, hours_each=0)
        gig = hire(agent, offer)
        at = NOON + day * DAY
        made.append(work_services.submit_work(gig=gig, summary="Done.", by=agent.user, at=at))
    return made


def ids(works: Any) -> list[str]:
    return [str(work.pk) for work in works]


def states(works: Any) -> list[str]:
    return [Work.objects.get(pk=work.pk).state for work in works]


def approve(browser: Any, works: Any, total_paise: Any) -> Any:
    body = {"works": ids(works), "total_paise": total_paise}
    return browser.post(reverse("api:gigs:client-approve-several"), body, content_type=JSON)


def test_the_page_names_the_total_and_approves_for_it(works: Any, owner: Any, browser: Any):
    """Ticked work is shown with its cost first; nothing is paid until that is confirmed."""
    page, url = browser(owner), reverse("gigs:client-approve-several")
    shown = page.get(url, {"works": ids(works[:2])}).content.decode()
    assert "Approve and pay ₹10,000.00" in shown
    assert states(works) == ["PENDING"] * 3
    assert page.post(url, {"works": ids(works[:2]), "total_paise": 9_000_00}).status_code == 200
    assert states(works) == ["PENDING"] * 3
    assert page.post(url, {"works": ids(works[:2]), "total_paise": 10_000_00}).status_code == 302
    assert states(works) == ["APPROVED", "APPROVED", "PENDING"]
    assert page.get(url).status_code == 302


def test_the_api_wants_the_total_too(works: Any, owner: Any, browser: Any):
    """Another total is refused and named; repeated ids count once."""
    answer = approve(browser(owner), works, 1)
    assert problem(answer) == (409, "total_changed")
    assert answer.json()["total_paise"] == 12_000_00
    for wrong in (0, -1, "much", None, 1.5):
        assert approve(browser(owner), works, wrong).status_code == 422
    assert states(works) == ["PENDING"] * 3
    answer = approve(browser(owner), [*works, works[0]], 12_000_00)
    assert [row["code"] for row in answer.json()] == ["", "", ""]
    assert problem(approve(browser(owner), works, 12_000_00)) == (422, "no_work_chosen")


def test_one_refusal_stops_no_other(works: Any, orchid: Any, ravi: Any):
    """A member's own work is left to somebody else; the others are approved."""
    member = orchid.members.create(user=ravi.user, role="MANAGER")
    found = bulk.approve_several(works=works, total_paise=12_000_00, member=member, at=NOON)
    assert [one.code for one in found] == ["own_case", "", ""]
    assert states(works) == ["PENDING", "APPROVED", "APPROVED"]


def test_strangers_approve_nothing(
    works: Any, viewer: Any, asha: Any, outsiders: Any, browser: Any
):
    """Another client's ids are not theirs; viewers, agents and staff may not."""
    url = reverse("gigs:client-approve-several")
    for who, status in (
        (outsiders["another client"], 422),
        (browser(viewer), 403),
        (browser(asha), 403),
        (outsiders["staff"], 403),
    ):
        assert approve(who, works, 12_000_00).status_code == status
        page = who.post(url, {"works": ids(works), "total_paise": 12_000_00})
        assert page.status_code == (302 if status == 422 else 403)
    assert outsiders["nobody"].get(url).status_code == 302
    assert states(works) == ["PENDING"] * 3


@pytest.mark.parametrize(("sort", "first"), [("", 0), ("newest", 2), ("deadline", 0), ("agent", 1)])
def test_the_queue_is_sorted(sort: str, first: int, works: Any, owner: Any, browser: Any):
    """By age, deadline or agent."""
    page = browser(owner).get(reverse("gigs:client-works"), {"sort": sort})
    assert page.context["page"].object_list[0] == works[first]
