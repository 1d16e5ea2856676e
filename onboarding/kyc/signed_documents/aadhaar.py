"""Parses a signed e-Aadhaar (`KycRes`). An offline e-KYC contains the same `UidData`."""

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
    """The fields of an Aadhaar. The full number is never among them."""

    name: str = field(repr=False)
    birth_on: date = field(repr=False)
    last_four: str
    pin: str | None = field(repr=False)
    portrait: bytes = field(default=b"", repr=False)


def parse_ekyc(signed: etree._Element) -> Aadhaar:
    """The person of an e-Aadhaar. An unmasked number raises `SignatureInvalid`."""
    data = single_element(signed, "UidData")
    masked = MASKED_UID.fullmatch(data.get("uid", ""))
    if masked is None:
        raise SignatureInvalid("the number is not masked")
    return person_of(data, masked.group(1))


def person_of(data: etree._Element, last_four: str) -> Aadhaar:
    """The person of a `UidData` element. Raises `SignatureInvalid`."""
    identity, address = single_element(data, "Poi"), single_element(data, "Poa")
    birth_on = parse_date(identity.get("dob", ""))
    if birth_on is None:
        raise SignatureInvalid("there is no birth date")
    pin = address.get("pc", "").strip()
    return Aadhaar(
        name=name_in(identity), birth_on=birth_on, last_four=last_four,
        pin=pin if PIN.fullmatch(pin) else None, portrait=_decode_portrait(data),
    )  # fmt: skip


def _decode_portrait(data: etree._Element) -> bytes:
    photo = data.find("Pht")
    try:
        return base64.b64decode((photo.text or "") if photo is not None else "", validate=False)
    except binascii.Error:
        return b""
