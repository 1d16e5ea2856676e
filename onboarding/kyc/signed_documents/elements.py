"""Elements and attributes of signed documents, by local name and whatever their case.

Issuers declare namespaces or none, and differ in case between versions of a document. Everything
read here was signed, so a lenient reading cannot let anything else in.
"""

from collections.abc import Iterator

from lxml import etree

from onboarding import identifiers
from onboarding.kyc.signed_documents.errors import NumberNotMasked, WrongDocument
from onboarding.kyc.signed_documents.xmldsig import DSIG

MAX_NAME_LENGTH = 160


def is_named(element: etree._Element, *names: str) -> bool:
    """Whether the local name is one of these. An XML signature's elements have none of them."""
    name = etree.QName(element)
    return name.namespace != DSIG and name.localname.lower() in map(str.lower, names)


def descendants(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The element itself and all below it with this name."""
    return (each for each in parent.iter("*") if is_named(each, name))


def single_element(parent: etree._Element, name: str) -> etree._Element:
    """The only element with this name. Raises `WrongDocument`."""
    found = optional_element(parent, name)
    if found is None:
        raise WrongDocument(f"there is no {name}")
    return found


def optional_element(parent: etree._Element, name: str) -> etree._Element | None:
    """The only element with this name, or None without one. Raises `WrongDocument` for several."""
    found = list(descendants(parent, name))
    if len(found) > 1:
        raise WrongDocument(f"there are several {name}")
    return found[0] if found else None


def attribute(element: etree._Element | None, *names: str) -> str:
    """The first of these attributes that has a value, in single spaces; empty without one."""
    if element is None:
        return ""
    values = {
        etree.QName(str(key)).localname.lower(): " ".join(str(value).split())
        for key, value in element.attrib.items()
    }
    return next(filter(None, (values.get(name.lower(), "") for name in names)), "")


def text_of(element: etree._Element | None) -> str:
    """The whole text of an element."""
    return "" if element is None else str(element.xpath("string()"))


def name_in(element: etree._Element | None) -> str | None:
    """The name of a person, or None without one. Raises `NumberNotMasked`."""
    name = attribute(element, "name")
    if identifiers.holds_full_aadhaar(name):
        raise NumberNotMasked("there is a full number in the name")
    return name[:MAX_NAME_LENGTH] or None
