"""Manual review of bank accounts by finance, in the admin and the API."""

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

fake_provider = bank_accounts.fake_provider
JSON = "application/json"
LIST = "/api/v1/staff/account-tests/"


@pytest.fixture
def finance(db: None) -> Client:
    return sign_in(Client(), make_staff("Mohan", "finance"))


@pytest.fixture
def account_test(nila: Agent, fake_provider: razorpayx.FakeRazorpayX) -> AccountTest:
    """The test of Nila's account, which the bank has under another name."""
    return verified(nila, fake_provider, ending="1111")


def review_url(test: AccountTest) -> str:
    return reverse("admin:onboarding_accounttest_change", args=[test.pk])


def test_the_admin_compares_the_names(finance: Client, account_test: AccountTest) -> None:
    """Names of bank, holder and profile side by side; the number is masked."""
    content = finance.get(review_url(account_test)).content.decode()
    assert razorpayx.OTHER_NAME in content
    assert "Nila Rao" in content
    assert "Does not match, " in content
    assert "Matches, 100 of 100" in content
    assert "501001234567" not in content
    listed = finance.get(reverse("admin:onboarding_accounttest_changelist"))
    assert "Nila Rao" in listed.content.decode()


def test_accept_in_the_admin(finance: Client, account_test: AccountTest, nila: Agent) -> None:
    """The account becomes the payee after its wait; the audit log names the reviewer."""
    finance.post(review_url(account_test), {"accept": "1", "note": ""})
    assert payees_queries.payee_of(nila, NOON + DAY).last_four == "1111"
    event = AuditEvent.objects.get(action="bank_account.passed")
    assert (event.by.email, event.new["reason"]) == ("mohan@example.com", "PERSON")


def test_reject_in_the_admin_with_a_message(
    finance: Client, account_test: AccountTest, nila: Agent
) -> None:
    """Without a message it is refused; with one the agent is notified."""
    assert (
        "Enter a message for the agent"
        in finance.post(review_url(account_test), {"note": ""}, follow=True).content.decode()
    )
    finance.post(review_url(account_test), {"note": "The bank names another person."})
    assert payees_queries.payee_of(nila, NOON + 9 * DAY) is None
    assert payees_queries.account_status_of(nila, NOON).sentence == "The bank names another person."
    mail = OutboxMessage.objects.get(template="onboarding/bank_account_failed")
    assert "The bank names another person." in mail.body


def test_decide_in_the_api(finance: Client, account_test: AccountTest) -> None:
    """List and decide; a rejection needs a note, a second decision is refused."""
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
def test_only_finance_decides(account_test: AccountTest, who: str, ravi: Agent) -> None:
    """Other roles, agents and anonymous users are refused."""
    client = Client()
    if who != "nobody":
        sign_in(client, make_staff("Farah", "reviewer") if who == "reviewer" else ravi.user)
    assert client.get(LIST).status_code in (401, 403)
    assert client.post(
        f"{LIST}{account_test.pk}/decide/", {"accept": True}, content_type=JSON
    ).status_code in (401, 403)
    assert client.post(review_url(account_test), {"accept": "1"}).status_code in (302, 403)
    assert AccountTest.objects.get().state == "LOOK"


def test_staff_cannot_decide_about_their_own_account(
    db: None, fake_provider: razorpayx.FakeRazorpayX
) -> None:
    """Finance staff who are agents too need a colleague."""
    agent: Agent = make_agent("Fina")
    person: User = make_staff("Mohan", "finance")
    Agent.objects.filter(pk=agent.pk).update(user=person)
    agent.refresh_from_db()
    test = verified(agent, fake_provider, ending="1111")
    client = sign_in(Client(), person)
    assert problem(
        client.post(f"{LIST}{test.pk}/decide/", {"accept": True}, content_type=JSON)
    ) == (
        403,
        "own_account",
    )


def test_the_work_queue_counts_accounts_to_review(
    nila: Agent, fake_provider: razorpayx.FakeRazorpayX, account_test: AccountTest
) -> None:
    """The admin's start page counts the accounts to review."""
    counts = {queue.label: queue.count for queue in queries.work_queues(now=NOON)}
    assert counts == {"Document reviews": 0, "Bank accounts to review": 1}


def test_query_count_of_the_lists(
    finance: Client, fake_provider: razorpayx.FakeRazorpayX, django_assert_max_num_queries: Any
) -> None:
    """The number of queries does not depend on the number of rows."""
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
        (["NILA RAO", "Nila Rao", "Nila  Rao."], True),
        (["NILA RAO", "Nila Rao", "Rao Nila"], False),
        (["Shaji Rao", "Saji Rao"], False),
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
def test_names_that_match_automatically(names: list[str], agree: bool) -> None:
    """All names have to match in pairs and in order; initials and joint accounts need a
    manual review."""
    assert matching.all_names_agree(*names) is agree
