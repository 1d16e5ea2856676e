"""The page and the API of a client's money: for its members, and nobody else."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from conftest import NOON
from gigs.models import Client
from gigs.tests.support.marketplace import make_member
from payments.funding import deposits
from tests.support.funding import fund

pytestmark = pytest.mark.django_db
PAGES = [
    "payments:funds",
    "payments:funds-csv",
    "api:payments:funds",
    "api:payments:funds-movements",
]


@pytest.fixture
def orchid(db):
    client = Client.objects.create(name="Orchid Retail")
    fund(client, paise=12_345_67)
    return client


@pytest.mark.parametrize("role", ["OWNER", "VIEWER"])
def test_members_see_their_money_and_how_to_pay_in(orchid, signed_in, role):
    """Page, file and API say the same."""
    browser = signed_in(make_member("Olga", orchid, role).user)
    page, file, funds, movements = (browser.get(reverse(name)) for name in PAGES)
    reference = deposits.open_funding(orchid).reference
    assert "₹12,345.67" in page.content.decode()
    assert reference in page.content.decode()
    assert "12345.67" in file.content.decode()
    assert (funds.json()["available_paise"], funds.json()["reference"]) == (12_345_67, reference)
    (deposit,) = movements.json()["data"]
    assert (deposit["amount_paise"], deposit["label"]) == (12_345_67, "Deposit matched to a client")
    assert deposit["about"] == orchid.deposits.get().utr


def test_other_people_see_nothing_of_it(orchid, asha, staff_without_role, signed_in):
    """Agents, staff and strangers are refused; another client sees its own."""
    rival = Client.objects.create(name="Marigold Foods")
    other = signed_in(make_member("Rosa", rival).user)
    for name in PAGES:
        url = reverse(name)
        assert signed_in(asha.user).get(url).status_code == 403
        assert signed_in(staff_without_role).get(url).status_code == 403
        assert Browser().get(url).status_code in (302, 401)
        assert "12345" not in other.get(url).content.decode().replace(",", "")


def test_twenty_movements_cost_no_more_queries(orchid, signed_in, django_assert_max_num_queries):
    """The page asks about all its rows at once."""
    browser = signed_in(make_member("Olga", orchid).user)
    browser.get(reverse("payments:funds"))
    for number in range(20):
        fund(orchid, paise=number + 1, at=NOON)
    with django_assert_max_num_queries(26):
        browser.get(reverse("payments:funds"))
