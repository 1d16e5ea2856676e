"""Parses a signed e-Aadhaar (`KycRes`). An offline e-KYC contains the same `UidData`.

A fact that is missing or odd is left out and becomes a finding for a person. Refused is only
another kind of document, and one with a full number.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

from onboarding.kyc.signed_documents.dates import BirthDate, parse_birth_date, parse_moment
from onboarding.kyc.signed_documents.elements import (
    attribute,
    descendants,
    is_named,
    name_in,
    optional_element,
    single_element,
    text_of,
)
from onboarding.kyc.signed_documents.errors import NumberNotMasked, WrongDocument

FULL_NUMBER = re.compile(r"[0-9]{12}")
#: Masked with zeros or with signs that are no digits. No Aadhaar number begins with a zero.
LAST_FOUR = re.compile(r"(?:0{8}|[^0-9]*)([0-9]{4})")
PIN = re.compile(r"[1-9][0-9]{5}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015._/,]+")


@dataclass(frozen=True)
class Aadhaar:
    """The fields of an Aadhaar. The full number is never among them."""

    name: str | None = field(repr=False)
    birth_on: date | None = field(repr=False)
    last_four: str
    pin: str | None = field(repr=False)
    portrait: bytes = field(default=b"", repr=False)
    birth_year: int | None = field(default=None, repr=False)
    #: What stands there in place of a date.
    birth_text: str = field(default="", repr=False)


def parse_ekyc(signed: etree._Element, *, today: date) -> Aadhaar:
    """The person of an e-Aadhaar. Raises `WrongDocument` or `NumberNotMasked`."""
    data = _uid_data(_kyc_response(signed))
    return person_of(data, parse_last_four(attribute(data, "uid")), today=today)


def issue_times(signed: etree._Element) -> Sequence[datetime]:
    """When UIDAI issued the e-Aadhaar, if it says so."""
    responses = list(descendants(signed, "KycRes"))
    moment = parse_moment(attribute(responses[0], "ts")) if len(responses) == 1 else None
    return [moment] if moment else []


def _kyc_response(signed: etree._Element) -> etree._Element:
    """`KycRes`, alone or in DigiLocker's certificate."""
    if not is_named(signed, "KycRes", "Certificate"):
        raise WrongDocument("not an e-Aadhaar")
    return single_element(signed, "KycRes")


def _uid_data(response: etree._Element) -> etree._Element:
    if attribute(response, "ret").upper() == "N":
        raise WrongDocument("UIDAI's answer says that it failed")
    return single_element(response, "UidData")


def parse_last_four(text: str) -> str:
    """The last four digits of a masked number, however it is masked and grouped; "" without one.

    Raises `NumberNotMasked`.
    """
    compact = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    digits = "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in compact)
    if found := LAST_FOUR.fullmatch(digits):
        return found[1]
    if FULL_NUMBER.search(digits):
        raise NumberNotMasked("the number is not masked")
    return ""


def person_of(data: etree._Element, last_four: str, *, today: date) -> Aadhaar:
    """The person of a `UidData` element. Raises `WrongDocument` or `NumberNotMasked`."""
    identity, address = optional_element(data, "Poi"), optional_element(data, "Poa")
    birth: BirthDate = parse_birth_date(
        attribute(identity, "dob"), attribute(identity, "yob"), today=today
    )
    pin = _SEPARATORS.sub("", attribute(address, "pc", "pincode", "pin"))
    return Aadhaar(
        name=name_in(identity),
        birth_on=birth.day,
        birth_year=birth.year,
        birth_text=birth.text,
        last_four=last_four,
        pin=pin if PIN.fullmatch(pin) else None,
        portrait=_decode_portrait(optional_element(data, "Pht")),
    )


def _decode_portrait(photo: etree._Element | None) -> bytes:
    """The bytes of the portrait, also without padding at the end of its base64."""
    text = "".join(text_of(photo).split()).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
