"""The pay slip as a PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any

from hitouch.core import money
from hitouch.core.india_time import day_of
from hitouch.core.printing import typst_pdf
from payments.deductions import due_dates
from payments.models import Payment
from payments.payouts import queries as payouts_queries
from payments.statements import queries

PAGE = Path(__file__).parent / "payslip.typ"


def render_payslip(payment: Payment, *, at: datetime) -> bytes:
    """Render the pay slip of a payment. `at` becomes its creation date."""
    content = typst_pdf.with_code_points(_content_of(payment, at))
    return typst_pdf.render(PAGE, content, at=at)


def _content_of(payment: Payment, at: datetime) -> dict[str, Any]:
    payout = payouts_queries.live_payout_of(payment)
    facts = [
        ("Paid to", payment.agent.name),
        ("Paid by", "HitouchCX"),
        ("For", f"{payment.gig.title}, {payment.gig.client.name}"),
        ("Kind", payment.get_kind_display()),
        ("Approved on", _day(payment.opened_at)),
        ("Status", _status_of(payment)),
        ("Financial year", due_dates.financial_year_name(payment.withholding.year.financial_year)),
        ("Made on", _day(at)),
    ]
    facts += [("Time paid", line) for line in queries.worked_time_of(payment)]
    return {
        "title": f"Pay slip {payment.reference}",
        "foot": f"HitouchCX, pay slip {payment.reference}",
        "facts": facts,
        "lines": [
            {"label": line.label, "note": line.note, "amount": money.rupees(line.amount_paise)}
            for line in queries.breakdown_of(payment)
        ],
        "net": money.rupees(payment.net_paise),
        "words": money.in_words(payment.net_paise),
        "transfer": [
            ("To", f"{payout.holder_name}, {payout.ifsc} {payout.masked}"),
            ("Sent on", _day(payout.settled_at) if payout.settled_at else "Not yet"),
            ("UTR", payout.utr or "Not yet"),
        ]
        if payout
        else [("Transfer", "Not started")],
    }


def _status_of(payment: Payment) -> str:
    paid_on = f" on {_day(payment.paid_at)}" if payment.paid_at else ""
    return f"{payment.get_state_display()}{paid_on}"


def _day(at: datetime) -> str:
    return f"{day_of(at):%d %B %Y}".lstrip("0")
