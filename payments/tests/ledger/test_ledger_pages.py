"""The ledger in the admin: entries on two sides, accounts with balances, in rupees."""

import re

import pytest
from django.urls import reverse

from conftest import NOON, make_staff
from payments.earnings import services as earnings
from payments.models import Entry, LedgerAccount
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(signed_in, checker):
    """The admin as somebody in finance sees it."""
    return signed_in(checker)


def page_of(client, name, *args):
    """The text of an admin page."""
    return client.get(reverse(f"admin:payments_{name}", args=args)).content.decode()


def test_an_entry_shows_its_legs_on_two_sides(finance, payment, asha):
    """Each leg has its account's name and its amount as debit or credit; both sums are equal."""
    entry = Entry.objects.get(kind="PAYMENT_OPENED")
    page = page_of(finance, "entry_change", entry.pk)
    assert "Agent payable: Asha Rao" in page
    assert "Payment for Evening chat support" in page
    amounts = re.findall(r'figure-column">([^<]+)</td>', page)
    assert amounts[-2:] == [amounts[-1]] * 2
    assert "₹9,410.00" in amounts
    for wrong in ("941000", "9,41,000", "paise"):
        assert wrong not in page


def test_an_entry_leads_to_what_it_books_and_to_its_reversal(finance, started):
    """The page names the payout, and the entries that have the same source."""
    entry = Entry.objects.get(kind="TRANSFER_STARTED")
    page = page_of(finance, "entry_change", entry.pk)
    assert reverse("admin:payments_payout_change", args=[started.pk]) in page


def test_an_account_shows_balance_and_movements(finance, started, asha):
    """The balance is told with its side; each movement leads to its entry."""
    account = LedgerAccount.objects.get(kind="IN_TRANSIT")
    page = page_of(finance, "ledgeraccount_change", account.pk)
    assert "₹9,410.00 credit" in page
    assert page_of(finance, "ledgeraccount_changelist").count("₹9,410.00") == 1


@pytest.mark.parametrize("name", ["entry_changelist", "ledgeraccount_changelist"])
def test_lists_have_a_constant_number_of_queries(
    finance, payment, asha, name, django_assert_max_num_queries
):
    """The number of queries does not grow with the number of rows."""
    page_of(finance, name)
    with django_assert_max_num_queries(30) as captured:
        page_of(finance, name)
    for number in range(3):
        earnings.open_payment(work=make_work(asha, title=f"Gig {number}"), at=NOON)
    with django_assert_max_num_queries(len(captured)):
        page_of(finance, name)


def test_pages_of_one_entry_and_account_have_a_constant_number_of_queries(
    finance, payment, asha, django_assert_max_num_queries
):
    """The number of queries does not grow with the movements of an account."""
    account = LedgerAccount.objects.get(kind="FEE_INCOME")
    page_of(finance, "ledgeraccount_change", account.pk)
    with django_assert_max_num_queries(30) as captured:
        page_of(finance, "ledgeraccount_change", account.pk)
    for number in range(3):
        earnings.open_payment(work=make_work(asha, title=f"Gig {number}"), at=NOON)
    with django_assert_max_num_queries(len(captured)):
        page_of(finance, "ledgeraccount_change", account.pk)


@pytest.mark.parametrize("name", ["entry", "ledgeraccount"])
def test_only_finance_reads_the_ledger(signed_in, started, asha, name):
    """Other staff, agents and strangers see neither the lists nor a row."""
    row = (Entry if name == "entry" else LedgerAccount).objects.first()
    for user in (make_staff("Rina", "reviewer"), asha.user):
        client = signed_in(user)
        for page, args in (("changelist", []), ("change", [row.pk])):
            url = reverse(f"admin:payments_{name}_{page}", args=args)
            assert client.get(url).status_code in (302, 403)
