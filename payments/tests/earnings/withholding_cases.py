"""The table of withholdings that was worked out by hand, and the law's terms that it names.

`data/withholding_cases.csv` has a row for each payment of a story. A story is one payee; the rows
before are the history of the year. `tds_formula` is the tax in fractions as one would write it on
paper; the amounts are in rupees. It was written from the sections, not from the code:

* section 194C of the Income-tax Act 1961, 393(1) Table 6(i) of the Act of 2025: 1 % of an
  individual's sum above ₹30,000, and of all sums of a year above ₹1,00,000;
* 194-O: 0.1 % of a year above ₹5,00,000, with a PAN; 194J: 10 % (call centres 2 %) of a year above
  ₹50,000;
* 206AA, 397(2): without a PAN the higher of the rate and 20 % (194-O: 5 %), on what is taxed at
  all, and no certificate; 197: a certificate is for sums credited from its first day on, to a
  limit;
* Karnataka's order of 13 February 2026: 1 % of a payout, at most ₹1.50, not of incentives.
"""

import ast
import csv
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from itertools import groupby
from math import floor
from pathlib import Path

from hitouch.core.india_time import day_of
from payments.deductions.withholding import Rounding, TaxTerms

TABLE = Path(__file__).parent / "data" / "withholding_cases.csv"
LAKH = 1_00_000_00
TERMS = {
    "contractor": {
        "rate_bp": 100, "no_pan_rate_bp": 2_000, "single_threshold_paise": 30_000_00,
        "yearly_threshold_paise": LAKH,
    },
    "participant": {
        "rate_bp": 10, "no_pan_rate_bp": 500, "yearly_threshold_paise": 5 * LAKH,
        "thresholds_without_pan": False,
    },
    "professional": {
        "rate_bp": 1_000, "no_pan_rate_bp": 2_000, "yearly_threshold_paise": LAKH // 2,
    },
    "call centre": {
        "rate_bp": 200, "no_pan_rate_bp": 2_000, "yearly_threshold_paise": LAKH // 2,
    },
}  # fmt: skip


def paise(rupees: str) -> int:
    """An amount of the table in paise."""
    return int(Fraction(rupees) * 100)


@dataclass(frozen=True)
class CertificateCase:
    """A certificate of the table: "rate in percent;limit;first day;day after the last;kind"."""

    rate_bp: int
    limit_paise: int
    first: date
    end: date
    kind: str

    @classmethod
    def read(cls, text: str, kind: str) -> "CertificateCase | None":
        if not text:
            return None
        rate, limit, first, end, *other = text.split(";")
        days = date.fromisoformat(first), date.fromisoformat(end)
        return cls(int(Fraction(rate) * 100), paise(limit), *days, *(other or [kind]))


class Case:
    """One payment of the table."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row = row
        self.name = f"{row['story']} {row['step']}"
        self.at = datetime.fromisoformat(row["approved_at"])
        self.gross_paise = paise(row["gross"])
        self.has_pan = row["pan"] == "yes"
        self.certificate = CertificateCase.read(row["certificate"], row["kind"])
        self.fee_bp, self.gst_bp = (
            int(Fraction(row[name]) * 100) for name in ("fee_percent", "gst_percent")
        )

    def __getitem__(self, column: str) -> str:
        return self.row[column]

    @property
    def day(self) -> date:
        return day_of(self.at)

    @property
    def terms(self) -> TaxTerms:
        return TaxTerms(
            **TERMS[self["kind"]],
            catches_up=self["catch_up"] == "yes",
            rounding=Rounding(self["rounding"].upper()),
        )

    @property
    def amounts(self) -> dict[str, int]:
        """What must come out, in paise."""
        return {name: paise(self[name]) for name in ("tds", "owed", "fee", "gst", "net")}

    @property
    def tax_on_paper(self) -> Fraction:
        """The formula, evaluated with fractions, rounded half up."""
        unit = 100 if self["rounding"] == "rupee" else 1
        return Fraction(floor(_value(self["tds_formula"]) * 100 / unit + Fraction(1, 2)) * unit)


def _value(formula: str) -> Fraction:
    """A formula of numbers, + * / and brackets, exactly."""
    operations = {
        ast.Add: Fraction.__add__,
        ast.Mult: Fraction.__mul__,
        ast.Div: Fraction.__truediv__,
    }

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return operations[type(node.op)](value(node.left), value(node.right))
        # The digits as written, not as a float.
        return Fraction(ast.get_source_segment(formula, node) or "")

    return value(ast.parse(formula, mode="eval").body)


@cache
def stories() -> dict[str, list[Case]]:
    """The cases by story, in order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        cases = [Case(row) for row in csv.DictReader(file)]
    return {name: list(rows) for name, rows in groupby(cases, key=lambda case: case["story"])}
