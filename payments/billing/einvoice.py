"""A bill or credit note in the shape of the e-invoice schema INV-01, version 1.1. Pure.

What the invoice registration portal gives back is not in it: the IRN, the acknowledgement and the
signed QR code. Amounts are in rupees, as the schema asks.
"""

from datetime import date
from decimal import Decimal
from typing import Any

VERSION = "1.1"
#: The schema's texts have no quotation marks and backslashes.
_FORBIDDEN = str.maketrans({'"': "'", "\\": "/", "\n": " "})
#: A service is one of "others".
UNIT = "OTH"


def einvoice_of(document: Any, *, bill: Any) -> dict[str, Any]:
    """The JSON of a bill, or of a credit note together with its bill."""
    is_credit = document is not bill
    buyer = bill.buyer
    supply = "SEZWP" if buyer.is_sez else "B2B"
    references: dict[str, Any] = {
        "InvRm": "Correction" if is_credit else "Services",
        "DocPerdDtls": {"InvStDt": _day(bill.earned_from), "InvEndDt": _day(bill.earned_to)},
    }
    if is_credit:
        references["PrecDocDtls"] = [{"InvNo": bill.number, "InvDt": _day(bill.issued_on)}]
    return {
        "Version": VERSION,
        "TranDtls": {"TaxSch": "GST", "SupTyp": supply, "RegRev": "N", "IgstOnIntra": "N"},
        "DocDtls": {
            "Typ": "CRN" if is_credit else "INV",
            "No": document.number,
            "Dt": _day(document.issued_on),
        },
        "SellerDtls": _party(bill.seller),
        "BuyerDtls": {**_party(vars(buyer)), "Pos": bill.place_of_supply},
        "ItemList": [_item(line) for line in document.lines.all()],
        "ValDtls": {
            "AssVal": _rupees(document.taxable_paise),
            "CgstVal": _rupees(document.cgst_paise),
            "SgstVal": _rupees(document.sgst_paise),
            "IgstVal": _rupees(document.igst_paise),
            "TotInvVal": _rupees(document.total_paise),
        },
        "RefDtls": references,
    }


def _party(facts: Any) -> dict[str, Any]:
    party = {
        "Gstin": facts["gstin"],
        "LglNm": _text(facts["legal_name"]),
        "Addr1": _text(facts["address_1"]),
        "Loc": _text(facts["place"]),
        "Pin": int(facts["pin_code"]),
        "Stcd": facts["state_code"],
    }
    # The schema takes a second line only from three characters on.
    if len(second := _text(facts.get("address_2", ""))) > 2:
        party["Addr2"] = second
    return party


def _item(line: Any) -> dict[str, Any]:
    taxable = _rupees(line.taxable_paise)
    return {
        "SlNo": str(line.position),
        "PrdDesc": _text(line.description),
        "IsServc": "Y",
        "HsnCd": line.sac,
        "Qty": 1,
        "Unit": UNIT,
        "UnitPrice": taxable,
        "TotAmt": taxable,
        "AssAmt": taxable,
        "GstRt": float(Decimal(line.gst_bp) / 100),
        "CgstAmt": _rupees(line.cgst_paise),
        "SgstAmt": _rupees(line.sgst_paise),
        "IgstAmt": _rupees(line.igst_paise),
        "TotItemVal": _rupees(line.total_paise),
    }


def _text(text: str) -> str:
    return text.translate(_FORBIDDEN)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _rupees(paise: int) -> float:
    return float(Decimal(paise) / 100)
