"""An agent's payments: pages and API."""

import pytest
from django.urls import reverse

from conftest import NOON
from payments.earnings import services as earnings
from payments.payouts import decisions, services
from payments.statements import queries
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


@pytest.fixture
def paid(started, checker):
    """Asha's payment, paid out."""
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    return started.payments.get()


def test_earnings(paid, asha):
    """Earnings count paid payments and those still to come separately."""
    earnings.open_payment(work=make_work(asha, title="Second"), at=NOON)
    earned = queries.earnings_of(asha)
    assert (earned.paid_paise, earned.outstanding_paise, earned.payments) == (941_000, 941_000, 2)


def test_summary_lists_payments(signed_in, paid, asha):
    """The summary page shows both totals, the plot of the months, and each payment."""
    page = signed_in(asha.user).get(reverse("payments:money")).content.decode()
    assert page.count("₹9,410.00") == 4
    assert "Evening chat support" in page
    assert "Orchid Retail" in page


def test_summary_without_payments(signed_in, nila):
    """Without payments the page says when there will be one."""
    page = signed_in(nila.user).get(reverse("payments:money")).content.decode()
    assert "No payments yet" in page


def test_page_asks_for_the_bank_account(signed_in, work, asha):
    """If a payment waits for a bank account, the summary page asks for one."""
    earnings.open_payment(work=work, at=NOON)
    page = signed_in(asha.user).get(reverse("payments:money")).content.decode()
    assert "Add a bank account to receive ₹9,410.00" in page


def test_payment_page_shows_the_breakdown(signed_in, paid, asha):
    """The payment page shows each line with its rate and the UTR, but no note for staff."""
    url = reverse("payments:payment", args=[paid.pk])
    page = signed_in(asha.user).get(url).content.decode()
    for text in (
        "₹10,000.00", "No tax up to ₹30,000.00 at once", "−₹500.00", "−₹90.00", "₹9,410.00", UTR,
        "5%", "18%",
    ):  # fmt: skip
        assert text in page
    assert paid.tax_rule.caution
    assert paid.fee_rule.caution
    assert "chartered accountant" not in page
    assert "123456789012" not in page


def test_payment_advice(signed_in, paid, asha):
    """The payment advice shows name and UTR."""
    page = signed_in(asha.user).get(reverse("payments:advice", args=[paid.pk])).content.decode()
    assert "Asha Rao" in page
    assert UTR in page


def test_failure_is_shown_until_the_payout_is_retried(signed_in, started, checker, maker, asha):
    """The payment page shows why the transfer failed until a new payout exists."""
    decision = decisions.propose_decision(
        payout=started, verb="FAIL", reason="Account closed.", by=maker, at=NOON
    )
    decisions.accept_decision(decision=decision, by=checker, at=NOON)
    client, url = (
        signed_in(asha.user),
        reverse("payments:payment", args=[started.payments.get().pk]),
    )
    assert "Account closed." in client.get(url).content.decode()
    services.retry_payout(payout=started, by=maker, at=NOON)
    assert "Your money is safe" not in client.get(url).content.decode()


def test_api_shows_payments(signed_in, paid, asha):
    """The API returns the same amounts in paise, with breakdown and history."""
    client = signed_in(asha.user)
    row = client.get(reverse("api:payments:payments")).json()["data"][0]
    assert (row["state"], row["net_paise"], row["utr"]) == ("COMPLETED", 941_000, UTR)
    one = client.get(reverse("api:payments:payment", args=[paid.pk])).json()
    assert sum(line["amount_paise"] for line in one["lines"]) == one["net_paise"]
    assert [event["became"] for event in one["events"]] == ["PROCESSING", "COMPLETED"]
    assert one["account"] == "•••• 9012"


def test_print_button_has_one_handler(settings):
    """Only one script handles the print button, so that a click opens one dialog."""
    scripts = (settings.BASE_DIR / "static" / "js").rglob("*.js")
    handlers = [path.name for path in scripts if "[data-prints]" in path.read_text()]
    assert handlers == ["page.js"]


@pytest.mark.parametrize("name", ["payments:payment", "payments:advice", "api:payments:payment"])
def test_payment_of_another_agent_is_not_found(signed_in, paid, ravi, name):
    """Page, advice and API return 404 for a payment of another agent."""
    assert signed_in(ravi.user).get(reverse(name, args=[paid.pk])).status_code == 404


@pytest.mark.parametrize("name", ["payments:money", "api:payments:payments"])
def test_only_agents_see_payments(client, signed_in, meera, name):
    """Anonymous users and staff have no access to payment pages and API."""
    assert client.get(reverse(name)).status_code in (302, 401, 403)
    assert signed_in(meera).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["payments:money", "api:payments:payments"])
def test_list_has_a_constant_number_of_queries(
    signed_in, payment, asha, name, django_assert_max_num_queries
):
    """The number of queries does not grow with the number of payments."""
    client, url = signed_in(asha.user), reverse(name)
    with django_assert_max_num_queries(25) as captured:
        client.get(url)
    limit = len(captured)
    for number in range(5):
        earnings.open_payment(work=make_work(asha, title=f"Gig {number}"), at=NOON)
    with django_assert_max_num_queries(limit):
        client.get(url)
