"""Payment holds: an agent reports an unknown account, finance releases the hold."""

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

fake_provider = bank_accounts.fake_provider
JSON = "application/json"
HOLDS = "/api/v1/staff/payment-stops/"
LATER = NOON + 3 * DAY


@pytest.fixture
def changed(nila: Agent, fake_provider: razorpayx.FakeRazorpayX) -> Agent:
    """Nila with a verified account, and another one added two days later."""
    verified(nila, fake_provider)
    verified(nila, fake_provider, at=NOON + 2 * DAY, ending="9902")
    return nila


@pytest.fixture
def finance(db: None) -> Client:
    return sign_in(Client(), make_staff("Mohan", "finance"))


def link(agent: Agent) -> str:
    account = payees_queries.bank_account_of(agent)
    return reverse("onboarding:not-me", args=[payees_notifications.report_token(account)])


def test_the_link_of_the_mail_holds_payments_without_login(changed: Agent) -> None:
    """GET changes nothing; POST puts payments on hold, once and without login."""
    client = Client()
    assert "•••• 9902" in client.get(link(changed)).content.decode()
    assert payees_queries.payee_of(changed, LATER) is not None
    for _ in range(2):
        assert "payments are on hold" in client.post(link(changed)).content.decode()
    assert payees_queries.payee_of(changed, LATER) is None
    assert AccountFreeze.objects.count() == 1
    messages = OutboxMessage.objects.filter(template="onboarding/payments_stopped")
    assert sorted(messages.values_list("channel", flat=True)) == ["MAIL", "SMS"]


def test_the_link_expires_and_cannot_be_forged(changed: Agent) -> None:
    """It is valid for 30 days; a forged link is refused and reveals no account."""
    with time_machine.travel(NOON + 31 * DAY):
        assert Client().get(link(changed)).status_code == 200
    wrong = Client().post(link(changed)[:-3] + "xx/")
    assert (wrong.status_code, "9902" in wrong.content.decode()) == (409, False)
    url = link(changed)
    with time_machine.travel(NOON + 31 * DAY):
        assert Client().post(url).status_code == 409
    assert not AccountFreeze.objects.exists()


def test_an_ended_hold_is_not_renewed_by_its_link(changed: Agent, finance: Client) -> None:
    """Once finance has ended the hold, the mail's link says so and stops nothing any more."""
    url = link(changed)
    Client().post(url)
    [row] = finance.get(HOLDS).json()["data"]
    finance.post(
        f"{HOLDS}{row['id']}/end/", {"keep": True, "why": "Called her."}, content_type=JSON
    )
    for answer in (Client().get(url), Client().post(url)):
        assert answer.status_code == 409
        assert "already looked into this account" in answer.content.decode()
        assert "9902" not in answer.content.decode()
    assert AccountFreeze.objects.count() == 1
    assert payees_queries.payee_of(changed, LATER).last_four == "9902"


def test_the_link_of_an_earlier_account_stops_nothing(changed: Agent) -> None:
    """After another account was added, the earlier mail's link points to the newest mail."""
    url = link(changed)
    save(changed, at=LATER, ending="9903")
    for answer in (Client().get(url), Client().post(url)):
        assert answer.status_code == 409
        assert "Another account was added after this one" in answer.content.decode()
    assert not AccountFreeze.objects.exists()
    Client().post(link(changed))
    assert AccountFreeze.objects.count() == 1
    assert "payments are on hold" in Client().post(url).content.decode()


def test_page_and_api_hold_payments(changed: Agent, agent_client: Any) -> None:
    """Page and API put payments on hold; no other account can be added meanwhile."""
    client = agent_client(changed)
    client.post(reverse("onboarding:stop-payments"))
    content = client.get(reverse("onboarding:bank-account")).content.decode()
    assert "payments are on hold" in content
    assert "Change bank account" not in content
    again = client.post("/api/v1/onboarding/bank-account/not-me/").json()
    assert (again["state"], again["in_use"]) == ("STOPPED", None)
    with pytest.raises(payees.PaymentsOnHold):
        save(changed, at=LATER, ending="9903")


def test_a_dropped_account_is_never_used_again(changed: Agent, finance: Client) -> None:
    """If the account was not the agent's, payments go to the previous one."""
    Client().post(link(changed))
    [row] = finance.get(HOLDS).json()["data"]
    url = f"{HOLDS}{row['id']}/end/"
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
    assert payees_queries.payee_of(changed, LATER).last_four == "8901"
    assert "not yours" in payees_queries.account_status_of(changed, LATER).sentence
    assert problem(finance.post(url, {"keep": True, "why": "Again."}, content_type=JSON)) == (
        409,
        "wrong_state",
    )
    assert AuditEvent.objects.filter(action="bank_account.stop_ended").count() == 1


def test_a_kept_account_is_used_again(changed: Agent, finance: Client) -> None:
    """If the account was the agent's, finance releases the hold with a note."""
    Client().post(link(changed))
    page = reverse("admin:onboarding_accountfreeze_change", args=[AccountFreeze.objects.get().pk])
    assert "speak to the agent" in finance.get(page).content.decode()
    finance.post(page, {"keep": "1", "why": "Called her on the old number."})
    assert payees_queries.payee_of(changed, LATER).last_four == "9902"
    assert "Called her" in finance.get(page).content.decode()


def test_who_may_hold_and_release_payments(changed: Agent, ravi: Agent, agent_client: Any) -> None:
    """Agents can only hold their own payments; only finance releases a hold."""
    other = agent_client(ravi)
    other.post(reverse("onboarding:stop-payments"))
    assert other.post("/api/v1/onboarding/bank-account/not-me/").status_code == 404
    assert payees_queries.payee_of(changed, LATER) is not None
    Client().post(link(changed))
    url = f"{HOLDS}{AccountFreeze.objects.get().pk}/end/"
    reviewer = sign_in(Client(), make_staff("Farah", "reviewer"))
    for client in (other, reviewer, agent_client(changed)):
        assert client.post(url, {"keep": True, "why": "Me."}, content_type=JSON).status_code == 403


def test_a_changed_name_withdraws_the_account(
    changed: Agent, fake_provider: razorpayx.FakeRazorpayX
) -> None:
    """After a change of name the account has to be added again."""
    address = dict(agents.ADDRESS)
    facts = {
        "birth_on": date(1999, 2, 28),
        "current_address": address,
        "permanent_address": address,
    }
    same = {"given_name": "Nila", "family_name": "Rao"}
    profile.save_person(agent=changed, by=changed.user, at=LATER, **facts, **same)
    assert payees_queries.payee_of(changed, LATER) is not None
    profile.save_person(
        agent=changed, by=changed.user, at=LATER, **facts, given_name="Zara", family_name="Khan"
    )
    changed.refresh_from_db()
    assert payees_queries.payee_of(changed, LATER) is None
    assert "name has changed" in payees_queries.account_status_of(changed, LATER).sentence
    again = verified(changed, fake_provider, at=LATER, ending="9902", holder_name="Nila Rao")
    assert (again.account.version, again.state) == (3, "LOOK")
