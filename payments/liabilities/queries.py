"""What is owed to the government, of which period, and by which day it has to be paid.

TDS and GST are owed by months, as they were booked; welfare fees by quarters and states. What a
correction took back is less in the period of the correction.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum
from django.urls import reverse

from hitouch.core.india_time import day_of, midnight
from hitouch.core.web.queues import WorkQueue
from payments.deductions import due_dates
from payments.ledger import queries as ledger_queries
from payments.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    Leg,
    LiabilityAccrual,
    LiabilityPayment,
    WelfareFee,
)
from payments.models.liabilities import LiabilityKind as Kind

State = LiabilityPayment.State
ACCOUNTS = {
    Kind.TDS: AccountKind.TDS_PAYABLE,
    Kind.GST: AccountKind.GST_PAYABLE,
    Kind.WELFARE_FEE: AccountKind.WELFARE_FEE_PAYABLE,
}
MONTHS_OF_QUARTER = 3
#: Finance is asked to pay so many days before the last one.
ASKED_BEFORE = timedelta(days=7)


class Period(NamedTuple):
    """What is owed together: a kind, the first day of its period, and a welfare fee's state."""

    kind: str
    first: date
    region: str = ""

    @property
    def key(self) -> str:
        """The period in a form."""
        return f"{self.kind}|{self.first.isoformat()}|{self.region}"

    @property
    def after(self) -> date:
        """The first day of the next period."""
        months = MONTHS_OF_QUARTER if self.kind == Kind.WELFARE_FEE else 1
        month = self.first.month - 1 + months
        return date(self.first.year + month // 12, month % 12 + 1, 1)

    @property
    def due_on(self) -> date:
        """The last day on which it can be paid."""
        return _DUE_ON[Kind(self.kind)](self.first)

    @property
    def name(self) -> str:
        """Such as "TDS, November 2026"."""
        last = self.after - timedelta(days=1)
        months = f"{self.first:%B} to {last:%B %Y}"
        when = months if self.kind == Kind.WELFARE_FEE else f"{self.first:%B %Y}"
        return ", ".join(filter(None, [Kind(self.kind).label, self.region, when]))


_DUE_ON = {
    Kind.TDS: due_dates.tax_due_on,
    Kind.GST: due_dates.gst_due_on,
    Kind.WELFARE_FEE: due_dates.welfare_fee_due_on,
}


@dataclass(frozen=True)
class Owed:
    """What is owed for one period. `recorded_paise` waits for a second person."""

    period: Period
    accrued_paise: int
    paid_paise: int
    recorded_paise: int

    @property
    def left_paise(self) -> int:
        """What nobody has paid or recorded yet."""
        return self.accrued_paise - self.paid_paise - self.recorded_paise


def owed() -> list[Owed]:
    """What is owed and was paid for each period, the one that is due first at the beginning.

    What came to be owed is as it was counted last, within the last hour.
    """
    accrued = {
        Period(row.kind, row.period_from, row.region): row.amount_paise
        for row in LiabilityAccrual.objects.all()
    }
    paid: defaultdict[Period, int] = defaultdict(int)
    recorded: defaultdict[Period, int] = defaultdict(int)
    for row in LiabilityPayment.objects.exclude(state=State.REJECTED):
        sums = paid if row.state == State.APPROVED else recorded
        sums[Period(row.kind, row.period_from, row.region)] += row.amount_paise
    periods = sorted({*accrued, *paid, *recorded}, key=lambda each: (each.due_on, each))
    return [Owed(each, accrued.get(each, 0), paid[each], recorded[each]) for each in periods]


def open_periods() -> list[Owed]:
    """The periods of which something is left to pay, or waits for a second person."""
    return [row for row in owed() if row.left_paise > 0 or row.recorded_paise]


def left_of(period: Period) -> int:
    """What can still be paid for a period, exactly: never more than is owed of the kind altogether.

    A correction after a period was paid leaves a credit, which goes against the others.
    """
    rows = LiabilityPayment.objects.filter(kind=period.kind)
    live = rows.exclude(state=State.REJECTED)
    of_period = live.filter(period_from=period.first, region=period.region)
    left = accrued_in(period).get(period, 0) - _sum(of_period)
    account = LedgerAccount.objects.filter(kind=ACCOUNTS[Kind(period.kind)]).values_list("pk")
    balance = sum(ledger_queries.balances([pk for (pk,) in account]).values())
    return min(left, -balance - _sum(rows.filter(state=State.PROPOSED)))


def _sum(rows: QuerySet[LiabilityPayment]) -> int:
    return int(rows.aggregate(paise=Sum("amount_paise", default=0))["paise"])


def accrued_in(period: Period) -> dict[Period, int]:
    """What came to be owed of a kind in the days of a period, by regions."""
    days = (midnight(period.first), midnight(period.after))
    if period.kind == Kind.WELFARE_FEE:
        fees = WelfareFee.objects.filter(
            payment__opened_at__gte=days[0], payment__opened_at__lt=days[1]
        )
        regions = fees.values_list("rule__state").annotate(Sum("amount_paise")).order_by()
        return {period._replace(region=region): paise for region, paise in regions}
    legs = Leg.objects.filter(
        account__kind=ACCOUNTS[Kind(period.kind)], entry__at__gte=days[0], entry__at__lt=days[1]
    ).exclude(entry__kind=EntryKind.LIABILITY_PAID)
    return {period: -legs.aggregate(paise=Sum("amount_paise", default=0))["paise"]}


def periods_between(first: date, last: date) -> list[Period]:
    """The periods of each kind that have a day between two days, without regions."""
    found = []
    for kind in Kind:
        months = MONTHS_OF_QUARTER if kind == Kind.WELFARE_FEE else 1
        start = date(first.year, first.month - (first.month - 1) % months, 1)
        period = Period(kind.value, start)
        while period.first <= last:
            found.append(period)
            period = period._replace(first=period.after)
    return found


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Periods that are due within a week, and payments that wait for a second person."""
    url = reverse("admin:payments_liabilitypayment_changelist")
    soon = day_of(now) + ASKED_BEFORE
    due = [row for row in open_periods() if row.left_paise > 0 and row.period.due_on <= soon]
    waiting: Any = LiabilityPayment.objects.filter(state=State.PROPOSED).order_by("created_at")
    oldest = waiting.values_list("created_at", flat=True).first()
    return [
        WorkQueue(
            label="Taxes and fees to pay to the government",
            count=len(due),
            oldest_at=midnight(min(row.period.after for row in due)) if due else None,
            url=url,
            group="Payments",
        ),
        WorkQueue(
            label="Payments to the government to confirm",
            count=waiting.count(),
            oldest_at=oldest,
            url=f"{url}?state__exact=PROPOSED",
            group="Payments",
        ),
    ]
