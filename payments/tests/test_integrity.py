"""The consistency check of the ledger against payments and payouts, `manage.py check_books`."""

import pgtrigger
import pytest
from django.core.management import CommandError, call_command

from payments import integrity
from payments.models import Entry, LedgerAccount, Leg, Payment
from payments.tests.database import check_deferred_constraints

pytestmark = pytest.mark.django_db


def test_check_finds_nothing_after_a_started_payout(payment, started):
    """The check returns no problem for consistent books."""
    assert integrity.check_books() == []


def test_check_finds_an_unbalanced_entry(payment):
    """A leg inserted past the trigger is found, and the command fails."""
    check_deferred_constraints()
    with pgtrigger.ignore("payments.Leg:legs_inserted"):
        cash = LedgerAccount.objects.get(kind="CASH")
        Leg.objects.create(entry=Entry.objects.get(), position=9, account=cash, amount_paise=7)
    assert any("7 paise out of balance" in problem for problem in integrity.check_books())
    with pytest.raises(CommandError, match="out of balance"):
        call_command("check_books")


def test_check_finds_a_changed_payment(payment):
    """A payment whose amounts differ from its entry is found."""
    with pgtrigger.ignore("payments.Payment:payment_is_frozen"):
        Payment.objects.update(gross_paise=payment.gross_paise + 1, tds_paise=payment.tds_paise + 1)
    problems = "\n".join(integrity.check_books())
    assert "gross_paise and the books differ" in problems
    assert "tds_paise and the books differ" in problems
