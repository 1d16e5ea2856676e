"""CSV downloads that a spreadsheet opens without running anything in them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from hitouch.core.web.downloads import as_private_download

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: First characters that make a cell a formula (OWASP: CSV injection).
_FORMULA_STARTS = (
    "=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}",
)  # fmt: skip


def safe_cell(value: object) -> str:
    """The text of a cell; what a spreadsheet would take for a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    starts = text.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA_STARTS)
    return f"'{text}" if starts and not _NUMBER.fullmatch(text) else text


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A private download, with the mark by which spreadsheets recognise UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    response = HttpResponse(
        file.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    return as_private_download(response, name)


def rupees_cell(paise: int) -> str:
    """An amount as a plain number of rupees, for calculating with: "-1234.50"."""
    sign = "-" if paise < 0 else ""
    whole, part = divmod(abs(paise), 100)
    return f"{sign}{whole}.{part:02d}"
