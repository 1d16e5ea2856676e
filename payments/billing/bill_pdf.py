"""A bill or credit note as a PDF. The same row always gives the same bytes."""

from pathlib import Path
from typing import Any

from hitouch.core import money
from hitouch.core.printing import typst_pdf
from payments.gst_numbers import STATE_CODES
from payments.models import Bill, BillLine, CreditNote, CreditNoteLine

PAGE = Path(__file__).parent / "bill.typ"
NOTE = (
    "Reverse charge does not apply. This document has no IRN and no QR code of the invoice "
    "registration portal yet."
)


def render_document(document: Bill | CreditNote) -> bytes:
    """Render a bill or credit note, with its lines."""
    content = typst_pdf.with_code_points(_content_of(document))
    return typst_pdf.render(PAGE, content, at=document.issued_at)


def _content_of(document: Bill | CreditNote) -> dict[str, Any]:
    bill = document.bill if isinstance(document, CreditNote) else document
    buyer, seller = bill.buyer, bill.seller
    kind = "Credit note" if isinstance(document, CreditNote) else "Tax invoice"
    our_place = f"{seller['place']} {seller['pin_code']}, {STATE_CODES[seller['state_code']]}"
    return {
        "title": f"{kind} {document.number}",
        "foot": f"HitouchCX, {kind.lower()} {document.number}",
        "facts": _facts_of(document, bill),
        "parties": [
            {
                "title": "From",
                "name": seller["legal_name"],
                "address": f"{seller['address_1']}, {our_place}",
                "number": f"GSTIN {seller['gstin']}",
            },
            {
                "title": "To",
                "name": buyer.legal_name,
                "address": buyer.address,
                "number": f"GSTIN {buyer.gstin}" if buyer.gstin else "Not registered for GST",
            },
        ],
        "lines": [_line_of(line) for line in document.lines.all()],
        "sums": _sums_of(document),
        "words": money.in_words(document.total_paise),
        "note": NOTE,
    }


def _facts_of(document: Bill | CreditNote, bill: Bill) -> list[tuple[str, str]]:
    state = f"{bill.get_place_of_supply_display()} ({bill.place_of_supply})"
    facts = [("Date", _day(document.issued_on))]
    if isinstance(document, CreditNote):
        facts += [
            ("For invoice", f"{bill.number} of {_day(bill.issued_on)}"),
            ("Reason", document.reason),
        ]
    facts += [
        ("Services of", f"{_day(bill.earned_from)} to {_day(bill.earned_to)}"),
        ("Place of supply", state),
    ]
    if bill.buyer.is_sez:
        facts.append(("Supply", "To a special economic zone, with payment of IGST"))
    return facts


def _line_of(line: BillLine | CreditNoteLine) -> list[str]:
    gst = line.cgst_paise + line.sgst_paise + line.igst_paise
    return [
        str(line.position),
        line.description,
        line.sac,
        money.rupees(line.taxable_paise),
        f"{money.rupees(gst)} ({money.percent(line.gst_bp)})",
        money.rupees(line.total_paise),
    ]


def _sums_of(document: Bill | CreditNote) -> list[tuple[str, str]]:
    taxes = [
        ("CGST", document.cgst_paise),
        ("SGST", document.sgst_paise),
        ("IGST", document.igst_paise),
    ]
    return [
        ("Taxable value", money.rupees(document.taxable_paise)),
        *((name, money.rupees(paise)) for name, paise in taxes if paise),
        ("Total", money.rupees(document.total_paise)),
    ]


def _day(day: Any) -> str:
    return f"{day:%d %B %Y}".lstrip("0")
