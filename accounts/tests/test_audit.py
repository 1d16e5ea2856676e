"""The audit log: append-only, chained, and tampering is detected."""

from itertools import pairwise
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent
from accounts.security import audit, login_history
from conftest import NOON


@pytest.fixture
def chained(asha, meera):
    """Five chained events."""
    for number in range(5):
        audit.record_event(by=meera, action="test.act", on=asha, at=NOON, new={"number": number})
    while audit.chain_events():
        pass
    return list(AuditEvent.objects.order_by("number"))


def test_chain_is_complete(chained):
    """Every event has the next number and the hash of the one before."""
    assert [event.number for event in chained] == list(range(1, len(chained) + 1))
    assert all(later.previous_hash == sooner.hash for sooner, later in pairwise(chained))
    assert audit.first_break() is None


@pytest.mark.parametrize(
    ("by", "digest"),
    [
        (UUID(int=1), "b5e4597df4bcc07eee7df0d370950a498515fcf05737e58344022fdd5bf0c199"),
        (None, "c81cb8079d8732e312f9d934dae256c696b5d70e8983cffc6269f94d7565fd78"),
    ],
    ids=["a person", "the system"],
)
def test_digest_is_stable(by: UUID | None, digest: str) -> None:
    """Existing chains were made with these digests and have to stay valid."""
    event = AuditEvent(
        number=7,
        previous_hash="ab" * 32,
        at=NOON,
        by_id=by,
        action="agent.approved",
        on_kind="accounts.agent",
        on_id="42",
        old={"b": 1, "a": "é"},
        new={"z": None, "y": [1, 2]},
        request_id="r-1",
    )
    assert audit._digest(event) == digest


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET action = 'nothing' WHERE id = %s",
        "UPDATE accounts_auditevent SET number = number + 100 WHERE id = %s",
        "DELETE FROM accounts_auditevent WHERE id = %s",
    ],
)
def test_database_refuses_changes(chained, statement):
    """Plain SQL cannot change or delete an event."""
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [chained[2].pk])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET new = '{}' WHERE id = %s",
        "UPDATE accounts_auditevent SET by_id = NULL WHERE id = %s",
        "DELETE FROM accounts_auditevent WHERE id = %s",
    ],
)
def test_tampering_without_triggers_is_detected(chained, statement):
    """The owner of the database can change a row; the chain shows where."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement, [chained[2].pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER USER")
    assert audit.first_break() == 3


def test_rollback_removes_the_event(asha, meera):
    """The event belongs to the transaction of the act."""
    before = AuditEvent.objects.count()

    def record_and_fail() -> None:
        with transaction.atomic():
            audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
            raise LookupError

    with pytest.raises(LookupError):
        record_and_fail()
    assert AuditEvent.objects.count() == before


def test_events_record_the_masked_address(asha, meera):
    """Events of a request record where it came from; events outside of requests record nothing."""
    with audit.recorded_from("203.0.x.x"):
        audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
    audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
    events = AuditEvent.objects.filter(action="test.act").order_by("id")
    assert [event.address for event in events] == ["203.0.x.x", ""]


def test_the_address_of_staff_is_not_shown(asha, meera):
    """A person's activity shows the address of the own changes, never that of staff."""
    for by in (asha.user, meera):
        with audit.recorded_from("203.0.x.x"):
            audit.record_event(by=by, action="account.suspended", on=asha.user, at=NOON)
    rows = login_history.describe(login_history.activity_of(asha.user, at=NOON))
    shown = [row.network for row in rows if row.what == "account.suspended"]
    assert sorted(shown) == ["", "203.0.x.x"]
