"""An agent's financial year: earnings by month, tax by quarter, and the chart of the months."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Min, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Agent
from hitouch.core.india_time import INDIA, day_of, midnight
from payments.deductions import due_dates
from payments.models import Payment

APRIL, MONTHS, QUARTERS = 4, 12, 4
PARTS = ("gross_paise", "tds_paise", "fee_paise", "gst_paise", "net_paise")


@dataclass
class Totals:
    """Sums of the parts of payments."""

    gross_paise: int = 0
    tds_paise: int = 0
    fee_paise: int = 0
    gst_paise: int = 0
    net_paise: int = 0

    def add(self, other: "Totals") -> None:
        """Add other sums to these."""
        for name in PARTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def fee_with_gst_paise(self) -> int:
        return self.fee_paise + self.gst_paise


@dataclass(frozen=True)
class MonthEarned:
    """What was approved in one month."""

    first: date
    totals: Totals

    @property
    def name(self) -> str:
        """Such as "April 2026"."""
        return f"{self.first:%B %Y}"

    @property
    def short_name(self) -> str:
        return f"{self.first:%b}"


@dataclass(frozen=True)
class QuarterTaxed:
    """The tax withheld in one quarter, and the day by which its last month is deposited."""

    number: int
    name: str
    gross_paise: int
    tds_paise: int
    deposit_due_on: date


@dataclass(frozen=True)
class YearlyStatement:
    """A financial year of an agent. Payments count by the day of approval, as tax does."""

    first_year: int
    months: list[MonthEarned]
    quarters: list[QuarterTaxed]
    totals: Totals
    paid_paise: int = 0
    other_years: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Such as "2026-27"."""
        return due_dates.financial_year_name(self.first_year)


def payments_in_year(agent: Agent, first_year: int) -> QuerySet[Payment]:
    """The agent's payments that were approved in the financial year, oldest first."""
    starts, ends = midnight(date(first_year, APRIL, 1)), midnight(date(first_year + 1, APRIL, 1))
    payments = Payment.objects.filter(agent=agent, opened_at__gte=starts, opened_at__lt=ends)
    return payments.select_related("gig__client").order_by("opened_at", "pk")


def yearly_statement(agent: Agent, first_year: int, *, now: datetime) -> YearlyStatement | None:
    """The statement of one financial year; None before the first payment, and for years to come."""
    years = years_of(agent, now=now)
    if first_year not in years:
        return None
    rows = (
        payments_in_year(agent, first_year)
        .order_by()
        .annotate(month=TruncMonth("opened_at", tzinfo=INDIA))
        .values("month")
        .annotate(**{f"sum_{name}": Sum(name) for name in PARTS})
    )
    by_month = {
        row["month"].astimezone(INDIA).date(): Totals(
            **{name: row[f"sum_{name}"] for name in PARTS}
        )
        for row in rows
    }
    months = [MonthEarned(first, by_month.get(first, Totals())) for first in _months_of(first_year)]
    totals = Totals()
    for month in months:
        totals.add(month.totals)
    paid = payments_in_year(agent, first_year).filter(state=Payment.State.COMPLETED)
    return YearlyStatement(
        first_year,
        months,
        [
            _quarter_of(months[number * 3 : number * 3 + 3], number + 1)
            for number in range(QUARTERS)
        ],
        totals,
        paid.aggregate(paise=Sum("net_paise", default=0))["paise"],
        years,
    )


def years_of(agent: Agent, *, now: datetime) -> list[int]:
    """Financial years from the agent's first payment to now, newest first."""
    this_year = due_dates.financial_year(day_of(now))
    first = Payment.objects.filter(agent=agent).aggregate(at=Min("opened_at"))["at"]
    earliest = due_dates.financial_year(day_of(first)) if first else this_year
    return list(range(this_year, earliest - 1, -1))


def _months_of(first_year: int) -> list[date]:
    return [
        date(first_year + (month > MONTHS), (month - 1) % MONTHS + 1, 1)
        for month in range(APRIL, APRIL + MONTHS)
    ]


def _quarter_of(months: Sequence[MonthEarned], number: int) -> QuarterTaxed:
    return QuarterTaxed(
        number,
        f"{months[0].first:%B} to {months[-1].first:%B %Y}",
        sum(month.totals.gross_paise for month in months),
        sum(month.totals.tds_paise for month in months),
        due_dates.tax_due_on(months[-1].first),
    )


@dataclass(frozen=True)
class Bar:
    """One month of the chart, in the units of the drawing."""

    x: int
    y: int
    height: int
    label: str
    title: str
    #: The amount in few characters, above the bar; empty without earnings.
    amount: str = ""


CHART_TOP, CHART_HEIGHT, BAR_STEP = 30, 120, 50
THOUSAND_RUPEES, LAKH_RUPEES = 1_000, 1_00_000


def short_amount(paise: int) -> str:
    """An amount in at most five characters: "850", "33.5k", "1.25L" (lakh)."""
    rupees = paise / 100
    if rupees >= LAKH_RUPEES:
        return f"{rupees / LAKH_RUPEES:.3g}L"
    if rupees >= THOUSAND_RUPEES:
        return f"{rupees / THOUSAND_RUPEES:.3g}k"
    return f"{rupees:.0f}"


def bars_of(months: Sequence[MonthEarned], describe: Any) -> list[Bar]:
    """The chart's bars: the highest month fills it, and any earnings are at least a line."""
    most = max((month.totals.net_paise for month in months), default=0)
    bars = []
    for number, month in enumerate(months):
        net = max(month.totals.net_paise, 0)
        height = max(net * CHART_HEIGHT // most, 2) if net and most else 0
        bars.append(
            Bar(
                x=number * BAR_STEP,
                y=CHART_TOP + CHART_HEIGHT - height,
                height=height,
                label=month.short_name,
                title=f"{month.name}: {describe(month.totals.net_paise)}",
                amount=short_amount(net) if net else "",
            )
        )
    return bars
