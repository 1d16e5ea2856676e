"""Deposits: matched by an exact reference, or by two people in finance."""

import pytest
from django.urls import reverse

from conftest import NOON, make_staff
from gigs.models import Client
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.funding import deposits
from payments.integrity import invariants
from payments.ledger import queries as ledger_queries
from payments.models import Deposit, Entry
from payments.tests.database import check_deferred_constraints
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
UTR = "HDFCN52026112300001"


@pytest.fixture
def orchid(db):
    return Client.objects.create(name="Orchid Retail")


@pytest.fixture
def rival(db):
    return Client.objects.create(name="Marigold Foods")


def receive(narration, *, paise=50_000, number=UTR, at=NOON):
    return deposits.receive_deposit(
        amount_paise=paise,
        utr_number=number,
        received_on=day_of(at),
        narration=narration,
        origin=Deposit.Origin.STATEMENT,
        at=at,
    )


def available(client):
    return ledger_queries.money_of(client).available_paise


def test_a_reference_matches_by_itself(orchid):
    """The money is available at once, and the same line again changes nothing."""
    deposit = fund(orchid, paise=50_000)
    assert (deposit.state, deposit.client, available(orchid)) == ("MATCHED", orchid, 50_000)
    again = receive(deposit.narration, number=deposit.utr)
    assert (again.pk, available(orchid), Entry.objects.count()) == (deposit.pk, 50_000, 2)
    check_deferred_constraints()
    assert invariants.check_money() == []


def test_a_client_has_one_reference(orchid, rival):
    """References are made once, and differ."""
    first = deposits.open_funding(orchid)
    assert deposits.open_funding(orchid) == first
    assert deposits.open_funding(rival).reference != first.reference


@pytest.mark.parametrize("case", ["none", "one wrong", "two clients"])
def test_without_one_exact_reference_the_money_waits(orchid, rival, case):
    """It is nobody's until two people have said whose it is."""
    reference = deposits.open_funding(orchid).reference
    narration = {
        "none": "NEFT ORCHID RETAIL",
        "one wrong": reference[:-1] + ("2" if reference[-1] != "2" else "3"),
        "two clients": f"{reference} {deposits.open_funding(rival).reference}",
    }[case]
    assert receive(narration).state == "UNMATCHED"
    assert (available(orchid), available(rival)) == (0, 0)


def test_two_people_match_a_deposit(orchid, rival, maker, checker):
    """One names the client, another confirms; neither can be both."""
    deposit = receive("NEFT ORCHID RETAIL")
    deposits.propose_client(deposit=deposit, client=rival, by=maker, at=NOON)
    with pytest.raises(deposits.OwnDepositMatch):
        deposits.confirm_client(deposit=deposit, by=maker, at=NOON)
    deposits.reject_client(deposit=deposit, by=checker, at=NOON)
    deposits.propose_client(deposit=deposit, client=orchid, by=checker, at=NOON)
    deposits.confirm_client(deposit=deposit, by=maker, at=NOON)
    assert (available(orchid), available(rival)) == (50_000, 0)


def test_what_one_person_entered_is_confirmed_by_another(orchid, maker, checker):
    """Also with the right reference: one person alone cannot invent money."""
    deposit = deposits.enter_deposit(
        client=orchid,
        amount_paise=50_000,
        utr_number=UTR,
        received_on=day_of(NOON),
        narration=deposits.open_funding(orchid).reference,
        by=maker,
        at=NOON,
    )
    assert available(orchid) == 0
    deposits.confirm_client(deposit=deposit, by=checker, at=NOON)
    assert available(orchid) == 50_000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"paise": 0}, "amount_not_positive"),
        ({"paise": -5}, "amount_not_positive"),
        ({"number": "12"}, "bad_utr"),
        ({"number": "=HYPERLINK(1)+12345"}, "bad_utr"),
        ({"paise": 60_000}, "utr_used"),
    ],
)
def test_odd_deposits_are_refused(orchid, changes, code):
    """Zero and negative amounts, what is no UTR, and a UTR typed twice with another amount."""
    receive("first")
    with pytest.raises(Refusal) as refused:
        receive("second", **changes)
    assert refused.value.code == code
    assert Deposit.objects.count() == 1


def test_finance_matches_in_the_admin(orchid, maker, checker, signed_in):
    """The same rules on the pages: name the client, confirm, and not one's own."""
    deposit = receive("NEFT ORCHID RETAIL")
    add = reverse("admin:payments_deposit_add")
    typed = {
        "client": orchid.pk,
        "amount_paise": "500.00",
        "utr": UTR,
        "received_on": day_of(NOON).isoformat(),
    }
    changelist = reverse("admin:payments_deposit_changelist")
    confirm = {"action": "approve", "_selected_action": [deposit.pk]}
    assert b"Name the client" in signed_in(maker).get(changelist).content
    assert signed_in(maker).post(add, typed).status_code == 302
    page = signed_in(maker).post(changelist, confirm, follow=True)
    assert b"someone else in finance" in page.content
    assert available(orchid) == 0
    signed_in(checker).post(changelist, confirm)
    assert available(orchid) == 50_000
    for stranger in (make_staff("Sita", "support"), make_staff("Noor")):
        assert signed_in(stranger).get(changelist).status_code == 403
        assert signed_in(stranger).post(add, typed).status_code == 403
