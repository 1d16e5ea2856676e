"""Financial years: months and quarters by the day in India, downloads, and who may see them."""

import csv
import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from hitouch.core.india_time import day_of, midnight
from hitouch.core.web.csv_files import rupees_cell, safe_cell
from payments.deductions.due_dates import financial_year
from payments.earnings import services as earnings
from payments.statements import yearly
from payments.tests.factories import make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    """The financial year of today, since pages read the clock."""
    return financial_year(day_of(timezone.now()))


def pay(agent, rupees, at, title="Gig"):
    work = make_work(agent, title=title, rate_paise=rupees * 100)
    return earnings.open_payment(work=work, at=at)


def test_months_and_quarters_are_those_of_india(asha):
    """A payment at midnight on 1 April counts to the new year, a second before to the old."""
    april = midnight(date(2026, 4, 1))
    pay(asha, 40_000, april - timedelta(seconds=1), "March")
    pay(asha, 50_000, april, "April")
    old, new = (yearly.yearly_statement(asha, first, now=april) for first in (2025, 2026))
    assert old.months[-1].totals.gross_paise == 40_000_00
    assert new.months[0].totals.gross_paise == 50_000_00
    assert [row.tds_paise for row in old.quarters] == [0, 0, 0, 8_000_00]
    assert [row.tds_paise for row in new.quarters] == [10_000_00, 0, 0, 0]
    assert (new.totals.gross_paise, new.other_years) == (50_000_00, [2026, 2025])


def test_bars_are_to_scale():
    """The highest month fills the chart; a small one is still seen; none has no height."""
    nets = (0, 1, 500_00, 1_000_00)
    months = [
        yearly.MonthEarned(date(2026, 4 + number, 1), yearly.Totals(net_paise=net))
        for number, net in enumerate(nets)
    ]
    assert [bar.height for bar in yearly.bars_of(months, str)] == [0, 2, 60, 120]


def test_pages_show_the_year(signed_in, asha, year):
    """The page has the months, quarters and links to its downloads; the summary links to it."""
    pay(asha, 40_000, timezone.now())
    client = signed_in(asha.user)
    page = client.get(reverse("payments:year", args=[year])).content.decode()
    for text in ("₹40,000.00", "₹8,000.00", "statement.pdf", "statement.csv"):
        assert text in page
    assert (
        reverse("payments:year", args=[year])
        in client.get(reverse("payments:money")).content.decode()
    )
    assert client.get(reverse("payments:year", args=[year - 1])).status_code == 404
    assert client.get(reverse("payments:year", args=[year + 1])).status_code == 404


def test_downloads(signed_in, asha, ravi, year):
    """CSV and PDF hold the agent's own payments only."""
    pay(asha, 40_000, timezone.now(), title="=HYPERLINK(1)")
    pay(ravi, 77_777, timezone.now(), title="Not hers")
    client = signed_in(asha.user)
    response = client.get(reverse("payments:year-csv", args=[year]))
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    cells = dict(zip(header, row, strict=True))
    assert (cells["For"], cells["Gross (INR)"]) == ("'=HYPERLINK(1)", "40000.00")
    pdf = client.get(reverse("payments:year-pdf", args=[year]))
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert len(opened.pages) == 1


def test_api_has_the_same_figures(signed_in, asha, year):
    """A program gets the months and quarters of the page."""
    pay(asha, 40_000, timezone.now())
    answer = signed_in(asha.user).get(f"/api/v1/payments/years/{year}/").json()
    assert answer["totals"]["gross_paise"] == 40_000_00
    assert sum(row["tds_paise"] for row in answer["quarters"]) == 8_000_00
    assert sum(row["net_paise"] for row in answer["months"]) == answer["totals"]["net_paise"]
    assert signed_in(asha.user).get(f"/api/v1/payments/years/{year - 1}/").status_code == 404


def test_number_of_queries_is_fixed(signed_in, asha, year, django_assert_max_num_queries):
    """The page of a year takes the same queries for one payment and for many."""
    for number in range(6):
        pay(asha, 1_000, timezone.now(), title=str(number))
    client = signed_in(asha.user)
    client.get(reverse("payments:year", args=[year]))
    with django_assert_max_num_queries(16):
        client.get(reverse("payments:year", args=[year]))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"), ("  +cmd", "'  +cmd"), ("@SUM(A1)", "'@SUM(A1)"), ("-x", "'-x"),
        ("\t=1", "'\t=1"), ("-12.50", "-12.50"), ("Asha", "Asha"), (None, ""), (7, "7"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
    ],
)  # fmt: skip
def test_cells_run_nothing(value, cell):
    """Text that a spreadsheet would run gets an apostrophe; numbers stay numbers."""
    assert safe_cell(value) == cell
    assert rupees_cell(-1_05) == "-1.05"
