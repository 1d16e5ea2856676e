"""The statement of a financial year as a PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.models import Agent
from hitouch.core import money
from hitouch.core.india_time import day_of
from hitouch.core.printing import typst_pdf
from payments.statements.yearly import Totals, YearlyStatement

PAGE = Path(__file__).parent / "yearly.typ"


def render_statement(agent: Agent, year: YearlyStatement, *, at: datetime) -> bytes:
    """Render the statement of a year. `at` is the day it is made and the PDF's creation date."""
    content = typst_pdf.with_code_points(_content_of(agent, year, at))
    return typst_pdf.render(PAGE, content, at=at)


def _content_of(agent: Agent, year: YearlyStatement, at: datetime) -> dict[str, Any]:
    made_on = f"{day_of(at):%d %B %Y}".lstrip("0")
    return {
        "title": f"Statement of earnings {year.name}",
        "foot": f"HitouchCX, statement of {agent.name}, {year.name}",
        "facts": [
            ("Name", agent.name),
            ("Paid by", "HitouchCX"),
            ("Financial year", f"{year.name} (April to March)"),
            ("Made on", made_on),
            ("Paid out so far", money.rupees(year.paid_paise)),
        ],
        "months": [
            [month.name, *_amounts(month.totals)]
            for month in year.months
            if month.totals.gross_paise
        ],
        "totals": _amounts(year.totals),
        "quarters": [
            [
                f"{quarter.number}: {quarter.name}",
                money.rupees(quarter.gross_paise),
                money.rupees(quarter.tds_paise),
            ]
            for quarter in year.quarters
        ],
    }


def _amounts(totals: Totals) -> list[str]:
    parts = (totals.gross_paise, totals.tds_paise, totals.fee_with_gst_paise, totals.net_paise)
    return [money.rupees(paise) for paise in parts]
