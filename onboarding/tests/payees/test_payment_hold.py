"""“This was not me”: one press stops all money, and only a person lets it go on."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_staff, sign_in
from hitouch.core.models import OutboxMessage
from hitouch.fakes import razorpayx
from onboarding.demo import agents
from onboarding.models import AccountFreeze
from onboarding.payees import notifications as payees_notifications
from onboarding.payees import queries as payees_queries
from onboarding.payees import services as payees
from onboarding.profile import services as profile
from onboarding.tests.conftest import problem
from onboarding.tests.support import bank_accounts
from onboarding.tests.support.bank_accounts import DAY, save, verified

rail = bank_accounts.rail
JSON = "application/json"
STOPS = "/api/v1/staff/payment-stops/"
LATER = NOON + 3 * DAY


@pytest.fixture
def twice(nila: Agent, rail: razorpayx.FakeRazorpayX) -> Agent:
    """Nila with a verified account, and another one that somebody gave two days later."""
    verified(nila, rail)
    verified(nila, rail, at=NOON + 2 * DAY, ending="9902")
    return nila


@pytest.fixture
def finance(db: None) -> Client:
    return sign_in(Client(), make_staff("Mohan", "finance"))


def link(agent: Agent) -> str:
    account = payees_queries.bank_account_of(agent)
    return reverse("onboarding:not-me", args=[payees_notifications.report_token(account)])


def test_link_of_the_mail_stops_without_a_log_in(twice: Agent) -> None:
    """Opening it does nothing, since mail programs do; pressing stops, and twice is once."""
    stranger = Client()
    assert "•••• 9902" in stranger.get(link(twice)).content.decode()
    assert payees_queries.payee_of(twice, LATER) is not None
    for _ in range(2):
        assert "payments are on hold" in stranger.post(link(twice)).content.decode()
    assert payees_queries.payee_of(twice, LATER) is None
    assert AccountFreeze.objects.count() == 1
    told = OutboxMessage.objects.filter(template="onboarding/payments_stopped")
    assert sorted(told.values_list("channel", flat=True)) == ["MAIL", "SMS"]


def test_link_runs_out_and_cannot_be_made(twice: Agent) -> None:
    """Thirty days; a changed one opens nothing and names no account."""
    with time_machine.travel(NOON + 31 * DAY):
        assert Client().get(link(twice)).status_code == 200
    wrong = Client().post(link(twice)[:-3] + "xx/")
    assert (wrong.status_code, "9902" in wrong.content.decode()) == (409, False)
    made = link(twice)
    with time_machine.travel(NOON + 31 * DAY):
        assert Client().post(made).status_code == 409
    assert not AccountFreeze.objects.exists()


def test_page_and_api_stop(twice: Agent, agent_client: Any) -> None:
    """Logged in, one press in either door; no other account is taken meanwhile."""
    client = agent_client(twice)
    client.post(reverse("onboarding:stop-payments"))
    content = client.get(reverse("onboarding:bank-account")).content.decode()
    assert "payments are on hold" in content
    assert "Change bank account" not in content
    again = client.post("/api/v1/onboarding/bank-account/not-me/").json()
    assert (again["state"], again["in_use"]) == ("STOPPED", None)
    with pytest.raises(payees.PaymentsStopped):
        save(twice, at=LATER, ending="9903")


def test_dropped_account_is_never_used_again(twice: Agent, finance: Client) -> None:
    """It was a thief: money goes to the account before it."""
    Client().post(link(twice))
    [row] = finance.get(STOPS).json()["data"]
    url = f"{STOPS}{row['id']}/end/"
    assert problem(finance.post(url, {"keep": False, "why": ""}, content_type=JSON)) == (
        422,
        "validation_failed",
    )
    assert (
        finance.post(url, {"keep": False, "why": "Called her."}, content_type=JSON).json()[
            "outcome"
        ]
        == "DROPPED"
    )
    assert payees_queries.payee_of(twice, LATER).last_four == "8901"
    assert "not yours" in payees_queries.account_status_of(twice, LATER).sentence
    assert problem(finance.post(url, {"keep": True, "why": "Again."}, content_type=JSON)) == (
        409,
        "wrong_state",
    )
    assert AuditEvent.objects.filter(action="bank_account.stop_ended").count() == 1


def test_kept_account_is_used_again(twice: Agent, finance: Client) -> None:
    """It was the agent after all: on finance's page, with what was found out."""
    Client().post(link(twice))
    page = reverse("admin:onboarding_accountfreeze_change", args=[AccountFreeze.objects.get().pk])
    assert "speak to the agent" in finance.get(page).content.decode()
    finance.post(page, {"keep": "1", "why": "Called her on the old number."})
    assert payees_queries.payee_of(twice, LATER).last_four == "9902"
    assert "Called her" in finance.get(page).content.decode()


def test_strangers(twice: Agent, ravi: Agent, agent_client: Any) -> None:
    """Another agent stops only their own, and staff of another role end nothing."""
    other = agent_client(ravi)
    other.post(reverse("onboarding:stop-payments"))
    assert other.post("/api/v1/onboarding/bank-account/not-me/").status_code == 404
    assert payees_queries.payee_of(twice, LATER) is not None
    Client().post(link(twice))
    url = f"{STOPS}{AccountFreeze.objects.get().pk}/end/"
    reviewer = sign_in(Client(), make_staff("Farah", "reviewer"))
    for client in (other, reviewer, agent_client(twice)):
        assert client.post(url, {"keep": True, "why": "Me."}, content_type=JSON).status_code == 403


def test_another_name_takes_the_comparison_back(
    twice: Agent, rail: razorpayx.FakeRazorpayX
) -> None:
    """Who is verified under one name and takes another one gives the account once more."""
    address = dict(agents.ADDRESS)
    told = {"birth_on": date(1999, 2, 28), "current_address": address, "permanent_address": address}
    same = {"given_name": "Nila", "family_name": "Rao"}
    profile.save_person(agent=twice, by=twice.user, at=LATER, **told, **same)
    assert payees_queries.payee_of(twice, LATER) is not None
    profile.save_person(
        agent=twice, by=twice.user, at=LATER, **told, given_name="Zara", family_name="Khan"
    )
    twice.refresh_from_db()
    assert payees_queries.payee_of(twice, LATER) is None
    assert "name has changed" in payees_queries.account_status_of(twice, LATER).sentence
    again = verified(twice, rail, at=LATER, ending="9902", holder_name="Nila Rao")
    assert (again.account.version, again.state) == (3, "LOOK")
