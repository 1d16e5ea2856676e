"""A client's statement of spend as a PDF."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from gigs.models import Client
from hitouch.core import money
from hitouch.core.india_time import day_of
from hitouch.core.printing import typst_pdf
from payments.statements.spend import SpendStatement, Spent, SpentOn

PAGE = Path(__file__).parent / "spend.typ"


def render_spend(client: Client, year: SpendStatement, *, at: datetime) -> bytes:
    """Render the statement. `at` is the day it is made and the PDF's creation date."""
    return typst_pdf.render(PAGE, typst_pdf.with_code_points(_content_of(client, year, at)), at=at)


def _content_of(client: Client, year: SpendStatement, at: datetime) -> dict[str, Any]:
    return {
        "title": f"Statement of spend {year.name}",
        "foot": f"HitouchCX, spend of {client.name}, {year.name}",
        "facts": [
            ("Client", client.name),
            ("Financial year", f"{year.name} (April to March)"),
            ("Made on", f"{day_of(at):%d %B %Y}".lstrip("0")),
        ],
        "tables": [
            {"title": "By project", "first": "Project", "rows": _rows(year.projects)},
            {"title": "By month", "first": "Month", "rows": _rows(year.months)},
        ],
        "totals": _amounts(year.total),
    }


def _rows(rows: Sequence[SpentOn]) -> list[list[str]]:
    return [[row.name, *_amounts(row.spent)] for row in rows]


def _amounts(spent: Spent) -> list[str]:
    return [
        money.rupees(paise) for paise in (spent.earned_paise, spent.gst_paise, spent.total_paise)
    ]
