"""Reading a person out of a signed e-Aadhaar (KycRes); an offline e-KYC has the same UidData."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from onboarding.kyc.signed_documents.elements import name_in, parse_date, single_element
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid

MASKED_UID = re.compile(r"[xX*]{8}([0-9]{4})")
PIN = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True)
class Aadhaar:
    """What an Aadhaar says. The whole number is in none of it."""

    name: str = field(repr=False)
    birth_on: date = field(repr=False)
    last_four: str
    pin: str | None = field(repr=False)
    portrait: bytes = field(default=b"", repr=False)


def parse_ekyc(signed: etree._Element) -> Aadhaar:
    """The person of an e-Aadhaar; an unmasked number is refused, not cut."""
    data = single_element(signed, "UidData")
    masked = MASKED_UID.fullmatch(data.get("uid", ""))
    if masked is None:
        raise SignatureInvalid("the number is not masked")
    return person_of(data, masked.group(1))


def person_of(data: etree._Element, last_four: str) -> Aadhaar:
    """Whom UidData is about, or `NotGenuine`."""
    who, where = single_element(data, "Poi"), single_element(data, "Poa")
    born = parse_date(who.get("dob", ""))
    if born is None:
        raise SignatureInvalid("there is no birth date")
    pin = where.get("pc", "").strip()
    return Aadhaar(
        name=name_in(who), birth_on=born, last_four=last_four,
        pin=pin if PIN.fullmatch(pin) else None, portrait=_portrait(data),
    )  # fmt: skip


def _portrait(data: etree._Element) -> bytes:
    found = data.find("Pht")
    try:
        return base64.b64decode((found.text or "") if found is not None else "", validate=False)
    except binascii.Error:
        return b""
