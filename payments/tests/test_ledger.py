"""What the database refuses in the books, and what the check finds."""

import uuid

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import NOON
from payments import integrity
from payments.models import Entry, LedgerAccount, Leg, Payment
from payments.services import ledger

pytestmark = pytest.mark.django_db
Kind = LedgerAccount.Kind


def commit():
    """Let the database look at what it put off until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def entry(*, legs, count=None):
    made = Entry.objects.create(
        kind=Entry.Kind.PAYMENT_OPENED,
        source_id=uuid.uuid4(),
        at=NOON,
        leg_count=len(legs) if count is None else count,
    )
    add_legs(made, legs)
    return made


def add_legs(made, legs):
    for kind, paise in legs:
        Leg.objects.create(
            entry=made, account=ledger.get_or_create_account(kind), amount_paise=paise
        )


@transaction.atomic
def in_one_transaction(act):
    act()
    commit()


@pytest.mark.parametrize(
    "legs",
    [
        [],
        [(Kind.CASH, 100)],
        [(Kind.CASH, 100), (Kind.FEE_INCOME, -99)],
        [(Kind.CASH, 100), (Kind.FEE_INCOME, 100)],
    ],
)
def test_unbalanced_entry_is_refused_at_commit(legs):
    """An entry that does not sum to zero over two legs or more is refused by the database."""
    with pytest.raises(IntegrityError, match="not balanced"):
        in_one_transaction(lambda: entry(legs=legs))


def test_balanced_entry_is_kept():
    """An entry that sums to zero stays."""
    entry(legs=[(Kind.CASH, 100), (Kind.FEE_INCOME, -60), (Kind.GST_PAYABLE, -40)])
    commit()
    assert Leg.objects.count() == 3


def test_old_entry_takes_no_more_legs():
    """Nobody adds a pair of legs to an entry, even if the pair balances."""
    made = entry(legs=[(Kind.CASH, 100), (Kind.FEE_INCOME, -100)])
    commit()
    pair = [(Kind.CASH, 5), (Kind.FEE_INCOME, -5)]
    with pytest.raises(IntegrityError, match="not balanced"):
        in_one_transaction(lambda: add_legs(made, pair))


@pytest.mark.parametrize("verb", ["update", "delete"])
@pytest.mark.parametrize("model", [Entry, Leg, LedgerAccount])
def test_books_are_append_only(payment, model, verb):
    """Nothing in the books is ever changed or removed."""
    table = model._meta.db_table
    rest = {"delete": f"FROM {table}", "update": f"{table} SET id = id"}[verb]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{verb} {rest}")


def test_one_event_makes_one_entry(payment):
    """The same business event cannot be booked twice."""
    with pytest.raises(IntegrityError, match="one_event_one_entry"), transaction.atomic():
        ledger.book_payment(payment, client=payment.work.gig.client, at=NOON)


def test_books_hold_after_a_whole_payment(payment, started):
    """The check is silent while everything is right."""
    assert integrity.check_books() == []


def test_check_finds_a_planted_leg(payment):
    """A leg slipped past the triggers is found, and the command fails on it."""
    commit()
    with pgtrigger.ignore("payments.Leg:balanced_at_commit"):
        Leg.objects.create(
            entry=Entry.objects.get(),
            account=ledger.get_or_create_account(Kind.CASH),
            amount_paise=7,
        )
        commit()
    assert any("7 paise out of balance" in problem for problem in integrity.check_books())
    with pytest.raises(CommandError, match="out of balance"):
        call_command("check_books")


def test_check_finds_a_payment_that_differs(payment):
    """A payment whose amounts were changed behind the services' back is found."""
    with pgtrigger.ignore("payments.Payment:payment_is_frozen"):
        Payment.objects.update(gross_paise=payment.gross_paise + 1, tds_paise=payment.tds_paise + 1)
    problems = "\n".join(integrity.check_books())
    assert "gross_paise and the books differ" in problems
    assert "tds_paise and the books differ" in problems
