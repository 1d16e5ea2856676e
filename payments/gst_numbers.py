"""Numbers of the goods and services tax (GST): states, GSTINs, and numbers of bills. Pure.

Sources: state codes of the GST portal, which are those of the census and 97 for other territory;
rule 46(b) of the CGST Rules for the number of an invoice: up to sixteen letters, digits, hyphens
and slashes, one after another within a financial year.
"""

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.in_ import pan

STATE_CODES = {
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
    "97": "Other territory",
}
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]")
MOST_IN_SERIES = 999_999


def normalise_gstin(text: str) -> str | None:
    """The GSTIN without blanks and hyphens, in capitals; None if it is none.

    The state must exist, the PAN in it have the shape of one, and the check character be right.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if not _GSTIN.fullmatch(number) or number[:2] not in STATE_CODES:
        return None
    try:
        pan.validate(number[2:12])
        luhn.validate(number, _ALPHABET)
    except ValidationError:
        return None
    return number


def document_number(prefix: str, financial_year: int, sequence: int) -> str:
    """The number of a bill or credit note, such as "HTX/26-27/000123"."""
    if not 1 <= sequence <= MOST_IN_SERIES:
        raise ValueError("a series has numbers from 1 to 999999")
    years = f"{financial_year % 100:02d}-{(financial_year + 1) % 100:02d}"
    return f"{prefix}/{years}/{sequence:06d}"
