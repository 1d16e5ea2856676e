"""The invariants of clients' money find what was changed behind the triggers, and nothing else."""

import pytest
from django.db import connection

from conftest import NOON
from payments.funding import refunds, reserves
from payments.integrity import invariants
from payments.tests.database import check_deferred_constraints
from payments.tests.factories import make_gig
from tests.support.funding import fund

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(asha, maker, checker, settings, tmp_path):
    """A deposit, a reserve with a release, and a refund that was approved."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path
    opportunity = make_gig(asha).opportunity
    deposit = fund(opportunity.client, paise=5_000_000)
    reserves.reserve_cost(opportunity=opportunity, at=NOON)
    refund = refunds.propose_refund(
        deposit=deposit, amount_paise=700, reason="Too much.", by=maker, at=NOON
    )
    refunds.approve_refund(refund=refund, by=checker, at=NOON)
    check_deferred_constraints()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE payments_deposit SET amount_paise = 9", "client_money_is_booked"),
        ("DELETE FROM payments_deposit", "client_money_is_booked"),
        ("UPDATE payments_reserve SET promised_paise = 9", "reserves_add_up"),
        ("UPDATE payments_clientrefund SET amount_paise = 9", "client_money_is_booked"),
        (
            "UPDATE payments_clientrefund SET state = 'COMPLETED', utr = 'HDFCR52026112300'",
            "client_money_is_booked",
        ),
        (
            "UPDATE payments_deposit SET client_id = gen_random_uuid()",
            "client_money_is_the_right_clients",
        ),
    ],
)
def test_what_was_changed_is_found(books, statement, name):
    """Each with the triggers and foreign keys off."""
    assert [str(row) for row in invariants.check_money()] == []
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        found = {row.name for row in invariants.check_money()}
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert name in found
