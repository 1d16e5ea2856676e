"""Monthly earnings by calendar months in India, and their dashboard panel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NOON, make_agent
from hitouch.core.india_time import INDIA, month_of
from onboarding.dashboard.panels import DashboardRequest
from payments import dashboard, seeding
from payments.models import Payment, TaxRule
from payments.rates import queries as rates_queries
from payments.statements import queries
from payments.tests.factories import make_work

SECOND = timedelta(seconds=1)
STATES = Payment.State
#: Ends of two months in India, one of them February of a leap year.
TURNS = [datetime(2026, 10, 31, 18, 30, tzinfo=UTC), datetime(2028, 2, 29, 18, 30, tzinfo=UTC)]
ROWS = st.lists(
    st.tuples(
        st.integers(1_00, 9_99_99_999),
        st.sampled_from(list(STATES.values)),
        st.sampled_from(TURNS),
        st.sampled_from([0, -1, 1, -19_800, 19_800, 86_400, -86_400, 40 * 86_400]),
    ),
    max_size=5,
)


def make_works() -> Any:
    seeding.seed(NOON)
    agent, other = make_agent("Asha"), make_agent("Ravi")
    return agent, [make_work(agent, title=f"Work {n}") for n in range(5)], make_work(other)


@pytest.fixture
def works(db: None) -> Any:
    """Asha, five approved works of hers, and one of another agent."""
    return make_works()


def make_payment(
    work: Any, gross: int, state: str, paid_at: Any, opened_at: datetime = NOON
) -> Payment:
    """A payment with deductions, in the given state."""
    kind = TaxRule.Kind.CONTRACTOR_INDIVIDUAL
    tax, fee = rates_queries.tax_rule_on(NOON.date(), kind), rates_queries.fee_rule_on(NOON.date())
    taken = {"tds_paise": gross // 100, "fee_paise": gross // 20, "gst_paise": gross // 111}
    made = Payment.objects.create(
        kind=Payment.Kind.FIXED, source_type="gigs.work", source_id=work.pk, gig=work.gig,
        work=work, agent=work.gig.agent, opened_at=opened_at, gross_paise=gross, tds_bp=100,
        fee_bp=500, net_paise=gross - sum(taken.values()), gst_bp=1800, tax_rule=tax,
        fee_rule=fee, **taken,
    )  # fmt: skip
    rows = Payment.objects.filter(pk=made.pk)
    if state != STATES.PENDING:
        rows.update(state=STATES.PROCESSING)
    if state in (STATES.COMPLETED, STATES.FAILED):
        rows.update(state=state, paid_at=paid_at if state == STATES.COMPLETED else None)
    return rows.get()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, turn=st.sampled_from(TURNS), after=st.booleans())
def test_monthly_earnings_equal_a_naive_sum(works: Any, rows: Any, turn: Any, after: bool) -> None:
    """Each total equals the sum over the rows in Python, for any states and moments."""
    agent, mine, others = works
    month = month_of(turn if after else turn - SECOND)
    with transaction.atomic():
        made = [
            make_payment(work, gross, state, near + timedelta(seconds=off))
            for work, (gross, state, near, off) in zip(mine, rows, strict=False)
        ]
        make_payment(others, 5_000_00, STATES.COMPLETED, turn)
        found = queries.earnings_in(month, agent)
        transaction.set_rollback(True)
    paid = coming = unsent = 0
    for row in made:
        local = row.paid_at and row.paid_at.astimezone(INDIA)
        if local and (local.year, local.month) == (month.first.year, month.first.month):
            paid += row.net_paise
        if row.state != "COMPLETED":
            coming += row.net_paise
        if row.state in ("PENDING", "FAILED"):
            unsent += row.net_paise
    sums = (found.paid_paise, found.outstanding_paise, found.awaiting_payout_paise)
    assert sums == (paid, coming, unsent)


@pytest.mark.parametrize(
    ("paid_at", "month"),
    [
        (datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC), "October 2026"),
        (datetime(2026, 10, 31, 18, 30, tzinfo=UTC), "November 2026"),
        (datetime(2026, 11, 30, 18, 29, 59, tzinfo=UTC), "November 2026"),
        (datetime(2026, 11, 30, 18, 30, tzinfo=UTC), "December 2026"),
        (datetime(2028, 2, 29, 18, 29, 59, tzinfo=UTC), "February 2028"),
        (datetime(2028, 2, 29, 18, 30, tzinfo=UTC), "March 2028"),
    ],
)
def test_payment_counts_in_the_month_it_arrived(
    works: Any, db: None, paid_at: Any, month: str
) -> None:
    """A month ends at midnight in India."""
    agent, mine, _ = works
    payment = make_payment(mine[0], 10_000_00, STATES.COMPLETED, paid_at)
    for now in (paid_at - timedelta(days=20), paid_at, paid_at + timedelta(days=20)):
        panel = dashboard.contribution(DashboardRequest(agent, now, None, None)).panels[0]
        this_month = panel.figures[0]
        wanted = payment.net_paise if this_month.title == f"Paid in {month}" else 0
        assert this_month.paise == wanted


def test_oldest_unpaid_payment_is_listed_first(works: Any, db: None) -> None:
    """The panel lists unpaid payments first, oldest first, then paid ones."""
    agent, mine, _ = works
    states = ("COMPLETED", "PENDING", "PROCESSING")
    for days, (work, state) in enumerate(zip(mine, states, strict=False)):
        make_payment(work, 1_000_00, state, NOON, opened_at=NOON - timedelta(days=days))
    panel = dashboard.contribution(DashboardRequest(agent, NOON, None, None)).panels[0]
    assert [line.state for line in panel.lines] == ["PROCESSING", "PENDING", "COMPLETED"]
    assert [figure.key for figure in panel.figures] == [
        "paid_this_month", "on_the_way", "next_payout",
    ]  # fmt: skip
    assert panel.figures[2].note == "Processing"
