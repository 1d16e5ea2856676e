"""Helpers for the XML elements of signed documents."""

from datetime import date, datetime

from lxml import etree

from onboarding import identifiers
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid

MAX_NAME_LENGTH = 160


def single_element(parent: etree._Element, tag: str) -> etree._Element:
    """The only element with this tag. Raises `SignatureInvalid`."""
    elements = list(parent.iter(tag))
    if len(elements) != 1:
        raise SignatureInvalid(f"there is not one {tag}")
    return elements[0]


def name_in(element: etree._Element) -> str:
    """The `name` attribute of a person. Raises `SignatureInvalid`."""
    name = " ".join(element.get("name", "").split())
    if not name or len(name) > MAX_NAME_LENGTH or identifiers.holds_full_aadhaar(name):
        raise SignatureInvalid("there is no name")
    return name


def parse_date(text: str) -> date | None:
    """A date in any of the formats that issuers use, or None."""
    for format_ in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d%m%Y"):
        try:
            return datetime.strptime(text.strip(), format_).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
