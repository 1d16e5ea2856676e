"""Read a bank's account statement from CSV. Uses no database.

Banks differ in the rows above the table, in the names of columns, in dates and in how they write
debits; what cannot be understood for sure is refused with the number of its line. When there is
a running balance, every line has to follow from the one before, so that no line is missing.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 100_000
#: Rows above the table: name, address and period.
MOST_ROWS_ABOVE = 60
COLUMNS = {
    "date": (
        "value date", "value dt", "transaction date", "txn date", "tran date", "posting date",
        "date",
    ),
    "text": (
        "narration", "description", "particulars", "transaction remarks", "remarks", "details",
    ),
    "reference": (
        "utr", "utr no", "utr number", "chq/ref no", "chq /ref no", "ref no/cheque no",
        "reference no", "reference number", "chq no", "cheque no", "transaction id", "tran id",
    ),
    "debit": (
        "withdrawal amt", "withdrawal amount", "withdrawals", "withdrawal", "debit amount",
        "debit", "dr amount", "dr",
    ),
    "credit": (
        "deposit amt", "deposit amount", "deposits", "deposit", "credit amount", "credit",
        "cr amount", "cr",
    ),
    "amount": ("transaction amount", "amount"),
    "sign": ("dr/cr", "cr/dr", "debit/credit", "type", "dr cr"),
    "balance": (
        "closing balance", "running balance", "available balance", "balance amount", "balance",
    ),
}  # fmt: skip
DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%d/%m/%y",
         "%d-%m-%y", "%d-%b-%y", "%d %b %y", "%d %B %Y")  # fmt: skip
_ENDINGS = re.compile(r"\(?\b(?:inr|rs)\b\.?\)?|[.:*₹]|\(\)")
#: A cell that a spreadsheet would run (OWASP: CSV injection); signs alone or numbers are none.
_FORMULA = re.compile(r"^\s*(?:[=@]|[+\-][^\d.,\s\-])")
#: UTRs and references of clients stand among other words of the narration.
_TOKEN = re.compile(r"[A-Z0-9]{9,22}")


class StatementRefused(Exception):
    """The file is no statement that can be read for sure. The message says where and why."""


@dataclass(frozen=True)
class StatementRow:
    """One movement on the account: a credit is above zero, a debit below."""

    line: int
    day: date
    amount_paise: int
    narration: str
    reference: str
    balance_paise: int | None

    @property
    def tokens(self) -> frozenset[str]:
        """What may be a UTR or a client's reference."""
        words = f"{self.reference} {self.narration}".upper()
        return frozenset(
            token for token in _TOKEN.findall(words) if any(char.isdigit() for char in token)
        )


def read_statement(content: bytes) -> list[StatementRow]:
    """The movements, oldest first. Raises `StatementRefused`."""
    table = list(csv.reader(io.StringIO(_decode(content)), _dialect_of(content)))
    at, columns = _find_header(table)
    rows = list(_rows(table, at, columns))
    if not rows:
        raise StatementRefused("The file has no movements.")
    if len(rows) > 1 and rows[0].day > rows[-1].day:
        rows.reverse()
    return _in_order(rows)


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise StatementRefused("The file is larger than 20 MB. Choose a shorter period.")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as fault:
        raise StatementRefused(
            "The file is not encoded in UTF-8 or UTF-16. Save it as CSV UTF-8, and try again."
        ) from fault
    if "\x00" in text:
        raise StatementRefused("This is not a CSV file. Save the statement as CSV UTF-8.")
    return text


def _dialect_of(content: bytes) -> type[csv.Dialect]:
    """Comma, semicolon or tab: whichever most lines share."""
    lines = _decode(content).splitlines()[: MOST_ROWS_ABOVE + 40]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in ",;\t|"}

    class Chosen(csv.excel):
        delimiter = max(counts, key=lambda mark: counts[mark])

    return Chosen


def _plain(cell: str) -> str:
    """A column's name without units, signs and double blanks."""
    return " ".join(_ENDINGS.sub(" ", cell.lower().replace("_", " ")).split())


def _find_header(table: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(table[:MOST_ROWS_ABOVE]):
        names = [_plain(cell) for cell in row]
        columns: dict[str, int] = {}
        for role, known in COLUMNS.items():
            for name in known:
                if name in names and role not in columns:
                    columns[role] = names.index(name)
        has_amounts = {"debit", "credit"} <= columns.keys() or {"amount", "sign"} <= columns.keys()
        if {"date", "text"} <= columns.keys() and (has_amounts or "amount" in columns):
            return number, columns
    raise StatementRefused(
        "No row names the columns. We look for a date, a narration, and debit and credit, or an "
        "amount."
    )


def _rows(
    table: Sequence[Sequence[str]], at: int, columns: Mapping[str, int]
) -> Iterator[StatementRow]:
    for number, cells in enumerate(table[at + 1 :], start=at + 2):
        if number > MAX_LINES:
            raise StatementRefused("The file has more than 1,00,000 lines.")
        values = {
            role: cells[column].strip() if column < len(cells) else ""
            for role, column in columns.items()
        }
        if not any(cell.strip() for cell in cells):
            continue
        if not values["date"] or not any(char.isdigit() for char in values["date"]):
            if _amount_of(values, number, is_optional=True):
                raise StatementRefused(f"Line {number} has an amount and no date.")
            # Headings and totals below the table.
            continue
        yield _row_of(values, number)


def _row_of(values: Mapping[str, str], number: int) -> StatementRow:
    reference = values.get("reference", "").lstrip("'")
    for text in (values["text"], reference):
        if _FORMULA.match(text):
            raise StatementRefused(
                f"Line {number} begins with a sign that a spreadsheet would run as a formula: "
                f"“{text[:30]}”. Ask the bank for the statement as it was issued."
            )
    amount = _amount_of(values, number)
    if not amount:
        raise StatementRefused(f"Line {number} has no amount.")
    balance = values.get("balance", "")
    return StatementRow(
        line=number,
        day=_day_of(values["date"], number),
        amount_paise=amount,
        narration=" ".join(values["text"].split())[:500],
        reference=reference[:60],
        balance_paise=_paise(balance, number) if balance else None,
    )


def _amount_of(values: Mapping[str, str], number: int, *, is_optional: bool = False) -> int:
    """The amount with its sign; 0 if there is none."""
    try:
        if "debit" in values and "credit" in values:
            debit = abs(_paise(values["debit"], number)) if values["debit"] else 0
            credit = abs(_paise(values["credit"], number)) if values["credit"] else 0
            if debit and credit:
                raise StatementRefused(f"Line {number} has a debit and a credit.")
            return credit - debit
        if not values.get("amount"):
            return 0
        paise = _paise(values["amount"], number)
        sign = values.get("sign", "").upper().rstrip(".")
        if sign in ("DR", "D", "DEBIT"):
            return -abs(paise)
        if sign in ("CR", "C", "CREDIT"):
            return abs(paise)
        if "sign" in values:
            raise StatementRefused(f"Line {number} says neither debit nor credit.")
    except StatementRefused:
        if is_optional:
            return 0
        raise
    return paise


def _paise(text: str, number: int) -> int:
    """An amount such as "1,23,456.78 Cr", "(500.00)" or "-500" in paise."""
    plain = text.upper().replace(",", "").replace("₹", "").replace("INR", "").strip()
    is_negative = plain.endswith("DR") or (plain.startswith("(") and plain.endswith(")"))
    plain = plain.removesuffix("CR").removesuffix("DR").strip("() ")
    try:
        rupees = Decimal(plain.replace("\N{MINUS SIGN}", "-"))
        paise = rupees * 100
        if not rupees.is_finite() or paise != int(paise):
            raise InvalidOperation
    except (InvalidOperation, OverflowError) as fault:
        raise StatementRefused(
            f"Line {number}: “{text[:30]}” is not an amount in rupees and paise."
        ) from fault
    return -abs(int(paise)) if is_negative else int(paise)


def _day_of(text: str, number: int) -> date:
    plain = text.split(" ")[0] if re.match(r"^\S*\d{4}\s+\d{1,2}:", text) else text
    for form in DATES:
        try:
            return datetime.strptime(plain.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise StatementRefused(
        f"Line {number}: “{text[:30]}” is not a date we know, such as 31/12/2026."
    )


def _in_order(rows: list[StatementRow]) -> list[StatementRow]:
    """The rows, when each balance follows from the one before."""
    for before, row in pairwise(rows):
        if before.balance_paise is None or row.balance_paise is None:
            continue
        if before.balance_paise + row.amount_paise != row.balance_paise:
            raise StatementRefused(
                f"The balance in line {row.line} does not follow from the line before it. "
                "A line is missing, or was changed."
            )
    return rows
