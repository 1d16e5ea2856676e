"""Milestones: parts of a fixed price, listed before publishing, handed in and paid one by one."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from conftest import NOON
from gigs.models import Milestone, Opportunity, Work
from gigs.opportunities import services as opportunity_services
from gigs.opportunities.milestones import PlannedMilestone, set_milestones
from gigs.tests.support.marketplace import (
    hire,
    make_client,
    make_member,
    make_opportunity,
    owner_of,
    post_to,
    problem,
)
from gigs.work import services as work_services
from hitouch.core.errors import Refusal
from tests.support.funding import seed_rates

PRICE = 5_000_00
PARTS = [
    PlannedMilestone("Draft", 2_000_00, date(2026, 12, 10)),
    PlannedMilestone("Final", 3_000_00, date(2026, 12, 20)),
]
JSON = "application/json"


@pytest.fixture
def manager(orchid: Any) -> Any:
    return orchid.members.get(role="MANAGER")


@pytest.fixture
def draft(orchid: Any) -> Opportunity:
    """A draft with a fixed price."""
    facts = {"pay_kind": "FIXED", "rate_paise": PRICE, "hours_each": 0, "headcount": 1}
    return make_opportunity(orchid, publish=False, **facts)


@pytest.fixture
def gig(asha: Any, draft: Any) -> Any:
    """A gig with two milestones."""
    seed_rates()
    set_milestones(opportunity=draft, milestones=PARTS, now=NOON)
    opportunity = opportunity_services.publish(
        opportunity=draft, by=owner_of(draft.client), at=NOON
    )
    return hire(asha, opportunity)


def submit(gig: Any, number: int, at: Any = NOON) -> Work:
    part = gig.opportunity.milestones.get(position=number)
    return work_services.submit_work(
        gig=gig, summary="Done.", milestone=part.pk, by=gig.agent.user, at=at
    )


def items(*amounts: int, due_on: str = "2026-12-10") -> list[dict[str, Any]]:
    return [{"title": "Part", "amount_paise": paise, "due_on": due_on} for paise in amounts]


def put(browser: Any, opportunity: Opportunity, milestones: Any) -> Any:
    url = reverse("api:gigs:client-milestones", args=[opportunity.pk])
    return browser.put(url, {"milestones": milestones}, content_type=JSON)


def page_data(*rows: tuple[str, str, str], initial: int = 0) -> dict[str, str]:
    data = {"milestones-TOTAL_FORMS": str(len(rows)), "milestones-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        for name, value in zip(("title", "amount_paise", "due_on"), row, strict=True):
            data[f"milestones-{number}-{name}"] = value
    return data


def test_the_page_and_the_api_list_milestones(draft: Any, manager: Any, browser: Any):
    """The page takes rupees and empty rows, the API paise; the agent sees the list."""
    rows = (("Draft", "2000", "2026-12-10"), ("Final", "3000.00", "2026-12-20"), ("", "", ""))
    url = reverse("gigs:client-milestones", args=[draft.pk])
    assert browser(manager).post(url, page_data(*rows)).status_code == 302
    found = [(row.title, row.amount_paise, row.due_on) for row in draft.milestones.all()]
    assert found == [(row.title, row.amount_paise, row.due_on) for row in PARTS]
    assert "Draft" in browser(manager).get(url).content.decode()
    answer = put(browser(manager), draft, items(PRICE))
    assert [row["amount_paise"] for row in answer.json()] == [PRICE]
    assert put(browser(manager), draft, []).json() == []


@pytest.mark.parametrize(
    ("milestones", "status", "code"),
    [
        (items(PRICE - 1), 422, "milestones_not_price"),
        (items(PRICE, 1), 422, "milestones_not_price"),
        (items(PRICE, due_on="2026-11-01"), 422, "due_date_passed"),
        (items(PRICE, due_on="2030-01-01"), 422, "beyond_horizon"),
        (items(*[PRICE // 25] * 25), 422, "too_many_milestones"),
        (items(0), 422, "invalid"),
        (items(-5), 422, "invalid"),
        (items(PRICE, due_on="9999-99-99"), 422, "invalid"),
        ([{"title": 5, "amount_paise": PRICE, "due_on": "2026-12-10"}], 422, "invalid"),
        (["Draft"], 422, "invalid"),
        ("Draft", 422, "invalid"),
    ],
)
def test_wrong_milestones_are_refused(
    milestones: Any, status: int, code: str, draft: Any, manager: Any, browser: Any
):
    """Each fault has its code, and nothing of the list is kept."""
    answer = put(browser(manager), draft, milestones)
    assert answer.status_code == status, answer.json()
    if code != "invalid":
        assert answer.json()["code"] == code
    assert not draft.milestones.exists()


def test_the_page_says_what_is_wrong(draft: Any, manager: Any, browser: Any):
    """The sum stands beside the price, and what was typed is still there."""
    url = reverse("gigs:client-milestones", args=[draft.pk])
    shown = browser(manager).post(url, page_data(("Draft", "1999", "2026-12-10")))
    text = shown.content.decode()
    assert "₹1,999.00" in text
    assert "1999" in text
    assert not draft.milestones.exists()


def test_published_terms_stay(draft: Any, manager: Any, browser: Any):
    """After publishing neither the page, the API nor SQL changes a milestone."""
    set_milestones(opportunity=draft, milestones=PARTS, now=NOON)
    opportunity_services.publish(opportunity=draft, by=manager.user, at=NOON)
    assert problem(put(browser(manager), draft, [])) == (409, "milestones_published")
    for change in (
        lambda: Milestone.objects.filter(position=1).update(amount_paise=1),
        lambda: Milestone.objects.all().delete(),
        lambda: draft.milestones.create(
            title="More", position=3, amount_paise=1, due_on=date(2026, 12, 1)
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_hourly_pay_has_no_milestones(opportunity: Any, manager: Any, browser: Any):
    """Only a fixed price is split."""
    answer = put(browser(manager), opportunity, items(PRICE))
    assert problem(answer) == (409, "milestones_need_fixed_price")


def test_the_database_publishes_only_the_whole_price(draft: Any):
    """Milestones that are not the price are refused even without the service."""
    draft.milestones.create(title="Part", position=1, amount_paise=1, due_on=date(2026, 12, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Opportunity.objects.filter(pk=draft.pk).update(state="OPEN")
    with pytest.raises(Refusal) as refused:
        opportunity_services.publish(opportunity=draft, by=owner_of(draft.client), at=NOON)
    assert refused.value.code == "milestones_not_price"


def test_strangers_cannot_list_milestones(
    draft: Any, viewer: Any, asha: Any, outsiders: Any, browser: Any
):
    """Another client's draft is not there; viewers, agents and staff may not."""
    url = reverse("gigs:client-milestones", args=[draft.pk])
    strangers = [
        (outsiders["another client"], 404),
        (browser(viewer), 403),
        (browser(asha), 403),
        (outsiders["staff"], 403),
    ]
    for stranger, status in strangers:
        assert put(stranger, draft, items(PRICE)).status_code == status
        assert stranger.post(url, page_data(("D", "5000", "2026-12-10"))).status_code == status
    assert outsiders["nobody"].get(url).status_code == 302
    assert not draft.milestones.exists()


@pytest.mark.parametrize("url_name", ["gigs:submit-work", "api:gigs:submit-work"])
def test_work_is_for_an_open_milestone(url_name: str, gig: Any, asha: Any, browser: Any):
    """Page and API refuse work for none, for one handed in already and for a foreign one."""
    other = make_client("Lotus Stores")
    make_member("Lata", other)
    foreign = make_opportunity(
        other, publish=False, pay_kind="FIXED", rate_paise=PRICE, hours_each=0
    )
    set_milestones(opportunity=foreign, milestones=PARTS, now=NOON)
    submit(gig, 1)
    first, theirs = gig.opportunity.milestones.first(), foreign.milestones.first()
    for wrong in ({}, {"milestone": str(first.pk)}, {"milestone": str(theirs.pk)}):
        answer = post_to(browser(asha), url_name, gig.pk, summary="Done.", **wrong)
        assert answer.status_code in (200, 409, 422)
    assert gig.works.count() == 1
    last = gig.opportunity.milestones.last()
    post_to(browser(asha), url_name, gig.pk, summary="Done.", milestone=str(last.pk))
    assert gig.works.count() == 2


def test_pages_show_the_milestones(gig: Any, asha: Any, ravi: Any, owner: Any, browser: Any):
    """The agent sees what is due and chooses one; the client sees which one was handed in."""
    work = submit(gig, 1)
    page = browser(asha).get(reverse("gigs:gig", args=[gig.pk])).content.decode()
    assert "Final, ₹3,000.00, due 20 Dec 2026" in page
    assert (
        "Draft" in browser(owner).get(reverse("gigs:client-work", args=[work.pk])).content.decode()
    )
    client_page = browser(owner).get(reverse("gigs:client-gig", args=[gig.pk]))
    assert "₹3,000.00" in client_page.content.decode()
    url = reverse("api:gigs:gig-milestones", args=[gig.pk])
    rows = browser(asha).get(url).json()
    assert [(row["milestone"]["title"], row["work_state"]) for row in rows] == [
        ("Draft", "PENDING"), ("Final", ""),
    ]  # fmt: skip
    assert browser(ravi).get(url).status_code == 404
