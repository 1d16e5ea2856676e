"""The check of the audit log finds every way to rewrite it with SQL, and tells operations."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import queries
from accounts.models import AuditAnchor, AuditEvent
from accounts.security import anchors, audit, audit_check, retention_proofs
from conftest import NOON
from hitouch.core.db import hash_chain
from hitouch.core.files.stores import private_store
from hitouch.core.models import OperationsAlarm
from hitouch.settings import log_config

pytestmark = pytest.mark.django_db
MIGRATION = "accounts.migrations.0002_squashed_0011_resets_of_factors"
FIELDS = tuple(anchors.Anchor.__dataclass_fields__)


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    """Keep the anchor files in a folder of this test."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path / "private"


@pytest.fixture
def log(asha: Any, meera: Any) -> list[AuditEvent]:
    """Six chained events and three retention proofs, checked once as every night."""
    act(asha, meera, count=6)
    for ended in range(3):
        retention_proofs.record_retention_proof(
            rule="test.rule", period="1 day", moments=[NOON], ended=ended, at=NOON
        )
    assert audit_check.check_audit(at=NOON) == []
    return list(AuditEvent.objects.order_by("number"))


def act(asha: Any, meera: Any, *, count: int, action: str = "test.act") -> None:
    for number in range(count):
        audit.record_event(by=meera, action=action, on=asha, at=NOON, new={"number": number})
    while audit.chain_events(at=NOON):
        pass


@contextmanager
def superuser() -> Iterator[Any]:
    """A cursor for which no trigger and no foreign key holds, as for a database administrator."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def rewrite_without_key(rows: list[AuditEvent]) -> None:
    """Compute the chain anew from the first row, as far as one can who has no key."""
    last = None
    with superuser() as cursor:
        cursor.execute("UPDATE accounts_auditevent SET number = NULL")
    for row in rows:
        hash_chain.append(row, after=last, digest_of=audit._digest)
        last = row
        with superuser() as cursor:
            cursor.execute(
                "UPDATE accounts_auditevent SET number = %s, previous_hash = %s, hash = %s,"
                " action = %s WHERE id = %s",
                [row.number, row.previous_hash, row.hash, row.action, row.pk],
            )


def test_an_unchanged_log_is_in_order(log: list[AuditEvent]) -> None:
    """The check anchors the log in the database, in a file and in the log of the process."""
    out = StringIO()
    call_command("check_audit", stdout=out)
    assert "complete and unchanged" in out.getvalue()
    (name,) = anchors.files()
    assert anchors.read_file(name).events == len(log)
    assert anchors.from_row(AuditAnchor.objects.latest("pk")).proofs == 3
    assert not OperationsAlarm.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET new = '{}' WHERE number = 3",
        "UPDATE accounts_auditevent SET address = '10.0.0.0' WHERE number = 3",
        "UPDATE accounts_auditevent SET by_id = NULL WHERE number = 6",
        "UPDATE accounts_auditevent SET hash = previous_hash WHERE number = 6",
        "UPDATE accounts_auditevent SET number = NULL, action = 'test.other' WHERE number = 6",
        "UPDATE accounts_auditevent SET number = number + 1 WHERE number = 6",
        "DELETE FROM accounts_auditevent WHERE number = 1",
        "DELETE FROM accounts_auditevent WHERE number = 3",
        "DELETE FROM accounts_auditevent WHERE number >= 4",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
        "TRUNCATE accounts_auditevent, accounts_auditanchor RESTART IDENTITY",
        "TRUNCATE accounts_auditanchor",
        "DELETE FROM accounts_auditanchor WHERE id = (SELECT max(id) FROM accounts_auditanchor);"
        " DELETE FROM accounts_auditevent WHERE number = 6",
        "UPDATE accounts_auditanchor SET events = 1",
        "UPDATE accounts_auditevent SET number = -number WHERE number IN (2, 3);"
        " UPDATE accounts_auditevent SET number = 5 + number WHERE number < 0",
        "DELETE FROM accounts_retentionproof WHERE number = 3",
        "UPDATE accounts_retentionproof SET ended = 0 WHERE number = 3",
        "TRUNCATE accounts_retentionproof",
        "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER",
        "DROP TRIGGER pgtrigger_audit_no_truncate_fc9cc ON accounts_auditevent",
    ],
)
def test_what_sql_changes_is_found(log: list[AuditEvent], statement: str) -> None:
    """Rewritten, cut, emptied, reordered, taken out of the middle; the alarm stays up."""
    with superuser() as cursor:
        cursor.execute(statement)
    with pytest.raises(CommandError):
        call_command("check_audit")
    assert OperationsAlarm.objects.get().name == audit_check.ALARM
    assert audit_check.check_audit(at=NOON + timedelta(days=1))


@pytest.mark.parametrize("anchored", [True, False])
def test_chain_recomputed_without_the_key_is_detected(
    log: list[AuditEvent], anchored: bool
) -> None:
    """Also in an order of somebody's choice, and also when all anchors were removed with it."""
    log[1].action = "test.nothing"
    rewrite_without_key([log[1], log[0], *log[2:]])
    if not anchored:
        private_store().delete(anchors.files()[0])
        with superuser() as cursor:
            cursor.execute("TRUNCATE accounts_auditanchor")
    assert audit.first_break() == 1
    assert audit_check.check_audit(at=NOON)


def test_a_cut_tail_is_found_after_new_events(log: list[AuditEvent], asha: Any, meera: Any) -> None:
    """The numbers that were cut are given again within the day; the anchors know other hashes."""
    with superuser() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent WHERE number >= 4")
    act(asha, meera, count=9)
    assert audit.first_break() is None
    assert any("Audit event 6" in text for text in audit_check.check_audit(at=NOON))


def test_events_are_anchored_before_the_first_night(asha: Any, meera: Any) -> None:
    """The file is written as soon as events are chained."""
    act(asha, meera, count=3)
    with superuser() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent WHERE number = 3")
    assert any("Audit event 3" in text for text in audit_check.findings(at=NOON))


def test_an_anchor_of_the_log_shows_what_all_others_lost(
    log: list[AuditEvent], caplog: Any, asha: Any, meera: Any
) -> None:
    """Table, anchors and files emptied by the same hand: the line of the log still tells."""
    audit_check.check_audit(at=NOON)
    record = next(row for row in caplog.records if row.msg == "audit.anchor")
    facts = {"event": record.msg, **{name: getattr(record, name) for name in FIELDS}}
    line = json.dumps(log_config.mask_personal_data(None, "", facts))
    private_store().delete(anchors.files()[0])
    with superuser() as cursor:
        cursor.execute("TRUNCATE accounts_auditevent, accounts_auditanchor")
    act(asha, meera, count=8, action="test.new")
    assert audit_check.findings(at=NOON) == []
    with pytest.raises(CommandError, match="Audit event 6 is missing or is another one"):
        call_command("check_audit", "--anchor", line)
    forged = json.dumps(json.loads(line) | {"events": 2})
    with pytest.raises(CommandError, match="not signed"):
        call_command("check_audit", "--anchor", forged)


def test_missing_files_are_found(log: list[AuditEvent]) -> None:
    """Whoever removes the files of the anchors is noticed."""
    private_store().delete(anchors.files()[0])
    assert any("no anchor files" in text for text in audit_check.findings(at=NOON))


def test_events_before_keys_stay_valid(asha: Any, meera: Any) -> None:
    """Rows chained without a key before the migration are accepted, and only these."""
    for number in range(4):
        audit.record_event(by=meera, action="test.act", on=asha, at=NOON, new={"number": number})
    old = list(AuditEvent.objects.order_by("id"))
    rewrite_without_key(old)
    later = NOON + timedelta(days=2)
    import_module(MIGRATION).anchor_both_chains(apps, None)
    audit.record_event(by=meera, action="test.act", on=asha, at=later)
    audit.chain_events(at=NOON)
    assert audit_check.check_audit(at=later) == []
    new = AuditEvent.objects.get(number=len(old) + 1)
    assert new.hash != audit._digest(new)
    with superuser() as cursor:
        cursor.execute(
            "UPDATE accounts_auditevent SET hash = %s WHERE id = %s", [audit._digest(new), new.pk]
        )
    assert audit.first_break() == new.number


def test_events_that_stay_unchained_are_found(log: list[AuditEvent], asha: Any, meera: Any) -> None:
    """Until they are chained only triggers protect them."""
    audit.record_event(by=meera, action="test.act", on=asha, at=NOON)
    assert audit_check.findings(at=NOON + timedelta(minutes=5)) == []
    assert (
        "1 audit events were not chained" in audit_check.findings(at=NOON + timedelta(hours=2))[0]
    )


def test_a_key_that_is_added_breaks_nothing(log: list[AuditEvent], settings: Any) -> None:
    """Hashes are made with the oldest key; without it nothing can be verified."""
    other = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDE="
    ring = dict(settings.HITOUCH_KEYS)
    settings.HITOUCH_KEYS = {"new": other, **ring}
    assert audit_check.findings(at=NOON) == []
    settings.HITOUCH_KEYS = {"new": other}
    assert audit_check.findings(at=NOON)


def test_a_restore_is_accepted_with_a_reason(log: list[AuditEvent], asha: Any, meera: Any) -> None:
    """The files that go beyond the restored database are set aside, and an event says why."""
    with superuser() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent WHERE number >= 4")
        cursor.execute("DELETE FROM accounts_auditanchor WHERE events > 3")
    with pytest.raises(CommandError, match="--why"):
        call_command("check_audit", "--accept-restore")
    call_command("check_audit", "--accept-restore", "--why", "Restored 3 May.", stdout=StringIO())
    assert AuditEvent.objects.get(action="audit.restore_accepted").new["why"] == "Restored 3 May."
    assert [each.name for each in private_store().list() if each.name.endswith(".superseded")]
    assert audit_check.check_audit(at=NOON) == []
    assert not OperationsAlarm.objects.exists()


@pytest.mark.parametrize(
    "table",
    ["accounts_auditevent", "accounts_auditanchor", "accounts_retentionproof", "accounts_user"],
)
def test_the_database_refuses_truncate(log: list[AuditEvent], table: str) -> None:
    """Directly, and when it cascades from another table."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="Cannot truncate"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_missed_check_is_shown_to_staff(log: list[AuditEvent]) -> None:
    """Each check of an intact log leaves an anchor; when none comes, somebody has to look."""
    assert queries.work_queues(now=NOON + timedelta(days=1)) == []
    (queue,) = queries.work_queues(now=NOON + timedelta(days=3))
    assert (queue.label, queue.count) == ("Missed checks of the audit log", 3)
    audit_check.check_audit(at=NOON + timedelta(days=3))
    assert queries.work_queues(now=NOON + timedelta(days=3)) == []
