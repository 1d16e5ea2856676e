"""Where the money goes: checked, encrypted, masked, version by version, told and proved."""

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
from onboarding.tests.support.bank_accounts import API, DAY, GOOD, put, save

AGAIN = {"kind": "BANK", "account_number_again": GOOD["account_number"]}


@pytest.fixture
def client(nila: Agent, agent_client: Any) -> Any:
    """Nila, who has just logged in."""
    return agent_client(nila)


@pytest.fixture(autouse=True)
def proved(monkeypatch: Any) -> None:
    """A forced log-in leaves no proof; the tests of the proof take this away."""
    monkeypatch.setattr(
        "accounts.security.reauthentication.recently_reauthenticated", lambda request, now: True
    )


def page_of(client: Any) -> str:
    return client.get(reverse("onboarding:bank-account")).content.decode()


def test_page_saves(nila: Agent, client: Any) -> None:
    """The page keeps the account, says whose branch it is, and shows only its last digits."""
    url = reverse("onboarding:bank-account-change")
    assert client.post(url, GOOD | AGAIN).status_code == 302
    content = page_of(client)
    assert "•••• 8901" in content
    assert "HDFC Bank" in content
    assert "5010012345678901" not in content
    assert "verifying this account" in content
    assert BankAccount.objects.get().account_number == "5010012345678901"


def test_number_is_typed_twice_on_the_page(client: Any) -> None:
    """One wrong digit is somebody else's account; blanks between them do not matter."""
    url = reverse("onboarding:bank-account-change")
    wrong = client.post(url, GOOD | AGAIN | {"account_number_again": "5010 0123 4567 8902"})
    assert "The two account numbers are different." in wrong.content.decode()
    assert not BankAccount.objects.exists()
    right = GOOD | AGAIN | {"account_number_again": "5010012345678901"}
    assert client.post(url, right).status_code == 302


def test_api_saves(client: Any) -> None:
    """The same for a program; none yet is 404."""
    assert client.get(API).status_code == 404
    told = put(client).json()
    assert told["account_number"] == "•••• 8901"
    assert (told["bank"], told["state"], told["in_use"]) == ("HDFC Bank", "DUE", None)
    assert client.get(API).json()["ifsc"] == "HDFC0001234"


def test_upi_address(nila: Agent, client: Any) -> None:
    """A UPI address is kept in small letters, sealed, and shown without most of it."""
    vpa = {"kind": "UPI", "vpa": " Nila.Rao@OKHDFC ", "ifsc": "", "account_number": ""}
    assert put(client, **vpa).json()["account_number"] == "•••• ao@okhdfc"
    kept = BankAccount.objects.get()
    assert (kept.vpa, kept.ifsc, kept.account_number) == ("nila.rao@okhdfc", "", "")
    assert "nila.rao" not in page_of(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT vpa FROM onboarding_bankaccount")
        assert b"nila" not in bytes(cursor.fetchone()[0])


def test_change_is_a_new_version(nila: Agent, client: Any) -> None:
    """A change is a new row, noted masked and told; the same again is nothing new."""
    put(client)
    put(client)
    put(client, account_number="0123 4567 8901 2")
    rows = BankAccount.objects.order_by("version")
    assert [(row.version, row.account_number[:4]) for row in rows] == [(1, "5010"), (2, "0123")]
    event = AuditEvent.objects.filter(action="bank_account.saved").latest("id")
    assert event.old["account"] == "•••• 8901"
    assert AccountTest.objects.get(account=rows[0]).reason == "REPLACED"


def test_every_contact_is_told(nila: Agent, client: Any) -> None:
    """By mail with a way to stop it, and by SMS; both masked, both saying from when."""
    put(client)
    mail = OutboxMessage.objects.get(template="onboarding/bank_account_saved", channel="MAIL")
    sms = OutboxMessage.objects.get(template="onboarding/bank_account_saved", channel="SMS")
    assert (mail.to, sms.to) == (nila.user.email, nila.user.phone)
    assert "start on 24 November 2026, 12:00 at the earliest" in mail.body
    assert "/money/not-me/" in mail.body
    for message in (mail, sms):
        assert "8901" in message.body
        assert "45678901" not in message.body


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ifsc": "HDFC1001234"}, "bad_ifsc"),
        ({"ifsc": "HDFC0888888"}, "unknown_branch"),
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
def test_refusals(nila: Agent, client: Any, changes: dict[str, str], code: str) -> None:
    """Wrong forms are refused in both doors and nothing is kept."""
    assert problem(put(client, **changes)) == (422, code)
    again = {"kind": "BANK", "account_number_again": (GOOD | changes)["account_number"]}
    url = reverse("onboarding:bank-account-change")
    assert client.post(url, GOOD | again | changes).status_code == 200
    assert not BankAccount.objects.exists()


def test_what_keyboards_do_is_put_right(nila: Agent) -> None:
    """Digits of an Indian script, dashes, a letter O for the zero; leading zeros stay."""
    save(nila, account_number="००१२-३४५६-७८९ ०", ifsc=" sbin o000001 ")
    kept = BankAccount.objects.get()
    assert (kept.account_number, kept.ifsc) == ("001234567890", "SBIN0000001")


def test_bank_is_named_while_typing(client: Any, meera: Any, staff_client: Any) -> None:
    """The branch's bank by its IFSC; 404 when there is none; for agents alone."""
    url = "/api/v1/onboarding/bank-branches/"
    assert client.get(f"{url}hdfc0001234/").json()["bank"] == "HDFC Bank"
    assert client.get(f"{url}HDFC0888888/").status_code == 404
    assert staff_client(meera).get(f"{url}HDFC0001234/").status_code == 403


def test_change_needs_a_fresh_proof(nila: Agent, client: Any, monkeypatch: Any) -> None:
    """Without one the API refuses and the page asks who is there; looking needs none."""
    monkeypatch.setattr(
        "accounts.security.reauthentication.recently_reauthenticated", lambda request, now: False
    )
    assert problem(put(client)) == (403, "proof_required")
    asked = client.post(reverse("onboarding:bank-account-change"), GOOD | AGAIN)
    assert asked.url.startswith("/account/is-it-you/")
    assert not BankAccount.objects.exists()
    assert client.get(reverse("onboarding:bank-account")).status_code == 200


def test_proof_given_keeps_what_was_typed(nila: Agent, monkeypatch: Any) -> None:
    """Six minutes after the log-in the page asks who is there, and shows all of it again."""
    monkeypatch.undo()
    nila.user.set_password(PASSWORD)
    nila.user.save()
    browser, url = Client(), reverse("onboarding:bank-account-change")
    with time_machine.travel(NOON, tick=True) as clock:
        browser.post("/log-in/", {"contact": nila.user.email, "password": PASSWORD})
        assert browser.get(url).status_code == 200
        clock.shift(timedelta(minutes=6))
        asked = browser.post(url, GOOD | AGAIN, headers={"Referer": f"http://testserver{url}"})
        page = asked.url.partition("?")[0]
        given = {"way": "password", "password": PASSWORD, "next": url}
        assert browser.post(page, given).url == url
        assert not BankAccount.objects.exists()
        assert "5010 0123 4567 8901" in browser.get(url).content.decode()
        assert browser.post(url, GOOD | AGAIN).status_code == 302


def test_only_so_many_a_day(nila: Agent, client: Any, settings: Any) -> None:
    """Each account costs a test; the day in India begins at midnight there."""
    settings.HITOUCH_ACCOUNT_TESTS_A_DAY = 2
    put(client)
    put(client, account_number="123456789012")
    assert problem(put(client, account_number="123456789013")) == (409, "too_many_accounts")
    with time_machine.travel(NOON + timedelta(hours=12)):
        assert put(client, account_number="123456789013").status_code == 200


def test_sealed_and_final(nila: Agent) -> None:
    """The number is not readable in the database, and a version never changes."""
    save(nila)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_number FROM onboarding_bankaccount")
        assert b"501001234567" not in bytes(cursor.fetchone()[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.update(ifsc="SBIN0000001")


def test_own_account_only(nila: Agent, ravi: Agent, agent_client: Any) -> None:
    """Another agent sees nothing of it, and nobody is sent to log in."""
    save(nila)
    assert agent_client(ravi).get(API).status_code == 404
    assert "8901" not in page_of(agent_client(ravi))


def test_unverified_account_is_never_paid(nila: Agent) -> None:
    """An account that was only given is no payee, however long it waits."""
    save(nila)
    assert payees_queries.payee_of(nila, NOON + 30 * DAY) is None


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once(settings: Any) -> None:
    """Accounts at the same moment become versions after each other, the last one tested."""
    settings.HITOUCH_ACCOUNT_TESTS_A_DAY = 9
    agent = make_agent("Tara")

    def give(ending: str) -> None:
        try:
            fresh = Agent.objects.select_related("user").get(pk=agent.pk)
            save(fresh, ending=ending)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(give, ["1001", "1002", "1003", "1003"]))
    versions = BankAccount.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) in ([1, 2, 3], [1, 2, 3, 4])
    live = AccountTest.objects.exclude(state="FAILED")
    assert [test.account.version for test in live] == [max(versions)]


def test_same_account_once_more_after_a_failure(nila: Agent) -> None:
    """Who gives the same account again after it failed has it tested again."""
    test = save(nila)
    AccountTest.objects.filter(pk=test.pk).update(state="LOOK")
    finance = make_agent("Fina").user
    decisions.decide_test(test=test, accept=False, note="No.", by=finance, at=NOON)
    again = save(nila)
    assert (again.pk != test.pk, again.account_id) == (True, test.account_id)
