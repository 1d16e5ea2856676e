"""What a client spent in a financial year, by project and by month."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, QuerySet, Sum
from django.db.models.functions import TruncMonth

from gigs.models import Client
from gigs.workspace.budgets import SpentInMonth
from hitouch.core.india_time import INDIA, day_of, midnight
from payments.deductions import due_dates
from payments.models import Payment

APRIL = 4


@dataclass
class Spent:
    """Amounts: what agents earned, and the GST on top of it."""

    earned_paise: int = 0
    gst_paise: int = 0

    @property
    def total_paise(self) -> int:
        return self.earned_paise + self.gst_paise

    def add(self, other: "Spent") -> None:
        """Add other amounts to these."""
        self.earned_paise += other.earned_paise
        self.gst_paise += other.gst_paise


@dataclass(frozen=True)
class SpentOn:
    """What was spent on a project, or in a month."""

    name: str
    spent: Spent


@dataclass(frozen=True)
class SpendStatement:
    """A financial year of a client. Earnings count by the day of approval, as on bills."""

    first_year: int
    projects: list[SpentOn]
    months: list[SpentOn]
    total: Spent
    years: list[int]

    @property
    def name(self) -> str:
        """Such as "2026-27"."""
        return due_dates.financial_year_name(self.first_year)

    @property
    def other_years(self) -> list[tuple[int, str]]:
        """Each financial year there is a statement of, with its name."""
        return [(year, due_dates.financial_year_name(year)) for year in self.years]


def earnings_in_year(client: Client, first_year: int) -> QuerySet[Payment]:
    """What the client's agents earned in the year, and corrections of it, oldest first."""
    starts, ends = midnight(date(first_year, APRIL, 1)), midnight(date(first_year + 1, APRIL, 1))
    payments = Payment.objects.filter(gig__client=client, opened_at__gte=starts, opened_at__lt=ends)
    return payments.select_related("gig__opportunity__project").order_by("opened_at", "pk")


def spend_by_month(client: Client) -> list[SpentInMonth]:
    """What the client spent since the beginning, by month and project, without GST."""
    rows = (
        Payment.objects.filter(gig__client=client)
        .order_by()
        .annotate(month=TruncMonth("opened_at", tzinfo=INDIA))
        .values("month", "gig__opportunity__project")
        .annotate(earned=Sum("gross_paise"))
    )
    return [
        SpentInMonth(
            row["month"].astimezone(INDIA).date(), row["gig__opportunity__project"], row["earned"]
        )
        for row in rows
    ]


def spend_of(client: Client, first_year: int, *, now: datetime) -> SpendStatement | None:
    """The statement of one financial year; None for one in which the client spent nothing yet."""
    years = _years_of(client, now=now)
    if first_year not in years:
        return None
    rows = (
        earnings_in_year(client, first_year)
        .order_by()
        .annotate(month=TruncMonth("opened_at", tzinfo=INDIA))
        .values("month", "gig__opportunity__project", "gig__opportunity__project__title")
        .annotate(earned=Sum("gross_paise"), gst=Sum("client_gst_paise"))
    )
    projects: dict[object, SpentOn] = {}
    months: dict[date, SpentOn] = {}
    total = Spent()
    for row in rows:
        spent = Spent(row["earned"], row["gst"])
        title = row["gig__opportunity__project__title"]
        month = row["month"].astimezone(INDIA).date()
        project = row["gig__opportunity__project"]
        projects.setdefault(project, SpentOn(title, Spent())).spent.add(spent)
        months.setdefault(month, SpentOn(f"{month:%B %Y}", Spent())).spent.add(spent)
        total.add(spent)
    return SpendStatement(
        first_year,
        sorted(projects.values(), key=lambda row: (-row.spent.total_paise, row.name)),
        [months[month] for month in sorted(months)],
        total,
        years,
    )


def _years_of(client: Client, *, now: datetime) -> list[int]:
    this_year = due_dates.financial_year(day_of(now))
    first = Payment.objects.filter(gig__client=client).aggregate(at=Min("opened_at"))["at"]
    earliest = due_dates.financial_year(day_of(first)) if first else this_year
    return list(range(this_year, earliest - 1, -1))
