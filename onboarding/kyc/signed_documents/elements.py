"""What the readers of signed documents share."""

from datetime import date, datetime

from lxml import etree

from onboarding import identifiers
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid

LONGEST_NAME = 160


def single_element(inside: etree._Element, tag: str) -> etree._Element:
    """The one element of this kind, or `NotGenuine`."""
    found = list(inside.iter(tag))
    if len(found) != 1:
        raise SignatureInvalid(f"there is not one {tag}")
    return found[0]


def name_in(of: etree._Element) -> str:
    """The name of a person, or `NotGenuine`."""
    name = " ".join(of.get("name", "").split())
    if not name or len(name) > LONGEST_NAME or identifiers.holds_full_aadhaar(name):
        raise SignatureInvalid("there is no name")
    return name


def parse_date(text: str) -> date | None:
    """A day as any of these papers writes it."""
    for shape in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d%m%Y"):
        try:
            return datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
