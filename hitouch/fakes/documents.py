"""The documents in our own DigiLocker: people who do not exist, and ways to spoil their papers."""

import base64
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element
#: Head and shoulders of a public person; the same file that the demo's cards show.
PORTRAIT = Path(__file__).parents[2] / "onboarding" / "demo" / "samples" / "portrait.jpg"
#: What can be typed on the consent page.
TYPED = {
    "name": "Name",
    "born": "Date of birth (YYYY-MM-DD)",
    "pin": "PIN code",
    "last_four": "Last four digits of the Aadhaar",
    "pan": "PAN",
}


@dataclass(frozen=True)
class FakeAccountHolder:
    """Somebody with an account here."""

    name: str = "Nila Das"
    born: str = "1998-04-17"
    pin: str = "560034"
    last_four: str = "4321"
    pan: str = "ABCPD1234F"

    @property
    def dob(self) -> str:
        """The birth date as these papers write it."""
        try:
            return date.fromisoformat(self.born).strftime("%d-%m-%Y")
        except ValueError:
            return self.born


def details(person: FakeAccountHolder) -> dict[str, Any]:
    """Who the account belongs to."""
    return {
        "digilockerid": f"stand-in-{person.last_four}", "name": person.name,
        "dob": person.dob.replace("-", ""), "gender": "F", "eaadhaar": "Y",
    }  # fmt: skip


def aadhaar(person: FakeAccountHolder) -> Element:
    """KycRes with Poi, Poa and Pht; the number comes masked."""
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


def tampered(body: bytes, mood: str) -> bytes:
    """The signed paper as somebody on the way would hand it over."""
    if mood == "tampered":
        return body.replace(b'name="', b'name="X', 1)
    if mood == "wrapped":
        return _wrapped(body)
    if mood == "entities":
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + body
    return body + b" " * 4_000_000 if mood == "huge file" else body


def _wrapped(body: bytes) -> bytes:
    true = etree.fromstring(body)
    false = etree.fromstring(body)
    false.remove(false[-1])
    false.append(true)
    return bytes(etree.tostring(false))
