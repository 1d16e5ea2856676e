"""The ledger: what the database refuses."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from conftest import NOON
from gigs.models import Client
from payments.funding import reserves
from payments.ledger import queries
from payments.ledger import services as ledger
from payments.models import (
    AccountKind,
    Entry,
    EntryKind,
    LedgerAccount,
    LedgerBalance,
    Leg,
)
from payments.models.entry_kinds import OWNERS, RULES, sides
from payments.tests.database import check_deferred_constraints
from payments.tests.factories import make_gig
from payments.tests.ledger import rows

pytestmark = pytest.mark.django_db
TABLES = [Entry, Leg, LedgerAccount, LedgerBalance]


@pytest.fixture
def orchid(db):
    return Client.objects.create(name="Orchid Retail")


def make_entry(*, legs, count=None):
    new_entry = Entry.objects.create(
        kind=EntryKind.DEPOSIT_RECEIVED,
        source_type="payments.deposit",
        source_id=uuid.uuid4(),
        at=NOON,
        leg_count=len(legs) if count is None else count,
    )
    add_legs(new_entry, legs)
    return new_entry


def add_legs(new_entry, legs, *, first=1):
    for position, (name, paise) in enumerate(legs, start=first):
        account = LedgerAccount.objects.get(kind=name)
        new_entry.legs.create(position=position, account=account, amount_paise=paise)


@transaction.atomic
def commit_after(action):
    action()
    check_deferred_constraints()


@pytest.mark.parametrize(
    "legs",
    [
        [],
        [("CASH", 100)],
        [("CASH", 100), ("UNMATCHED_RECEIPTS", -99)],
        [("CASH", 100), ("CASH", 100)],
    ],
)
def test_unbalanced_entry_is_refused_at_commit(legs):
    """The database refuses an entry that does not sum to zero over at least two legs."""
    with pytest.raises(IntegrityError, match="not balanced"):
        commit_after(lambda: make_entry(legs=legs))


def test_balanced_entry_is_accepted():
    """An entry that sums to zero is accepted."""
    make_entry(legs=[("CASH", 100), ("UNMATCHED_RECEIPTS", -60), ("UNMATCHED_RECEIPTS", -40)])
    check_deferred_constraints()
    assert Leg.objects.count() == 3


@pytest.mark.parametrize("first", [1, 3])
def test_legs_cannot_be_added_later(first):
    """The database refuses more legs on a complete entry, even if they balance."""
    new_entry = make_entry(legs=[("CASH", 100), ("UNMATCHED_RECEIPTS", -100)])
    check_deferred_constraints()
    pair = [("CASH", 5), ("UNMATCHED_RECEIPTS", -5)]
    with pytest.raises(IntegrityError, match=r"one_leg_a_position|cannot have this leg"):
        commit_after(lambda: add_legs(new_entry, pair, first=first))


def test_each_kind_touches_its_own_accounts_only(orchid, asha):
    """Every kind with every account and side: the database accepts what the table says."""
    reserve = rows.make_reserve(make_gig(asha).opportunity)
    rows.deposit(orchid, 10_000)
    rows.reserve(reserve, 5_000)
    owned = {
        AccountKind.CLIENT_AVAILABLE: rows.available(orchid),
        AccountKind.CLIENT_RESERVED: ledger.reserved(reserve),
        AccountKind.CLIENT_RECEIVABLE: ledger.owned_by_client(
            AccountKind.CLIENT_RECEIVABLE, orchid
        ),
        AccountKind.AGENT_PAYABLE: ledger.owned_by_agent(asha.pk),
    }
    assert set(owned) == set(OWNERS)
    allowed = set(sides())
    for kind, rule in RULES.items():
        for tried in AccountKind:
            for side in (1, -1):
                other = (rule.credits if side == 1 else rule.debits)[0]
                legs = [(name, paise) for name, paise in ((tried, side), (other, -side))]
                accounts = [(owned.get(name) or ledger.shared(name), paise) for name, paise in legs]
                is_allowed = (kind, tried, side) in allowed
                assert rows.can_have(kind, *accounts) == is_allowed, (kind, tried, side)


def test_an_entry_names_a_source_of_its_kind():
    """The database refuses an entry about a row of another model."""
    legs = [(rows.shared("CASH"), 5), (rows.shared("UNMATCHED_RECEIPTS"), -5)]
    with pytest.raises(IntegrityError, match="entry_names_its_source"):
        rows.post("DEPOSIT_RECEIVED", *legs, source=rows.Source("payments.payment"))


@pytest.mark.parametrize("verb", ["update", "delete", "truncate"])
@pytest.mark.parametrize("model", TABLES)
def test_ledger_is_append_only(payment, model, verb):
    """The database refuses to change, delete and truncate what was posted."""
    rows.deposit(payment.gig.client, 500)
    table = model._meta.db_table
    pk = model._meta.pk.column
    statements = {
        "delete": "DELETE FROM {table}",
        "update": "UPDATE {table} SET {pk} = {pk}",
        "truncate": "TRUNCATE {table} CASCADE",
    }
    with pytest.raises(DatabaseError, match="Cannot"):
        rows.execute(statements[verb].format(table=table, pk=pk))


def test_the_same_event_again_changes_nothing(payment):
    """An event has one entry; posted again with other amounts, it is a fault."""
    first = Entry.objects.get().pk
    debits = reserves.debits_of(payment, at=NOON)
    again = ledger.post_payment_opened(payment, debits=debits, at=NOON)
    assert (again, Entry.objects.count(), Leg.objects.count()) == (first, 1, 4)
    payment.net_paise -= 1
    payment.tds_paise += 1
    with pytest.raises(ledger.EntryDiffers):
        ledger.post_payment_opened(payment, debits=debits, at=NOON)


def test_a_reversal_mirrors_what_it_reverses(orchid):
    """Other amounts, or a second reversal, are refused."""
    source = rows.source_of("DEPOSIT_RECEIVED")
    legs = [(rows.shared("CASH"), 50), (rows.shared("UNMATCHED_RECEIPTS"), -50)]
    entry = Entry.objects.get(pk=rows.post("DEPOSIT_RECEIVED", *legs, source=source))
    half = [(rows.shared("CASH"), -25), (rows.shared("UNMATCHED_RECEIPTS"), 25)]
    with pytest.raises(IntegrityError, match="does not mirror"):
        rows.post("REVERSAL", *half, source=entry, reverses=entry)
    ledger.reverse_entry(EntryKind.DEPOSIT_RECEIVED, source, at=NOON)
    ledger.reverse_entry(EntryKind.DEPOSIT_RECEIVED, source, at=NOON)
    check_deferred_constraints()
    assert Entry.objects.filter(reverses=entry).count() == 1
    cash = rows.shared("CASH")
    ids = ledger.account_ids([cash])
    assert queries.balances(ids.values()) == {ids[cash]: 0}


def test_a_client_cannot_have_less_than_nothing(orchid, asha):
    """Neither what is available nor a reserve goes below zero; both follow the legs."""
    reserve = rows.make_reserve(make_gig(asha).opportunity)
    rows.deposit(orchid, 1_000)
    rows.reserve(reserve, 600)
    with pytest.raises(IntegrityError, match="balance_not_below_zero"):
        rows.reserve(reserve, 401)
    release = [(ledger.reserved(reserve), 601), (rows.available(orchid), -601)]
    with pytest.raises(IntegrityError, match="balance_not_below_zero"):
        rows.post("RESERVE_RELEASED", *release)
    rows.reserve(reserve, 400)
    assert rows.stored_balance(rows.available(orchid)) == 0
    assert rows.stored_balance(ledger.reserved(reserve)) == 1_000
    assert queries.money_of(orchid) == queries.ClientMoney(0, 1_000)


def test_a_balance_cannot_be_typed(orchid):
    """Only the legs move a stored balance."""
    rows.deposit(orchid, 1_000)
    with pytest.raises(DatabaseError, match="Cannot"):
        rows.execute("UPDATE payments_ledgerbalance SET balance_paise = 5000")
    account = LedgerAccount.objects.get(kind="CASH")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        LedgerBalance.objects.create(account=account, balance_paise=5)


def test_posting_needs_one_statement(orchid, django_assert_num_queries):
    """It finds the accounts and writes the entry and its legs."""
    rows.deposit(orchid, 1_000)
    with django_assert_num_queries(1):
        ledger.post_entry(
            kind=EntryKind.DEPOSIT_MATCHED,
            source=rows.source_of("DEPOSIT_MATCHED"),
            at=NOON,
            amounts=[(rows.shared("UNMATCHED_RECEIPTS"), 7), (rows.available(orchid), -7)],
        )
