"""Documents in the fake DigiLocker: invented people, and ways to tamper with their documents."""

import base64
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element
#: A portrait of a public person, the same as on the demo's cards.
PORTRAIT = Path(__file__).parents[2] / "onboarding" / "demo" / "samples" / "portrait.jpg"
#: Fields of the consent page.
TYPED = {
    "name": "Name",
    "born": "Date of birth (YYYY-MM-DD)",
    "pin": "PIN code",
    "last_four": "Last four digits of the Aadhaar",
    "pan": "PAN",
}


@dataclass(frozen=True)
class FakeAccountHolder:
    """The holder of an account."""

    name: str = "Nila Das"
    born: str = "1998-04-17"
    pin: str = "560034"
    last_four: str = "4321"
    pan: str = "ABCPD1234F"

    @property
    def dob(self) -> str:
        """The birth date in the documents' format."""
        try:
            return date.fromisoformat(self.born).strftime("%d-%m-%Y")
        except ValueError:
            return self.born


def details(person: FakeAccountHolder) -> dict[str, Any]:
    """Details of the account's holder."""
    return {
        "digilockerid": f"stand-in-{person.last_four}", "name": person.name,
        "dob": person.dob.replace("-", ""), "gender": "F", "eaadhaar": "Y",
    }  # fmt: skip


def aadhaar(person: FakeAccountHolder) -> Element:
    """e-Aadhaar XML: KycRes with Poi, Poa and Pht, and the masked number."""
    root = etree.Element("KycRes", ret="Y", code="stand-in")
    data = etree.SubElement(root, "UidData", uid=f"xxxxxxxx{person.last_four}")
    etree.SubElement(data, "Poi", name=person.name, dob=person.dob, gender="F")
    etree.SubElement(
        data, "Poa", house="12 Lake View Road", vtc="Bengaluru", dist="Bengaluru",
        state="Karnataka", country="India", pc=person.pin,
    )  # fmt: skip
    etree.SubElement(data, "Pht").text = base64.b64encode(PORTRAIT.read_bytes()).decode()
    return root


def pan(person: FakeAccountHolder, *, status: str = "A") -> Element:
    """The verification record of a PAN."""
    root = etree.Element(
        "Certificate", name="PAN Verification Record", type="PANCR", number=person.pan,
        status=status,
    )  # fmt: skip
    holder = etree.SubElement(root, "IssuedTo")
    etree.SubElement(holder, "Person", name=person.name.upper(), dob=person.dob, gender="F")
    etree.SubElement(etree.SubElement(root, "CertificateData"), "PAN", verifiedOn="10-11-2026")
    return root


def tampered(body: bytes, failure_mode: str) -> bytes:
    """The signed document as an attacker in between would change it."""
    if failure_mode == "tampered":
        return body.replace(b'name="', b'name="X', 1)
    if failure_mode == "wrapped":
        return _with_wrapped_signature(body)
    if failure_mode == "entities":
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + body
    return body + b" " * 4_000_000 if failure_mode == "huge file" else body


def _with_wrapped_signature(body: bytes) -> bytes:
    genuine = etree.fromstring(body)
    forged = etree.fromstring(body)
    forged.remove(forged[-1])
    forged.append(genuine)
    return bytes(etree.tostring(forged))
