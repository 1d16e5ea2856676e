"""Deposits that are no client's go back: by two people at each step, booked, and only once."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conftest import NOON, make_staff
from gigs.models import Client
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from hitouch.core.payout_provider.manual import ManualTransfer
from payments.funding import deposits, returns
from payments.integrity import invariants
from payments.models import AccountKind, Deposit, DepositReturn, Entry, Leg
from payments.payouts import services as payouts
from payments.reconciliation import books, services
from payments.tests.database import check_deferred_constraints

pytestmark = pytest.mark.django_db
UTR, BACK = "HDFCN52026112300001", "HDFCN52026112300077"


def receive(narration="NEFT SOMEBODY", number=UTR):
    return deposits.receive_deposit(
        amount_paise=50_000, utr_number=number, received_on=day_of(NOON), narration=narration,
        origin=Deposit.Origin.STATEMENT, at=NOON,
    )  # fmt: skip


@pytest.fixture
def deposit(db):
    return receive()


@pytest.fixture
def proposed(deposit, maker):
    return returns.propose_return(deposit=deposit, reason="Not a client.", by=maker, at=NOON)


@pytest.fixture
def approved(proposed, checker):
    return returns.approve_return(row=proposed, by=checker, at=NOON)


@pytest.fixture
def settled(approved, maker):
    return returns.settle_return(row=approved, utr_number=BACK, by=maker, at=NOON)


def state_of(deposit):
    return Deposit.objects.get(pk=deposit.pk).state


def balance_of(kind):
    return sum(Leg.objects.filter(account__kind=kind).values_list("amount_paise", flat=True))


def require_sound_books():
    check_deferred_constraints()
    assert [str(row) for row in invariants.check_money()] == []


def test_it_takes_two_people_at_each_step(deposit, proposed, maker, checker):
    """Proposed by one, approved by another, transferred by one who did not approve it."""
    with pytest.raises(returns.OwnDepositReturn):
        returns.approve_return(row=proposed, by=maker, at=NOON)
    returns.approve_return(row=proposed, by=checker, at=NOON)
    require_sound_books()
    with pytest.raises(returns.OwnDepositReturn):
        returns.settle_return(row=proposed, utr_number=BACK, by=checker, at=NOON)
    returns.settle_return(row=proposed, utr_number=BACK, by=maker, at=NOON)
    assert state_of(deposit) == "RETURNED"
    for kind in (AccountKind.CASH, AccountKind.UNMATCHED_RECEIPTS):
        assert balance_of(kind) == 0
    require_sound_books()


def test_a_deposit_on_its_way_back_is_nobodys(deposit, proposed, maker):
    """No client can be named, no reference matches it, no second return is possible."""
    lotus = Client.objects.create(name="Lotus Stores")
    with pytest.raises(InvalidTransition):
        deposits.propose_client(deposit=deposit, client=lotus, by=maker, at=NOON)
    again = receive(f"NEFT {deposits.open_funding(lotus).reference}")
    assert (again.pk, again.state) == (deposit.pk, "RETURNING")
    with pytest.raises(returns.DepositNotUnmatched):
        returns.propose_return(deposit=deposit, reason="Again.", by=maker, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        DepositReturn.objects.create(
            deposit=deposit, amount_paise=1, reason="Again.", proposed_by=maker
        )


def test_a_deposit_with_a_client_is_not_sent_back(maker, checker):
    """Neither a matched one, which is refunded, nor one whose client is proposed."""
    lotus = Client.objects.create(name="Lotus Stores")
    matched = receive(deposits.open_funding(lotus).reference)
    other = receive(number="HDFCN52026112300002")
    named = deposits.propose_client(deposit=other, client=lotus, by=maker, at=NOON)
    for row in (matched, named):
        with pytest.raises(returns.DepositNotUnmatched):
            returns.propose_return(deposit=row, reason="Not ours.", by=checker, at=NOON)


def test_what_was_rejected_or_not_sent_waits_again(deposit, proposed, maker, checker):
    """Rejected, or said not to be made by one who did not approve; then it can be matched."""
    returns.reject_return(row=proposed, by=maker, at=NOON)
    assert state_of(deposit) == "UNMATCHED"
    again = returns.propose_return(deposit=deposit, reason="No.", by=maker, at=NOON)
    returns.approve_return(row=again, by=checker, at=NOON)
    with pytest.raises(returns.OwnDepositReturn):
        returns.record_not_arrived(row=again, reason="Closed.", by=checker, at=NOON)
    returns.record_not_arrived(row=again, reason="Closed.", by=maker, at=NOON)
    assert (state_of(deposit), Entry.objects.count()) == ("UNMATCHED", 1)
    require_sound_books()


def test_a_transfer_that_came_back_is_reversed(deposit, settled, maker, checker):
    """By another person than the one who recorded the UTR; it can be sent once more."""
    with pytest.raises(returns.OwnDepositReturn):
        returns.record_not_arrived(row=settled, reason="Closed.", by=maker, at=NOON)
    returns.record_not_arrived(row=settled, reason="Closed.", by=checker, at=NOON)
    assert state_of(deposit) == "UNMATCHED"
    require_sound_books()
    again = returns.propose_return(deposit=deposit, reason="Once more.", by=maker, at=NOON)
    returns.approve_return(row=again, by=checker, at=NOON)
    returns.settle_return(row=again, utr_number="HDFCN52026112300078", by=maker, at=NOON)
    assert balance_of(AccountKind.CASH) == 0
    require_sound_books()


@pytest.mark.parametrize(
    "number", ["", "12", "=HYPERLINK(1)+12345", UTR, "HDFCN00000000001", "000000000000"]
)
def test_odd_utrs_are_refused(approved, started, maker, checker, number):
    """No UTR, another shape, the deposit's own, and one of a payout."""
    payouts.settle_payout(payout=started, utr_number="HDFCN00000000001", by=checker, at=NOON)
    with pytest.raises(returns.ReturnUtrInvalid):
        returns.settle_return(row=approved, utr_number=number, by=maker, at=NOON)


def test_without_a_reason_nothing_is_sent_back(deposit, maker):
    """The reason is a sentence, not blanks."""
    with pytest.raises(Refusal) as refused:
        returns.propose_return(deposit=deposit, reason="  ", by=maker, at=NOON)
    assert refused.value.code == "reason_missing"


def test_reconciliation_knows_the_transfer(settled):
    """By its UTR."""
    moved = books.movements(day_of(NOON), day_of(NOON))
    assert sorted((row.amount_paise, *row.utrs) for row in moved) == [
        (-50_000, BACK), (50_000, UTR),
    ]  # fmt: skip
    assert services.reconcile(provider=ManualTransfer(), at=NOON).found == 0


def test_on_the_pages(deposit, maker, checker, signed_in):
    """Send back, approve, record; the same refusals; nobody outside of finance."""
    add = reverse("admin:payments_depositreturn_add")
    changelist = reverse("admin:payments_depositreturn_changelist")
    assert (
        b"Send back" in signed_in(maker).get(reverse("admin:payments_deposit_changelist")).content
    )
    typed = {"deposit": deposit.pk, "reason": "Not a client."}
    assert signed_in(maker).post(add, typed).status_code == 302
    row = DepositReturn.objects.get()
    approve = {"action": "approve", "_selected_action": [row.pk]}
    assert b"someone else" in signed_in(maker).post(changelist, approve, follow=True).content
    signed_in(checker).post(changelist, approve)
    transfer = reverse("admin:payments_depositreturn_transfer", args=[row.pk])
    assert UTR.encode() in signed_in(maker).get(transfer).content
    assert b"someone else" in signed_in(checker).post(transfer, {"utr": BACK}).content
    assert b"not used before" in signed_in(maker).post(transfer, {"utr": UTR}).content
    assert signed_in(maker).post(transfer, {"utr": BACK}).status_code == 302
    assert state_of(deposit) == "RETURNED"
    for stranger in (make_staff("Sita", "support"), make_staff("Noor")):
        for url in (add, changelist, transfer):
            assert signed_in(stranger).get(url).status_code == 403
        assert signed_in(stranger).post(transfer, {"utr": BACK}).status_code == 403
