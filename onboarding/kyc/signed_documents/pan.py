"""Parses a signed PAN verification record."""

from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from onboarding import identifiers
from onboarding.kyc.signed_documents.elements import name_in, parse_date, single_element
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid


@dataclass(frozen=True)
class Pan:
    """The fields of a PAN verification record."""

    name: str = field(repr=False)
    birth_on: date | None = field(repr=False)
    number: str = field(repr=False)
    is_active: bool = False


def parse_pan_record(signed: etree._Element) -> Pan:
    """The holder of the PAN and whether it is active. Raises `SignatureInvalid`."""
    number = identifiers.normalise_pan(signed.get("number", ""))
    if signed.get("type") != "PANCR" or number is None:
        raise SignatureInvalid("not a person's PAN")
    person = single_element(signed, "Person")
    active = signed.get("status", "").strip().upper() in ("A", "ACTIVE")
    return Pan(name_in(person), parse_date(person.get("dob", "")), number, active)
