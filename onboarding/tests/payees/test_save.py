"""Saving bank accounts and UPI IDs: validation, versions, encryption, notifications."""

import html
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, PASSWORD, make_agent
from hitouch.core.models import OutboxMessage
from onboarding.models import AccountTest, BankAccount
from onboarding.payees import decisions
from onboarding.payees import queries as payees_queries
from onboarding.tests.conftest import problem
from onboarding.tests.support.bank_accounts import ACCOUNT, API, DAY, cleared_once, put, save

CONFIRMATION = {"kind": "BANK", "account_number_again": ACCOUNT["account_number"]}


@pytest.fixture
def client(nila: Agent, agent_client: Any) -> Any:
    """Nila, who was cleared once and has just logged in."""
    return agent_client(cleared_once(nila))


@pytest.fixture(autouse=True)
def reauthenticated(monkeypatch: Any) -> None:
    """Pretend recent re-authentication; tests of the requirement undo this."""
    monkeypatch.setattr(
        "accounts.security.reauthentication.recently_reauthenticated", lambda request, now: True
    )


def page_of(client: Any) -> str:
    return client.get(reverse("onboarding:bank-account")).content.decode()


def test_save_on_the_page(nila: Agent, client: Any) -> None:
    """The page saves the account, names the bank, and shows only the last digits."""
    url = reverse("onboarding:bank-account-change")
    assert client.post(url, ACCOUNT | CONFIRMATION).status_code == 302
    content = page_of(client)
    assert "•••• 8901" in content
    assert "HDFC Bank" in content
    assert "5010012345678901" not in content
    assert "verifying this account" in content
    assert BankAccount.objects.get().account_number == "5010012345678901"


def test_the_page_requires_the_number_twice(client: Any) -> None:
    """The two numbers must be equal; spaces are ignored."""
    url = reverse("onboarding:bank-account-change")
    wrong = client.post(
        url, ACCOUNT | CONFIRMATION | {"account_number_again": "5010 0123 4567 8902"}
    )
    assert "The two account numbers are different." in wrong.content.decode()
    assert not BankAccount.objects.exists()
    right = ACCOUNT | CONFIRMATION | {"account_number_again": "5010012345678901"}
    assert client.post(url, right).status_code == 302


@pytest.mark.parametrize(
    ("number", "again", "told"),
    [
        ("50100123456.0", "50100123456", "as in your passbook"),
        ("5010 01234511112", "501001234511112.0", "as in your passbook"),
        ("5010 01234511112", "50100 1234511113", "are different"),
    ],
)
def test_the_page_says_what_is_wrong_with_the_number(
    client: Any, number: str, again: str, told: str
) -> None:
    """What is no number is called that, and only two numbers are called different."""
    sent = ACCOUNT | CONFIRMATION | {"account_number": number, "account_number_again": again}
    content = client.post(reverse("onboarding:bank-account-change"), sent).content.decode()
    problems = ("as in your passbook", "are different")
    assert [problem for problem in problems if problem in content] == [told]


@pytest.mark.parametrize(
    "grouped", ["5010 012345678901", "501001234567 8901", "5010-0123-45678901"]
)
def test_a_grouped_number_is_one_number(client: Any, grouped: str) -> None:
    """Groups of any length, also one that would be long enough alone."""
    sent = ACCOUNT | CONFIRMATION | {"account_number": grouped}
    assert client.post(reverse("onboarding:bank-account-change"), sent).status_code == 302
    assert BankAccount.objects.get().account_number == "5010012345678901"


def test_save_in_the_api(client: Any) -> None:
    """PUT saves the account; GET is 404 as long as there is none."""
    assert client.get(API).status_code == 404
    body = put(client).json()
    assert body["account_number"] == "•••• 8901"
    assert (body["bank"], body["state"], body["in_use"]) == ("HDFC Bank", "DUE", None)
    assert client.get(API).json()["ifsc"] == "HDFC0001234"


def test_upi_id(nila: Agent, client: Any) -> None:
    """A UPI ID is stored in lower case, encrypted, and shown masked."""
    vpa = {"kind": "UPI", "vpa": " Nila.Rao@OKHDFC ", "ifsc": "", "account_number": ""}
    assert put(client, **vpa).json()["account_number"] == "•••• ao@okhdfc"
    account = BankAccount.objects.get()
    assert (account.vpa, account.ifsc, account.account_number) == ("nila.rao@okhdfc", "", "")
    assert "nila.rao" not in page_of(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT vpa FROM onboarding_bankaccount")
        assert b"nila" not in bytes(cursor.fetchone()[0])


def test_a_change_creates_a_new_version(nila: Agent, client: Any) -> None:
    """A change creates a new row and a masked audit event; the same data creates nothing."""
    put(client)
    put(client)
    put(client, account_number="0123 4567 8901 2")
    rows = BankAccount.objects.order_by("version")
    assert [(row.version, row.account_number[:4]) for row in rows] == [(1, "5010"), (2, "0123")]
    event = AuditEvent.objects.filter(action="bank_account.saved").latest("id")
    assert event.old["account"] == "•••• 8901"
    assert AccountTest.objects.get(account=rows[0]).reason == "REPLACED"


def test_all_verified_contacts_are_notified(nila: Agent, client: Any) -> None:
    """By mail with a link to stop payments, and by SMS; both masked."""
    put(client)
    mail = OutboxMessage.objects.get(template="onboarding/bank_account_saved", channel="MAIL")
    sms = OutboxMessage.objects.get(template="onboarding/bank_account_saved", channel="SMS")
    assert (mail.to, sms.to) == (nila.user.email, nila.user.phone)
    assert "start on 24 November 2026, 12:00 pm at the earliest" in mail.body
    assert "/money/not-me/" in mail.body
    for message in (mail, sms):
        assert "8901" in message.body
        assert "45678901" not in message.body


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ifsc": "HDFC1001234"}, "bad_ifsc"),
        ({"ifsc": "HDFC0888888"}, "unknown_branch"),
        ({"ifsc": "VIJB0001234"}, "bank_merged"),
        ({"ifsc": "ALLA0888888"}, "bank_merged"),
        ({"account_number": "12AB5678901"}, "bad_account_number"),
        ({"account_number": "12345678"}, "bad_account_number"),
        ({"account_number": "1" * 19}, "bad_account_number"),
        ({"holder_name": "Nila 2345 6789 0124"}, "full_aadhaar_number"),
        ({"holder_name": ""}, "validation_failed"),
        ({"ifsc": ""}, "validation_failed"),
        ({"kind": "UPI", "vpa": "nila@gmail.com"}, "bad_vpa"),
        ({"kind": "UPI", "vpa": ""}, "validation_failed"),
        ({"kind": "CHEQUE"}, "validation_failed"),
    ],
)
def test_invalid_accounts(nila: Agent, client: Any, changes: dict[str, str], code: str) -> None:
    """Page and API refuse invalid data, and nothing is saved."""
    assert problem(put(client, **changes)) == (422, code)
    again = {"kind": "BANK", "account_number_again": (ACCOUNT | changes)["account_number"]}
    url = reverse("onboarding:bank-account-change")
    assert client.post(url, ACCOUNT | again | changes).status_code == 200
    assert not BankAccount.objects.exists()


def test_input_is_normalised(nila: Agent) -> None:
    """Digits of Indian scripts, separators and the letter O are converted; leading zeros stay."""
    save(nila, account_number="००१२-३४५६-७८९ ०", ifsc=" sbin o000001 ")
    account = BankAccount.objects.get()
    assert (account.account_number, account.ifsc) == ("001234567890", "SBIN0000001")


def test_bank_of_an_ifsc(client: Any, meera: Any, staff_client: Any) -> None:
    """The bank of an IFSC; 404 if there is none; agents only."""
    url = "/api/v1/onboarding/bank-branches/"
    assert client.get(f"{url}hdfc0001234/").json()["bank"] == "HDFC Bank"
    assert client.get(f"{url}HDFC0888888/").status_code == 404
    assert staff_client(meera).get(f"{url}HDFC0001234/").status_code == 403


@pytest.mark.parametrize(
    ("ifsc", "old", "new", "letters"),
    [
        ("VIJB0001234", "Vijaya Bank", "Bank of Baroda on 1 April 2019", "BARB"),
        ("CORP0000920", "Corporation Bank", "Union Bank of India on 1 April 2020", "UBIN"),
        ("LAVB0000883", "Lakshmi Vilas Bank", "DBS Bank India on 27 November 2020", "DBSS"),
        ("SBTR0000123", "State Bank of Travancore", "State Bank of India on 1 April 2017", "SBIN"),
        ("BRAJ0000123", "Bank of Rajasthan", "ICICI Bank on 13 August 2010", "ICIC"),
    ],
)
def test_merged_banks_are_named(client: Any, ifsc: str, old: str, new: str, letters: str) -> None:
    """The IFSC of a merged bank is answered with the new bank and what its IFSCs start with."""
    answer = client.get(f"/api/v1/onboarding/bank-branches/{ifsc}/")
    assert problem(answer) == (422, "bank_merged")
    told = answer.json()["detail"]
    assert told.startswith(f"{old} merged into {new}")
    assert f"starts with {letters}" in told
    assert problem(put(client, ifsc=ifsc))[1] == "bank_merged"
    page = client.post(
        reverse("onboarding:bank-account-change"), ACCOUNT | CONFIRMATION | {"ifsc": ifsc}
    )
    assert told in html.unescape(page.content.decode())


def test_a_change_needs_recent_reauthentication(nila: Agent, client: Any, monkeypatch: Any) -> None:
    """Without it the API refuses and the page redirects; viewing does not need it."""
    monkeypatch.setattr(
        "accounts.security.reauthentication.recently_reauthenticated", lambda request, now: False
    )
    assert problem(put(client)) == (403, "proof_required")
    response = client.post(reverse("onboarding:bank-account-change"), ACCOUNT | CONFIRMATION)
    assert response.url.startswith("/account/is-it-you/")
    assert not BankAccount.objects.exists()
    assert client.get(reverse("onboarding:bank-account")).status_code == 200


def test_reauthentication_keeps_the_form_data(nila: Agent, monkeypatch: Any) -> None:
    """After re-authentication the form is shown again with the data entered before."""
    monkeypatch.undo()
    cleared_once(nila)
    nila.user.set_password(PASSWORD)
    nila.user.save()
    browser, url = Client(), reverse("onboarding:bank-account-change")
    with time_machine.travel(NOON, tick=True) as clock:
        browser.post("/log-in/", {"contact": nila.user.email, "password": PASSWORD})
        assert browser.get(url).status_code == 200
        clock.shift(timedelta(minutes=6))
        response = browser.post(
            url, ACCOUNT | CONFIRMATION, headers={"Referer": f"http://testserver{url}"}
        )
        page = response.url.partition("?")[0]
        credentials = {"way": "password", "password": PASSWORD, "next": url}
        assert browser.post(page, credentials).url == url
        assert not BankAccount.objects.exists()
        assert "5010 0123 4567 8901" in browser.get(url).content.decode()
        assert browser.post(url, ACCOUNT | CONFIRMATION).status_code == 302


def test_daily_limit_of_accounts(nila: Agent, client: Any, settings: Any) -> None:
    """The number of accounts per day is limited; the day is India's."""
    settings.HITOUCH_ACCOUNT_TESTS_A_DAY = 2
    put(client)
    put(client, account_number="123456789012")
    assert problem(put(client, account_number="123456789013")) == (409, "too_many_accounts")
    with time_machine.travel(NOON + timedelta(hours=12)):
        assert put(client, account_number="123456789013").status_code == 200


def test_monthly_limit_of_accounts(nila: Agent, client: Any, settings: Any) -> None:
    """The number of accounts in 30 days is limited too; tests that the bank failed do not count."""
    settings.HITOUCH_ACCOUNT_TESTS_A_MONTH = 2
    numbers = [f"12345678901{number}" for number in range(4)]
    for day, number in enumerate(numbers[:2]):
        with time_machine.travel(NOON + day * DAY):
            assert put(client, account_number=number).status_code == 200
    with time_machine.travel(NOON + 2 * DAY):
        refused = put(client, account_number=numbers[2])
        assert problem(refused) == (409, "too_many_accounts_this_month")
    AccountTest.objects.filter(account__version=2).update(reason="BANK_DOWN")
    with time_machine.travel(NOON + 2 * DAY):
        assert put(client, account_number=numbers[3]).status_code == 200


def test_an_account_needs_approved_documents(
    agent_with_profile: Agent, agent_client: Any, bring: Any
) -> None:
    """Without approved documents neither page nor API take an account, and no rupee is planned."""
    client, url = agent_client(agent_with_profile), reverse("onboarding:bank-account-change")
    told = "You can add a bank account once your documents are approved."
    assert problem(put(client)) == (409, "step_not_open")
    assert told in put(client).json()["detail"]
    assert told in client.post(url, ACCOUNT | CONFIRMATION).content.decode()
    assert client.get(url).url == reverse("onboarding:bank-account")
    assert told in page_of(client)
    assert "Add bank account" not in page_of(client)
    assert not AccountTest.objects.exists()
    bring(agent_with_profile, "kyc")
    assert put(client).status_code == 200


def test_the_number_is_encrypted_and_versions_are_immutable(nila: Agent) -> None:
    """The number is not readable in the database, which refuses to change a version."""
    save(nila)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_number FROM onboarding_bankaccount")
        assert b"501001234567" not in bytes(cursor.fetchone()[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.update(ifsc="SBIN0000001")


def test_accounts_of_others_are_hidden(nila: Agent, ravi: Agent, agent_client: Any) -> None:
    """Another agent sees the account neither on the page nor in the API."""
    save(nila)
    assert agent_client(ravi).get(API).status_code == 404
    assert "8901" not in page_of(agent_client(ravi))


def test_an_unverified_account_is_no_payee(nila: Agent) -> None:
    """An account without verification is never a payee, however long ago it was added."""
    save(nila)
    assert payees_queries.payee_of(nila, NOON + 30 * DAY) is None


@pytest.mark.django_db(transaction=True)
def test_concurrent_saves(settings: Any) -> None:
    """Concurrent saves become consecutive versions, and only the last is verified."""
    settings.HITOUCH_ACCOUNT_TESTS_A_DAY = 9
    agent = cleared_once(make_agent("Tara"))

    def save_account(ending: str) -> None:
        try:
            fresh = Agent.objects.select_related("user").get(pk=agent.pk)
            save(fresh, ending=ending)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save_account, ["1001", "1002", "1003", "1003"]))
    versions = BankAccount.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) in ([1, 2, 3], [1, 2, 3, 4])
    live = AccountTest.objects.exclude(state="FAILED")
    assert [test.account.version for test in live] == [max(versions)]


def test_saving_a_failed_account_again_repeats_its_verification(nila: Agent) -> None:
    """Saving the same account after a failed verification starts a new test."""
    test = save(nila)
    AccountTest.objects.filter(pk=test.pk).update(state="LOOK")
    finance = make_agent("Fina").user
    decisions.decide_test(test=test, accept=False, note="No.", by=finance, at=NOON)
    again = save(nila)
    assert (again.pk != test.pk, again.account_id) == (True, test.account_id)


@pytest.mark.parametrize("number", [5010012345678901, 50100123456.0, 1.5e15, True, ["5010012345"]])
def test_account_number_that_is_no_text(client: Any, number: object) -> None:
    """A JSON number, boolean or list is refused at its field, and nothing is saved."""
    response = put(client, account_number=number)
    assert response.status_code == 422
    assert [row["pointer"] for row in response.json()["errors"]] == ["#/account_number"]
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize("number", ["50100123456.0", "5.01E+10", "50100123456l", "00000000000"])
def test_account_number_that_would_be_another(client: Any, number: str) -> None:
    """Page and API refuse what would become another account; the page keeps what was typed."""
    assert problem(put(client, account_number=number)) == (422, "bad_account_number")
    typed = ACCOUNT | CONFIRMATION | {"account_number": number, "account_number_again": number}
    page = client.post(reverse("onboarding:bank-account-change"), typed)
    assert page.context["form"].errors["account_number"]
    assert page.context["form"]["account_number"].value() == number
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Nila\u202eRao", "Nila \U0001f600"])
def test_holder_name_that_is_none(client: Any, name: str) -> None:
    """A holder's name is one that a paper can show."""
    assert problem(put(client, holder_name=name)) == (422, "validation_failed")
    assert put(client, holder_name="NILA RAO & R. RAO (MINOR)").status_code == 200
