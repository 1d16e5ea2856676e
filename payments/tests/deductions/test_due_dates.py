"""Due dates of tax, GST, welfare fees and pay, at the edges of months and financial years."""

from datetime import date

import pytest

from payments.deductions import due_dates


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        (date(2026, 3, 31), "2025-26", 4),
        (date(2026, 4, 1), "2026-27", 1),
        (date(2026, 6, 30), "2026-27", 1),
        (date(2026, 7, 1), "2026-27", 2),
        (date(2026, 12, 31), "2026-27", 3),
        (date(2027, 1, 1), "2026-27", 4),
        (date(2099, 12, 31), "2099-00", 3),
    ],
)
def test_financial_year_and_quarter(day, year, quarter):
    """The financial year begins on 1 April, and has four quarters."""
    assert due_dates.financial_year_name(due_dates.financial_year(day)) == year
    assert due_dates.quarter(day) == quarter


@pytest.mark.parametrize(
    ("deducted", "due"),
    [
        (date(2026, 4, 1), date(2026, 5, 7)),
        (date(2026, 12, 31), date(2027, 1, 7)),
        (date(2027, 2, 28), date(2027, 3, 7)),
        (date(2027, 3, 1), date(2027, 4, 30)),
    ],
)
def test_tax_is_due_on_the_7th_but_for_march(deducted, due):
    """Tax of a month is due on the 7th of the next; that of March on 30 April."""
    assert due_dates.tax_due_on(deducted) == due


def test_welfare_fee_is_due_five_working_days_after_the_quarter():
    """Sundays and holidays are no working days."""
    assert due_dates.welfare_fee_due_on(date(2026, 5, 20)) == date(2026, 7, 6)
    assert due_dates.welfare_fee_due_on(date(2026, 5, 20), {date(2026, 7, 3)}) == date(2026, 7, 7)
    assert due_dates.welfare_fee_due_on(date(2026, 12, 31)) == date(2027, 1, 6)


def test_an_enterprise_is_paid_within_45_days():
    """Only a registered micro or small enterprise has a due date by law."""
    assert due_dates.agent_due_on(date(2026, 1, 1), is_enterprise=True) == date(2026, 2, 15)
    assert due_dates.agent_due_on(date(2026, 1, 1), is_enterprise=False) is None


def test_gst_is_due_on_the_20th():
    """GST of a month is due on the 20th of the next."""
    assert due_dates.gst_due_on(date(2026, 12, 5)) == date(2027, 1, 20)
