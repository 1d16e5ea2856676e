"""Where the money goes: checked, encrypted, masked, version by version."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from hitouch.core.models import OutboxMessage
from onboarding import queries
from onboarding.models import BankAccount
from onboarding.tests.conftest import problem

API = "/api/v1/onboarding/bank-account/"
GOOD = {"holder_name": "Nila Rao", "ifsc": "hdfc0001234", "account_number": "5010 0123 4567 8901"}


def put(client: Any, **changes: str) -> Any:
    return client.put(API, GOOD | changes, content_type="application/json")


def test_page_saves(nila: Agent, agent_client: Any) -> None:
    """The page keeps the account and shows only its last four digits."""
    client, url = agent_client(nila), reverse("onboarding:bank-account")
    assert client.post(url, GOOD).status_code == 302
    content = client.get(url).content.decode()
    assert "•••• 8901" in content
    assert "5010012345678901" not in content
    assert queries.payee_of(nila).account_number == "5010012345678901"
    assert "5010012345678901" not in repr(queries.payee_of(nila))


def test_api_saves(nila: Agent, agent_client: Any) -> None:
    """The same for a program; none yet is 404."""
    client = agent_client(nila)
    assert client.get(API).status_code == 404
    assert put(client).json()["account_number"] == "•••• 8901"
    assert client.get(API).json()["ifsc"] == "HDFC0001234"


def test_change_is_a_new_version(nila: Agent, agent_client: Any) -> None:
    """A change is a new row, noted masked and told; the same again is nothing new."""
    client = agent_client(nila)
    put(client)
    put(client)
    put(client, account_number="123456789012")
    assert [row.version for row in BankAccount.objects.order_by("version")] == [1, 2]
    assert queries.payee_of(nila).last_four == "9012"
    event = AuditEvent.objects.filter(action="bank_account.saved").latest("id")
    assert event.old["account"] == "•••• 8901"
    mails = OutboxMessage.objects.filter(template="onboarding/bank_account_saved")
    assert mails.count() == 2
    assert "123456789012" not in mails.latest("created_at").body


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ifsc": "HDFC1001234"}, "bad_ifsc"),
        ({"account_number": "12AB5678901"}, "bad_account_number"),
        ({"account_number": "12345678"}, "bad_account_number"),
        ({"holder_name": "Nila 2345 6789 0124"}, "full_aadhaar_number"),
        ({"holder_name": ""}, "validation_failed"),
    ],
)
def test_refusals(nila: Agent, agent_client: Any, changes: dict[str, str], code: str) -> None:
    """Wrong forms are refused in both doors and nothing is kept."""
    client = agent_client(nila)
    assert problem(put(client, **changes)) == (422, code)
    assert client.post(reverse("onboarding:bank-account"), GOOD | changes).status_code == 200
    assert queries.payee_of(nila) is None


def test_sealed_and_final(nila: Agent, agent_client: Any) -> None:
    """The number is not readable in the database, and a version never changes."""
    put(agent_client(nila))
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_number FROM onboarding_bankaccount")
        assert b"5010012345678901" not in bytes(cursor.fetchone()[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.update(ifsc="SBIN0000001")


def test_own_account_only(nila: Agent, ravi: Agent, agent_client: Any) -> None:
    """Another agent sees nothing of it."""
    put(agent_client(nila))
    assert agent_client(ravi).get(API).status_code == 404
