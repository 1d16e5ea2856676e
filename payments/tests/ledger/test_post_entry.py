"""The ledger: what the database refuses."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import NOON
from payments.ledger import services as ledger
from payments.models import Entry, LedgerAccount, Leg
from payments.tests.database import check_deferred_constraints

pytestmark = pytest.mark.django_db
Kind = LedgerAccount.Kind


def make_entry(*, legs, count=None):
    new_entry = Entry.objects.create(
        kind=Entry.Kind.PAYMENT_OPENED,
        source_id=uuid.uuid4(),
        at=NOON,
        leg_count=len(legs) if count is None else count,
    )
    add_legs(new_entry, legs)
    return new_entry


def add_legs(new_entry, legs):
    for kind, paise in legs:
        Leg.objects.create(
            entry=new_entry, account=ledger.get_or_create_account(kind), amount_paise=paise
        )


@transaction.atomic
def commit_after(action):
    action()
    check_deferred_constraints()


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
    """The database refuses an entry that does not sum to zero over at least two legs."""
    with pytest.raises(IntegrityError, match="not balanced"):
        commit_after(lambda: make_entry(legs=legs))


def test_balanced_entry_is_accepted():
    """An entry that sums to zero is accepted."""
    make_entry(legs=[(Kind.CASH, 100), (Kind.FEE_INCOME, -60), (Kind.GST_PAYABLE, -40)])
    check_deferred_constraints()
    assert Leg.objects.count() == 3


def test_legs_cannot_be_added_later():
    """The database refuses more legs on a committed entry, even if they balance."""
    new_entry = make_entry(legs=[(Kind.CASH, 100), (Kind.FEE_INCOME, -100)])
    check_deferred_constraints()
    pair = [(Kind.CASH, 5), (Kind.FEE_INCOME, -5)]
    with pytest.raises(IntegrityError, match="not balanced"):
        commit_after(lambda: add_legs(new_entry, pair))


@pytest.mark.parametrize("verb", ["update", "delete"])
@pytest.mark.parametrize("model", [Entry, Leg, LedgerAccount])
def test_ledger_is_append_only(payment, model, verb):
    """The database refuses to change or delete accounts, entries and legs."""
    table = model._meta.db_table
    rest = {"delete": f"FROM {table}", "update": f"{table} SET id = id"}[verb]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{verb} {rest}")


def test_one_event_makes_one_entry(payment):
    """The database refuses to book the same event twice."""
    with pytest.raises(IntegrityError, match="one_event_one_entry"), transaction.atomic():
        ledger.post_payment_opened(payment, client=payment.gig.client, at=NOON)
