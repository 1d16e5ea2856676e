"""The chain of ledger entries: what was changed, removed or put in shows."""

import base64
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from conftest import NOON
from gigs.models import Client
from hitouch.core.files.stores import private_store
from hitouch.core.models import OperationsAlarm, PostponedRow
from payments.ledger import anchors, checks, queries, seals, snapshots
from payments.models import BalanceSnapshot, Entry, LedgerAccount, LedgerAnchor, LedgerSeal, Leg
from payments.tests.database import check_deferred_constraints
from payments.tests.ledger import rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture
def sealed(db):
    """Three deposits of a client, which are six entries, in the chain."""
    orchid = Client.objects.create(name="Orchid Retail")
    for paise in (100, 200, 300):
        rows.deposit(orchid, paise)
    assert seals.seal_entries(at=NOON) == 6
    return orchid


def tamper(*statements):
    """Change rows as somebody with all rights on the database does, with triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_intact_chain_has_no_findings(sealed):
    """Entries are sealed once; new ones follow."""
    assert seals.findings() == []
    assert seals.seal_entries(at=NOON) == 0
    rows.deposit(sealed, 5)
    assert seals.seal_entries(at=NOON, limit=1) == 1
    assert seals.seal_entries(at=NOON, recent=True) == 1
    assert seals.findings() == []


NAMES = {
    "{SECOND}": "(SELECT entry_id FROM payments_ledgerseal WHERE number = 2)",
    "{GST}": "(SELECT id FROM payments_ledgeraccount WHERE kind = 'GST_PAYABLE')",
}
CHANGED = "were changed"
#: What somebody does with the triggers off, and what the check says of it.
PLANTED = {
    "amounts": (
        "UPDATE payments_leg SET amount_paise = amount_paise * 2 WHERE entry_id = {SECOND}",
        CHANGED,
    ),
    "leg gone": ("DELETE FROM payments_leg WHERE entry_id = {SECOND} AND position = 2", CHANGED),
    "account": ("UPDATE payments_leg SET account_id = {GST} WHERE entry_id = {SECOND}", CHANGED),
    "account's kind": (
        "UPDATE payments_ledgeraccount SET kind = 'CLIENT_RECEIVABLE'"
        " WHERE kind = 'CLIENT_AVAILABLE'",
        CHANGED,
    ),
    "moment": (
        "UPDATE payments_entry SET at = at - interval '1 day' WHERE id = {SECOND}",
        CHANGED,
    ),
    "source": (
        "UPDATE payments_entry SET source_id = gen_random_uuid() WHERE id = {SECOND}",
        CHANGED,
    ),
    "entry gone": ("DELETE FROM payments_entry WHERE id = {SECOND}", "was removed"),
    "entry and seal gone": (
        "DELETE FROM payments_entry WHERE id = {SECOND};"
        "DELETE FROM payments_ledgerseal WHERE number = 2",
        "Seal 2 of the ledger is missing",
    ),
    "last gone": (
        "DELETE FROM payments_ledgerseal WHERE number = 6",
        "anchor ledger/2026",
    ),
    "all gone": (
        "DELETE FROM payments_ledgerseal; DELETE FROM payments_leg",
        "anchor ledger/2026",
    ),
    "swapped": (
        "UPDATE payments_ledgerseal SET number = -3 WHERE number = 3;"
        "UPDATE payments_ledgerseal SET number = 3 WHERE number = 5;"
        "UPDATE payments_ledgerseal SET number = 5 WHERE number = -3",
        "does not follow",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_was_changed_shows(sealed, planted):
    """Also by somebody who can switch the triggers off."""
    statements, finding = PLANTED[planted]
    for name, query in NAMES.items():
        statements = statements.replace(name, query)
    tamper(*statements.split(";"))
    assert finding in " ".join(seals.findings())
    tamper(
        "DELETE FROM payments_ledgerseal", "DELETE FROM payments_leg", "DELETE FROM payments_entry"
    )


def test_an_old_entry_without_a_seal_shows(sealed):
    """Entries are sealed within seconds: one older than those with a seal was put in."""
    rows.deposit(sealed, 5)
    older = (
        "UPDATE payments_entry SET created_at = created_at - interval '{} minutes'"
        " WHERE id NOT IN (SELECT entry_id FROM payments_ledgerseal)"
    )
    tamper(older.format(58))
    assert seals.findings() == []
    tamper(older.format(3))
    assert "put in without a seal" in " ".join(seals.findings())
    assert seals.seal_entries(at=NOON, recent=True) == 0
    assert seals.seal_entries(at=NOON) == 2


def test_what_was_written_while_the_task_did_not_run_is_sealed(sealed):
    """Also after more than an hour: otherwise an outage of the worker would stop all sending."""
    rows.deposit(sealed, 5)
    tamper("UPDATE payments_entry SET created_at = created_at - interval '3 hours'")
    assert "does not run" in " ".join(seals.findings())
    assert seals.seal_entries(at=NOON, recent=True) == 2
    assert seals.findings() == []
    rows.deposit(sealed, 5)
    tamper("UPDATE payments_entry SET created_at = created_at - interval '3 hours'")
    assert checks.check_chain(at=NOON) == []


def test_an_entry_that_cannot_be_read_keeps_no_other_out_of_the_chain(sealed):
    """It is tried again later; those after it are sealed."""
    rows.deposit(sealed, 5)
    tamper(
        "UPDATE payments_entry SET at = '20000-01-01' WHERE id = (SELECT id FROM payments_entry"
        " WHERE id NOT IN (SELECT entry_id FROM payments_ledgerseal) LIMIT 1)"
    )
    rows.deposit(sealed, 6)
    assert seals.seal_entries(at=NOON, recent=True) == 3
    assert seals.seal_entries(at=NOON, recent=True) == 0
    assert PostponedRow.objects.get().sweep == seals.SEALING
    tamper("UPDATE payments_entry SET at = now() WHERE at > '9999-01-01'")
    assert seals.seal_entries(at=NOON + timedelta(minutes=2), recent=True) == 1
    assert seals.findings() == []
    assert not PostponedRow.objects.exists()


def test_a_chain_computed_anew_shows(sealed, settings):
    """Who has the database and not the keys cannot make a valid chain."""
    tamper("DELETE FROM payments_ledgerseal")
    keys = settings.HITOUCH_KEYS
    settings.HITOUCH_KEYS = {"k1": base64.b64encode(bytes(32)).decode()}
    seals.seal_entries(at=NOON)
    settings.HITOUCH_KEYS = keys
    assert len(seals.findings()) >= 6


def test_anchors_that_do_not_hold_show(sealed):
    """A changed anchor, an anchor file that is gone, and a good one."""
    anchors.keep(at=NOON)
    assert seals.findings() == []
    tamper("UPDATE payments_ledgeranchor SET entries = 5")
    assert "was changed" in " ".join(seals.findings())
    for name in anchors.files():
        private_store().delete(name)
    assert "no files with anchors" in " ".join(seals.findings())


def test_a_restore_is_accepted_with_a_reason(sealed):
    """After a restore the anchor files go beyond the database, until somebody accepts it."""
    anchors.keep(at=NOON)
    tamper("DELETE FROM payments_ledgerseal WHERE number > 4", "DELETE FROM payments_ledgeranchor")
    with pytest.raises(CommandError, match="anchor"):
        call_command("check_money")
    with pytest.raises(CommandError, match="--why"):
        call_command("check_money", accept_restore=True)
    # The entries of these tests have no rows of clients' money, which the check goes on to say.
    with pytest.raises(CommandError) as found:
        call_command("check_money", accept_restore=True, why="Disk lost", stdout=StringIO())
    assert "anchor" not in str(found.value)
    while seals.seal_entries(at=NOON):
        pass
    assert seals.findings() == []


def test_the_nightly_check_raises_an_alarm(sealed):
    """An intact chain is anchored and gets snapshots; a fault goes to operations."""
    assert checks.check_chain(at=NOON) == []
    assert LedgerAnchor.objects.get().entries == 6
    assert BalanceSnapshot.objects.count() == 3
    tamper("UPDATE payments_leg SET amount_paise = amount_paise * 2")
    assert len(checks.check_chain(at=NOON)) == 6
    assert "seal 1" in OperationsAlarm.objects.get(name="ledger_chain").detail


@pytest.mark.parametrize("model", [LedgerSeal, LedgerAnchor, BalanceSnapshot])
@pytest.mark.parametrize("verb", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_chain_is_append_only(sealed, model, verb):
    """The database refuses to change and delete seals, anchors and snapshots."""
    checks.check_chain(at=NOON)
    if model is LedgerSeal:
        verb = verb.replace("at = at", "number = number")
    if model is BalanceSnapshot:
        verb = verb.replace("at = at", "taken_at = taken_at")
    check_deferred_constraints()
    with pytest.raises(DatabaseError, match="Cannot"):
        rows.execute(verb.format(model._meta.db_table))


def test_balances_are_sums_since_the_last_snapshot(sealed):
    """With and without snapshots and seals in between, a balance is the sum of all legs."""

    def check():
        accounts = list(LedgerAccount.objects.values_list("pk", flat=True))
        sums = dict.fromkeys(accounts, 0)
        for account, paise in Leg.objects.values_list("account", "amount_paise"):
            sums[account] += paise
        assert queries.balances(accounts) == sums

    check()
    for paise in (7, 11, 13):
        assert snapshots.take() in (2, 3)
        check()
        rows.deposit(sealed, paise)
        check()
        rows.post(
            "DEPOSIT_RECEIVED", (rows.shared("CASH"), 1), (rows.shared("UNMATCHED_RECEIPTS"), -1)
        )
        check()
        seals.seal_entries(at=NOON)
        check()
    assert snapshots.take() == 3
    assert snapshots.take() == 0
    assert Entry.objects.count() == 15
