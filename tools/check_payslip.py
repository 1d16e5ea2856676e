"""Work out a pay slip anew: python tools/check_payslip.py FILE.json

Needs nothing but Python, and uses nothing of HitouchCX: amounts are calculated with fractions
from the hours, rates and sums that the pay slip names. Prints each step; ends with 1 if one
differs from what was paid.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

FORMAT = "hitouchcx-payslip-1"
HALF = Fraction(1, 2)


def rounded(amount: Fraction, unit: int = 1) -> int:
    """To whole paise, or units of paise; half is rounded up."""
    return floor(amount / unit + HALF) * unit


def share(paise: int, basis_points: int) -> Fraction:
    """A part of an amount, exactly."""
    return Fraction(paise * basis_points, 10_000)


def gross(work: dict[str, Any]) -> int:
    """The pay for the approved hours within the slots, each second counted; or the amount."""
    if "sessions" not in work:
        return int(work["amount_paise"])
    seconds = Fraction(0)
    for session in work["sessions"]:
        starts = [moment(session["started_at"]), moment(session["slot_starts_at"])]
        ends = [moment(session["ended_at"]), moment(session["slot_ends_at"])]
        microseconds = (min(ends) - max(starts)) // timedelta(microseconds=1)
        seconds += Fraction(max(microseconds, 0), 10**6)
    for part in work.get("refused", []):
        refused = moment(part["ended_at"]) - moment(part["started_at"])
        seconds -= Fraction(refused // timedelta(microseconds=1), 10**6)
    return floor(Fraction(floor(seconds) * work["rate_paise_an_hour"], 3600))


def moment(text: str) -> datetime:
    """A moment in ISO 8601."""
    return datetime.fromisoformat(text)


def taxable(slip: dict[str, Any]) -> int:
    """The sum that is taxed now, by the thresholds of the rule."""
    tax, base = slip["tax"], slip["gross_paise"]
    rule, before = tax["rule"], tax["year_before"]
    single, yearly = rule["free_up_to_paise"], rule["free_up_to_in_year_paise"]
    exempt = tax["has_pan"] or not rule["thresholds_need_pan"]
    if not exempt or not (single or yearly):
        return base
    if yearly and before["paid_paise"] + base > yearly:
        untaxed = before["paid_paise"] - before["taxed_paise"]
        return base + untaxed if rule["catches_up"] else base
    return base if single and base > single else 0


def rate_of(tax: dict[str, Any]) -> int:
    """The rate without a certificate, in basis points."""
    rule = tax["rule"]
    return rule["rate_bp"] if tax["has_pan"] else max(rule["rate_bp"], rule["rate_without_pan_bp"])


def certified(slip: dict[str, Any]) -> int:
    """The part at the rate of a certificate: none without a PAN, and no more than is taxed.

    How much was left of the certificate is not in the pay slip.
    """
    tax = slip["tax"]
    certificate = tax["certificate"]
    if not certificate or not tax["has_pan"] or certificate["rate_bp"] >= rate_of(tax):
        return 0
    return max(min(certificate["certified_paise"], taxable(slip)), 0)


def tax_due(slip: dict[str, Any]) -> int:
    """The tax on what is taxed now, and what was still owed of the year."""
    tax, part = slip["tax"], certified(slip)
    unit = 100 if tax["rule"]["rounding"] == "RUPEE" else 1
    due = rounded(share(taxable(slip) - part, rate_of(tax)), unit)
    if part:
        due += rounded(share(part, tax["certificate"]["rate_bp"]), unit)
    return int(due + tax["year_before"]["owed_paise"])


def tax_withheld(slip: dict[str, Any]) -> int:
    """The tax taken from the payment."""
    return max(min(tax_due(slip), slip["gross_paise"]), 0)


def fee_and_gst(slip: dict[str, Any], tax: int) -> tuple[int, int]:
    """The fee with its GST, lowered to what the tax leaves."""
    left = slip["gross_paise"] - tax
    fee_bp, gst_bp = slip["fee"]["fee_bp"], slip["fee"]["gst_bp"]
    fee = rounded(share(slip["gross_paise"], fee_bp))
    if fee + rounded(share(fee, gst_bp)) > left:
        fee = floor(Fraction(left * 10_000, 10_000 + gst_bp))
        while fee + rounded(share(fee, gst_bp)) > left:
            fee -= 1
    return fee, rounded(share(fee, gst_bp))


def steps(slip: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Each step: its name, what was calculated here, and what the pay slip says."""
    yield "gross", gross(slip["work"]), slip["gross_paise"]
    if slip["corrects"]:
        # A correction takes back the amounts of another payment; they only have to add up.
        tax = slip["tax"]["withheld_paise"]
        fee, gst = slip["fee"]["fee_paise"], slip["fee"]["gst_paise"]
    else:
        tax = tax_withheld(slip)
        fee, gst = fee_and_gst(slip, tax)
        yield "taxed", taxable(slip), slip["tax"]["taxed_paise"]
        if slip["tax"]["certificate"]:
            named = slip["tax"]["certificate"]["certified_paise"]
            yield "by certificate", certified(slip), named
        yield "tax due", tax_due(slip), slip["tax"]["due_paise"]
        yield "tax (TDS)", tax, slip["tax"]["withheld_paise"]
        yield "platform fee", fee, slip["fee"]["fee_paise"]
        yield "GST on the fee", gst, slip["fee"]["gst_paise"]
    yield "net", slip["gross_paise"] - tax - fee - gst, slip["net_paise"]


def main(path: str) -> int:
    """Check the file; 0 when every step agrees."""
    slip = json.loads(Path(path).read_text(encoding="utf-8"))
    if slip.get("format") != FORMAT:
        print(f"This is not a pay slip of the format {FORMAT}.")
        return 2
    wrong = 0
    for name, here, there in steps(slip):
        agrees = here == there
        wrong += not agrees
        verdict = "agrees" if agrees else f"DIFFERS: the pay slip says {there / 100:.2f}"
        print(f"{name:16} {here / 100:14.2f}  {verdict}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
