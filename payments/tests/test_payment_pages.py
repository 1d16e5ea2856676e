"""What an agent sees of money, on the page and over REST."""

import pytest
from django.urls import reverse

from conftest import NOON
from payments import queries
from payments.services import payments
from payments.services import payouts as services
from payments.tests.conftest import give_account, make_work

pytestmark = pytest.mark.django_db
UTR = "HDFCN00000000001"


@pytest.fixture
def paid(started, checker):
    """Asha's payment, arrived."""
    services.settle_payout(payout=started, utr_number=UTR, by=checker, at=NOON)
    return started.payment


def test_sums(paid, asha):
    """Paid is what arrived; on the way is the rest."""
    payments.open_payment(work=make_work(asha, title="Second"), at=NOON)
    earned = queries.earnings_of(asha)
    assert (earned.paid_paise, earned.on_the_way_paise, earned.payments) == (931_000, 931_000, 2)


def test_page_lists_payments(signed_in, paid, asha):
    """The money page shows both sums and each payment."""
    page = signed_in(asha.user).get(reverse("payments:money")).content.decode()
    assert page.count("₹9,310.00") == 2
    assert "Evening chat support" in page
    assert "Orchid Retail" in page


def test_empty_page(signed_in, nila):
    """Without payments the page says when there will be one."""
    page = signed_in(nila.user).get(reverse("payments:money")).content.decode()
    assert "No payments yet" in page


def test_page_asks_for_the_bank_account(signed_in, work, asha):
    """Money that waits for an account says so where the agent looks."""
    payments.open_payment(work=work, at=NOON)
    page = signed_in(asha.user).get(reverse("payments:money")).content.decode()
    assert "Add a bank account to receive ₹9,310.00" in page


def test_one_payment_line_by_line(signed_in, paid, asha):
    """The payment's page shows every line with its rate, and the UTR; no note for staff."""
    url = reverse("payments:payment", args=[paid.pk])
    page = signed_in(asha.user).get(url).content.decode()
    for text in ("₹10,000.00", "−₹100.00", "−₹500.00", "−₹90.00", "₹9,310.00", UTR, "1%", "18%"):
        assert text in page
    assert paid.tax_rule.caution
    assert paid.fee_rule.caution
    assert "chartered accountant" not in page
    assert "123456789012" not in page


def test_advice_to_print(signed_in, paid, asha):
    """The payment advice carries name, lines and UTR."""
    page = signed_in(asha.user).get(reverse("payments:advice", args=[paid.pk])).content.decode()
    assert "Asha Rao" in page
    assert UTR in page


def test_failure_is_shown_until_sent_again(signed_in, started, checker, maker, asha):
    """A transfer that failed says why, until another one is under way."""
    services.fail_payout(payout=started, reason="Account closed.", by=checker, at=NOON)
    client, url = signed_in(asha.user), reverse("payments:payment", args=[started.payment_id])
    assert "Account closed." in client.get(url).content.decode()
    services.retry_payout(payout=started, by=maker, at=NOON)
    assert "Your money is safe" not in client.get(url).content.decode()


def test_api(signed_in, paid, asha):
    """A program reads the same amounts, in paise."""
    client = signed_in(asha.user)
    row = client.get(reverse("api:payments:payments")).json()["data"][0]
    assert (row["state"], row["net_paise"], row["utr"]) == ("COMPLETED", 931_000, UTR)
    one = client.get(reverse("api:payments:payment", args=[paid.pk])).json()
    assert sum(line["amount_paise"] for line in one["lines"]) == one["net_paise"]
    assert [event["became"] for event in one["events"]] == ["PROCESSING", "COMPLETED"]
    assert one["account"] == "•••• 9012"


def test_the_print_button_has_one_handler(settings):
    """A click opens the print dialogue once: one script on the page listens for it."""
    scripts = (settings.BASE_DIR / "static" / "js").rglob("*.js")
    handlers = [path.name for path in scripts if "[data-prints]" in path.read_text()]
    assert handlers == ["page.js"]


@pytest.mark.parametrize("name", ["payments:payment", "payments:advice", "api:payments:payment"])
def test_somebody_elses_payment(signed_in, paid, ravi, name):
    """Another agent's payment does not exist."""
    assert signed_in(ravi.user).get(reverse(name, args=[paid.pk])).status_code == 404


@pytest.mark.parametrize("name", ["payments:money", "api:payments:payments"])
def test_strangers(client, signed_in, meera, name):
    """Nobody and staff have no money page."""
    assert client.get(reverse(name)).status_code in (302, 401, 403)
    assert signed_in(meera).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["payments:money", "api:payments:payments"])
def test_list_does_not_grow_in_queries(
    signed_in, payment, asha, name, django_assert_max_num_queries
):
    """The list asks the database as often for many payments as for one."""
    client, url = signed_in(asha.user), reverse(name)
    with django_assert_max_num_queries(25) as few:
        client.get(url)
    most = len(few)
    for number in range(5):
        payments.open_payment(work=make_work(asha, title=f"Gig {number}"), at=NOON)
    with django_assert_max_num_queries(most):
        client.get(url)


def test_waiting(payout, ravi):
    """Finance hears what waits, since when, and where to go."""
    give_account(ravi, "555555555555")
    payments.open_payment(work=make_work(ravi, title="Other"), at=NOON)
    ready, sent = queries.work_queues(now=NOON)
    assert (ready.count, sent.count) == (2, 0)
    assert ready.url.startswith("/admin/payments/payout/")
