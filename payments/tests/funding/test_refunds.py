"""Refunds of clients' money: never by one person, never more than there is."""

import pytest
from django.urls import reverse

from conftest import NOON, make_staff
from gigs.models import Client
from hitouch.core.errors import Refusal
from payments.funding import refunds
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import ClientRefund
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
UTR = "HDFCR52026112300009"


@pytest.fixture
def deposit(db):
    return fund(Client.objects.create(name="Orchid Retail"), paise=1_000)


@pytest.fixture
def proposed(deposit, maker):
    return refunds.propose_refund(
        deposit=deposit, amount_paise=600, reason="Contract ended.", by=maker, at=NOON
    )


def available(deposit):
    return ledger_queries.money_of(deposit.client).available_paise


def test_a_refund_takes_two_people_at_each_step(deposit, proposed, maker, checker):
    """Proposed by one, approved by another, transferred by one who did not approve it."""
    with pytest.raises(refunds.OwnRefund):
        refunds.approve_refund(refund=proposed, by=maker, at=NOON)
    assert available(deposit) == 1_000
    refunds.approve_refund(refund=proposed, by=checker, at=NOON)
    assert available(deposit) == 400
    with pytest.raises(refunds.OwnRefund):
        refunds.settle_refund(refund=proposed, utr_number=UTR, by=checker, at=NOON)
    refunds.settle_refund(refund=proposed, utr_number=UTR, by=maker, at=NOON)
    check_deferred_constraints()
    assert invariants.check_money() == []
    with pytest.raises(refunds.OwnRefund):
        refunds.return_refund(refund=proposed, reason="Closed.", by=maker, at=NOON)
    refunds.return_refund(refund=proposed, reason="Account closed.", by=checker, at=NOON)
    assert available(deposit) == 1_000
    check_deferred_constraints()
    assert invariants.check_money() == []


def test_a_refund_that_was_not_transferred_is_available_again(deposit, proposed, maker, checker):
    """Its entry is reversed."""
    refunds.approve_refund(refund=proposed, by=checker, at=NOON)
    refunds.return_refund(refund=proposed, reason="Wrong account.", by=maker, at=NOON)
    assert available(deposit) == 1_000
    check_deferred_constraints()
    assert invariants.check_money() == []


@pytest.mark.parametrize(
    ("paise", "code"),
    [(0, "amount_not_positive"), (401, "refund_too_high"), (-1, "amount_not_positive")],
)
def test_odd_refunds_are_refused(deposit, proposed, maker, paise, code):
    """Zero, negative, and more than is left of the deposit, counting what is proposed."""
    with pytest.raises(Refusal) as refused:
        refunds.propose_refund(
            deposit=deposit, amount_paise=paise, reason="Again.", by=maker, at=NOON
        )
    assert refused.value.code == code


def test_a_refund_in_the_admin(deposit, proposed, maker, checker, signed_in):
    """The same rules on the pages."""
    changelist = reverse("admin:payments_clientrefund_changelist")
    approve = {"action": "approve", "_selected_action": [proposed.pk]}
    page = signed_in(maker).post(changelist, approve, follow=True)
    assert b"someone else in finance" in page.content
    signed_in(checker).post(changelist, approve)
    transfer = reverse("admin:payments_clientrefund_transfer", args=[proposed.pk])
    assert b"someone else" in signed_in(checker).post(transfer, {"utr": UTR}).content
    assert signed_in(maker).post(transfer, {"utr": UTR}).status_code == 302
    assert ClientRefund.objects.get().state == "COMPLETED"
    page = signed_in(checker).post(transfer, {"verb": "return", "reason": "Closed."})
    assert page.status_code == 302
    assert available(deposit) == 1_000
    assert signed_in(make_staff("Sita", "support")).get(transfer).status_code == 403


def test_a_refund_is_proposed_in_the_admin(deposit, maker, signed_in):
    """By the form, with the reason that the client sees."""
    typed = {"deposit": deposit.pk, "amount_paise": "5.00", "reason": "Contract ended."}
    answer = signed_in(maker).post(reverse("admin:payments_clientrefund_add"), typed)
    assert answer.status_code == 302
    assert ClientRefund.objects.get().amount_paise == 500
