"""The audit log: append-only, chained, and tampering is detected."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent
from accounts.security import audit, audit_check, login_history
from conftest import NOON
from hitouch.core.models import PostponedRow
from hitouch.core.monitoring import lateness


@pytest.fixture
def chained(asha, meera):
    """Five chained events."""
    for number in range(5):
        audit.record_event(by=meera, action="test.act", on=asha, at=NOON, new={"number": number})
    while audit.chain_events(at=NOON):
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


def record(asha, count: int) -> None:
    for number in range(count):
        audit.record_event(by=None, action="test.act", on=asha, at=NOON, new={"number": number})


def test_a_crash_in_the_middle_chains_nothing_and_is_made_up_for(asha, monkeypatch):
    """The events of a run are chained together or not at all."""
    record(asha, 5)
    real, calls = audit.keyed_digest, []

    def crash_at_the_third(event: AuditEvent) -> str:
        calls.append(event)
        if len(calls) == 3:
            raise SystemExit
        return real(event)

    monkeypatch.setattr(audit, "keyed_digest", crash_at_the_third)
    with pytest.raises(SystemExit), transaction.atomic():
        audit.chain_events(at=NOON)
    assert not AuditEvent.objects.filter(number__isnull=False).exists()
    assert audit.chain_events(at=NOON) == AuditEvent.objects.count()
    assert audit.first_break() is None


def test_an_event_that_cannot_be_read_keeps_no_other_out_of_the_chain(asha):
    """It is postponed and tried again; the check names it meanwhile."""
    record(asha, 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditevent (at, action, on_kind, on_id, old, new, request_id,"
            " address, previous_hash, hash)"
            " VALUES ('-infinity', 'test.unreadable', 'x', '1', '{}', '{}', '', '', '', '')"
        )
    record(asha, 3)
    readable = AuditEvent.objects.exclude(action="test.unreadable").count()
    assert audit.chain_events(at=NOON) == readable
    assert audit.chain_events(at=NOON) == 0
    record(asha, 2)
    assert audit.chain_events(at=NOON + timedelta(minutes=2)) == 2
    assert audit.first_break() is None
    assert PostponedRow.objects.get().failures == 2
    assert lateness.failing_sweeps() == [audit.CHAINING]
    assert "cannot be read" in " ".join(audit_check.findings(at=NOON))


@pytest.mark.django_db(transaction=True)
def test_two_processes_chain_each_event_once(asha):
    """Each waits for the other, and goes on after its last event."""
    record(asha, 60)

    def chain(_: int) -> int:
        try:
            done = 0
            while count := audit.chain_events(at=NOON, limit=7):
                done += count
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(chain, range(4)))
    while audit.chain_events(at=NOON):
        pass
    numbers = AuditEvent.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, AuditEvent.objects.count() + 1))
    assert audit.first_break() is None
    assert not PostponedRow.objects.exists()
