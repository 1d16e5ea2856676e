"""Parses a signed PAN verification record.

A fact that is missing or odd is left out and becomes a finding for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from lxml import etree

from hitouch.core.india_time import INDIA
from onboarding import identifiers
from onboarding.kyc.signed_documents.dates import parse_birth_date, parse_date, parse_moment
from onboarding.kyc.signed_documents.elements import (
    attribute,
    descendants,
    is_named,
    name_in,
    optional_element,
)
from onboarding.kyc.signed_documents.errors import WrongDocument

DOCUMENT_TYPE = "PANCR"
#: Words for the status of a PAN. Any other is for a person.
IN_FORCE = frozenset({"A", "ACTIVE", "VALID"})
NOT_IN_FORCE = frozenset({
    "D", "I", "N", "R", "S", "X", "DEACTIVATED", "DELETED", "INACTIVE", "INOPERATIVE", "INVALID",
    "REVOKED", "SUSPENDED",
})  # fmt: skip


@dataclass(frozen=True)
class Pan:
    """The fields of a PAN verification record."""

    name: str | None = field(repr=False)
    birth_on: date | None = field(repr=False)
    number: str = field(repr=False)
    #: None when the record does not say, or in a word that is not known here.
    is_active: bool | None = None
    birth_year: int | None = field(default=None, repr=False)
    birth_text: str = field(default="", repr=False)


def parse_pan_record(signed: etree._Element, *, today: date) -> Pan:
    """The holder of the PAN, and whether it is in force. Raises `WrongDocument`."""
    record = optional_element(signed, "PAN")
    if not is_named(signed, "Certificate") or not _is_pan_record(signed, record):
        raise WrongDocument("not a PAN record")
    written = attribute(signed, "number") or attribute(record, "num", "number", "pan")
    number = identifiers.normalise_pan(written)
    if number is None:
        raise WrongDocument("not the PAN of a person")
    person = _holder(signed)
    birth = parse_birth_date(attribute(person, "dob"), attribute(person, "yob"), today=today)
    return Pan(
        name=name_in(person),
        birth_on=birth.day,
        birth_year=birth.year,
        birth_text=birth.text,
        number=number,
        is_active=_is_active(attribute(signed, "status") or attribute(record, "status")),
    )


def issue_times(signed: etree._Element, at: datetime) -> Sequence[datetime]:
    """When the record may have been issued: on the day of the verification that it notes, or now.

    The day is when the Income Tax Department was asked, not when the record was signed.
    """
    for record in descendants(signed, "PAN"):
        written = attribute(record, "verifiedOn")
        day = parse_date(written)
        moment = parse_moment(written)
        if moment is None and day is not None:
            moment = datetime.combine(day, time(12), INDIA)
        return [at, moment] if moment and moment < at else [at]
    return [at]


def _is_pan_record(signed: etree._Element, record: etree._Element | None) -> bool:
    kind = attribute(signed, "type")
    return kind.upper() == DOCUMENT_TYPE or (not kind and record is not None)


def _holder(signed: etree._Element) -> etree._Element | None:
    """The person that the record was issued to. Raises `WrongDocument` for several."""
    issued_to = optional_element(signed, "IssuedTo")
    return optional_element(signed if issued_to is None else issued_to, "Person")


def _is_active(status: str) -> bool | None:
    word = status.upper()
    return True if word in IN_FORCE else False if word in NOT_IN_FORCE else None
