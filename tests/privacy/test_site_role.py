"""The site's database role can add to the audit log and chain it, and cannot rewrite it."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent
from accounts.security import audit
from conftest import NOON
from gigs.models import Client
from payments.ledger import queries, seals, snapshots
from payments.tests.ledger import rows

pytestmark = pytest.mark.django_db
ROLE = "test_site_role"


@pytest.fixture
def as_site(asha: Any, meera: Any) -> Iterator[Any]:
    """A cursor of the site's role, without the triggers' help; two events are there."""
    for _ in range(2):
        audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
    audit.chain_events(at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"CREATE ROLE {ROLE}")
        call_command("grant_site_role", ROLE, stdout=StringIO())
        call_command("grant_site_role", ROLE, stdout=StringIO())
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE accounts_auditevent CASCADE",
        "DELETE FROM accounts_auditevent",
        "UPDATE accounts_auditevent SET action = 'test.nothing'",
        "ALTER TABLE accounts_auditevent ENABLE TRIGGER USER",
        "DROP TABLE accounts_auditevent",
        "SET session_replication_role = replica",
        "TRUNCATE accounts_auditanchor",
        "DELETE FROM accounts_retentionproof",
        "UPDATE accounts_retentionproof SET ended = 0",
        "TRUNCATE payments_entry CASCADE",
        "UPDATE payments_leg SET amount_paise = 1",
        "DELETE FROM payments_ledgerseal",
        "DELETE FROM payments_ledgerbalance",
        "UPDATE payments_balancesnapshot SET balance_paise = 0",
    ],
)
def test_the_role_cannot_rewrite_the_log(as_site: Any, statement: str) -> None:
    """Its rights say no, whatever becomes of the triggers."""
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
    ):
        as_site.execute(statement)


def test_the_role_records_and_chains(as_site: Any, asha: Any, meera: Any) -> None:
    """That is what the site does all day."""
    audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
    assert audit.chain_events(at=NOON) == 1
    assert audit.first_break() is None
    assert AuditEvent.objects.count() == 3
    asha.given_name = "Asha Devi"
    asha.save()


def test_the_role_posts_and_seals_ledger_entries(
    as_site: Any, settings: Any, tmp_path: Any
) -> None:
    """The balance follows the legs; nothing else may move it."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    orchid = Client.objects.create(name="Orchid Retail")
    rows.deposit(orchid, 500)
    assert queries.money_of(orchid).available_paise == 500
    assert seals.seal_entries(at=NOON) == 2
    assert snapshots.take() == 3
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        as_site.execute("UPDATE payments_ledgerbalance SET balance_paise = 1")


def test_check_reports_a_database_role_with_more_rights(as_site: Any) -> None:
    """`check --deploy --database default` warns of the owner, and not of the granted role."""
    run: dict[str, Any] = {"databases": ["default"], "include_deployment_checks": True}
    assert not [found for found in checks.run_checks(**run) if found.id == "hitouch.W012"]
    as_site.execute("RESET ROLE")
    (found,) = [found for found in checks.run_checks(**run) if found.id == "hitouch.W012"]
    assert "TRUNCATE accounts_auditevent" in found.msg
