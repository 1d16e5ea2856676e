"""The home page with the panels of all apps: who sees what, and the number of queries."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Agent
from accounts.privacy import services as privacy
from conftest import NOON, Made, make_agent, make_staff, sign_in
from gigs.clients import services as client_services
from gigs.shifts import services as shift_services
from gigs.slots import services as slot_services
from gigs.work import services as work_services
from hitouch import seeding
from hitouch.core.money import rupees
from onboarding.agreements import publishing
from onboarding.dashboard.home import home_of
from onboarding.demo import agents
from onboarding.payees import decisions
from onboarding.tests import factories
from payments.models import Payment
from tests.privacy.conftest import make_client_owner
from tests.support import busy_agents

PAGE, API = "/home/", "/api/v1/onboarding/home/"
KEYS = ["shifts", "money", "applications", "messages", "level", "standing"]
ROWS = 5
#: Queries of one view, session, person and consents included.
MOST = 34
DAY, HOUR = busy_agents.DAY, busy_agents.HOUR


@pytest.fixture(scope="module")
def shared_people(make_once: Any) -> Made:
    return make_once(make_people)


def make_people() -> tuple[busy_agents.Cast, dict[str, Agent]]:
    """A client's owner with a project, staff of finance and support, and three agents.

    Asha has a bank account, Ravi is cleared and has nothing yet, Nila is new.
    """
    seeding.reference(now=NOON - 9 * DAY)
    owner = make_client_owner()
    client_services.create_project(
        now=NOON, client=owner.client, title="Desk", budget_paise=busy_agents.BUDGET_PAISE
    )
    finance = [make_staff(name, "finance") for name in ("Mohan", "Chitra")]
    cast = busy_agents.Cast(owner, *finance, make_staff("S", "support"))
    reviewer = make_staff("Reviewer", "reviewer")
    people = {
        name: factories.clear_agent(
            agent=make_agent(name.title()), reviewer=reviewer, now=NOON - 3 * DAY
        )
        for name in ("asha", "ravi")
    }
    give_account(people["asha"], cast)
    return cast, people | {"nila": make_agent("Nila", given_name="")}


@pytest.fixture
def people(
    shared_people: Made, db: None, settings: Any
) -> tuple[busy_agents.Cast, dict[str, Agent]]:
    return shared_people.copy_for(settings.HITOUCH_PRIVATE_FILES)


@pytest.fixture
def cast(people: tuple[busy_agents.Cast, dict[str, Agent]]) -> busy_agents.Cast:
    """The other people."""
    return people[0]


@pytest.fixture
def person(people: tuple[busy_agents.Cast, dict[str, Agent]]) -> Any:
    """`person("asha", rows=2)`: Asha gets so many rows of each kind, when first called."""
    cast, agents_by_name = people
    filled: set[str] = set()

    def find(name: str, rows: int = 1) -> Agent:
        agent = Agent.objects.select_related("user").get(pk=agents_by_name[name].pk)
        if name == "asha" and not filled:
            filled.add(name)
            busy_agents.fill(agent, cast, rows=rows, now=NOON)
        return agent

    return find


def give_account(agent: Agent, cast: busy_agents.Cast) -> None:
    """A verified bank account whose waiting period is over."""
    number = f"5010043219{len(agent.name)}"
    agents.add_bank_account(agent=agent, finance=cast.maker, now=NOON - 3 * DAY, number=number)


def panels(body: dict[str, Any]) -> dict[str, Any]:
    return {panel["key"]: panel for panel in body["panels"]}


def home_data(agent: Agent, at: Any = NOON) -> dict[str, Any]:
    """The response data of the API."""
    with time_machine.travel(at, tick=False):
        return sign_in(Browser(), agent.user).get(API).json()


def figures(panel: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: one["paise"] or one["count"] for one in panel["figures"]}


def queries(agent: Agent, url: str) -> int:
    browser = sign_in(Browser(), agent.user)
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    return len(asked)


def test_rows_cost_no_queries(person: Any, cast: busy_agents.Cast) -> None:
    """The number of queries of page and API does not depend on the number of rows."""
    without = {
        url: max(queries(person(name), url) for name in ("ravi", "nila")) for url in (PAGE, API)
    }
    give_account(person("ravi"), cast)
    for url in (PAGE, API):
        full, empty = queries(person("asha", ROWS), url), queries(person("ravi"), url)
        assert without[url] < full == empty <= MOST, url


def test_working_agent_sees_all_panels(person: Any) -> None:
    """Shifts, money after deductions, applications, messages, level and standing, in this order."""
    rows = 2
    body = home_data(person("asha", rows))
    found = panels(body)
    assert list(found) == KEYS
    assert not any(panel["empty"] for panel in body["panels"])
    assert figures(found["shifts"]) == {"shifts_in_7_days": rows, "hours_in_7_days": 4 * rows}
    assert figures(found["applications"]) == {"pending": rows, "accepted": 3 * rows}
    arrived = Payment.objects.filter(agent=person("asha"), state="COMPLETED")
    assert figures(found["money"])["paid_this_month"] == sum(row.net_paise for row in arrived)
    assert all(row.net_paise < row.gross_paise for row in arrived)
    assert [line["key"] for line in found["standing"]["lines"]] == [
        "clearance", "kyc", "agreements", "bank_account",
    ]  # fmt: skip


def test_lists_stay_short(person: Any) -> None:
    """A panel shows only the first rows and links to all of them."""
    for panel in home_data(person("asha", ROWS))["panels"]:
        assert len(panel["lines"]) <= 4
        assert panel["url"].startswith("/")


@pytest.mark.parametrize("name", ["asha", "ravi", "nila"])
def test_page_and_api_show_the_same(person: Any, name: str) -> None:
    """The page shows every title, text and amount of the API, for every kind of agent."""
    agent, body = person(name), home_data(person(name))
    page = sign_in(Browser(), agent.user).get(PAGE).content.decode()
    assert page.count('class="card next-step') == 1
    for todo in (body["first"], *body["others"]):
        assert todo["title"] in page
        assert f'"{todo["url"]}"' in page
    for panel in body["panels"]:
        words = [line["title"] for line in panel["lines"]] + [panel["title"]]
        words += [one["title"] for one in panel["figures"]]
        amounts = [*panel["figures"], *panel["lines"]]
        words += [rupees(one["paise"]) for one in amounts if one["paise"] is not None]
        words += [panel["empty"]["text"], panel["empty"]["action"]] if panel["empty"] else []
        assert [word for word in words if word.replace("'", "&#x27;") not in page] == []


@pytest.mark.parametrize("name", ["ravi", "nila"])
def test_empty_panel_has_text_and_action(person: Any, name: str) -> None:
    """An empty panel explains its purpose and has one action that the agent may take."""
    agent = person(name)
    browser = sign_in(Browser(), agent.user)
    empty = [panel["empty"] for panel in home_data(agent)["panels"] if panel["empty"]]
    assert len(empty) >= 3
    for each in empty:
        assert len(each["text"].split()) > 5
        answer = browser.get(each["url"], follow=True)
        assert answer.status_code == 200
        assert not list(answer.context["messages"])


def test_an_agent_in_onboarding_sees_the_open_step(person: Any) -> None:
    """During onboarding the page shows only the open step."""
    body = home_data(person("nila"))
    assert body["first"]["key"] == "profile"
    assert body["others"] == []
    assert body["clearance"] is None


def test_cleared_agent_without_gig_is_sent_to_opportunities(person: Any) -> None:
    """The next step without a gig is to find work; adding a bank account comes second."""
    body = home_data(person("ravi"))
    assert body["first"]["key"] == "find_work"
    assert [todo["key"] for todo in body["others"]] == ["bank_account"]
    assert body["clearance"]["level"] == "B2"


def test_shift_is_the_first_next_step(person: Any, cast: busy_agents.Cast) -> None:
    """A coming shift is announced; from 15 minutes before its start the action is to clock in, then
    to clock out."""
    ravi = person("ravi")
    project = cast.owner.client.projects.first()
    gig = busy_agents.hire(ravi, cast, busy_agents.offer(project, cast, "Night desk", NOON), NOON)
    assert home_data(ravi)["first"]["key"] == "find_work"
    claim = busy_agents.claim_shift(ravi, gig, NOON + 3 * HOUR, NOON)
    assert home_data(ravi)["first"]["key"] == "next_shift"
    start = claim.slot.starts_at
    early = home_data(ravi, start - timedelta(minutes=15, seconds=1))
    assert early["first"]["key"] == "next_shift"
    due = home_data(ravi, start - timedelta(minutes=15))["first"]
    assert (due["key"], due["posts"], due["tone"]) == ("clock_in", True, "info")
    assert due["url"] == reverse("gigs:clock-in", args=[claim.pk])
    late = home_data(ravi, start + HOUR)
    assert (late["first"]["title"], late["first"]["tone"]) == ("Your shift has started", "warn")
    session = shift_services.clock_in(claim=claim, by=ravi.user, at=start)
    at_work = home_data(ravi, start + HOUR)
    assert at_work["first"]["url"] == reverse("gigs:clock-out", args=[session.pk])
    assert panels(at_work)["shifts"]["lines"][0]["state"] == "AT_WORK"
    shift_services.clock_out(session=session, at=start + 2 * HOUR)
    assert home_data(ravi, start + 3 * HOUR)["first"]["key"] not in ("clock_in", "clock_out")
    assert home_data(ravi, start + 5 * HOUR)["first"]["key"] == "hand_in"


def test_clock_in_from_home(person: Any, cast: busy_agents.Cast) -> None:
    """The form on the page clocks in."""
    ravi = person("ravi")
    project = cast.owner.client.projects.first()
    gig = busy_agents.hire(ravi, cast, busy_agents.offer(project, cast, "Night desk", NOON), NOON)
    busy_agents.claim_shift(ravi, gig, NOON, NOON)
    browser = Browser(enforce_csrf_checks=True)
    page = sign_in(browser, ravi.user).get(PAGE)
    first = page.context["home"].first
    assert first.key == "clock_in"
    sent = {"csrfmiddlewaretoken": page.context["csrf_token"]}
    assert browser.post(first.url, sent).status_code == 302
    assert home_of(ravi, NOON + HOUR).first.key == "clock_out"


def test_open_slots_and_requested_changes_are_next_steps(
    person: Any, cast: busy_agents.Cast
) -> None:
    """Open slots of an accepted application and requested changes are next steps."""
    ravi = person("ravi")
    project = cast.owner.client.projects.first()
    offered = busy_agents.offer(project, cast, "Night desk", NOON)
    begin = NOON + 2 * DAY
    slot_services.add_slot(
        opportunity=offered, starts_at=begin, ends_at=begin + HOUR, capacity=1, now=NOON - DAY
    )
    busy_agents.hire(ravi, cast, offered, NOON)
    assert home_data(ravi)["first"]["key"] == "take_hours"
    work = busy_agents.hand_in(
        busy_agents.hire(ravi, cast, busy_agents.offer(project, cast, "Mails", NOON), NOON), NOON
    )
    work_services.request_rework(work=work, member=cast.owner, at=NOON, comment="Shorter, please.")
    body = home_data(ravi)
    assert {body["first"]["key"], body["others"][0]["key"]} == {"take_hours", "rework"}


def test_earnings_without_account_are_a_next_step(person: Any, cast: busy_agents.Cast) -> None:
    """With earnings but no bank account the next step is to add one, with the amount."""
    ravi = person("ravi")
    project = cast.owner.client.projects.first()
    gig = busy_agents.hire(ravi, cast, busy_agents.offer(project, cast, "Night desk", NOON), NOON)
    payment = busy_agents.pay(gig, cast, NOON, arrives=False)
    body = home_data(ravi)
    first = body["first"]
    assert first["url"] not in [todo["url"] for todo in body["others"]]
    assert first["title"] == f"{rupees(payment.net_paise)} is waiting for your bank account"
    assert figures(panels(home_data(ravi))["money"])["next_payout"] == payment.net_paise


def test_stopped_payments_are_shown(person: Any) -> None:
    """The page warns when payments to the bank account are stopped."""
    asha = person("asha")
    account = asha.bank_accounts.get()
    decisions.hold_payments(account=account, by=asha.user, at=NOON)
    body = home_data(asha)
    assert "bank_account" in [todo["key"] for todo in (body["first"], *body["others"])]
    assert panels(body)["standing"]["lines"][-1]["tone"] == "bad"


def test_new_agreement_version_keeps_other_panels(person: Any) -> None:
    """The page names the agreement to sign again, and still shows shifts and earnings."""
    asha = person("asha")
    seeding_text = {"kind": "NDA", "version": "9.0", "title": "Confidentiality agreement"}
    text = "Keep what you hear to yourself, " * 60
    publishing.publish_template(**seeding_text, text=text, by=None, at=NOON)
    body = home_data(asha)
    assert body["first"]["key"] == "agreements"
    assert "version 9.0" in body["first"]["text"]
    assert body["clearance"] is None
    assert figures(panels(body)["shifts"])["shifts_in_7_days"] == 1


def test_closing_date_is_shown(person: Any) -> None:
    """Page and API show the date of closing while the request can be cancelled."""
    ravi = person("ravi")
    closing = privacy.request_closing(user=ravi.user, at=NOON)
    assert home_data(ravi)["closes_at"].startswith(f"{closing.due_at:%Y-%m-%d}")
    page = sign_in(Browser(), ravi.user).get(PAGE).content.decode()
    assert "Your account will close on" in page
    privacy.cancel_closing(user=ravi.user, at=NOON)
    assert home_data(ravi)["closes_at"] is None


def test_home_shows_own_rows_only(person: Any, staff_without_role: Any) -> None:
    """Anonymous visitors log in first, staff are refused, and other agents' rows are absent."""
    assert Browser().get(PAGE).status_code == 302
    assert Browser().get(API).status_code == 401
    staff = sign_in(Browser(), staff_without_role)
    assert [staff.get(url).status_code for url in (PAGE, API)] == [403, 403]
    asha, ravi = home_data(person("asha")), str(home_data(person("ravi")))
    hers = [line for panel in asha["panels"] for line in panel["lines"] if len(line["key"]) == 36]
    assert hers
    assert not [line["title"] for line in hers if line["key"] in ravi]
