"""The days by which tax, welfare fees and agents must be paid. Uses no database.

Sources: rule 30 of the Income-tax Rules 1962 (tax deducted: the 7th of the next month, for March
30 April); section 39 of the CGST Act with rule 61 (GST: the 20th of the next month); Karnataka's
order of 13 February 2026 (welfare fee: five working days after the quarter); section 15 of the
MSMED Act 2006 (micro and small enterprises: 45 days).
"""

from collections.abc import Container
from datetime import date, timedelta

APRIL, MARCH, SUNDAY = 4, 3, 6
QUARTER = 3
ENTERPRISE_DAYS = timedelta(days=45)
WELFARE_WORKING_DAYS = 5


def financial_year(day: date) -> int:
    """The year in which the Indian financial year of the day begins: 2026 for 31 March 2027."""
    return day.year if day.month >= APRIL else day.year - 1


def financial_year_name(first: int) -> str:
    """The name of a financial year, such as "2026-27"."""
    return f"{first}-{(first + 1) % 100:02d}"


def quarter(day: date) -> int:
    """The quarter of the financial year, from 1 (April to June) to 4 (January to March)."""
    return (day.month - APRIL) % 12 // QUARTER + 1


def tax_due_on(deducted_on: date) -> date:
    """The day by which tax that was deducted must be deposited."""
    if deducted_on.month == MARCH:
        return date(deducted_on.year, APRIL, 30)
    return _in_next_month(deducted_on, 7)


def gst_due_on(supplied_on: date) -> date:
    """The day by which GST must be paid."""
    return _in_next_month(supplied_on, 20)


def welfare_fee_due_on(paid_on: date, holidays: Container[date] = ()) -> date:
    """The day by which the welfare fee of a payment's quarter must be declared and paid."""
    first_month = paid_on.month - (paid_on.month - 1) % QUARTER
    day = date(paid_on.year, first_month + QUARTER - 1, 1)
    day = _in_next_month(day, 1) - timedelta(days=1)
    left = WELFARE_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() != SUNDAY and day not in holidays
    return day


def agent_due_on(accepted_on: date, *, is_enterprise: bool) -> date | None:
    """The day by which an agent must be paid, if registered as a micro or small enterprise."""
    return accepted_on + ENTERPRISE_DAYS if is_enterprise else None


def _in_next_month(day: date, number: int) -> date:
    later = day.replace(day=1) + timedelta(days=32)
    return later.replace(day=number)
