"""Amounts earned beside hours and prices: once for each source row, within what was set aside."""

import pytest
from django.db import DatabaseError, transaction

from conftest import NOON
from gigs.engagements import services as gig_services
from gigs.models import Client, EarnedAmount, Gig
from gigs.signals import amount_earned
from gigs.tests.support.marketplace import (
    DAY,
    HOUR,
    hire,
    make_member,
    make_opportunity,
    make_slot,
    seat,
    work_hours,
)
from gigs.work import services as work_services
from hitouch.core.cefr import CEFR
from hitouch.core.errors import Refusal
from onboarding.steps import queries as steps_queries
from payments.billing import queries as billing_queries
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Payment
from payments.statements import history, payslip, queries, spend
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund
from tools import check_payslip

pytestmark = pytest.mark.django_db
#: 40 hours at 300 rupees, and with 18% GST.
FULL, COST = 12_000_00, 14_160_00


@pytest.fixture(autouse=True)
def cleared(monkeypatch, asha):
    """The agent may work; onboarding has tests of its own."""
    cleared = steps_queries.Clearance(CEFR.B2, NOON)
    monkeypatch.setattr(steps_queries, "clearance_of", lambda agent: cleared)


@pytest.fixture
def gig(asha):
    """An hourly gig whose whole cost is set aside; its client has nothing else."""
    client = Client.objects.create(name="Orchid Retail")
    make_member("Olga", client)
    fund(client, paise=COST)
    return hire(asha, make_opportunity(client, headcount=1))


@pytest.fixture
def source(gig):
    """A row that says why something was earned: a claimed shift."""
    return seat(gig.agent, make_slot(gig.opportunity))


def earn(gig, source, kind="BONUS", amount_paise=500_00):
    with transaction.atomic():
        amount_earned.send(
            sender=type(source),
            gig=gig,
            kind=kind,
            source=source,
            amount_paise=amount_paise,
            by=None,
            at=NOON,
        )


def check_books():
    check_deferred_constraints()
    assert invariants.check_money() == []


def money(client):
    found = ledger_queries.money_of(client)
    return found.available_paise, found.reserved_paise


@pytest.mark.parametrize("kind", ["BONUS", "LATE_CANCEL", "RESOLUTION"])
def test_an_amount_is_paid_out_of_the_reserve_once(gig, source, kind):
    """The payment has the tax, fee and GST of any other, and a second announcement adds none."""
    earn(gig, source, kind)
    earn(gig, source, kind)
    payment = Payment.objects.get()
    assert (payment.kind, payment.source_type, payment.source_id) == (kind, "gigs.claim", source.pk)
    assert (payment.gross_paise, payment.fee_paise, payment.client_gst_paise) == (
        500_00, 25_00, 90_00,
    )  # fmt: skip
    assert money(gig.client) == (0, COST - 590_00)
    check_books()


@pytest.mark.parametrize("kind", ["BONUS", "LATE_CANCEL", "RESOLUTION"])
def test_slip_history_bill_and_spend_tell_of_it(gig, source, kind):
    """Whoever paid or was paid finds the amount, by its name."""
    earn(gig, source, kind)
    payment = queries.payment_in_full(gig.agent, Payment.objects.get().pk).get()
    slip = payslip.payslip_of(payment)
    assert (slip["kind"], slip["work"]) == (kind, {"amount_paise": 500_00})
    assert all(mine == theirs for _, mine, theirs in check_payslip.steps(slip))
    first = history.turns_of(payment)[0]
    assert first.title == history.EARNED[Payment.Kind(kind)]
    statement = spend.spend_of(gig.client, 2026, now=NOON)
    assert (statement.total.earned_paise, statement.total.gst_paise) == (500_00, 90_00)
    assert payment in billing_queries.unbilled_payments(now=NOON + 40 * DAY)


def test_more_than_the_gig_has_left_is_refused(gig, source):
    """Hours that were worked come first, and a refusal leaves nothing behind."""
    work_hours(source, HOUR)
    with pytest.raises(Refusal) as refused:
        earn(gig, source, amount_paise=FULL - 300_00 + 1)
    assert refused.value.code == "beyond_reserve"
    assert "11,700" in str(refused.value)
    assert not EarnedAmount.objects.exists()
    assert not Payment.objects.exists()
    earn(gig, source, amount_paise=FULL - 300_00)
    work_services.submit_work(gig=gig, summary="Done.", by=gig.agent.user, at=NOON + 4 * DAY)
    member = gig.client.members.get()
    work_services.approve_work(work=gig.works.get(), member=member, at=NOON + 5 * DAY)
    assert money(gig.client) == (0, 0)
    check_books()


def test_another_amount_for_the_same_row_is_refused(gig, source):
    """What was paid stays, and nothing else is paid for it."""
    earn(gig, source)
    with pytest.raises(Refusal) as refused:
        earn(gig, source, amount_paise=600_00)
    assert refused.value.code == "earned_already"
    assert Payment.objects.get().gross_paise == 500_00


@pytest.mark.parametrize("amount_paise", [0, -1])
def test_nothing_is_no_amount(gig, source, amount_paise):
    """An amount of zero or less is refused."""
    with pytest.raises(Refusal) as refused:
        earn(gig, source, amount_paise=amount_paise)
    assert refused.value.code == "no_amount"


def test_what_was_earned_is_not_free_when_the_gig_ends(gig, source):
    """Ending releases the rest, and the project has spent what was earned."""
    earn(gig, source)
    gig_services.end_gig(gig=gig, why="Season over.", by=None, at=NOON)
    assert money(gig.client) == (COST - 590_00, 0)
    gig.opportunity.project.refresh_from_db()
    assert gig.opportunity.project.promised_paise == 500_00
    check_books()


def test_a_resolution_after_the_end_is_paid_from_what_is_available(gig, source):
    """It counts as spent by the project again; a bonus is too late then."""
    gig_services.end_gig(gig=gig, why="Season over.", by=None, at=NOON)
    with pytest.raises(Refusal) as refused:
        earn(gig, source)
    assert refused.value.code == "beyond_reserve"
    earn(gig, source, "RESOLUTION")
    project = gig.opportunity.project
    project.refresh_from_db()
    assert (project.promised_paise, money(gig.client)) == (500_00, (COST - 590_00, 0))
    check_books()


def test_rounded_gst_never_stops_an_earning(gig, source):
    """Many small amounts need some paise of GST more than their sum was reckoned with."""
    slots = [make_slot(gig.opportunity, (4 + n) * DAY) for n in range(2)]
    for row, paise in zip([source, *slots], (3_03, 3_03, FULL - 6_06), strict=True):
        earn(gig, row, amount_paise=paise)
    assert Payment.objects.count() == 3
    check_books()


def test_the_database_keeps_what_was_earned(gig, source):
    """Nobody changes or deletes an amount, or gives back pay that the gig could not earn."""
    earn(gig, source)
    gig_services.end_gig(gig=gig, why="Season over.", by=None, at=NOON)
    for change in (
        lambda: EarnedAmount.objects.update(amount_paise=1),
        lambda: EarnedAmount.objects.all().delete(),
        lambda: Gig.objects.update(unearned_paise=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_amount_without_its_payment_is_found(gig, source):
    """The check of the money compares both ways."""
    row = {"source_type": "gigs.claim", "source_id": source.pk, "amount_paise": 1, "at": NOON}
    EarnedAmount.objects.create(gig=gig, kind="BONUS", **row)
    assert [found.name for found in invariants.check_money()] == ["earned_amounts_are_paid"]
