"""What a machine cannot match is decided by finance, in both doors, and by nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent, make_staff, sign_in
from hitouch.core.models import OutboxMessage
from hitouch.fakes import razorpayx
from onboarding import queries
from onboarding.models import AccountTest
from onboarding.names import matching
from onboarding.payees import queries as payees_queries
from onboarding.tests.conftest import problem
from onboarding.tests.support import bank_accounts
from onboarding.tests.support.bank_accounts import DAY, save, verified

rail = bank_accounts.rail
JSON = "application/json"
LIST = "/api/v1/staff/account-tests/"


@pytest.fixture
def finance(db: None) -> Client:
    return sign_in(Client(), make_staff("Mohan", "finance"))


@pytest.fixture
def waits(nila: Agent, rail: razorpayx.FakeRazorpayX) -> AccountTest:
    """Nila's account, which the bank has under another name."""
    return verified(nila, rail, ending="1111")


def desk(test: AccountTest) -> str:
    return reverse("admin:onboarding_accounttest_change", args=[test.pk])


def test_page_shows_the_names_side_by_side(finance: Client, waits: AccountTest) -> None:
    """What the bank says beside what was typed and what the profile says; no whole number."""
    content = finance.get(desk(waits)).content.decode()
    assert razorpayx.OTHER_NAME in content
    assert "Nila Rao" in content
    assert "Does not match, " in content
    assert "Matches, 100 of 100" in content
    assert "501001234567" not in content
    listed = finance.get(reverse("admin:onboarding_accounttest_changelist"))
    assert "Nila Rao" in listed.content.decode()


def test_page_accepts(finance: Client, waits: AccountTest, nila: Agent) -> None:
    """The account is a payee after its wait; who decided is in the audit."""
    finance.post(desk(waits), {"accept": "1", "note": ""})
    assert payees_queries.payee_of(nila, NOON + DAY).last_four == "1111"
    event = AuditEvent.objects.get(action="bank_account.passed")
    assert (event.by.email, event.new["reason"]) == ("mohan@example.com", "PERSON")


def test_page_refuses_with_a_sentence(finance: Client, waits: AccountTest, nila: Agent) -> None:
    """Without one nothing happens; with one the agent reads it, and is no payee."""
    assert (
        "Enter a message for the agent"
        in finance.post(desk(waits), {"note": ""}, follow=True).content.decode()
    )
    finance.post(desk(waits), {"note": "The bank names another person."})
    assert payees_queries.payee_of(nila, NOON + 9 * DAY) is None
    assert payees_queries.account_status_of(nila, NOON).sentence == "The bank names another person."
    mail = OutboxMessage.objects.get(template="onboarding/bank_account_failed")
    assert "The bank names another person." in mail.body


def test_api_decides(finance: Client, waits: AccountTest) -> None:
    """The same for a program: list, verdict, and a second verdict is refused."""
    [row] = finance.get(LIST).json()["data"]
    assert (row["registered_name"], row["reason"]) == (razorpayx.OTHER_NAME, "NAMES")
    bands = {pair["between"]: pair["band"] for pair in row["names"]}
    assert bands == {
        "Holder and profile": "AGREE",
        "Bank and profile": "DISAGREE",
        "Bank and holder": "DISAGREE",
    }
    url = f"{LIST}{row['id']}/decide/"
    assert problem(finance.post(url, {"accept": False}, content_type=JSON)) == (422, "why_missing")
    assert finance.post(url, {"accept": True}, content_type=JSON).json()["state"] == "PASSED"
    assert problem(finance.post(url, {"accept": True}, content_type=JSON)) == (409, "wrong_state")


@pytest.mark.parametrize("who", ["reviewer", "nobody", "agent"])
def test_strangers(waits: AccountTest, who: str, ravi: Agent) -> None:
    """Only finance: not another role, not an agent, not somebody who is not logged in."""
    client = Client()
    if who != "nobody":
        sign_in(client, make_staff("Farah", "reviewer") if who == "reviewer" else ravi.user)
    assert client.get(LIST).status_code in (401, 403)
    assert client.post(
        f"{LIST}{waits.pk}/decide/", {"accept": True}, content_type=JSON
    ).status_code in (401, 403)
    assert client.post(desk(waits), {"accept": "1"}).status_code in (302, 403)
    assert AccountTest.objects.get().state == "LOOK"


def test_nobody_decides_about_their_own(db: None, rail: razorpayx.FakeRazorpayX) -> None:
    """Who works in finance and is an agent too asks a colleague."""
    agent: Agent = make_agent("Fina")
    person: User = make_staff("Mohan", "finance")
    Agent.objects.filter(pk=agent.pk).update(user=person)
    agent.refresh_from_db()
    test = verified(agent, rail, ending="1111")
    client = sign_in(Client(), person)
    assert problem(
        client.post(f"{LIST}{test.pk}/decide/", {"accept": True}, content_type=JSON)
    ) == (
        403,
        "own_account",
    )


def test_what_waits_is_counted(
    nila: Agent, rail: razorpayx.FakeRazorpayX, waits: AccountTest
) -> None:
    """The queue shows on the admin's first page, and its list costs the same for ten."""
    found = {queue.label: queue.count for queue in queries.work_queues(now=NOON)}
    assert found == {"Document reviews": 0, "Bank accounts to review": 1}


def test_list_costs_the_same_for_many(
    finance: Client, rail: razorpayx.FakeRazorpayX, django_assert_max_num_queries: Any
) -> None:
    """A fixed number of queries, however many wait."""
    for number in range(6):
        test = save(make_agent(f"Tara{number}"), ending=f"{number}111")
        AccountTest.objects.filter(pk=test.pk).update(state="LOOK")
    with django_assert_max_num_queries(9):
        assert len(finance.get(LIST).json()["data"]) == 6
    with django_assert_max_num_queries(16):
        finance.get(reverse("admin:onboarding_accounttest_changelist"))


@pytest.mark.parametrize(
    ("names", "agree"),
    [
        (["NILA RAO", "Nila Rao", "Rao Nila"], True),
        (["Smt. Nila K Rao", "Nila K. Rao"], True),
        (["N RAO", "Nila Rao"], False),
        (["A BALA RAO", "Anil B Rao"], False),
        (["Nila Rao", "Nila Rao", "Nila Das"], False),
        (["Anil Rao", "Sunil Rao"], False),
        (["Nila Rao", "Nila"], False),
        (["Smt. Laxmi Rao", "Lakshmi Rao"], True),
        (["Nila Rao", "Nila Rao", ""], False),
        (["Nila Rao and Zubin Contractor", "Nila Rao"], False),
    ],
)
def test_what_agrees_by_itself(names: list[str], agree: bool) -> None:
    """Every pair agrees, as on the documents; an initial and a joint account are for a person."""
    assert matching.all_names_agree(*names) is agree
